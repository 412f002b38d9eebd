import { describe, expect, it } from 'vitest';
import { ALAW_TO_ULAW, decodeG711, PCMU, ULAW_SILENCE, ULAW_TO_ALAW } from '../../../../src/media/codec/g711.codec.ts';
import { Link } from '../../../../src/media/mix/link.state.ts';
import type { MediaPlan } from '../../../../src/media/negotiation/plan.ts';
import { toneShare } from '../../../support/tone.ts';
import { encoded, toneFrame } from '../mix/party.ts';
import { MediaRig, PLAN } from './media-rig.ts';

const ALAW: MediaPlan = { ...PLAN, codec: 'PCMA', sendPayloadType: 8 };
const SILENT = Buffer.alloc(160, ULAW_SILENCE);

/** What one call sends of what another one hears. */
class LinkedPair {
  readonly from: MediaRig;
  readonly to: MediaRig;
  readonly link: Link;
  /** Whoever hears makes its frame first in each 20 ms. */
  readonly #hearerFirst: boolean;

  constructor({ from = PLAN, to = PLAN, volume = 0, hearerFirst = false } = {}) {
    this.from = new MediaRig(from);
    this.to = new MediaRig(to);
    this.#hearerFirst = hearerFirst;
    this.link = new Link(this.from.media.joined.voice, volume);
    this.to.media.joined.add(this.link);
  }

  /** Lets 20 ms pass, in which this comes in. */
  pass(payload?: Uint8Array, payloadType = 0): void {
    if (this.#hearerFirst) this.to.tick();
    if (payload) this.from.voice(payload, { payloadType });
    this.from.tick();
    if (!this.#hearerFirst) this.to.tick();
  }

  say(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) this.pass(payload);
  }

  /** What the far end of the second call has heard, as it was sent. */
  get heard(): Buffer[] {
    return this.to.sent.map(({ payload }) => payload);
  }
}

/** Payloads that can be told apart, of every byte there is. */
function payloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length: 160 }, (_, at) => (at * 3 + index * 7) & 0xff),
  );
}

describe('a link', () => {
  it.each([false, true])('passes packets of one law on byte for byte, each once (hearer first: %s)', (hearerFirst) => {
    const pair = new LinkedPair({ hearerFirst });
    const said = payloads(50);
    pair.say(said);
    for (let rest = 0; rest < 5; rest++) pair.pass();
    const first = pair.heard.findIndex((payload) => !payload.equals(SILENT));
    expect(pair.heard.slice(first, first + 50)).toEqual(said.map((payload) => Buffer.from(payload)));
    expect(pair.heard.slice(0, first).every((payload) => payload.equals(SILENT))).toBe(true);
  });

  it.each([
    [false, 0],
    [true, 20],
  ])('adds no delay beyond a packet to that of an echo (hearer first: %s)', (hearerFirst, added) => {
    const pair = new LinkedPair({ hearerFirst });
    pair.from.media.echo(1);
    pair.say(payloads(30));
    const begin = (rig: MediaRig): number => rig.sent.find(({ payload }) => !payload.equals(SILENT))?.at ?? 0;
    expect(begin(pair.to) - begin(pair.from)).toBe(added);
  });

  it('translates to the other law by its table', () => {
    const said = payloads(20);
    const translated = (table: Uint8Array): Buffer =>
      Buffer.from(said[10] ?? []).map((byte) => table[byte] ?? 0) as Buffer;
    const toAlaw = new LinkedPair({ to: ALAW });
    toAlaw.say(said);
    expect(toAlaw.heard).toContainEqual(translated(ULAW_TO_ALAW));
    const toUlaw = new LinkedPair();
    for (const payload of said) toUlaw.pass(payload, 8);
    expect(toUlaw.heard).toContainEqual(translated(ALAW_TO_ULAW));
  });

  it('is louder by its volume, from the next frame on', () => {
    const pair = new LinkedPair({ volume: 6 });
    const level = (): number => Math.round(pair.to.media.statistics().levelSent);
    const say = (): void => pair.say(Array.from({ length: 10 }, () => tone(2000)));
    say();
    const louder = level();
    pair.link.setVolume(0);
    say();
    const plain = level();
    expect(louder - plain).toBe(6);
    pair.link.setVolume(-60);
    say();
    expect(level()).toBeLessThan(plain - 50);
  });

  it('does not click where a packet is lost, and passes on untouched what comes after the next one', () => {
    const pair = new LinkedPair();
    for (let index = 0; index < 30; index++) {
      pair.from.voice(tone(9000, index));
      if (index === 15) {
        // The next one is lost.
        pair.from.sequence++;
        pair.from.timestamp += 160;
      }
      pair.from.tick();
      pair.to.tick();
    }
    expect(pair.from.media.statistics().framesConcealed).toBe(1);
    const samples = new Int16Array(pair.heard.length * 160);
    for (const [index, payload] of pair.heard.entries()) decodeG711(PCMU, payload, 0, samples, index * 160, 160);
    const begin = samples.findIndex((sample) => sample !== 0);
    const steepest = (9000 * 2 * Math.PI * 300) / 8000;
    for (let at = begin + 1; at < samples.length; at++) {
      expect(Math.abs((samples[at] ?? 0) - (samples[at - 1] ?? 0))).toBeLessThan(steepest + 1000);
    }
    expect(pair.heard.at(-1)).toEqual(Buffer.from(tone(9000, pair.heard.length - 1)));
  });

  it('is heard when nothing is played, sent back or pressed, and its frames pass meanwhile', () => {
    const pair = new LinkedPair();
    const said = payloads(80);
    const heardNow = (): number =>
      said.findIndex((payload) => Buffer.from(payload).equals(pair.heard.at(-1) ?? SILENT));
    pair.say(said.slice(0, 10));
    const delay = 9 - heardNow();
    const player = pair.to.media.play(1);
    player?.push(new Uint8Array(1600).fill(0x11), PCMU);
    player?.complete();
    pair.say(said.slice(10, 20));
    expect(pair.heard.slice(-10).every((payload) => payload.every((byte) => byte === 0x11))).toBe(true);
    pair.say(said.slice(20, 30));
    expect(29 - heardNow()).toBe(delay);
    pair.to.media.sendDigits(2, { digits: '5', onMs: 100, offMs: 100 });
    pair.say(said.slice(30, 35));
    expect(pair.to.sent.at(-1)?.payloadType).toBe(101);
    pair.say(said.slice(35, 60));
    expect(59 - heardNow()).toBe(delay);
    pair.to.media.echo(3);
    pair.say(said.slice(60, 65));
    expect(pair.heard.at(-1)).toEqual(SILENT);
    pair.to.media.stop(3, 'stopped');
    pair.say(said.slice(65, 80));
    expect(79 - heardNow()).toBe(delay);
  });

  it.each([1, 2, 3])('is as late as before after %d frames of something else', (count) => {
    const pair = new LinkedPair();
    const said = payloads(40);
    pair.say(said.slice(0, 20));
    const player = pair.to.media.play(1);
    player?.push(new Uint8Array(160 * count).fill(0x11), PCMU);
    player?.complete();
    pair.say(said.slice(20, 40));
    expect(pair.heard.at(-1)).toEqual(Buffer.from(said[39 - lateness(pair, said)] ?? []));
    expect(pair.heard.filter((payload) => payload.every((byte) => byte === 0x11))).toHaveLength(count);
  });

  it('covers what is played in the background, which stands still meanwhile', () => {
    const pair = new LinkedPair();
    const player = pair.to.media.play(1, { isBackground: true });
    player?.push(new Uint8Array(16_000).fill(0x11), PCMU);
    pair.say(payloads(10));
    expect(player?.place).toMatchObject({ flow: 'still', position: 0 });
    pair.to.media.joined.remove(pair.link);
    pair.pass();
    expect(player?.place).toMatchObject({ flow: 'heard', position: 160 });
  });

  it('carries nothing while the one side may not be heard or the other hears nothing', () => {
    const pair = new LinkedPair();
    const said = payloads(60);
    pair.say(said.slice(0, 10));
    pair.from.media.configure({ ...PLAN, direction: 'sendonly' }, 'auto');
    pair.say(said.slice(10, 20));
    expect(pair.heard.slice(-9).every((payload) => payload.equals(SILENT))).toBe(true);
    pair.from.media.configure(PLAN, 'auto');
    pair.to.media.configure({ ...PLAN, direction: 'recvonly' }, 'auto');
    const before = pair.to.sent.length;
    pair.say(said.slice(20, 30));
    expect(pair.to.sent).toHaveLength(before);
    pair.to.media.configure(PLAN, 'auto');
    pair.say(said.slice(30, 40));
    const delay = 9 - said.slice(30, 40).findIndex((payload) => pair.heard.at(-1)?.equals(payload));
    expect(delay).toBeLessThanOrEqual(2);
  });

  it('is in the recording of the call that hears it, as it is sent', () => {
    const pair = new LinkedPair();
    pair.to.media.recordCall(9, {
      path: '/r.wav',
      format: 'PCM16',
      ifExists: 'overwrite',
      channels: 'stereo',
      usedBytes: 0,
    });
    pair.say(Array.from({ length: 50 }, (_, index) => tone(9000, index)));
    pair.to.media.stop(9, 'stopped');
    const recorded = pair.to.recording(9);
    const right = Int16Array.from({ length: recorded.length / 4 }, (_, index) => recorded.readInt16LE(4 * index + 2));
    const sent = new Int16Array(pair.heard.length * 160);
    for (const [index, payload] of pair.heard.entries()) decodeG711(PCMU, payload, 0, sent, index * 160, 160);
    expect(right).toEqual(sent);
    expect(toneShare(right.subarray(2000, 6000), 8000, 300)).toBeGreaterThan(0.99);
  });

  it('is added to others', () => {
    const pair = new LinkedPair();
    const third = new MediaRig();
    pair.to.media.joined.add(new Link(third.media.joined.voice, 0));
    for (let index = 0; index < 40; index++) {
      third.voice(tone(6000, index, 700));
      third.tick();
      pair.pass(tone(6000, index));
    }
    const samples = new Int16Array(20 * 160);
    for (const [index, payload] of pair.heard.slice(-20).entries())
      decodeG711(PCMU, payload, 0, samples, index * 160, 160);
    expect(toneShare(samples, 8000, 300)).toBeCloseTo(0.5, 1);
    expect(toneShare(samples, 8000, 700)).toBeCloseTo(0.5, 1);
  });
});

/** How many frames after it was said something was heard, before anything was in the way. */
function lateness(pair: LinkedPair, said: readonly Uint8Array[]): number {
  return 19 - said.findIndex((payload) => pair.heard[19]?.equals(payload));
}

/** A frame of a tone that goes on from frame to frame. */
function tone(amplitude: number, frame = 0, hertz = 300): Uint8Array {
  return encoded(toneFrame(hertz, frame, amplitude));
}
