import { describe, expect, it } from 'vitest';
import { type Conditions, PERFECT } from '../../../../src/testing/network/conditions.ts';
import { Link } from '../../../../src/testing/network/link.state.ts';

const PACKETS = 20_000;

/** What becomes of packets that are sent 20 ms apart: how long each takes, once for each time that it arrives. */
function delays(conditions: Partial<Conditions>, seed = 'a'): number[][] {
  const link = new Link(seed);
  return Array.from({ length: PACKETS }, (_, index) =>
    link.arrivals(index * 20, { ...PERFECT, ...conditions }).map((at) => at - index * 20),
  );
}

const share = (all: number[][], is: (arrivals: number[]) => boolean): number => all.filter(is).length / PACKETS;

describe('a link', () => {
  it('that is perfect takes a tenth of a millisecond', () => {
    for (const [first, ...others] of delays({})) {
      expect(first).toBeCloseTo(0.1, 6);
      expect(others).toEqual([]);
    }
  });

  it('takes latency, and up to jitter more, evenly', () => {
    const all = delays({ latency: 20, jitter: 10 }).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(20 - 1e-6);
    expect(Math.max(...all)).toBeLessThanOrEqual(30 + 1e-6);
    expect(all.reduce((sum, each) => sum + each, 0) / all.length).toBeCloseTo(25, 0);
  });

  it('loses its share', () => {
    expect(share(delays({ loss: 0.05 }), ({ length }) => length === 0)).toBeCloseTo(0.05, 2);
    expect(share(delays({ loss: 1 }), ({ length }) => length === 0)).toBe(1);
  });

  it('repeats its share', () => {
    expect(share(delays({ duplicate: 0.1 }), ({ length }) => length === 2)).toBeCloseTo(0.1, 2);
    expect(share(delays({ duplicate: 1 }), ({ length }) => length === 2)).toBe(1);
  });

  it('holds its share up for 50 ms, so that two packets overtake', () => {
    expect(share(delays({ latency: 5, reorder: 0.1 }), ([first = 0]) => Math.abs(first - 55) < 1e-6)).toBeCloseTo(
      0.1,
      2,
    );
  });

  it('does the same for the same seed, and something else for another', () => {
    const rough = { latency: 5, jitter: 5, loss: 0.1, reorder: 0.1, duplicate: 0.1 };
    expect(delays(rough)).toEqual(delays(rough));
    expect(delays(rough)).not.toEqual(delays(rough, 'b'));
  });

  it('loses the same ones whatever the other conditions are', () => {
    const lost = (conditions: Partial<Conditions>): boolean[] => delays(conditions).map(({ length }) => length === 0);
    expect(lost({ loss: 0.1, jitter: 30, reorder: 0.2, duplicate: 0.5 })).toEqual(lost({ loss: 0.1 }));
  });
});
