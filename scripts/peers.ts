/**
 * Sees to the programs that the tests call and are called by. With `CI=true` it installs what is missing and fails when
 * it cannot; otherwise it only says what is missing and which tests will be skipped.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { findPeer, PEER_PACKAGES, PEERS, type Peer } from '../test/support/peer-programs.ts';

function missing(): readonly Peer[] {
  return PEERS.filter((program) => findPeer(program) === undefined);
}

/** Test files with a group that needs one of these programs. */
function testsOf(programs: readonly Peer[]): readonly string[] {
  return globSync('test/**/*.test.ts').filter((file) => {
    const groups = readFileSync(file, 'utf8').matchAll(/describeWithPeer\(\s*(\[[^\]]*\]|'\w+')/g);
    return [...groups].some(([, needed]) => programs.some((program) => needed?.includes(`'${program}'`)));
  });
}

function run(command: readonly string[]): boolean {
  const [program = '', ...args] = command;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: 'inherit', env: environment }).status === 0;
}

/** What goes before a command that only root may run; `undefined` when this user may not. */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const mayBecomeRoot = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return mayBecomeRoot ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined;
}

function install(programs: readonly Peer[]): string | undefined {
  const packages = programs.map((program) => PEER_PACKAGES[program]);
  const prefix = asRoot();
  if (prefix === undefined) return `neither root nor sudo without a password; install ${packages.join(' ')} first`;
  if (!run([...prefix, 'apt-get', 'update', '-q']))
    return 'apt-get update failed; is this Debian with a package source?';
  if (!run([...prefix, 'apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages]))
    return `apt-get install ${packages.join(' ')} failed`;
  const left = missing();
  return left.length === 0 ? undefined : `installed ${packages.join(' ')}, yet ${left.join(', ')} is not on the PATH`;
}

const absent = missing();
if (absent.length === 0) {
  console.log(`peers: all here (${PEERS.join(', ')})`);
} else if (process.env['CI'] === 'true') {
  const failure = install(absent);
  if (failure !== undefined) {
    console.error(`peers: ${absent.join(', ')} missing: ${failure}`);
    process.exitCode = 1;
  }
} else {
  const packages = absent.map((program) => PEER_PACKAGES[program]).join(' ');
  const skipped = testsOf(absent);
  console.log(
    `peers: ${absent.join(', ')} missing (apt-get install ${packages}); skipped: ${skipped.join(', ') || 'no test'}`,
  );
}
