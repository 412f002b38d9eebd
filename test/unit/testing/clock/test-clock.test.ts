import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../../../../src/testing/clock/test-clock.ts';

/** Resolves after so many milliseconds of a clock. */
function passed(clock: TestClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(clock.now() + ms, resolve));
}

describe('automatic time', () => {
  it('jumps to what is due, in order', async () => {
    const clock = new TestClock();
    const order: number[] = [];
    await Promise.all([300, 100, 200].map((ms) => passed(clock, ms).then(() => order.push(ms))));
    expect([order, clock.now(), clock.pending]).toEqual([[100, 200, 300], 300, 0]);
  });

  it('gives everything that needs no time its turn before it goes on', async () => {
    const clock = new TestClock();
    const seen: number[] = [];
    void (async () => {
      await passed(clock, 100);
      for (let turn = 0; turn < 500; turn++) await Promise.resolve();
      seen.push(clock.now());
    })();
    await passed(clock, 150);
    expect(seen).toEqual([100]);
  });

  it('stands still while somebody holds it, whatever is due', async () => {
    const clock = new TestClock();
    const due = passed(clock, 100);
    const hold = clock.hold();
    await setTimeout(20);
    expect(clock.now()).toBe(0);
    hold[Symbol.dispose]();
    hold[Symbol.dispose]();
    await due;
    expect(clock.now()).toBe(100);
  });

  it('waits for real work', async () => {
    const clock = new TestClock();
    const due = passed(clock, 100).then(() => clock.now());
    expect(await clock.during(setTimeout(20, 'read'))).toBe('read');
    expect(clock.now()).toBe(0);
    expect(await due).toBe(100);
    await expect(clock.during(Promise.reject(new Error('unreadable')))).rejects.toThrow('unreadable');
    await passed(clock, 1);
  });

  it('goes no further than its limit by itself', async () => {
    const clock = new TestClock({ limit: 1000 });
    let rounds = 0;
    const again = (): void => {
      rounds++;
      clock.schedule(clock.now() + 100, again);
    };
    again();
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect([rounds, clock.now()]).toEqual([11, 1000]);
  });

  it('stops when told to, and goes on when told to', async () => {
    const clock = new TestClock();
    const due = passed(clock, 100);
    clock.time = 'manual';
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect([clock.now(), clock.time]).toEqual([0, 'manual']);
    clock.time = 'automatic';
    await due;
    expect(clock.now()).toBe(100);
  });
});

describe('time that a test moves', () => {
  it('goes exactly so far, and stands there until the test awaits something else', async () => {
    const clock = new TestClock();
    const moments: number[] = [];
    for (const ms of [100, 250, 400]) void passed(clock, ms).then(() => moments.push(ms));
    await clock.advance(250);
    expect([moments, clock.now()]).toEqual([[100, 250], 250]);
    await clock.advance(0);
    expect(clock.now()).toBe(250);
    await clock.advance(1000);
    expect([moments, clock.now()]).toEqual([[100, 250, 400], 1250]);
  });

  it('takes in what becomes due on the way', async () => {
    const clock = new TestClock({ time: 'manual' });
    const moments: number[] = [];
    void (async () => {
      for (;;) {
        await passed(clock, 30);
        moments.push(clock.now());
      }
    })();
    await clock.advance(100);
    expect(moments).toEqual([30, 60, 90]);
  });

  it('may be waited for by several at once', async () => {
    const clock = new TestClock({ time: 'manual' });
    const seen = await Promise.all(
      [clock.advance(50), clock.advance(20), clock.runUntil(() => clock.now() >= 40)].map((wait) =>
        wait.then(() => clock.now()),
      ),
    );
    expect(seen).toEqual([50, 20, 50]);
  });

  it('runs until nothing is due', async () => {
    const clock = new TestClock({ time: 'manual' });
    void passed(clock, 500).then(() => passed(clock, 500));
    await clock.runUntilIdle();
    expect([clock.now(), clock.nextAt]).toEqual([1000, undefined]);
    void passed(clock, 5000);
    await expect(clock.runUntilIdle(100)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(clock.now()).toBe(1000);
  });

  it('runs until something is true, or says that it never was', async () => {
    const clock = new TestClock({ time: 'manual' });
    void passed(clock, 700);
    expect(await clock.runUntil(() => clock.now() === 700)).toBe(true);
    void passed(clock, 700);
    expect(await clock.runUntil(() => false, 500)).toBe(false);
    expect(clock.now()).toBe(700);
    await expect(
      clock.runUntil(() => {
        throw new Error('no answer');
      }),
    ).rejects.toThrow('no answer');
  });

  it('gives what nobody announced a second of real time', async () => {
    const clock = new TestClock({ time: 'manual' });
    let isRead = false;
    void setTimeout(30).then(() => {
      isRead = true;
    });
    expect(await clock.runUntil(() => isRead)).toBe(true);
    const began = performance.now();
    expect(await clock.waitUntil(() => false)).toBe('still');
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it('notices a loop that no time passes in', async () => {
    const clock = new TestClock({ time: 'manual' });
    let isStopped = false;
    let moments = 0;
    const again = (): void => {
      moments++;
      if (!isStopped) void Promise.resolve().then(() => clock.schedule(clock.now(), again));
    };
    again();
    expect(await clock.waitUntil(() => false)).toBe('limit');
    expect(moments).toBe(1 + 10_000);
    isStopped = true;
  });

  it.each([
    [1000, false],
    [3000, true],
  ])('takes more than %i jumps without the test for a loop', async (mostMoments, arrives) => {
    const clock = new TestClock({}, mostMoments);
    const tick = (): void => void clock.schedule(clock.now() + 20, tick);
    tick();
    expect(await clock.runUntil(() => clock.now() >= 40_000)).toBe(arrives);
    clock.time = 'manual';
  });

  it('begins at midnight of a new year', () => {
    expect(new Date(new TestClock().wallNow()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it.each([
    [() => new TestClock({ time: 'fast' as 'manual' }), /'automatic' or 'manual'/],
    [() => new TestClock({ limit: -1 }), /limit/],
  ])('refuses what makes no sense: %s', (make, message) => {
    expect(make).toThrow(message);
  });

  it('refuses to go back', async () => {
    await expect(new TestClock().advance(-1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
