import { describe, expect, it } from 'vitest';
import { TestClock } from '../../../../src/testing/clock/test-clock.ts';

describe('timers on a test clock', () => {
  it('are due in virtual time, with their arguments', async () => {
    const clock = new TestClock();
    const { setTimeout } = clock.timers;
    const said: string[] = [];
    setTimeout((word: string) => said.push(`${word} ${clock.now()}`), 60_000, 'minute');
    await new Promise<void>((resolve) => setTimeout(resolve, 90_000));
    expect([said, clock.pending]).toEqual([['minute 60000'], 0]);
  });

  it('take a delay as Node does', async () => {
    const clock = new TestClock({ time: 'manual' });
    const seen: number[] = [];
    for (const delay of [undefined, 0, -5, Number.NaN, 2 ** 31, 2.7])
      clock.timers.setTimeout(() => seen.push(clock.now()), delay);
    await clock.advance(10);
    expect(seen).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it('repeat until they are cleared', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { setInterval, clearInterval } = clock.timers;
    const seen: number[] = [];
    const timer = setInterval(() => {
      seen.push(clock.now());
      if (seen.length === 3) clearInterval(timer);
    }, 100);
    await clock.advance(1000);
    expect([seen, clock.pending]).toEqual([[100, 200, 300], 0]);
  });

  it('can be cleared by themselves, by number, by disposing of them, and twice', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { setTimeout, clearTimeout } = clock.timers;
    const fail = (): never => expect.fail('a timer that was cleared has run');
    clearTimeout(setTimeout(fail, 10));
    clearTimeout(+setTimeout(fail, 10));
    clearTimeout(String(+setTimeout(fail, 10)));
    const timer = setTimeout(fail, 10);
    timer[Symbol.dispose]();
    timer.close();
    clearTimeout(undefined);
    expect(clock.pending).toBe(0);
    await clock.advance(20);
  });

  it('can begin to count again', async () => {
    const clock = new TestClock({ time: 'manual' });
    let ranAt = 0;
    const timer = clock.timers.setTimeout(() => {
      ranAt = clock.now();
    }, 100);
    await clock.advance(60);
    expect(timer.unref().ref().refresh().hasRef()).toBe(true);
    await clock.advance(200);
    expect(ranAt).toBe(160);
  });

  it('sleep, until a signal is aborted', async () => {
    const clock = new TestClock();
    await clock.timers.sleep(5000);
    expect(clock.now()).toBe(5000);
    const abort = new AbortController();
    const sleeping = clock.timers.sleep(5000, { signal: abort.signal });
    abort.abort('enough');
    await expect(sleeping).rejects.toBe('enough');
    await expect(clock.timers.sleep(1, { signal: abort.signal })).rejects.toBe('enough');
    expect([clock.now(), clock.pending]).toEqual([5000, 0]);
  });
});
