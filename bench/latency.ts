/**
 * How long a caller and a program wait, in real time: for the first audio after the ACK, for a prompt to fall silent, for `Hangup` after
 * the BYE. The caller is two sockets and a script in the same process. That none of it takes longer than it may, whatever the machine,
 * is proved in virtual time by `test/integration/latency.test.ts`.
 * `node bench/latency.ts [--calls N]`
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Channel, isHangup, UserAgent } from 'offhook';
import { formatSdp } from '../src/sip/sdp/format-sdp.codec.ts';
import type { Heard } from '../test/integration/media/raw-audio.ts';
import { RawPeer } from '../test/integration/media/raw-peer.ts';
import { SipPeer } from '../test/support/sip-peer.ts';
import { toneWav } from './tone-wav.ts';

/** How often each figure is measured. */
const CALLS = 20;
/** A packet. */
const FRAME_MS = 20;
/** A file that was changed later than this before it is played is not kept in memory. */
const SETTLED_MS = 2100;

interface Row {
  readonly what: string;
  readonly unit: 'ms' | 'packets';
  readonly goal: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A call that comes in; it knows to the packet what comes back and when. */
interface ScriptedCall extends AsyncDisposable {
  readonly audio: RawPeer;
  /** RTP port of the user agent. */
  readonly rtpPort: number;
  /** When the ACK was sent. */
  readonly acknowledgedAt: number;
  /** Hangs up; resolves with the time at which the BYE was sent. */
  bye(): Promise<number>;
}

/** Calls a user agent from outside and takes the times. */
class Stopwatch {
  readonly rows: Row[] = [];
  readonly ua: UserAgent;
  readonly #calls: number;
  #count = 0;

  constructor(ua: UserAgent, calls: number) {
    this.ua = ua;
    this.#calls = calls;
  }

  /**
   * Measures something once for each call. Packets come every 20 ms, so what is measured begins each time at another moment between
   * two of them: `phase` milliseconds.
   */
  async measure(what: string, unit: Row['unit'], goal: string, one: (phase: number) => Promise<number>): Promise<void> {
    const figures: number[] = [];
    for (let call = 0; call < this.#calls; call++) figures.push(await one((call * FRAME_MS) / this.#calls));
    figures.sort((a, b) => a - b);
    const at = (index: number): number => Number((figures[index] ?? Number.NaN).toFixed(1));
    const half = figures.length >> 1;
    const median = figures.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
    this.rows.push({ what, unit, goal, median: Number(median.toFixed(1)), least: at(0), most: at(figures.length - 1) });
  }

  /** @param phase - milliseconds to wait before the ACK. */
  async callIn(phase = 0): Promise<ScriptedCall> {
    const sip = await SipPeer.open(() => this.ua.port);
    const audio = await RawPeer.open();
    const callId = `latency-${this.#count++}`;
    sip.send(
      sip.request('INVITE', { callId, body: formatSdp(audio.offer), fields: { 'Content-Type': 'application/sdp' } }),
    );
    const answer = await sip.takeResponse(200, 'INVITE');
    const { toTag = '' } = answer;
    await pause(phase);
    const acknowledgedAt = performance.now();
    sip.send(sip.request('ACK', { callId, toTag }));
    return {
      audio,
      acknowledgedAt,
      rtpPort: Number(/^m=audio (\d+)/m.exec(answer.body.toString())?.[1]),
      async bye() {
        const at = performance.now();
        sip.send(sip.request('BYE', { callId, toTag, cseq: 2 }));
        await sip.takeResponse(200, 'BYE');
        return at;
      },
      async [Symbol.asyncDispose]() {
        await sip[Symbol.asyncDispose]();
        await audio.close();
      },
    };
  }
}

/** Resolves with the first packet that came after `at`, in the past or in the future, and that `test` is true for. */
async function firstAfter(audio: RawPeer, at: number, test: (heard: Heard) => boolean): Promise<Heard> {
  const fits = (heard: Heard): boolean => heard.at >= at && test(heard);
  return audio.heard.find(fits) ?? audio.next(fits);
}

/** Resolves when so many packets without prompt have come in a row: the prompt is over for good. */
async function quiet(audio: RawPeer, packets = 5): Promise<void> {
  let row = 0;
  await audio.next(({ silent }) => {
    row = silent ? row + 1 : 0;
    return row === packets;
  });
}

async function firstAudio(watch: Stopwatch): Promise<void> {
  const { ua } = watch;
  const kinds: readonly [string, (channel: Channel) => Promise<unknown>, (heard: Heard) => boolean][] = [
    ['first packet', (channel) => channel.waitForIdle(), () => true],
    ['first packet of a prompt', (channel) => channel.filePlayer.play('tone.wav'), ({ silent }) => !silent],
  ];
  for (const [what, go, test] of kinds) {
    await watch.measure(`${what} after the ACK`, 'ms', '20', async (phase) => {
      ua.onCall(async (channel) => {
        await channel.answer();
        await go(channel);
      });
      await using call = await watch.callIn(phase);
      const first = await firstAfter(call.audio, call.acknowledgedAt, test);
      await call.bye();
      return first.at - call.acknowledgedAt;
    });
  }
}

/** How a prompt is brought to its end. */
type Stopping = (channel: Channel, call: ScriptedCall, abort: AbortController) => void;

const STOPPINGS: readonly [string, object, Stopping][] = [
  ['stop()', {}, (channel) => void channel.filePlayer.stop()],
  ['a key that barges in', { bargeIn: true }, (_channel, { audio, rtpPort }) => audio.key(5, rtpPort)],
  ['an aborted signal', {}, (_channel, _call, abort) => abort.abort()],
];

async function promptAfterItsEnd(watch: Stopwatch): Promise<void> {
  const { ua } = watch;
  for (const [name, options, stop] of STOPPINGS) {
    await watch.measure(`packets of a prompt after ${name}`, 'packets', '1', async (phase) => {
      const { promise, resolve } = Promise.withResolvers<Channel>();
      const abort = new AbortController();
      ua.onCall(async (channel) => {
        await channel.answer();
        resolve(channel);
        await channel.filePlayer.play('tone.wav', { ...options, signal: abort.signal }).catch(() => undefined);
        await channel.waitForIdle();
      });
      await using call = await watch.callIn();
      await call.audio.next(({ silent }) => !silent);
      await pause(phase);
      const channel = await promise;
      const at = performance.now();
      stop(channel, call, abort);
      await quiet(call.audio);
      await call.bye();
      return call.audio.heard.filter((heard) => heard.at > at && !heard.silent).length;
    });
  }
  await watch.measure('packets after the BYE', 'packets', '1', async (phase) => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    ua.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('tone.wav').catch(() => undefined);
      await channel.hangUp();
      resolve();
    });
    await using call = await watch.callIn();
    await call.audio.next(({ silent }) => !silent);
    await pause(phase);
    const at = await call.bye();
    // Its media is closed then: nothing can come any more.
    await over;
    return call.audio.heard.filter((heard) => heard.at > at).length;
  });
}

const WAITS: readonly [string, (channel: Channel) => Promise<unknown>][] = [
  ['play()', (channel) => channel.filePlayer.play('tone.wav')],
  ['getDigits()', (channel) => channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 })],
  ['sleep()', (channel) => channel.sleep(60_000)],
  ['dtmfPlayer.play()', (channel) => channel.dtmfPlayer.play('1234567890', { on: 500 })],
];

async function hangups(watch: Stopwatch): Promise<void> {
  for (const [name, wait] of WAITS) {
    await watch.measure(`Hangup from ${name} after the BYE`, 'ms', '100', async () => {
      const { promise: thrown, resolve } = Promise.withResolvers<number>();
      watch.ua.onCall(async (channel) => {
        await channel.answer();
        await wait(channel).catch((error: unknown) => resolve(isHangup(error) ? performance.now() : Number.NaN));
      });
      await using call = await watch.callIn();
      await call.audio.next(() => true);
      const at = await call.bye();
      return (await thrown) - at;
    });
  }
}

/** Measures everything and prints it. */
export async function run(calls = CALLS): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-latency-'));
  await writeFile(join(folder, 'tone.wav'), toneWav(440, 10_000));
  // As prompts are that have lain on the disk for longer.
  await pause(SETTLED_MS);
  const ua = await UserAgent.start({ address: '127.0.0.1', port: 0, mediaDirectory: folder });
  try {
    const watch = new Stopwatch(ua, calls);
    await firstAudio(watch);
    await promptAfterItsEnd(watch);
    await hangups(watch);
    console.table(Object.fromEntries(watch.rows.map(({ what, ...figures }) => [what, figures])));
  } finally {
    await ua.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { calls: { type: 'string', default: String(CALLS) } } });
  await run(Number(values.calls));
}
