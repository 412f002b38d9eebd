import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepAwake } from '../scripts/keep-awake.ts';
import { watchMachine } from './machine.ts';
import { measurePacing, type Pacing } from './pacing.ts';

/**
 * Begins to capture the RTP that this machine sends itself from ports in `[from, to]`, which needs `dumpcap` and the right to capture.
 *
 * @returns what ends that and tells how evenly the packets left, by the time stamps of the kernel, and what the machine did meanwhile
 */
export async function capturePacing(from: number, to: number): Promise<() => Promise<Pacing>> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-capture-'));
  const file = join(folder, 'rtp.pcap');
  const filter = `udp and src portrange ${from}-${to}`;
  const dump = spawn('dumpcap', ['-P', '-i', 'lo', '-s', '64', '-B', '64', '-f', filter, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Its first words are that it captures. The rest is read so that it never waits for a reader.
  await Promise.race([once(dump.stderr, 'data'), once(dump, 'exit')]);
  dump.stderr.resume();
  const awake = await keepAwake();
  const endOfWatch = await watchMachine();
  return async () => {
    const machine = await endOfWatch();
    awake[Symbol.dispose]();
    dump.kill('SIGINT');
    if (dump.exitCode === null) await once(dump, 'exit');
    const pacing = await measurePacing(file, from, to, machine);
    await rm(folder, { recursive: true, force: true });
    return pacing;
  };
}
