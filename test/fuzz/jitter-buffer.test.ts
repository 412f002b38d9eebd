import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_EMPTY, FRAME_LOST, FRAME_VOICE, JitterBuffer } from '../../src/media/rtp/jitter-buffer.state.ts';
import { frameByte, frameNumber, type Parcel, play, stream } from '../unit/media/rtp/jitter-rig.ts';

const FRAMES = 100;

/** Where a stream begins: near the wraps as often as elsewhere. */
const start = fc.record({
  firstSequence: fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 65_450, max: 65_535 })),
  firstTimestamp: fc.oneof(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.integer({ min: 0xffff_c000, max: 0xffff_ffff }),
    fc.integer({ min: 0x7fff_c000, max: 0x8000_0000 }),
  ),
});

describe('any order of arrival', () => {
  it('within the delay comes out in the right order with nothing lost', () => {
    const way = fc.array(fc.integer({ min: 0, max: 39 }), { minLength: FRAMES, maxLength: FRAMES });
    fc.assert(
      fc.property(start, way, (first, ways) => {
        // The first packet sets the clock; it was as fast as any.
        const transit = (index: number): number => (index === 0 ? 0 : (ways[index] as number));
        const { frames, buffer } = play(stream({ packetMs: 20, durationMs: FRAMES * 20, transit, ...first }), {
          untilMs: FRAMES * 20,
          byte: frameByte,
        });
        const heard = frames.filter(({ result }) => result === FRAME_VOICE).map(frameNumber);
        expect(heard).toEqual(heard.map((_, index) => index));
        expect(heard.length).toBeGreaterThanOrEqual(FRAMES - 4);
        expect(buffer.discarded).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('with any delays, losses and doubles never goes back, never plays a frame twice, and never holds it for more than 460 ms', () => {
    const fate = fc.record({
      way: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 900 }) },
      ),
      lost: fc.boolean(),
      copies: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(start, fc.array(fate, { minLength: FRAMES, maxLength: FRAMES }), (first, fates) => {
        const arrived = new Map<number, number>();
        const parcels = stream({ packetMs: 20, durationMs: FRAMES * 20, ...first }).flatMap(
          (parcel, index): Parcel[] => {
            const { way, lost, copies } = fates[index] as (typeof fates)[number];
            if (lost && way % 3 === 0) return [];
            arrived.set(index, parcel.arrivesAt + way);
            return Array.from({ length: copies }, (_, copy) => ({
              ...parcel,
              arrivesAt: parcel.arrivesAt + way + copy * 7,
            }));
          },
        );
        parcels.sort((a, b) => a.arrivesAt - b.arrivesAt);
        const { frames } = play(parcels, { untilMs: FRAMES * 20 + 2000, byte: frameByte });
        let last = -1;
        for (const frame of frames) {
          expect(frame.depthMs).toBeLessThanOrEqual(420);
          if (frame.result !== FRAME_VOICE) continue;
          const number = frameNumber(frame);
          expect(number).toBeGreaterThan(last);
          last = number;
          expect(frame.at - (arrived.get(number) as number)).toBeLessThanOrEqual(460);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('any packets at all', () => {
  it('leave it working: a steady stream is heard within a second', () => {
    const packet = fc.record({
      sequence: fc.integer({ min: 0, max: 65_535 }),
      timestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
      length: fc.integer({ min: 0, max: 1700 }),
      codec: fc.constantFrom(0 as const, 1 as const),
      marker: fc.boolean(),
      takes: fc.integer({ min: 0, max: 3 }),
    });
    const payload = new Uint8Array(1700);
    const into = new Uint8Array(160);
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 200 }), start, (packets, first) => {
        const buffer = new JitterBuffer();
        for (const { sequence, timestamp, length, codec, marker, takes } of packets) {
          buffer.put(payload, 0, length, codec, sequence, timestamp, marker);
          for (let take = 0; take < takes; take++) {
            expect([FRAME_VOICE, FRAME_LOST, FRAME_EMPTY]).toContain(buffer.take(into));
          }
          expect(buffer.depthMs).toBeLessThanOrEqual(400 + 200 + 20);
        }
        const { frames } = play(stream({ packetMs: 20, durationMs: 2000, ...first }), { untilMs: 1990, buffer });
        const later = frames.slice(50);
        const voiced = later.filter(({ result }) => result === FRAME_VOICE);
        expect(voiced.length).toBeGreaterThan(later.length * 0.9);
      }),
      { numRuns: 300 },
    );
  });
});
