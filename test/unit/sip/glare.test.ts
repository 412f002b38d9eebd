import { describe, expect, it } from 'vitest';
import { glareDelay, overlapDelay, overlapIn } from '../../../src/sip/glare.codec.ts';

const ALMOST_ONE = 1 - 2 ** -32;

describe('the wait after two INVITEs that met (RFC 3261 §14.1)', () => {
  it.each([
    [true, 2100, 4000],
    [false, 0, 2000],
  ])('of the side that chose the Call-ID (%s) is from %i to %i ms in steps of 10', (owns, least, most) => {
    expect([glareDelay(owns, 0), glareDelay(owns, ALMOST_ONE)]).toEqual([least, most]);
    for (let random = 0; random < 1; random += 0.001) expect(glareDelay(owns, random) % 10).toBe(0);
  });

  it('that we ask for is 0 to 10 s', () => {
    expect([overlapDelay(0), overlapDelay(ALMOST_ONE)]).toEqual([0, 10]);
  });

  it.each([
    ['5', 5],
    ['0', 0],
    ['10 (busy);duration=3', 10],
    ['11', undefined],
    ['', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('that they ask for with %j is %j s', (value, seconds) => {
    expect(overlapIn(value)).toBe(seconds);
  });
});
