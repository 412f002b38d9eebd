import { describe, expect, it } from 'vitest';
import { type Channel, type ConnectCalleeResult, isHangup, State } from '../../../src/index.ts';
import { type RaceRun, seededRace } from '../../support/seeded-race.ts';

/** A back-to-back call that is being made. */
interface Made {
  /** The caller's own end. */
  readonly far: Channel;
  /** The caller as the user agent under test has it. */
  readonly channel: Channel;
  /** What connectCallee() has come to. */
  readonly result: Promise<ConnectCalleeResult | 'Hangup'>;
}

/** A callee who answers after so many milliseconds, and is there until somebody hangs up. */
function answering(run: RaceRun, { ms = 0, callees }: { ms?: number; callees?: Channel[] } = {}): string {
  return run.address(async (channel) => {
    callees?.push(channel);
    await channel.ring();
    await run.pause(ms);
    await channel.answer();
    await channel.waitForIdle();
  });
}

/** Somebody calls, and is connected to these callees. */
async function make(run: RaceRun, to: Parameters<Channel['connectCallee']>[0]): Promise<Made> {
  const arrived = Promise.withResolvers<Made['channel']>();
  const resulted = Promise.withResolvers<ConnectCalleeResult | 'Hangup'>();
  const far = run.watch(run.others.channel());
  const address = run.here(async (channel) => {
    arrived.resolve(channel);
    const result = channel.connectCallee(to);
    resulted.resolve(
      result.catch((error: unknown) => {
        if (isHangup(error)) return 'Hangup';
        throw error;
      }),
    );
    await resulted.promise;
    await channel.waitForIdle();
  });
  void far.startCall(address);
  return { far, channel: await arrived.promise, result: resulted.promise };
}

const nameOf = (result: ConnectCalleeResult | 'Hangup'): string =>
  result === 'Hangup' ? result : result.callee ? 'connected' : result.cause;

describe('back-to-back calls', { timeout: 300_000 }, () => {
  it('whose caller gives up while the callee answers', async () => {
    const seen = new Map<string, number>();
    await seededRace({ calls: 2 }, async (run) => {
      const { far, result } = await make(run, answering(run, { ms: run.random(40) }));
      await run.pause(run.random(100));
      await far.hangUp();
      const name = nameOf(await result);
      seen.set(name, (seen.get(name) ?? 0) + 1);
    });
    expect([...seen.keys()].sort()).toEqual(['Hangup', 'connected']);
  });

  it('whose two far ends hang up at once', async () => {
    await seededRace({ calls: 2 }, async (run) => {
      const callees: Channel[] = [];
      const { far, channel, result } = await make(run, answering(run, { callees }));
      expect(nameOf(await result)).toBe('connected');
      const end = async (who: Channel | undefined): Promise<void> => {
        await run.pause(run.random(30));
        await who?.hangUp();
      };
      await Promise.all([end(far), end(callees[0])]);
      await channel.waitForIdle();
      // Its goodbye may not be confirmed yet.
      await channel.otherLeg?.waitForIdle();
      expect(channel.otherLeg).toBeUndefined();
    });
  });

  it('whose two callees answer at once', async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 3 }, async (run) => {
      const [one, other] = [answering(run, { ms: run.random(20) }), answering(run, { ms: run.random(20) })];
      const { far, result } = await make(run, [[one, other]]);
      const found = await result;
      expect(nameOf(found)).toBe('connected');
      if (found !== 'Hangup') seen.add(String(found.callee?.info.to === one));
      // Whoever was not chosen is hung up on before long, which the end of the run looks at.
      await run.pause(20);
      await far.hangUp();
    });
    expect([...seen].sort()).toEqual(['false', 'true']);
  });

  it('that the program ends on one side while a far end hangs up', async () => {
    await seededRace({ calls: 2 }, async (run) => {
      const callees: Channel[] = [];
      const { far, channel, result } = await make(run, answering(run, { callees }));
      await result;
      const ended = run.pause(run.random(30)).then(async () => {
        if (run.random(2) === 0) await channel.terminateLeg();
        else await channel.terminateOtherLeg();
      });
      await run.pause(run.random(30));
      await (run.random(2) === 0 ? far : callees[0])?.hangUp();
      await ended;
      await Promise.all([channel.hangUp(), channel.otherLeg?.hangUp()]);
    });
  });

  it('while the audio goes back and forth', async () => {
    await seededRace({ calls: 2 }, async (run) => {
      const { far, channel, result } = await make(run, answering(run));
      await result;
      const audio = async (): Promise<unknown> => {
        for (;;) {
          await run.pause(run.random(8));
          await channel.connectAudio();
          await run.pause(run.random(8));
          await channel.disconnectAudio();
        }
      };
      const going = audio().catch((error: unknown) => error);
      await run.pause(run.random(60));
      await far.hangUp();
      expect(isHangup(await going)).toBe(true);
      expect(channel.state).toBe(State.IDLE);
    });
  });
});
