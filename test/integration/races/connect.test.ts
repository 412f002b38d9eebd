import { describe, expect, it } from 'vitest';
import { type Channel, isHangup, State } from '../../../src/index.ts';
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

async function pair({ incoming, outgoing }: RaceRun): Promise<readonly [RaceCall, RaceCall]> {
  return Promise.all([incoming(), outgoing()]);
}

/** Ends a call from either side, after so many milliseconds. */
async function endAfter({ pause, random }: RaceRun, { channel, far }: RaceCall): Promise<void> {
  const ms = random(30);
  const side = random(2) === 0 ? channel : far;
  await pause(ms);
  await side.hangUp();
}

describe('connections', { timeout: 300_000 }, () => {
  it('whose two ends hang up at once', async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 2 }, async (run) => {
      const [one, other] = await pair(run);
      expect(await one.channel.connect(other.channel)).toBe(true);
      const waits = [one, other].map(({ channel }) =>
        Promise.all([
          outcome(channel.waitForDisconnect()),
          outcome(channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 })),
          channel.waitForIdle(),
        ]),
      );
      await Promise.all([endAfter(run, one), endAfter(run, other)]);
      const ends = await Promise.all(waits);
      for (const [, digits, state] of ends) expect([digits, state]).toEqual(['Hangup', State.IDLE]);
      const disconnects = ends.map(([disconnect]) => String(disconnect)).sort();
      seen.add(disconnects.join(' and '));
    });
    // Whoever goes first has a Hangup; the other one sees the end of the connection, unless its own call ends in the same instant.
    expect(['Hangup and Hangup', 'Hangup and undefined']).toEqual(expect.arrayContaining([...seen]));
  });

  it('of which one end says goodbye while they are made', async () => {
    const results: Record<string, number> = { true: 0, false: 0, Hangup: 0 };
    await seededRace({ calls: 2 }, async (run) => {
      const [one, other] = await pair(run);
      const [gone, stays] = run.random(2) === 0 ? [one, other] : [other, one];
      const ending = gone.far.hangUp();
      await run.pause(run.random(25));
      const result = await outcome(one.channel.connect(other.channel));
      results[String(result)] = (results[String(result)] ?? 0) + 1;
      await ending;
      await gone.channel.waitForIdle();
      expect(stays.channel.info.connectedId).toBe(undefined);
      expect(stays.channel.state).toBe(State.ANSWERED);
      expect(await stays.channel.echo({ timeout: 20 })).toBe(undefined);
      await stays.channel.hangUp();
    });
    // Each way that it can come out has come.
    for (const times of Object.values(results)) expect(times).toBeGreaterThan(0);
  });

  it('that are disconnected from both sides while keys are passed on and one end hangs up', async () => {
    await seededRace({ calls: 2 }, async (run) => {
      const [one, other] = await pair(run);
      await one.channel.connect(other.channel);
      const keys = outcome(one.far.dtmfPlayer.play('123', { on: 40, off: 40 }));
      const disconnect = async (channel: Channel): Promise<boolean> => {
        await run.pause(run.random(200));
        return channel.disconnect();
      };
      const disconnects = [disconnect(one.channel), disconnect(other.channel)];
      await run.pause(run.random(200));
      await other.far.hangUp();
      expect((await Promise.all(disconnects)).filter(Boolean).length).toBeLessThanOrEqual(1);
      await keys;
      expect(one.channel.info.connectedId).toBe(undefined);
      await one.channel.hangUp();
    });
  });

  it('for which the caller does not wait: it hangs up while an extra channel calls', async () => {
    const states = new Set<State>();
    await seededRace({ calls: 2 }, async (run) => {
      const { random, address, watch, pause } = run;
      const { channel, far } = await run.incoming(async (inbound) => {
        await inbound.answer();
        const [extra] = inbound.extraChannel;
        if (!extra) throw new Error('there is one by default');
        const to = address(async (called) => {
          await called.ring();
          await pause(random(30));
          await called.answer();
          await called.waitForIdle();
        });
        const calling = watch(extra).call(to);
        await Promise.race([calling, inbound.waitForIdle()]);
        states.add(extra.state);
        if (extra.state === State.ANSWERED) await inbound.connect(extra);
        await inbound.waitForIdle();
      });
      await pause(random(90));
      await far.hangUp();
      await channel.waitForIdle();
    });
    expect(states.size).toBeGreaterThanOrEqual(2);
  });
});
