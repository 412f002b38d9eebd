import { expect, it } from 'vitest';
import { RandomTokens } from '../../../src/sip/random-tokens.ts';

const TOKENS = 100_000;
const POOL_BYTES = 4096;

it('are as long as asked for, in hex', () => {
  const tokens = new RandomTokens();
  for (const bytes of [1, 6, 12, 16]) expect(tokens.next(bytes)).toMatch(new RegExp(`^[0-9a-f]{${2 * bytes}}$`, 'u'));
});

it('never come twice, also from two of them', () => {
  const [one, other] = [new RandomTokens(), new RandomTokens()];
  const seen = new Set<string>();
  for (let count = 0; count < TOKENS / 2; count++) seen.add(one.next(12)).add(other.next(12));
  expect(seen.size).toBe(TOKENS);
});

it('take every byte of their source once', () => {
  let drawn = 0;
  const tokens = new RandomTokens((bytes) => {
    for (let index = 0; index < bytes.length; index += 4)
      Buffer.from(bytes.buffer, bytes.byteOffset).writeUInt32BE(drawn++, index);
  });
  const numbers = Array.from({ length: POOL_BYTES }, () => Number.parseInt(tokens.next(4), 16));
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

it('fractions are spread evenly from 0 up to 1', () => {
  const tokens = new RandomTokens();
  const tenths = new Map<number, number>();
  for (let count = 0; count < TOKENS; count++) {
    const tenth = Math.floor(tokens.fraction() * 10);
    tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
  }
  expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Ten standard deviations.
  for (const count of tenths.values())
    expect(Math.abs(count - TOKENS / 10)).toBeLessThan(10 * Math.sqrt(TOKENS * 0.09));
});
