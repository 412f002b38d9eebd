import { describe, expect, it } from 'vitest';
import { type Channel, isChannelError, isHangup, State } from '../../../src/index.ts';
import { type RaceRun, seededRace } from '../../support/seeded-race.ts';

/** What a method came to: its value, `Hangup`, or the code or text of another error. */
async function outcome(method: Promise<unknown>): Promise<unknown> {
  try {
    return await method;
  } catch (error) {
    if (isHangup(error)) return 'Hangup';
    return isChannelError(error) ? error.code : error;
  }
}

/** Counts what comes out, and wants each of these to have come. */
function tally(...expected: readonly string[]) {
  const seen = new Map<string, number>();
  return {
    note: (...what: readonly unknown[]) => {
      const name = what.join(' ');
      seen.set(name, (seen.get(name) ?? 0) + 1);
    },
    expectAll: () => expect([...seen.keys()].sort()).toEqual([...expected].sort()),
  };
}

/** A target that rings, and answers after a while. */
function target({ address, pause }: RaceRun, after: number): string {
  return address(async (called) => {
    await called.ring();
    await pause(after);
    await called.answer();
    await called.waitForIdle();
  });
}

/** A call that is transferred, with whom it is transferred to. */
async function transferred(run: RaceRun): Promise<{
  readonly channel: Channel;
  readonly far: Channel;
  readonly other: Channel;
  readonly agent: Channel;
}> {
  const { channel, far } = await run.incoming();
  const [other] = channel.extraChannel;
  if (!other) throw new Error('there is one by default');
  run.watch(other);
  const arrived = Promise.withResolvers<Channel>();
  const to = run.address(async (called) => {
    await called.answer();
    arrived.resolve(called);
    await called.waitForIdle();
  });
  expect(await channel.retrievableTransfer(other, to)).toBe(State.TRANSFERRED);
  return { channel, far, other, agent: await arrived.promise };
}

describe('transfers', () => {
  it('that are broken off while the target answers (CANCEL against 200)', async () => {
    const seen = tally('ANSWERED', 'TRANSFERRED', 'enough');
    await seededRace({ calls: 2 }, async (run) => {
      const { channel, far } = await run.incoming();
      const [other] = channel.extraChannel;
      if (!other) throw new Error('there is one by default');
      const bySignal = run.random(2) === 0;
      const moment = 20 + run.random(60);
      const abort = new AbortController();
      const options = bySignal ? { signal: abort.signal } : { timeout: moment };
      const transferring = outcome(
        run.watch(channel).retrievableTransfer(run.watch(other), target(run, run.random(30)), options),
      );
      if (bySignal) {
        await run.pause(moment);
        abort.abort('enough');
      }
      const result = await transferring;
      seen.note(result);
      if (result === State.TRANSFERRED) {
        expect([channel.transferCause, other.state]).toEqual(['NORMAL', State.ANSWERED]);
      } else {
        expect([channel.state, other.state]).toEqual([State.ANSWERED, State.IDLE]);
        expect(channel.transferCause).toBe(bySignal ? 'FAIL' : 'TIMEOUT');
        expect(await channel.echo({ timeout: 20 })).toBe(undefined);
      }
      await far.hangUp();
      await channel.waitForIdle();
    });
    seen.expectAll();
  });

  it('whose party hangs up while the target answers, refuses or hangs up', async () => {
    const seen = tally('ANSWERED', 'Hangup', 'TRANSFERRED');
    await seededRace({ calls: 2 }, async (run) => {
      const { channel, far } = await run.incoming();
      const [other] = channel.extraChannel;
      if (!other) throw new Error('there is one by default');
      const [first, second] = [run.random(40), run.random(40)];
      const refuses = run.random(2) === 0;
      const to = run.address(async (called) => {
        await called.ring();
        await run.pause(first);
        if (refuses) return called.reject();
        await called.answer();
        await run.pause(second);
        return called.hangUp();
      });
      const ending = run.pause(20 + run.random(100)).then(() => far.hangUp());
      seen.note(await outcome(channel.retrievableTransfer(run.watch(other), to)));
      await ending;
      await channel.waitForIdle();
      await other.waitForIdle();
    });
    seen.expectAll();
  });

  it('whose two ends hang up at once', async () => {
    const seen = tally('ANSWERED', 'Hangup');
    await seededRace({ calls: 2 }, async (run) => {
      const { channel, far, other, agent } = await transferred(run);
      const back = outcome(channel.waitForTransferredCallRetrieval());
      const end = async (side: Channel): Promise<void> => {
        await run.pause(run.random(20));
        await side.hangUp();
      };
      await Promise.all([end(far), end(agent)]);
      seen.note(await back);
      expect(await channel.waitForIdle()).toBe(State.IDLE);
      expect(await other.waitForIdle()).toBe(State.IDLE);
    });
    seen.expectAll();
  });

  it('that are taken back while an end hangs up', async () => {
    const seen = tally('target ANSWERED ANSWERED', 'party ANSWERED ANSWERED', 'party Hangup Hangup');
    await seededRace({ calls: 2 }, async (run) => {
      const { channel, far, other, agent } = await transferred(run);
      const back = outcome(channel.waitForTransferredCallRetrieval());
      const who = run.random(2) === 0 ? 'target' : 'party';
      const ending = run.pause(run.random(20)).then(() => (who === 'target' ? agent : far).hangUp());
      await run.pause(run.random(40));
      const retrieved = await outcome(channel.retrieve());
      seen.note(who, await back, retrieved);
      await ending;
      await agent.waitForIdle();
      await other.waitForIdle();
      if (who === 'target') {
        expect(channel.state).toBe(State.ANSWERED);
        expect(await channel.echo({ timeout: 20 })).toBe(undefined);
        await far.hangUp();
      }
      await channel.waitForIdle();
    });
    seen.expectAll();
  });

  it('of the same call at once: one wins, and the other target is never called', async () => {
    const seen = tally('INVALID_STATE TRANSFERRED', 'Hangup INVALID_STATE');
    await seededRace({ calls: 3, options: { extraChannels: 2 } }, async (run) => {
      const { channel, far } = await run.incoming();
      const [one, other] = channel.extraChannel;
      if (!one || !other) throw new Error('there are two');
      const transferring = [one, other].map(async (extra) => {
        await run.pause(run.random(3));
        return outcome(channel.retrievableTransfer(run.watch(extra), target(run, run.random(30))));
      });
      const ending = run.pause(20 + run.random(120)).then(() => far.hangUp());
      seen.note(...(await Promise.all(transferring)).map(String).sort());
      await ending;
      await channel.waitForIdle();
      await Promise.all([one.waitForIdle(), other.waitForIdle()]);
    });
    seen.expectAll();
  });

  it("of two calls to each other's service at once, with somebody who hangs up", async () => {
    let number = 0;
    await seededRace({ calls: 6 }, async (run) => {
      const ends = await Promise.all(
        [1, 2].map(async () => {
          const { channel, far } = await run.incoming();
          const [other] = channel.extraChannel;
          if (!other) throw new Error('there is one by default');
          run.watch(other);
          const name = `service-${number++}`;
          const lasts = run.random(40);
          const service = run.ua.service(name, async (served) => {
            run.watch(served);
            await run.pause(run.random(10));
            await served.answer();
            await run.pause(lasts);
          });
          const ending = run.pause(run.random(60)).then(() => far.hangUp());
          const result = await outcome(channel.transferToInboundService(other, name));
          if (result === State.TRANSFERRED) await outcome(channel.waitForTransferredCallRetrieval());
          await ending;
          await channel.waitForIdle();
          service[Symbol.dispose]();
          return other.waitForIdle();
        }),
      );
      expect(ends).toEqual([State.IDLE, State.IDLE]);
    });
  });
});
