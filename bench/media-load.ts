/**
 * The media engine alone under load: every call loops a WAV file and records what comes in; a process beside it sends
 * every packet back, and a capture tells how evenly they left.
 * `node bench/media-load.ts [--calls N] [--seconds N] [--block MS] [--speak]`
 */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { MediaSession } from '../src/channel/media-port.ts';
import { systemClock } from '../src/clock.ts';
import { silentLogger } from '../src/logger.ts';
import { Media } from '../src/media/media.ts';
import { rawOffer } from '../test/integration/media/raw-audio.ts';
import { capturePacing } from './capture.ts';
import { describePacing } from './pacing.ts';
import { speakAllTheTime } from './speak.ts';
import { toneWav } from './tone-wav.ts';

const ADDRESS = '127.0.0.1';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    block: { type: 'string', default: '0' },
    mirror: { type: 'boolean', default: false },
    speak: { type: 'boolean', default: false },
  },
});
const calls = Number(values.calls);
const seconds = Number(values.seconds);

/** The far end: sends packets back. */
async function mirror(): Promise<void> {
  const ports: number[] = [];
  for (let call = 0; call < calls; call++) {
    const socket = createSocket('udp4');
    socket.on('message', (packet, { port }) => {
      // RTCP comes to the same port here.
      if (((packet[1] as number) & 0x7f) < 64) socket.send(packet, port, ADDRESS);
    });
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    ports.push(socket.address().port);
  }
  process.send?.(ports);
}

async function measure(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'offhook-bench-'));
  const prompt = join(directory, 'prompt.wav');
  await writeFile(prompt, toneWav(440, 10_000));
  const peer = fork(fileURLToPath(import.meta.url), ['--mirror', '--calls', String(calls)]);
  const ports = (await once(peer, 'message'))[0] as number[];
  const media = await Media.start({ clock: systemClock, logger: silentLogger });
  const sessions: MediaSession[] = [];
  for (const [index, port] of ports.entries()) {
    const session = await media.open({ address: ADDRESS, codecs: ['PCMU'] });
    sessions.push(session);
    session.answer(rawOffer(ADDRESS, port));
    const record = {
      path: join(directory, `${index}.wav`),
      format: 'PCM16',
      bargeIn: '',
      ifExists: 'overwrite',
    } as const;
    await session.record(record).started;
    await session.play({ sources: [{ kind: 'file', name: 'prompt', path: prompt }], bargeIn: '', loop: true }).started;
  }
  const endOfSpeaking = values.speak ? speakAllTheTime() : undefined;
  await sleep(2000);
  const own = sessions.map(({ local }) => local.rtpPort);
  const endOfCapture = await capturePacing(own);
  const block = Number(values.block);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  while (performance.now() - begin < seconds * 1000) {
    await sleep(Math.min(1000 - block, seconds * 1000));
    if (block > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, block);
  }
  const took = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const measured = await endOfCapture();
  await endOfSpeaking?.();
  const lost = await Promise.all(sessions.map((session) => session.statistics()));
  const closing = performance.now();
  await media.close();
  console.log(
    `${calls} calls${values.speak ? ', and text spoken all the time,' : ''} for ${took.toFixed(1)} s: ${((user + system) / calls / took).toFixed(0)} us of CPU per call and second, ` +
      `${measured.packets} packets, ${measured.missing} missing, ` +
      `${describePacing(measured)}; ` +
      `lost coming in ${lost.reduce((sum, { packetsLost }) => sum + packetsLost, 0)}, ` +
      `concealed ${lost.reduce((sum, { framesConcealed }) => sum + framesConcealed, 0)}; ` +
      `closed in ${(performance.now() - closing).toFixed(0)} ms`,
  );
  peer.kill();
  await rm(directory, { recursive: true });
}

await (values.mirror ? mirror() : measure());
