import { describe, expect, it } from 'vitest';
import { ALAW_SILENCE, PCMA, PCMU, ULAW_SILENCE, ULAW_TO_ALAW } from '../../../../src/media/codec/g711.codec.ts';
import { FRAME_EMPTY, FRAME_LOST, FRAME_VOICE, JitterBuffer } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { count, frameByte, heard, type Parcel, packet, pattern, play, quietByte, range, stream } from './jitter-rig.ts';

const SECOND = 50;

/** Deterministic values from 0 up to `limit`. */
function noise(limit: number, seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x80000000) * limit;
  };
}

describe('a steady stream', () => {
  it.each([10, 20, 30, 40, 60, 120])('of %i ms packets comes out complete and in order', (packetMs) => {
    const parcels = stream({ packetMs, durationMs: 4800 });
    const { frames, buffer } = play(parcels, { untilMs: 4800 });
    const numbers = heard(frames);
    expect(numbers).toEqual(range(0, numbers.length));
    expect(numbers.length).toBeGreaterThan(4 * SECOND + 30);
    expect(pattern(frames)).toMatch(/^-{1,3}V+$/);
    expect(buffer.discarded).toBe(0);
  });

  it('is delayed by 40 ms at first and by 20 ms when it has been seen to be steady', () => {
    const { frames } = play(stream({ packetMs: 20, durationMs: 10_000 }), { untilMs: 9990, byte: quietByte });
    expect(frames[50]?.depthMs).toBe(40);
    expect(frames.at(-1)?.depthMs).toBe(20);
  });

  it('loses no frame of loud audio for the sake of 20 ms less delay', () => {
    const loud = (): number => 0x80;
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 10_000 }), { untilMs: 9990, byte: loud });
    expect(buffer.dropped).toBe(0);
    expect(frames.at(-1)?.depthMs).toBe(40);
  });

  it.each([
    ['sequence numbers', { firstSequence: 65_500 }],
    ['timestamps', { firstTimestamp: 0xffff_ffff - 3000 }],
    ['both', { firstSequence: 65_530, firstTimestamp: 0xffff_ff00 }],
  ])('goes on where %s wrap', (_, first) => {
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 4000, ...first }), { untilMs: 4000 });
    expect(heard(frames)).toEqual(range(0, 198));
    expect(buffer.concealed).toBe(0);
  });

  it('is empty before the first packet and says nothing is lost', () => {
    const buffer = new JitterBuffer();
    expect(buffer.take(new Uint8Array(160))).toBe(FRAME_EMPTY);
    expect(buffer.concealed).toBe(0);
    expect(buffer.depthMs).toBe(0);
  });
});

describe('loss and order', () => {
  it('reports one lost frame for each lost packet of 20 ms', () => {
    const { frames, buffer } = play(
      stream({ packetMs: 20, durationMs: 2000, transit: (index) => (index % 10 === 5 ? undefined : 0) }),
      { untilMs: 1990 },
    );
    expect(heard(frames)).toEqual(range(0, 98).filter((number) => number % 10 !== 5));
    expect(buffer.concealed).toBe(10);
  });

  it('puts reordered packets back into order', () => {
    const transit = (index: number): number => (index % 4 === 1 ? 25 : 0);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 4000, transit }), { untilMs: 3990 });
    expect(heard(frames)).toEqual(range(0, 198));
    expect(buffer.discarded).toBe(0);
  });

  it('takes duplicates once, early and late ones', () => {
    const once = stream({ packetMs: 20, durationMs: 2000 });
    const twice = once.flatMap((parcel): Parcel[] => [
      parcel,
      parcel,
      { ...parcel, arrivesAt: parcel.arrivesAt + 300 },
    ]);
    twice.sort((a, b) => a.arrivesAt - b.arrivesAt);
    const { frames, buffer } = play(twice, { untilMs: 1990 });
    expect(heard(frames)).toEqual(range(0, 98));
    expect(buffer.late).toBe(0);
    expect(buffer.discarded).toBe(100 + 85);
    expect(frames.at(-1)?.depthMs).toBe(40);
  });

  it('has the same delay after a burst of loss as before', () => {
    const transit = (index: number): number | undefined => (index >= 50 && index < 90 ? undefined : 0);
    const { frames } = play(stream({ packetMs: 20, durationMs: 4000, transit }), { untilMs: 3990 });
    expect(pattern(frames.slice(50, 100))).toMatch(/^V+L{5}-+V+$/);
    expect(frames[49]?.depthMs).toBe(40);
    expect(frames[150]?.depthMs).toBe(40);
    expect(heard(frames)).toEqual([...range(0, 50), ...range(90, 198)]);
  });

  it('gives up 20 ms frames that a lost 30 ms packet leaves a hole in', () => {
    const transit = (index: number): number | undefined => (index === 21 ? undefined : 0);
    const { frames } = play(stream({ packetMs: 30, durationMs: 1500, transit }), { untilMs: 1490 });
    const missing = range(0, 72).filter((number) => !heard(frames).includes(number));
    expect(missing).toEqual([31, 32]);
  });
});

describe('delay', () => {
  it('grows by what a late burst needs, loses none of it, and shrinks back', () => {
    const transit = (index: number): number => (index > 100 && index < 115 ? (115 - index) * 20 : 0);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 20_000, transit }), {
      untilMs: 19_990,
      byte: quietByte,
    });
    expect(buffer.discarded).toBe(0);
    expect(Math.max(...frames.map(({ depthMs }) => depthMs))).toBeGreaterThanOrEqual(280);
    expect(frames[125]?.depthMs).toBeGreaterThan(200);
    expect(frames.at(-1)?.depthMs).toBe(20);
  });

  it('never holds more than 400 ms and a packet, whatever comes at once', () => {
    const transit = (index: number): number => (index > 100 && index < 180 ? (180 - index) * 20 : 0);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 30_000, transit }), { untilMs: 29_990 });
    expect(Math.max(...frames.map(({ depthMs }) => depthMs))).toBeLessThanOrEqual(420);
    expect(buffer.dropped).toBeGreaterThan(0);
    expect(frames.at(-1)?.depthMs).toBeLessThanOrEqual(40);
  });

  it('adapts to jitter: after it has been measured, next to nothing is lost', () => {
    const jitter = noise(90, 7);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 30_000, transit: jitter }), { untilMs: 29_990 });
    const later = frames.slice(5 * SECOND);
    expect(count(later, FRAME_LOST) / later.length).toBeLessThan(0.005);
    expect(later.reduce((sum, { depthMs }) => sum + depthMs, 0) / later.length).toBeLessThan(110);
    expect(buffer.targetMs).toBeGreaterThanOrEqual(60);
  });

  it('gets deeper after late packets, one frame for each, until they are in time', () => {
    const transit = (index: number): number => (index > 100 && index % 10 === 0 ? 95 : 0);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 20_000, transit }), { untilMs: 19_990 });
    expect(buffer.late).toBeGreaterThan(1);
    expect(buffer.late).toBeLessThanOrEqual(5);
    expect(count(frames.slice(10 * SECOND), FRAME_LOST)).toBe(0);
  });

  it.each([
    [200, quietByte, 20],
    [-200, quietByte, 20],
    [200, frameByte, 20],
    [-200, frameByte, 20],
    [200, frameByte, 30],
    [-200, frameByte, 60],
  ])('does not grow in ten minutes when the sender is %i ppm fast (%#)', (ppm, byte, packetMs) => {
    const { frames, buffer } = play(stream({ packetMs, durationMs: 600_000, ppm }), { untilMs: 599_000, byte });
    const settled = frames.slice(10 * SECOND);
    expect(Math.max(...settled.map(({ depthMs }) => depthMs))).toBeLessThanOrEqual(20 + 20 + packetMs);
    // Ten minutes at 200 ppm are 120 ms: six frames.
    expect(buffer.concealed + buffer.dropped).toBeLessThanOrEqual(8);
    expect(buffer.discarded).toBe(0);
  });

  it('waits for quiet frames to correct the delay', () => {
    const transit = (index: number): number => (index > 100 && index < 110 ? (110 - index) * 20 : 0);
    // Loud, but for a quiet fifth of each second.
    const byte = (sample: number): number => (sample % 8000 < 6400 ? 0x20 + (sample & 0x0f) : ULAW_SILENCE);
    const { frames, buffer } = play(stream({ packetMs: 20, durationMs: 20_000, transit }), { untilMs: 19_990, byte });
    expect(buffer.dropped).toBeGreaterThan(5);
    expect(frames.at(-1)?.depthMs).toBeLessThanOrEqual(40);
  });
});

describe('a new source', () => {
  it('after reset() starts with its own numbers and keeps the delay that was found necessary', () => {
    const jitter = noise(60, 3);
    const { buffer } = play(stream({ packetMs: 20, durationMs: 10_000, transit: jitter }), { untilMs: 9000 });
    const target = buffer.targetMs;
    buffer.reset();
    expect(buffer.depthMs).toBe(0);
    expect(buffer.take(new Uint8Array(160))).toBe(FRAME_EMPTY);
    const { frames } = play(stream({ packetMs: 20, durationMs: 1000, firstSequence: 100, firstTimestamp: 77 }), {
      untilMs: 990,
      buffer,
    });
    expect(heard(frames).slice(0, 40)).toEqual(range(0, 40));
    expect(frames[20]?.depthMs).toBe(target);
  });
});

describe('payloads', () => {
  it('gives what is buffered in the law of the last packet', () => {
    const buffer = new JitterBuffer();
    const into = new Uint8Array(160);
    buffer.put(new Uint8Array(160).fill(0x23), 0, 160, PCMU, 1, 0, true);
    buffer.put(new Uint8Array(160).fill(ALAW_SILENCE), 0, 160, PCMA, 2, 160, false);
    expect(buffer.codec).toBe(PCMA);
    buffer.take(into);
    buffer.take(into);
    expect(buffer.take(into)).toBe(FRAME_VOICE);
    expect(into[0]).toBe(ULAW_TO_ALAW[0x23]);
    expect(buffer.take(into)).toBe(FRAME_VOICE);
    expect(into[159]).toBe(ALAW_SILENCE);
  });

  it('discards empty and oversized ones', () => {
    const buffer = new JitterBuffer();
    packet(buffer, 1, 0, 1, true, 0);
    packet(buffer, 2, 0, 1, true, 1601);
    expect(buffer.discarded).toBe(2);
    expect(buffer.take(new Uint8Array(160))).toBe(FRAME_EMPTY);
  });
});
