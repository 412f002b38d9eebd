/**
 * What it costs that far ends hear each other, by the media engine alone: a mix of several parties of whom some talk, and calls that are
 * linked in pairs. Each is measured in turns with the echo of the same calls, so that a busy machine changes the figures but not their
 * ratio. The far ends are a process beside it, which answers each packet with one of its own; a capture tells how evenly ours left.
 * `node bench/mix.ts [--parties N,N,…] [--talkers N] [--seconds N] [--rounds N]`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { MediaSession } from '../src/channel/media-port.ts';
import { systemClock } from '../src/clock.ts';
import { silentLogger } from '../src/logger.ts';
import { encodeUlaw, ULAW_SILENCE } from '../src/media/codec/g711.codec.ts';
import { Media } from '../src/media/media.ts';
import { rawOffer } from '../test/integration/media/raw-audio.ts';
import { capturePacing } from './capture.ts';

const ADDRESS = '127.0.0.1';
const HEADER = 12;
const FRAME = 160;

const { values } = parseArgs({
  options: {
    parties: { type: 'string', default: '10,50,100' },
    talkers: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string' },
  },
});
const talkers = Number(values.talkers);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);

/** What a far end says in 50 packets, over and over: the first ones a tone each, the others nothing. */
function speech(index: number): Uint8Array {
  const hertz = 300 + 41 * index;
  return Uint8Array.from({ length: 50 * FRAME }, (_, at) =>
    index < talkers ? encodeUlaw(8000 * Math.sin((2 * Math.PI * hertz * at) / 8000)) : ULAW_SILENCE,
  );
}

/** The far ends. */
async function answer(count: number): Promise<void> {
  const ports: number[] = [];
  for (let index = 0; index < count; index++) {
    const socket = createSocket('udp4');
    const said = speech(index);
    socket.on('message', (packet, { port }) => {
      // RTCP comes to the same port here.
      if (((packet[1] as number) & 0x7f) >= 64) return;
      const at = (packet.readUInt16BE(2) % 50) * FRAME;
      packet.set(said.subarray(at, at + FRAME), HEADER);
      socket.send(packet, port, ADDRESS);
    });
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    ports.push(socket.address().port);
  }
  process.send?.(ports);
}

/** Calls with a far end each. */
async function openCalls(count: number): Promise<{ media: Media; sessions: MediaSession[]; peer: ChildProcess }> {
  const peer = fork(fileURLToPath(import.meta.url), ['--peers', String(count), '--talkers', values.talkers]);
  const ports = (await once(peer, 'message'))[0] as number[];
  const media = await Media.start({ clock: systemClock, logger: silentLogger });
  const sessions: MediaSession[] = [];
  for (const port of ports) {
    const session = await media.open({ address: ADDRESS, codecs: ['PCMU'] });
    session.answer(rawOffer(ADDRESS, port));
    sessions.push(session);
  }
  return { media, sessions, peer };
}

/** Begins something, and returns how to end it. */
type Work = (sessions: readonly MediaSession[], media: Media) => () => Promise<unknown>;

const echo: Work = (sessions) => {
  const echoes = sessions.map((session) => session.echo());
  return () => {
    for (const each of echoes) each.stop();
    return Promise.all(echoes.map(({ finished }) => finished));
  };
};

const mix: Work = (sessions, media) => {
  const mixed = media.mix();
  for (const session of sessions) mixed.join(session);
  return async () => mixed.close();
};

/** A mix that tells who talks. */
const watchedMix: Work = (sessions, media) => {
  const mixed = media.mix();
  mixed.listen(() => undefined);
  for (const session of sessions) mixed.join(session);
  return async () => mixed.close();
};

const connect: Work = (sessions) => {
  const links = sessions.map((session, index) => session.link(sessions[index ^ 1] as MediaSession));
  return async () => {
    for (const link of links) link.close();
  };
};

interface Measured {
  /** Microseconds of CPU per call and second, and the pacing error of 99 % of the packets in milliseconds. */
  readonly cost: number;
  readonly p99: number;
  /** The same of an empty program beside it, and of the packets that left while the machine ran. */
  readonly empty: number;
  readonly running: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/** Measures several kinds of work in turns on the same calls: the median of each. */
async function measure(count: number, works: readonly Work[]): Promise<Measured[]> {
  const { media, sessions, peer } = await openCalls(count);
  const own = sessions.map(({ local }) => local.rtpPort);
  const measured = works.map((): Measured[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, work] of works.entries()) {
      const end = work(sessions, media);
      await sleep(300);
      const endOfCapture = await capturePacing(own);
      const cpu = process.cpuUsage();
      const begin = performance.now();
      await sleep(seconds * 1000);
      const took = (performance.now() - begin) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const { p99, machine } = await endOfCapture();
      // The first round is for the compiler.
      if (round > 0) {
        measured[index]?.push({
          cost: (user + system) / count / took,
          p99,
          empty: machine.p99,
          running: machine.runningP99,
        });
      }
      await end();
    }
  }
  await media.close();
  peer.kill();
  return measured.map((all) => ({
    cost: median(all.map(({ cost }) => cost)),
    p99: median(all.map(({ p99 }) => p99)),
    empty: median(all.map(({ empty }) => empty)),
    running: median(all.map(({ running }) => running)),
  }));
}

function describe({ cost, p99, empty, running }: Measured): string {
  const pacing = `pacing error p99 ${p99.toFixed(2)} ms (an empty program: ${empty.toFixed(2)}; while the machine ran: ${running.toFixed(2)})`;
  return `${cost.toFixed(0)} us of CPU per call and second, ${pacing}`;
}

async function run(): Promise<void> {
  for (const count of values.parties.split(',').map(Number)) {
    const [echoed, mixed, watched] = (await measure(count, [echo, mix, watchedMix])) as [Measured, Measured, Measured];
    console.log(`${count} calls that echo: ${describe(echoed)}`);
    console.log(
      `  mixed, ${Math.min(talkers, count)} talk: ${describe(mixed)}, ${(mixed.cost / echoed.cost).toFixed(2)} times the echo`,
    );
    console.log(`  and told who talks: ${describe(watched)}, ${(watched.cost / echoed.cost).toFixed(2)} times`);
  }
  const [echoed, connected] = (await measure(100, [echo, connect])) as [Measured, Measured];
  console.log(`100 calls that echo: ${describe(echoed)}`);
  console.log(
    `  50 pairs, linked both ways: ${describe(connected)}, ${(connected.cost / echoed.cost).toFixed(2)} times the echo`,
  );
}

await (values.peers === undefined ? run() : answer(Number(values.peers)));
