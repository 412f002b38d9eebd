/**
 * What two sessions of the media engine cost that are each other's far end: local ones, and by way of sockets on this machine. One plays,
 * the other sends it back. Both are measured in turns, so that a busy machine changes the figures but not their ratio.
 * `node bench/local-sessions.ts [--pairs N] [--seconds N] [--rounds N]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { MediaSession } from '../src/channel/media-port.ts';
import { systemClock } from '../src/clock.ts';
import { silentLogger } from '../src/logger.ts';
import { Media } from '../src/media/media.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
  },
});
const pairs = Number(values.pairs);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);

const OPEN = { address: '127.0.0.1', codecs: ['PCMU'] };
const TONE = Int16Array.from({ length: 8000 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / 8000));

/** Two sessions that hear each other. */
async function pair(media: Media, isLocal: boolean): Promise<readonly MediaSession[]> {
  const one = await media.open({ ...OPEN, isLocal });
  const other = await media.open({ ...OPEN, isLocal, near: one });
  one.accept(other.answer(one.offer()));
  const source = { kind: 'samples', name: 'tone', samples: TONE, sampleRate: 8000 } as const;
  await one.play({ sources: [source], bargeIn: '', loop: true }).started;
  await other.echo().started;
  return [one, other];
}

/** @returns microseconds of CPU for each pair and second. */
async function measure(media: Media, isLocal: boolean): Promise<number> {
  const sessions = (await Promise.all(Array.from({ length: pairs }, () => pair(media, isLocal)))).flat();
  await sleep(500);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await sleep(seconds * 1000);
  const took = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(sessions.map((session) => session.close()));
  return (user + system) / pairs / took;
}

function median(measured: readonly number[]): number {
  return measured.toSorted((one, other) => one - other)[measured.length >> 1] ?? Number.NaN;
}

const media = await Media.start({ clock: systemClock, logger: silentLogger });
const local: number[] = [];
const sockets: number[] = [];
// The first round is for the compiler.
for (let round = 0; round <= rounds; round++) {
  const [one, other] = [await measure(media, true), await measure(media, false)];
  if (round === 0) continue;
  local.push(one);
  sockets.push(other);
}
await media.close();
const ratio = median(local.map((one, index) => one / (sockets[index] ?? Number.NaN)));
console.log(`${pairs} pairs by way of sockets: ${median(sockets).toFixed(0)} us of CPU for each pair and second`);
console.log(`${pairs} local pairs: ${median(local).toFixed(0)} us, ${ratio.toFixed(2)} times as much`);
