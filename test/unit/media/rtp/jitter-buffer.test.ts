import { describe, expect, it } from 'vitest';
import { ALAW_SILENCE, PCMA, PCMU, ULAW_SILENCE, ULAW_TO_ALAW } from '../../../../src/media/codec/g711.codec.ts';
import { FRAME_EMPTY, FRAME_LOST, FRAME_VOICE, JitterBuffer } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { count, frameByte, frameNumber, type Parcel, pattern, play, quietByte, stream } from './jitter-rig.ts';

const SECOND = 50;

/** Frames of the source in the order in which they were heard. */
function heard(frames: ReturnType<typeof play>['frames']): number[] {
  return frames.filter(({ result }) => result === FRAME_VOICE).map(frameNumber);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Deterministic values from 0 up to `limit`. */
function noise(limit: number, seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x80000000) * limit;
  };
}

function packet(buffer: JitterBuffer, sequence: number, timestamp: number, fill: number, marker = false, length = 160) {
  buffer.put(new Uint8Array(length).fill(fill), 0, length, PCMU, sequence & 0xffff, timestamp >>> 0, marker);
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

describe('talkspurts', () => {
  it('takes what was not sent for silence when the sequence has no hole', () => {
    const spoken = stream({ packetMs: 20, durationMs: 400 });
    const again = stream({ packetMs: 20, durationMs: 400, firstSequence: 120, firstTimestamp: 1000 + 160 * 70 }).map(
      (parcel) => ({ ...parcel, arrivesAt: parcel.arrivesAt + 1400, from: parcel.from + 160 * 70 }),
    );
    const { frames, buffer } = play([...spoken, ...again], { untilMs: 1780 });
    expect(pattern(frames)).toMatch(/^--V{20}L{5}-+V+$/);
    expect(heard(frames)).toEqual([...range(0, 20), ...range(70, 87)]);
    // As deep as before the silence.
    expect(frames[10]?.depthMs).toBe(40);
    expect(frames.at(-1)?.depthMs).toBe(40);
    expect(buffer.discarded).toBe(0);
  });

  it('calls a short gap with a marker behind it silence, not loss', () => {
    const buffer = new JitterBuffer();
    const into = new Uint8Array(160);
    packet(buffer, 1, 0, 0x10, true);
    packet(buffer, 2, 480, 0x11, true);
    const results = Array.from({ length: 6 }, () => buffer.take(into));
    expect(results).toEqual([FRAME_EMPTY, FRAME_EMPTY, FRAME_VOICE, FRAME_EMPTY, FRAME_EMPTY, FRAME_VOICE]);
    expect(buffer.concealed).toBe(0);
  });

  it('fills up a frame in which a talkspurt begins off the grid with silence', () => {
    const buffer = new JitterBuffer();
    const into = new Uint8Array(160);
    packet(buffer, 1, 0, 0x10, true);
    packet(buffer, 2, 200, 0x11, true);
    packet(buffer, 3, 360, 0x12);
    buffer.take(into);
    buffer.take(into);
    expect(buffer.take(into)).toBe(FRAME_VOICE);
    expect(buffer.take(into)).toBe(FRAME_VOICE);
    expect(Array.from(into)).toEqual([...Array(40).fill(ULAW_SILENCE), ...Array(120).fill(0x11)]);
  });

  it.each([
    ['ahead', 5_000_000],
    ['back', -5_000_000],
    ['across the sign of 32 bits', 0x8000_0000],
  ])('follows a jump of the timestamps %s and plays what was there before', (_, jump) => {
    const before = stream({ packetMs: 20, durationMs: 1000 });
    const after = stream({ packetMs: 20, durationMs: 1000, firstSequence: 150 }).map((parcel) => ({
      ...parcel,
      arrivesAt: parcel.arrivesAt + 1000,
      timestamp: (parcel.timestamp + jump) >>> 0,
      from: parcel.from + 50 * 160,
      marker: false,
    }));
    const { frames, buffer } = play([...before, ...after], { untilMs: 1990 });
    expect(heard(frames).slice(0, 95)).toEqual(range(0, 95));
    expect(buffer.discarded).toBe(0);
  });

  it('begins anew after 16 packets when the timestamps and the sequence go back together', () => {
    const before = stream({ packetMs: 20, durationMs: 1000, firstSequence: 5000, firstTimestamp: 900_000 });
    const after = stream({ packetMs: 20, durationMs: 1000, firstSequence: 10, firstTimestamp: 160 }).map((parcel) => ({
      ...parcel,
      arrivesAt: parcel.arrivesAt + 1000,
    }));
    const { frames } = play([...before, ...after], { untilMs: 1990 });
    expect(count(frames.slice(70), FRAME_VOICE)).toBeGreaterThanOrEqual(28);
  });

  it('says lost for a few frames only while the sender sends digits instead of audio', () => {
    const talk = stream({ packetMs: 20, durationMs: 1000 });
    const after = stream({ packetMs: 20, durationMs: 1000, firstSequence: 190, firstTimestamp: 1000 + 160 * 90 }).map(
      (parcel) => ({ ...parcel, arrivesAt: parcel.arrivesAt + 1800, marker: false }),
    );
    const { frames, buffer } = play([...talk, ...after], { untilMs: 2780 });
    expect(pattern(frames)).toMatch(/^--V{50}L{5}-{35}V+$/);
    expect(buffer.concealed).toBe(5);
    expect(frames.at(-1)?.depthMs).toBe(40);
  });

  it('goes on when the timestamps stood still over a pause', () => {
    const talk = stream({ packetMs: 20, durationMs: 1000 });
    const after = stream({ packetMs: 20, durationMs: 1000, firstSequence: 150, firstTimestamp: 1000 + 160 * 50 }).map(
      (parcel) => ({ ...parcel, arrivesAt: parcel.arrivesAt + 4000, from: parcel.from + 160 * 50 }),
    );
    const { frames, buffer } = play([...talk, ...after], { untilMs: 4980 });
    expect(heard(frames)).toEqual(range(0, 98));
    expect(buffer.discarded).toBe(0);
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
