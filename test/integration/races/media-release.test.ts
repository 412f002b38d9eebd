import { describe, expect, it } from 'vitest';
import { isChannelError, isHangup, State } from '../../../src/index.ts';
import { type RaceCall, type RaceRun, seededRace } from '../../support/seeded-race.ts';

/** What a method came to: what `done` says, `Hangup`, or the code of the error. */
async function outcome(method: Promise<unknown>, done = 'done'): Promise<string> {
  try {
    await method;
    return done;
  } catch (error) {
    if (isHangup(error)) return 'Hangup';
    if (isChannelError(error)) return error.code;
    throw error;
  }
}

/** Two calls that are connected, of which everybody knows that they are answered. */
async function connected(run: RaceRun): Promise<readonly [RaceCall, RaceCall]> {
  const [one, other] = await Promise.all([run.incoming(), run.outgoing()]);
  await run.pause(25);
  expect(await one.channel.connect(other.channel)).toBe(true);
  return [one, other];
}

/** Either of two. */
function either<T>({ random }: RaceRun, pair: readonly [T, T]): T {
  return pair[random(2)] as T;
}

async function later<T>({ pause, random }: RaceRun, below: number, run: () => Promise<T>): Promise<T> {
  await pause(random(below));
  return run();
}

/** Whether audio flows between a call and this side, or past it. */
function flow({ channel, far }: RaceCall): readonly unknown[] {
  return [channel.info.isMediaReleased, channel.info.mediaDirection, far.info.mediaDirection];
}

/** Many runs take a while where many tests run. */
const LONG = { timeout: 300_000 };

describe('media that is released', LONG, () => {
  it('and taken back, from both sides, while one of the four hangs up', async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 2 }, async (run) => {
      const pair = await connected(run);
      const gone = either(run, pair);
      const stays = gone === pair[0] ? pair[1] : pair[0];
      const side = either(run, [gone.channel, gone.far]);
      const outcomes = await Promise.all([
        later(run, 60, () => outcome(either(run, pair).channel.releaseMedia(), 'released')),
        later(run, 120, () => outcome(either(run, pair).channel.takeMedia(), 'taken')),
        later(run, 160, () => outcome(either(run, pair).channel.releaseMedia(), 'released')),
        later(run, 200, () => outcome(side.hangUp(), 'hung up')),
      ]);
      for (const each of outcomes) seen.add(each);
      await gone.channel.waitForIdle();
      await stays.channel.waitForDisconnect();
      expect(stays.channel.state).toBe(State.ANSWERED);
      expect(flow(stays)).toEqual([false, 'sendrecv', 'sendrecv']);
      expect(await stays.channel.echo({ timeout: 20 })).toBe(undefined);
      await stays.channel.hangUp();
    });
    expect([...seen].sort()).toEqual(['Hangup', 'INVALID_STATE', 'hung up', 'released', 'taken']);
  });

  it('while the two are disconnected and connected again, and both far ends hold this side', async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 2 }, async (run) => {
      const pair = await connected(run);
      const [one, other] = pair;
      const outcomes = await Promise.all([
        later(run, 60, () => outcome(one.channel.releaseMedia(), 'released')),
        later(run, 120, () => outcome(other.channel.releaseMedia({ timeout: run.random(60) }), 'released')),
        later(run, 160, async () => {
          await either(run, pair).channel.disconnect();
          return outcome(one.channel.connect(other.channel), 'connected');
        }),
        later(run, 160, () =>
          outcome(
            either(run, pair)
              .far.hold()
              .then(() => one.far.resume()),
            'held',
          ),
        ),
        later(run, 160, () => outcome(either(run, pair).channel.hold(), 'held')),
        later(run, 200, () => outcome(either(run, pair).channel.takeMedia(), 'taken')),
      ]);
      for (const each of outcomes) seen.add(each);
      await Promise.all([one.far.resume(), other.far.resume(), one.channel.resume(), other.channel.resume()]);
      await either(run, pair).channel.disconnect();
      for (const call of pair) expect(flow(call)).toEqual([false, 'sendrecv', 'sendrecv']);
      await Promise.all([one.channel.hangUp(), other.far.hangUp()]);
    });
    expect([...seen]).toEqual(expect.arrayContaining(['INVALID_STATE', 'TIMEOUT', 'released', 'taken']));
  });
});
