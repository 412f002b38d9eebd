import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/testing/network/random.state.ts';

const numbers = (seed: string, count: number): number[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.fraction());
};

describe('seeded random numbers', () => {
  it('are the same for the same seed and others for another', () => {
    expect(numbers('7', 100)).toEqual(numbers('7', 100));
    const firsts = Array.from({ length: 1000 }, (_, seed) => numbers(String(seed), 1)[0]);
    expect(new Set(firsts).size).toBe(1000);
  });

  it('stay the same for ever', () => {
    const random = new SeededRandom('7 link');
    expect(Array.from({ length: 4 }, () => random.next())).toEqual([1001816506, 122419739, 2923744563, 386288777]);
    const bytes = new Uint8Array(4);
    random.fill(bytes);
    expect([...bytes]).toEqual([208, 191, 240, 221]);
  });

  it('are spread evenly from 0 up to 1, whatever the seed', () => {
    for (const seed of ['0', '1', '']) {
      const counts = new Array<number>(10).fill(0);
      for (const number of numbers(seed, 100_000)) {
        const bin = Math.floor(number * 10);
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      expect(counts).toHaveLength(10);
      for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    }
  });
});
