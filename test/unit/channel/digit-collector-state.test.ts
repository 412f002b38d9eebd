import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  begin,
  type CollectRequest,
  type CollectState,
  expire,
  press,
} from '../../../src/channel/digit-collector.state.ts';

const BASE: CollectRequest = { count: 0, predigitsTimeout: 1000, interdigitTimeout: 500, end: '' };

/** Presses keys at given times; those after the end are not taken. */
function collect(
  request: CollectRequest,
  buffered: string,
  presses: readonly (readonly [number, string])[],
  until: number,
) {
  let { state, rest } = begin(request, buffered, 0);
  for (const [at, digit] of presses) {
    state = expire(state, at);
    if (state.name === 'collecting') state = press(state, request, digit, at);
    else rest += digit;
  }
  state = expire(state, until);
  return { state, rest };
}

describe('the digit collector', () => {
  it('takes what is there when it shall wait for nothing', () => {
    expect(begin({ ...BASE, predigitsTimeout: 0 }, '12', 0)).toEqual({
      state: { name: 'done', digits: '12', cause: 'TIMEOUT' },
      rest: '',
    });
    expect(begin({ ...BASE, predigitsTimeout: 0, count: 2 }, '123', 0)).toEqual({
      state: { name: 'done', digits: '12', cause: 'COUNT' },
      rest: '3',
    });
  });

  it('waits for the first digit, then from digit to digit', () => {
    const { state } = begin(BASE, '', 100);
    expect(state).toEqual({ name: 'collecting', digits: '', deadline: 1100 });
    if (state.name !== 'collecting') throw new Error('done too early');
    expect(press(state, BASE, '7', 900)).toEqual({ name: 'collecting', digits: '7', deadline: 1400 });
  });

  it('waits from digit to digit at once when the first one was pressed before', () => {
    expect(begin(BASE, '1', 100).state).toEqual({ name: 'collecting', digits: '1', deadline: 600 });
  });

  it('ends exactly at its deadline', () => {
    const waiting: CollectState = { name: 'collecting', digits: '1', deadline: 500 };
    expect(expire(waiting, 499.9)).toBe(waiting);
    expect(expire(waiting, 500)).toEqual({ name: 'done', digits: '1', cause: 'TIMEOUT' });
  });

  it('an end digit counts before the count, and any of several ends it', () => {
    expect(begin({ ...BASE, count: 2, end: '#*' }, '1*', 0).state).toEqual({
      name: 'done',
      digits: '1*',
      cause: 'END',
    });
    expect(begin({ ...BASE, end: '#*' }, '#', 0).state).toEqual({ name: 'done', digits: '#', cause: 'END' });
  });

  it('waits for ever when told so', () => {
    const { state } = begin({ ...BASE, predigitsTimeout: Number.POSITIVE_INFINITY }, '', 0);
    expect(expire(state, 1e12).name).toBe('collecting');
  });

  it('never loses a digit and never sees one twice', () => {
    const digit = fc.constantFrom(...'0123456789ABCD*#');
    const request = fc.record({
      count: fc.nat(4),
      predigitsTimeout: fc.constantFrom(0, 100, 1000),
      interdigitTimeout: fc.constantFrom(0, 100, 1000),
      end: fc.constantFrom('', '#', '*#'),
    });
    const presses = fc.array(fc.tuple(fc.nat(300), digit), { maxLength: 8 });
    fc.assert(
      fc.property(request, fc.array(digit, { maxLength: 6 }), presses, (asked, before, gaps) => {
        let now = 0;
        const timed = gaps.map(([gap, key]) => {
          now += gap;
          return [now, key] as const;
        });
        const buffered = before.join('');
        const { state, rest } = collect(asked, buffered, timed, now + 10_000);
        expect(state.digits + rest).toBe(buffered + timed.map(([, key]) => key).join(''));
        expect(state.name).toBe('done');
        if (asked.count > 0) expect(state.digits.length).toBeLessThanOrEqual(asked.count);
        const endsAt = [...state.digits].findIndex((key) => asked.end.includes(key));
        if (endsAt >= 0) expect(endsAt).toBe(state.digits.length - 1);
      }),
    );
  });
});
