import { describe, expect, it } from 'vitest';
import { sendDigitsByInfo } from '../../../src/channel/info-digits.ts';
import type { LegRequest } from '../../../src/channel/signaling-port.ts';
import { Hangup } from '../../../src/errors.ts';
import { TestClock } from '../../../src/testing/clock/test-clock.ts';

const REQUEST = { digits: '1,2#', onMs: 100, offMs: 50, pauseMs: 400 };

/** A far end that answers each INFO after so many milliseconds with a status of its own. */
function farEnd(clock: TestClock, answers: readonly (readonly [ms: number, status: number | Error])[]) {
  const received: { readonly at: number; readonly body: string; readonly contentType: string | undefined }[] = [];
  const send = ({ body, contentType }: LegRequest): Promise<number> => {
    const [ms, status] = answers[received.length] ?? [0, 200];
    received.push({ at: clock.now(), body, contentType });
    return new Promise((resolve, reject) => {
      clock.schedule(clock.now() + ms, () => (typeof status === 'number' ? resolve(status) : reject(status)));
    });
  };
  return { received, leg: { send } };
}

describe('digits by INFO', () => {
  it('go one after the other, in their own time', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { received, leg } = farEnd(clock, [[20, 200]]);
    const start = clock.now();
    const task = sendDigitsByInfo(leg, clock, REQUEST);
    await clock.advance(2000);
    expect(await task.finished).toEqual({ reason: 'completed' });
    expect(received.map(({ at }) => at - start)).toEqual([0, 550, 700]);
    expect(received[0]).toMatchObject({
      contentType: 'application/dtmf-relay',
      body: 'Signal=1\r\nDuration=100\r\n',
    });
    expect(clock.pending).toBe(0);
  });

  it('wait for each to be taken', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { received, leg } = farEnd(clock, [[1000, 200]]);
    const start = clock.now();
    const task = sendDigitsByInfo(leg, clock, { ...REQUEST, digits: '12' });
    let isStarted = false;
    void task.started.then(() => {
      isStarted = true;
    });
    await clock.advance(990);
    expect([received.length, isStarted]).toEqual([1, false]);
    await clock.advance(1000);
    expect(received.map(({ at }) => at - start)).toEqual([0, 1000]);
    expect([await task.finished, isStarted]).toEqual([{ reason: 'completed' }, true]);
  });

  it.each([415, 500, 408])('a far end that answers %i to the first takes none', async (status) => {
    const clock = new TestClock({ time: 'manual' });
    const { received, leg } = farEnd(clock, [[10, status]]);
    const task = sendDigitsByInfo(leg, clock, REQUEST);
    await clock.advance(500);
    await expect(task.started).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining(String(status)),
    });
    expect(await task.finished).toMatchObject({ reason: 'error', error: { code: 'INVALID_STATE' } });
    expect(received).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('break off at a later one that is refused', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { received, leg } = farEnd(clock, [
      [10, 200],
      [10, 488],
    ]);
    const task = sendDigitsByInfo(leg, clock, REQUEST);
    await clock.advance(2000);
    await task.started;
    expect(await task.finished).toMatchObject({ reason: 'error', error: { code: 'INVALID_STATE' } });
    expect(received).toHaveLength(2);
  });

  it('stop at once, whatever is being waited for', async () => {
    for (const ms of [5, 130, 300]) {
      const clock = new TestClock({ time: 'manual' });
      const { received, leg } = farEnd(clock, [[10, 200]]);
      const task = sendDigitsByInfo(leg, clock, REQUEST);
      await clock.advance(ms);
      task.stop();
      expect(await task.finished).toEqual({ reason: 'stopped' });
      await task.started;
      await clock.advance(2000);
      expect([received.length, clock.pending]).toEqual([1, 0]);
    }
  });

  it('end with the call', async () => {
    const clock = new TestClock({ time: 'manual' });
    const { leg } = farEnd(clock, [[10, new Hangup()]]);
    const task = sendDigitsByInfo(leg, clock, REQUEST);
    await clock.advance(50);
    expect(await task.finished).toEqual({ reason: 'closed' });
    await task.started;
    expect(clock.pending).toBe(0);
  });
});
