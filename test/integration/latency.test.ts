import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { type Channel, isHangup } from '../../src/index.ts';
import { openRawScene, type RawCall, type RawScene } from './network/raw-caller.ts';

// The clock is virtual and only what is meant to takes time. So these times are the same on every machine: those that the stack lets
// pass by itself. What a machine adds is measured in bench/latency.ts.

/** One packet: nobody has to wait for longer, neither for audio to begin nor for it to end. */
const FRAME_MS = 20;
/** When a method must have thrown `Hangup` after the BYE. */
const SOON_MS = 100;
/** Moments between two packets at which something happens; no packet is sent at any of them, so that it is clear what comes first. */
const PHASES = Array.from({ length: FRAME_MS }, (_, phase) => phase + 0.5);

let folder: string;
let scene: RawScene;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-latency-'));
  await writeFile(join(folder, 'tone.wav'), toneWav(440, 10_000));
  scene = await openRawScene({ mediaDirectory: folder });
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** How much later each is than what came before it, for each of the moments; they are spread over the whole of a packet. */
function expectEveryPhase(waits: readonly number[]): void {
  expect(new Set(waits.map((wait) => Math.floor(wait))).size).toBe(PHASES.length);
}

describe('the first audio', () => {
  it.each<[string, (channel: Channel) => Promise<unknown>, boolean]>([
    ['silence', (channel) => channel.waitForIdle(), true],
    ['a prompt that is played at once', (channel) => channel.filePlayer.play('tone.wav'), false],
  ])('of %s comes within one packet of the ACK', async (_what, go, silent) => {
    const waits: number[] = [];
    scene.ua.onCall(async (channel) => {
      await channel.answer();
      await go(channel);
    });
    for (const phase of PHASES) {
      const call = await scene.invite();
      await scene.clock.advance(phase);
      const before = call.heard.length;
      const at = call.acknowledge();
      const isThere = () => call.heard.slice(before).find((heard) => heard.silent === silent);
      await call.until('the audio', () => isThere() !== undefined);
      waits.push((isThere()?.at ?? Number.NaN) - at);
      call.bye();
      await scene.clock.advance(1000);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(FRAME_MS);
    expectEveryPhase(waits);
  });
});

/** How a prompt is brought to its end; returns when that began. */
type Stopping = (channel: Channel, call: RawCall, abort: AbortController) => void;

describe('a prompt', () => {
  it.each<[string, object, Stopping]>([
    ['stop()', {}, (channel) => void channel.filePlayer.stop()],
    ['a key that barges in', { bargeIn: true }, (_channel, call) => call.key(5)],
    ['an aborted signal', {}, (_channel, _call, abort) => abort.abort()],
    ['hangUp()', {}, (channel) => void channel.hangUp()],
    ['the BYE of the far end', {}, (_channel, call) => call.bye()],
  ])('ended by %s is off the wire at once', async (_what, options, stop) => {
    const waits: number[] = [];
    for (const phase of PHASES) {
      const abort = new AbortController();
      let channel: Channel | undefined;
      scene.ua.onCall(async (arrived) => {
        channel = arrived;
        await arrived.answer();
        await arrived.filePlayer.play('tone.wav', { ...options, signal: abort.signal }).catch(() => undefined);
        await arrived.waitForIdle();
      });
      const call = await scene.invite();
      call.acknowledge();
      await call.until('the prompt', () => call.heard.at(-1)?.silent === false);
      await scene.clock.advance(phase);
      const last = call.heard.at(-1);
      const at = scene.clock.now();
      if (channel) stop(channel, call, abort);
      await scene.clock.advance(1000);
      // Not even the one packet that may: here no thread has to hear of it.
      expect(call.heard.filter((heard) => heard.at > at && !heard.silent)).toEqual([]);
      expect(last).toMatchObject({ silent: false });
      waits.push(at - (last?.at ?? Number.NaN));
      call.bye();
      await scene.clock.advance(1000);
    }
    expectEveryPhase(waits);
  });
});

describe('Hangup', () => {
  it.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['play()', (channel) => channel.filePlayer.play('tone.wav')],
    ['getDigits()', (channel) => channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 })],
    ['sleep()', (channel) => channel.sleep(60_000)],
    ['dtmfPlayer.play()', (channel) => channel.dtmfPlayer.play('1234567890', { on: 500 })],
  ])(`is thrown by %s within ${SOON_MS} ms of the BYE`, async (_name, wait) => {
    for (const phase of PHASES) {
      let thrownAt = Number.NaN;
      scene.ua.onCall(async (channel) => {
        await channel.answer();
        await wait(channel).catch((error: unknown) => {
          if (isHangup(error)) thrownAt = scene.clock.now();
        });
      });
      const call = await scene.invite();
      call.acknowledge();
      await scene.clock.advance(100 + phase);
      const at = call.bye();
      await scene.clock.advance(1000);
      expect(thrownAt - at).toBeLessThan(SOON_MS);
    }
  });
});
