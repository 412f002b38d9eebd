import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWithPeer } from '../../support/peers.ts';

const CALLS = 50;
const PROGRAM = fileURLToPath(new URL('many-recordings.ts', import.meta.url));

/** Whether a disk of our own can be made, which takes a kernel that lets everybody have namespaces, or root. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tmpdir()], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function recordMany(
  command: string,
  script: string,
  ...options: string[]
): Promise<readonly Record<string, unknown>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-many-'));
  try {
    const args = [...options, '-c', script, process.execPath, PROGRAM, folder, String(CALLS)];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return JSON.parse(output) as Record<string, unknown>[];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function expectAllAlive(results: readonly Record<string, unknown>[]): void {
  expect(results).toHaveLength(CALLS);
  for (const result of results) {
    expect(result).toMatchObject({
      cause: 'ERROR',
      code: 'FILE_UNWRITABLE',
      handle: 'FAILED',
      state: 'ANSWERED',
      complaints: '',
      beeps: 'NORMAL',
      plays: 'TIMEOUT',
    });
    expect(result['seconds']).toBeGreaterThanOrEqual(1);
    expect(Math.round((result['seconds'] as number) * 16_000)).toBeLessThanOrEqual((result['bytes'] as number) - 44);
  }
}

describeWithPeer(['sox', 'ffmpeg'], `${CALLS} recordings at once`, () => {
  it.skipIf(!canMount())(
    'survive a disk that is full half-way: each says ERROR, each file plays, each call goes on',
    async () => {
      // Each writes 32 kB every two seconds: the second round does not fit.
      const script = 'mount -t tmpfs -o size=2500k tmpfs "$2" && exec "$0" "$@"';
      expectAllAlive(await recordMany('unshare', script, '-rm', '/bin/sh'));
    },
    120_000,
  );

  it('survive a limit on the size of files in the same way', async () => {
    expectAllAlive(await recordMany('/bin/sh', `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`));
  }, 120_000);
});
