import { describe, expect, it } from 'vitest';
import { ChannelError, Hangup, type HangupInfo } from '../../src/errors.ts';
import {
  endlessHost,
  handled,
  type OperationHost,
  pause,
  runOperation,
  type Stop,
  stopped,
} from '../../src/operation.ts';
import { VirtualClock } from '../../src/virtual-clock.ts';

class Host implements OperationHost {
  readonly clock = new VirtualClock();
  hangup: HangupInfo | undefined;
  readonly #waiting = new Set<(info: HangupInfo) => void>();

  onEnd(run: (info: HangupInfo) => void): Disposable {
    this.#waiting.add(run);
    return { [Symbol.dispose]: () => void this.#waiting.delete(run) };
  }

  end(info: HangupInfo): void {
    this.hangup = info;
    for (const run of [...this.#waiting]) run(info);
  }

  get listeners(): number {
    return this.#waiting.size;
  }
}

const untilStopped = async (stop: Stop): Promise<string> => {
  await stopped(stop);
  return `stopped by ${stop.reason}`;
};

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );
}

describe('an operation', () => {
  it('resolves with what its body resolves with, and leaves nothing behind', async () => {
    const host = new Host();
    expect(await runOperation(host, { timeout: 100 }, async () => 7)).toBe(7);
    expect({ timers: host.clock.pending, listeners: host.listeners }).toEqual({ timers: 0, listeners: 0 });
  });

  it('rejects with what its body rejects with', async () => {
    const error = new ChannelError('BUSY', 'no');
    expect(await errorOf(runOperation(new Host(), {}, () => Promise.reject(error)))).toBe(error);
  });

  it('gives the rest of the process its turn when a program tries again and again on a call that is over', async () => {
    const host = new Host();
    host.end({ by: 'remote' });
    let attempts = 0;
    const loop = (async () => {
      while (host.clock.now() < 3) {
        attempts++;
        await runOperation(host, {}, async () => undefined).catch(() => undefined);
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect([attempts, host.clock.pending]).toEqual([1001, 1]);
    for (const attempt of [1002, 1003]) {
      host.clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(attempts).toBe(attempt);
    }
    host.clock.advance(1);
    await loop;
    expect(host.clock.pending).toBe(0);
  });

  it('rejects with a Hangup of its own when the call ends', async () => {
    const host = new Host();
    const info: HangupInfo = { by: 'remote' };
    const first = errorOf(runOperation(host, {}, untilStopped));
    const second = errorOf(runOperation(host, {}, untilStopped));
    host.end(info);
    const errors = [await first, await second];
    expect(errors[0]).not.toBe(errors[1]);
    for (const error of errors) expect((error as Hangup).info).toBe(info);
  });

  it('does not begin when the call is over', async () => {
    const host = new Host();
    host.end({ by: 'local' });
    const body = () => expect.fail('it began');
    expect(await errorOf(runOperation(host, { timeout: -1 }, body))).toBeInstanceOf(Hangup);
  });

  it('does not begin when its signal is aborted', async () => {
    const body = () => expect.fail('it began');
    expect(await errorOf(runOperation(new Host(), { signal: AbortSignal.abort('gone') }, body))).toBe('gone');
  });

  it('rejects with TIMEOUT when its time is up', async () => {
    const host = new Host();
    const error = errorOf(runOperation(host, { timeout: 100 }, untilStopped));
    host.clock.advance(99.9);
    host.clock.advance(0.1);
    expect(await error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('resolves for the reasons that it resolves on', async () => {
    const host = new Host();
    const result = runOperation(host, { timeout: 100 }, untilStopped, ['timeout']);
    host.clock.advance(100);
    expect(await result).toBe('stopped by timeout');
  });

  it('the first reason wins', async () => {
    const host = new Host();
    const abort = new AbortController();
    const error = errorOf(runOperation(host, { signal: abort.signal, timeout: 100 }, untilStopped));
    abort.abort('first');
    host.clock.advance(100);
    host.end({ by: 'remote' });
    expect(await error).toBe('first');
  });

  it('nothing stops what has said that it is finished', async () => {
    const host = new Host();
    const result = runOperation(host, {}, async (stop) => {
      stop.finish();
      await Promise.resolve();
      return 'digits';
    });
    host.end({ by: 'remote' });
    expect(await result).toBe('digits');
  });

  it('takes off its listener of the signal', async () => {
    const abort = new AbortController();
    const events: string[] = [];
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      events.push('add');
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      events.push('remove');
      remove(...args);
    };
    await runOperation(new Host(), { signal }, async () => undefined);
    expect(events).toEqual(['add', 'remove']);
  });

  for (const timeout of [-1, Number.NaN, '5' as unknown as number]) {
    it(`takes no limit of ${JSON.stringify(timeout)}`, async () => {
      expect(await errorOf(runOperation(new Host(), { timeout }, untilStopped))).toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    });
  }

  for (const timeout of [Number.POSITIVE_INFINITY, 2 ** 31]) {
    it(`a limit of ${timeout} is none: no timer can be that long`, async () => {
      const host = new Host();
      await runOperation(host, { timeout }, async () => expect(host.clock.pending).toBe(0));
    });
  }

  it('takes no signal that is none', async () => {
    const signal = {} as AbortSignal;
    expect(await errorOf(runOperation(new Host(), { signal }, untilStopped))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('may be forgotten', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    void runOperation(new Host(), {}, () => Promise.reject(new Error('nobody looks')));
    void handled(Promise.reject(new Error('nor here')));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('pause()', () => {
  it('ends with its time or with the operation, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const host = endlessHost(clock);
    const passed = runOperation(host, {}, (stop) => pause(clock, 50, stop).then(() => clock.now()));
    clock.advance(50);
    expect(await passed).toBe(50);
    const cut = runOperation(host, { timeout: 10 }, (stop) => pause(clock, 1e9, stop).then(() => clock.now()), [
      'timeout',
    ]);
    clock.advance(10);
    expect(await cut).toBe(60);
    expect(clock.pending).toBe(0);
  });
});
