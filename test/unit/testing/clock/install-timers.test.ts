import * as timers from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../../../../src/testing/clock/test-clock.ts';

const NEW_YEAR = '2026-01-01T00:00:00.000Z';

describe('an installed test clock', () => {
  it('takes the place of the timers, and gives it back', async () => {
    const before = [
      setTimeout,
      setInterval,
      clearTimeout,
      clearInterval,
      Date,
      performance.now,
      timers.setTimeout,
      pause,
    ];
    const clock = new TestClock();
    {
      using _ = clock.install();
      await new Promise<void>((resolve) => setTimeout(resolve, 60_000));
      await new Promise<void>((resolve) => timers.setTimeout(resolve, 60_000));
      expect(await pause(60_000, 'slept')).toBe('slept');
      expect(clock.now()).toBe(180_000);
      const never = setInterval(() => undefined, 10);
      clearInterval(never);
      clearTimeout(setTimeout(() => undefined, 10));
    }
    expect(clock.pending).toBe(0);
    expect([
      setTimeout,
      setInterval,
      clearTimeout,
      clearInterval,
      Date,
      performance.now,
      timers.setTimeout,
      pause,
    ]).toEqual(before);
  });

  it('takes the place of the date', async () => {
    const real = Date.now();
    const clock = new TestClock({ time: 'manual' });
    const installed = clock.install();
    expect([new Date().toISOString(), Date.now(), performance.now()]).toEqual([NEW_YEAR, Date.parse(NEW_YEAR), 0]);
    await clock.advance(1500);
    expect(new Date().toISOString()).toBe('2026-01-01T00:00:01.500Z');
    expect([new Date(0).getTime(), new Date() instanceof Date, typeof Date(), Date.UTC(1970, 0)]).toEqual([
      0,
      true,
      'string',
      0,
    ]);
    installed[Symbol.dispose]();
    installed[Symbol.dispose]();
    expect(Date.now()).toBeGreaterThanOrEqual(real);
  });

  it('rejects a pause that is aborted as Node does', async () => {
    const clock = new TestClock();
    using _ = clock.install();
    const abort = new AbortController();
    const paused = pause(60_000, undefined, { signal: abort.signal });
    abort.abort();
    await expect(paused).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    expect(clock.pending).toBe(0);
  });

  it('is the only one', () => {
    using _ = new TestClock().install();
    expect(() => new TestClock().install()).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
  });

  it('lets standing still be noticed all the same', async () => {
    const clock = new TestClock();
    using _ = clock.install();
    expect(await clock.runUntil(() => false)).toBe(false);
  });
});
