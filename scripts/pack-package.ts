/** The package as a user gets it: packed, and unpacked beside nothing but what it depends on. Nothing comes from the network. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

export function check(fact: boolean, otherwise: string): void {
  if (!fact) throw new Error(otherwise);
}

/** Packs into `folder`; path of the tarball. */
export function pack(folder: string): string {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT),
  ) as readonly { filename: string; files: readonly { path: string }[]; size: number }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  const strange = packed.files
    .map(({ path }) => path)
    .filter((path) => !/^(dist\/|[A-Z-]+(\.md)?$|package\.json$)/.test(path));
  check(strange.length === 0, `files that do not belong into the package: ${strange.join(', ')}`);
  console.log(`packed: ${packed.files.length} files, ${Math.round(packed.size / 1024)} KiB`);
  return join(folder, packed.filename);
}

/** Gives a project in `folder` the package, its declared dependencies, and `others` of ours, and nothing else. */
export function install(tarball: string, folder: string, others: readonly string[] = []): void {
  const home = join(folder, 'node_modules', 'offhook');
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'], folder);
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  for (const name of [...Object.keys(manifest.dependencies ?? {}), ...others]) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place);
  }
}
