import { describe, expect, it } from 'vitest';
import type { DigitMethod } from '../../../../src/channel/media-port.ts';
import { DigitMerger } from '../../../../src/media/dtmf/digit-merger.state.ts';
import { SeededRandom } from '../../../../src/testing/network/random.state.ts';

type Report = readonly [ms: number, digit: string, by: DigitMethod];

function merge(reports: readonly Report[]): string {
  const merger = new DigitMerger();
  return reports.map(([ms, digit, by]) => (merger.take(digit, by, ms) ? digit : '')).join('');
}

describe('a press that comes two ways', () => {
  it.each<[string, Report[], string]>([
    [
      'counts once, event first',
      [
        [0, '5', 'RFC4733'],
        [90, '5', 'INBAND'],
      ],
      '5',
    ],
    [
      'counts once, tone first',
      [
        [0, '5', 'INBAND'],
        [60, '5', 'RFC4733'],
      ],
      '5',
    ],
    [
      'counts once, INFO last',
      [
        [0, '5', 'RFC4733'],
        [700, '5', 'INFO'],
      ],
      '5',
    ],
    [
      'counts once when it comes all three ways',
      [
        [0, '5', 'INFO'],
        [10, '5', 'RFC4733'],
        [95, '5', 'INBAND'],
      ],
      '5',
    ],
    [
      'in a fast repetition counts for each press',
      [
        [0, '1', 'RFC4733'],
        [60, '1', 'INBAND'],
        [80, '1', 'RFC4733'],
        [140, '1', 'INBAND'],
      ],
      '11',
    ],
    [
      'counts for each press when one way lags behind',
      [
        [0, '1', 'RFC4733'],
        [80, '1', 'RFC4733'],
        [160, '1', 'RFC4733'],
        [200, '1', 'INFO'],
        [280, '1', 'INFO'],
        [360, '1', 'INFO'],
      ],
      '111',
    ],
    [
      'keeps its place among other keys',
      [
        [0, '1', 'RFC4733'],
        [80, '2', 'RFC4733'],
        [90, '1', 'INBAND'],
        [170, '2', 'INBAND'],
      ],
      '12',
    ],
    [
      'counts for the press that one way has missed',
      [
        [0, '1', 'RFC4733'],
        [80, '1', 'RFC4733'],
        [150, '1', 'INBAND'],
        [160, '1', 'RFC4733'],
      ],
      '111',
    ],
  ])('%s', (_name, reports, digits) => {
    expect(merge(reports)).toBe(digits);
  });

  it('is a new press when the other way comes much later', () => {
    expect(
      merge([
        [0, '5', 'RFC4733'],
        [1500, '5', 'INFO'],
      ]),
    ).toBe('55');
  });

  it('is told of by INFO when the key is released, however long it was held', () => {
    const merger = new DigitMerger();
    expect(merger.take('5', 'RFC4733', 0)).toBe(true);
    for (let ms = 50; ms <= 6000; ms += 50) merger.goesOn('5', 'RFC4733', ms);
    expect(merger.take('5', 'INFO', 6300)).toBe(false);
    expect(merger.take('5', 'INFO', 6400)).toBe(true);
  });

  it('is not kept waiting by another press that goes on', () => {
    const merger = new DigitMerger();
    merger.take('5', 'RFC4733', 0);
    merger.goesOn('6', 'RFC4733', 900);
    merger.goesOn('5', 'INBAND', 900);
    expect(merger.take('5', 'INFO', 1200)).toBe(true);
  });
});

it('never holds back a press that comes one way only, however fast', () => {
  for (const by of ['RFC4733', 'INBAND', 'INFO'] as const) {
    expect(merge(Array.from({ length: 100 }, (_, index): Report => [index * 5, '7', by]))).toBe('7'.repeat(100));
  }
});

it('lets each of many random presses through once and in order, whatever ways they come and however late', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new SeededRandom(`presses ${seed}`);
    const below = (limit: number): number => random.next() % limit;
    // One way tells of every press; the others tell of some, each in order with a delay of its own.
    const ways = (['RFC4733', 'INBAND', 'INFO'] as const).map((by, index) => ({
      by,
      late: index === seed % 3 ? 0 : below(400),
    }));
    const pressed: string[] = [];
    const reports: Report[] = [];
    let now = 0;
    for (let press = 0; press < 40; press++) {
      now += 80 + below(below(4) === 0 ? 2000 : 120);
      const digit = '0123'[below(4)] as string;
      pressed.push(digit);
      for (const [index, { by, late }] of ways.entries()) {
        if (index === seed % 3 || below(3) > 0) reports.push([now + late, digit, by]);
      }
    }
    reports.sort(([a], [b]) => a - b);
    expect(merge(reports), `seed ${seed}`).toBe(pressed.join(''));
  }
});
