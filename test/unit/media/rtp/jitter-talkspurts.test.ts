import { describe, expect, it } from 'vitest';
import { ULAW_SILENCE } from '../../../../src/media/codec/g711.codec.ts';
import { FRAME_EMPTY, FRAME_VOICE, JitterBuffer } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { count, heard, packet, pattern, play, range, stream } from './jitter-rig.ts';

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
