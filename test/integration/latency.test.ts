import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { type Channel, isHangup } from '../../src/index.ts';
import { formatSdp } from '../../src/sip/sdp/format-sdp.codec.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { WITH_SDP } from '../support/signaling-bench.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { type Heard, RawPeer } from './media/raw-peer.ts';

/** How often each figure is measured. Its median counts: a single one says as much about the machine as about offhook. */
const CALLS = 10;
/** One packet. */
const FRAME_MS = 20;
/** What may pass between sending here and receiving there, in this one process. */
const MARGIN_MS = 10;

let phone: Phone;
beforeAll(async () => {
  phone = await startPhone();
  await writeFile(join(phone.folder, 'tone.wav'), toneWav(440, 10_000));
});
afterAll(() => phone[Symbol.asyncDispose]());

/** A call from a peer that is two sockets and a script: it knows to the packet what comes and when. */
interface ScriptedCall extends AsyncDisposable {
  readonly audio: RawPeer;
  /** RTP port of the user agent under test. */
  readonly rtpPort: number;
  /** When the ACK was sent. */
  readonly acknowledgedAt: number;
  /** When the BYE was sent. */
  bye(): Promise<number>;
}

let count = 0;

/** @param phase - milliseconds to wait before the ACK */
async function callIn(phase = 0): Promise<ScriptedCall> {
  const sip = await SipPeer.open(() => phone.ua.port);
  const audio = await RawPeer.open();
  const callId = `latency-${count++}`;
  sip.send(sip.request('INVITE', { callId, body: formatSdp(audio.offer), fields: WITH_SDP }));
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

/**
 * Measures something once for each call, prints the figures and gives their median. Packets come every 20 ms, so what is measured
 * begins each time at another moment between two of them: `phase` milliseconds.
 */
async function measured(what: string, unit: string, one: (phase: number) => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let call = 0; call < CALLS; call++) figures.push(await one((call * FRAME_MS) / CALLS));
  figures.sort((a, b) => a - b);
  const median = ((figures[CALLS / 2 - 1] ?? 0) + (figures[CALLS / 2] ?? 0)) / 2;
  const shown = (value: number | undefined): string => (value ?? 0).toFixed(unit === 'ms' ? 1 : 0);
  process.stdout.write(`${what}: median ${shown(median)} ${unit}, ${shown(figures[0])} to ${shown(figures.at(-1))}\n`);
  return median;
}

describe('the first audio', () => {
  it('comes within one packet of the ACK', async () => {
    const median = await measured('first packet after the ACK', 'ms', async (phase) => {
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        await channel.waitForIdle();
      });
      await using call = await callIn(phase);
      const first = await firstAfter(call.audio, call.acknowledgedAt, () => true);
      await call.bye();
      return first.at - call.acknowledgedAt;
    });
    expect(median).toBeLessThanOrEqual(FRAME_MS);
  });

  it('of a prompt that is played at once comes within one packet of the ACK', async () => {
    const median = await measured('first packet of a prompt after the ACK', 'ms', async (phase) => {
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        await channel.filePlayer.play('tone.wav');
      });
      await using call = await callIn(phase);
      const first = await firstAfter(call.audio, call.acknowledgedAt, ({ silent }) => !silent);
      await call.bye();
      return first.at - call.acknowledgedAt;
    });
    expect(median).toBeLessThanOrEqual(FRAME_MS);
  });
});

let aborting = new AbortController();

/** How a prompt is brought to its end; resolves with the time at which that began. */
type Stopping = (channel: Channel, call: ScriptedCall) => number;

describe('a prompt', () => {
  it.each<[string, object, Stopping]>([
    [
      'stop()',
      {},
      (channel) => {
        void channel.filePlayer.stop();
        return performance.now();
      },
    ],
    [
      'a key that barges in',
      { bargeIn: true },
      (_channel, { audio, rtpPort }) => {
        audio.key(5, rtpPort);
        return performance.now();
      },
    ],
    [
      'an aborted signal',
      {},
      () => {
        aborting.abort();
        return performance.now();
      },
    ],
  ])('ended by %s is off the wire within one packet', async (name, options, stop) => {
    let latest = 0;
    const median = await measured(`packets of a prompt after ${name}`, 'packets', async (phase) => {
      const { promise, resolve } = Promise.withResolvers<Channel>();
      aborting = new AbortController();
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        resolve(channel);
        await channel.filePlayer.play('tone.wav', { ...options, signal: aborting.signal }).catch(() => undefined);
        await channel.waitForIdle();
      });
      await using call = await callIn();
      await call.audio.next(({ silent }) => !silent);
      await pause(phase);
      const at = stop(await promise, call);
      await quiet(call.audio);
      const late = call.audio.heard.filter((heard) => heard.at > at && !heard.silent);
      latest = Math.max(latest, ...late.map((heard) => heard.at - at));
      await call.bye();
      return late.length;
    });
    if (latest > 0) process.stdout.write(`the last of them ${latest.toFixed(1)} ms after it\n`);
    expect(median).toBeLessThanOrEqual(1);
    expect(latest).toBeLessThanOrEqual(FRAME_MS + MARGIN_MS);
  });

  it('that the far end hangs up on is off the wire within one packet', async () => {
    const median = await measured('packets after the BYE', 'packets', async (phase) => {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        await channel.filePlayer.play('tone.wav').catch(() => undefined);
        await channel.hangUp();
        resolve();
      });
      await using call = await callIn();
      await call.audio.next(({ silent }) => !silent);
      await pause(phase);
      const at = await call.bye();
      // Its media is closed then: nothing can come any more.
      await over;
      return call.audio.heard.filter((heard) => heard.at > at).length;
    });
    expect(median).toBeLessThanOrEqual(1);
  });
});

describe('Hangup', () => {
  it.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['play()', (channel) => channel.filePlayer.play('tone.wav')],
    ['getDigits()', (channel) => channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 })],
    ['sleep()', (channel) => channel.sleep(60_000)],
    ['dtmfPlayer.play()', (channel) => channel.dtmfPlayer.play('1234567890', { on: 500 })],
  ])('is thrown by %s within 100 ms of the BYE', async (name, wait) => {
    const median = await measured(`Hangup from ${name} after the BYE`, 'ms', async () => {
      const { promise: thrown, resolve } = Promise.withResolvers<number>();
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        await wait(channel).catch((error: unknown) => resolve(isHangup(error) ? performance.now() : Number.NaN));
      });
      await using call = await callIn();
      await call.audio.next(() => true);
      const at = await call.bye();
      return (await thrown) - at;
    });
    expect(median).toBeLessThan(100);
  });
});
