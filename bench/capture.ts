import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepAwake } from '../scripts/keep-awake.ts';
import { watchMachine } from './machine.ts';
import { measurePacing, type Pacing } from './pacing.ts';

/**
 * Begins to capture the RTP that this machine sends itself from these ports, which needs `dumpcap` and the right to capture.
 *
 * @returns what ends that and tells how evenly the packets left, by the time stamps of the kernel, and what the machine did meanwhile
 */
export async function capturePacing(ports: readonly number[]): Promise<() => Promise<Pacing>> {
  const awake = await keepAwake();
  const endOfWatch = await watchMachine();
  const folder = await mkdtemp(join(tmpdir(), 'offhook-capture-'));
  const file = join(folder, 'rtp.pcap');
  const filter = `udp and src portrange ${Math.min(...ports)}-${Math.max(...ports)}`;
  const dump = spawn('dumpcap', ['-P', '-i', 'lo', '-s', '64', '-B', '64', '-f', filter, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Its first words are that it captures. The rest is read so that it never waits for a reader.
  await Promise.race([once(dump.stderr, 'data'), once(dump, 'exit')]);
  dump.stderr.resume();
  return async () => {
    dump.kill('SIGINT');
    if (dump.exitCode === null) await once(dump, 'exit');
    const machine = await endOfWatch();
    awake[Symbol.dispose]();
    const pacing = await measurePacing(file, new Set(ports), machine);
    await rm(folder, { recursive: true, force: true });
    return pacing;
  };
}
