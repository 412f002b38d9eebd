import { describe, expect, it } from 'vitest';
import { isHangup, State } from '../../../src/index.ts';
import { type RaceCall, type RaceRun, seededRace } from '../../support/seeded-race.ts';

/** What a method came to: its value, or `Hangup`. */
async function outcome(method: Promise<unknown>): Promise<unknown> {
  try {
    return await method;
  } catch (error) {
    if (isHangup(error)) return 'Hangup';
    throw error;
  }
}

/** A call of either direction, for which both sides know that it is answered. */
async function answered(run: RaceRun): Promise<RaceCall> {
  const call = await (run.random(2) === 0 ? run.incoming() : run.outgoing());
  await run.pause(25);
  return call;
}

/** Counts what came of the runs. */
function tally(): { readonly seen: Map<string, number>; add(...outcomes: readonly unknown[]): void } {
  const seen = new Map<string, number>();
  return {
    seen,
    add(...outcomes) {
      const key = outcomes.map(String).join(' and ');
      seen.set(key, (seen.get(key) ?? 0) + 1);
    },
  };
}

async function later<T>({ pause }: RaceRun, ms: number, run: () => Promise<T>): Promise<T> {
  await pause(ms);
  return run();
}

/** What comes of a transfer to the channel of another call: its cause, or the code of the error. */
function transferred({ channel }: RaceCall, to: RaceCall): Promise<string> {
  return channel.transfer(to.channel).catch((error: { readonly code: string }) => error.code);
}

/** Lets the far end of a call do what it is asked for, on a channel of its own. */
function follow(run: RaceRun, { far }: RaceCall): void {
  const other = run.watch(run.others.channel());
  far.on('transferRequest', (request) => {
    void request.accept(other).then(() => other.hangUp());
  });
}

/** Many runs take a while where many tests run. */
const LONG = { timeout: 300_000 };

describe('holds', LONG, () => {
  it('that both sides ask for at once, over a call from either side', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 1 }, async (run) => {
      const { channel, far } = await answered(run);
      const states = await Promise.all([
        later(run, run.random(25), () => channel.hold()),
        later(run, run.random(25), () => far.hold()),
      ]);
      expect(states).toEqual([State.ON_HOLD, State.ON_HOLD]);
      expect([channel.info.isHeld, far.info.isHeld]).toEqual([true, true]);
      expect([channel.info.mediaDirection, far.info.mediaDirection]).toEqual(['inactive', 'inactive']);
      const back = await Promise.all([
        later(run, run.random(25), () => channel.resume()),
        later(run, run.random(25), () => far.resume()),
      ]);
      expect(back).toEqual([State.ANSWERED, State.ANSWERED]);
      expect([channel.info.isHeld, far.info.isHeld]).toEqual([false, false]);
      expect([channel.info.mediaDirection, far.info.mediaDirection]).toEqual(['sendrecv', 'sendrecv']);
      add('done');
      await channel.hangUp();
    });
    expect([...seen.keys()]).toEqual(['done']);
  });

  it('while one side hangs up', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 1 }, async (run) => {
      const { channel, far } = await answered(run);
      const side = run.random(2) === 0 ? channel : far;
      const [state] = await Promise.all([
        later(run, run.random(25), () => outcome(channel.hold().then(() => channel.resume()))),
        later(run, run.random(25), () => outcome(far.hold())),
        later(run, run.random(80), () => side.hangUp()),
      ]);
      await Promise.all([channel.waitForIdle(), far.waitForIdle()]);
      add(state);
    });
    // Few are through with both before the end comes.
    expect(['ANSWERED', 'Hangup']).toEqual(expect.arrayContaining([...seen.keys()]));
    expect(seen.get('Hangup')).toBeGreaterThan(0);
  });
});

describe('transfers', LONG, () => {
  it('while one side hangs up', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 1 }, async (run) => {
      const call = await answered(run);
      follow(run, call);
      const { channel, far } = call;
      const target = run.address(async (called) => {
        await called.answer();
        await called.waitForIdle();
      });
      const side = run.random(2) === 0 ? channel : far;
      const [cause] = await Promise.all([
        later(run, run.random(25), () => outcome(channel.transfer(target))),
        later(run, run.random(120), () => side.hangUp()),
      ]);
      await Promise.all([channel.waitForIdle(), far.waitForIdle()]);
      add(cause);
    });
    // A far end that has hung up refuses it; the goodbye may still be on its way then.
    expect([...seen.keys()].sort()).toEqual(['FAIL', 'Hangup', 'NORMAL']);
  });

  it('to another channel, which both calls end with, while the target hangs up', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 2 }, async (run) => {
      const [one, other] = await Promise.all([run.incoming(), run.outgoing()]);
      follow(run, one);
      const [cause] = await Promise.all([
        later(run, run.random(25), () => transferred(one, other)),
        later(run, run.random(120), () => other.far.hangUp()),
      ]);
      add(cause);
      await Promise.all([one.channel.hangUp(), other.channel.hangUp()]);
    });
    const causes = [...seen.keys()].sort();
    expect(causes).toContain('NORMAL');
    expect(causes).toContain('TARGETHANGUP');
  });

  it('of two calls to each other at once', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 2 }, async (run) => {
      const calls = await Promise.all([run.incoming(), run.outgoing()]);
      for (const call of calls) follow(run, call);
      const [one, other] = calls;
      const causes = await Promise.all([
        later(run, run.random(60), () => transferred(one, other)),
        later(run, run.random(60), () => transferred(other, one)),
      ]);
      add(...causes.sort());
      await Promise.all([one.channel.hangUp(), other.channel.hangUp()]);
    });
    // One is first, and the other one finds its channel TRANSFERRING or gone.
    for (const key of seen.keys()) expect(key).toContain('NORMAL');
  });

  it('of one call by both sides at once', async () => {
    const { seen, add } = tally();
    await seededRace({ calls: 2 }, async (run) => {
      const call = await run.incoming();
      follow(run, call);
      const { channel, far } = call;
      const mine = run.watch(run.ua.channel());
      channel.on('transferRequest', (request) => {
        void request.accept(mine).then(() => mine.hangUp());
      });
      const answering = async (called: typeof channel): Promise<unknown> => {
        await called.answer();
        return called.waitForIdle();
      };
      const causes = await Promise.all([
        later(run, run.random(40), () => outcome(channel.transfer(run.address(answering)))),
        later(run, run.random(40), () => outcome(far.transfer(run.address(answering)))),
      ]);
      add(...causes.map(String).sort());
      await Promise.all([channel.waitForIdle(), far.waitForIdle()]);
    });
    for (const key of seen.keys()) expect(key).toContain('NORMAL');
  });
});
