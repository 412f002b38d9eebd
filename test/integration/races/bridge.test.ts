import { describe, expect, it } from 'vitest';
import { type Bridge, type Channel, isChannelError, isHangup, State } from '../../../src/index.ts';
import { type RaceCall, type RaceRun, seededRace } from '../../support/seeded-race.ts';

/** What a method came to: its value, `Hangup`, or the code of another error. */
async function outcome(method: Promise<unknown>): Promise<unknown> {
  try {
    return await method;
  } catch (error) {
    if (isHangup(error)) return 'Hangup';
    if (isChannelError(error)) return error.code;
    throw error;
  }
}

async function hangUpSoon({ pause, random }: RaceRun, { channel, far }: RaceCall, within: number): Promise<void> {
  const side = random(2) === 0 ? channel : far;
  await pause(random(within));
  await side.hangUp();
}

/** Comes and goes three times, or until it is hung up. */
async function comeAndGo({ pause, random }: RaceRun, bridge: Bridge, channel: Channel): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (let time = 0; time < 3; time++) {
    await pause(random(15));
    results.push(await outcome(bridge.add(channel, { muted: random(2) === 0 }).then(({ isIn }) => isIn)));
    await pause(random(15));
    bridge.remove(channel);
  }
  return results;
}

/** Audio flows in all of them. */
const LONG = { timeout: 300_000 };

describe('bridges', () => {
  it('whose members come and go while others hang up', LONG, async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 4 }, async (run) => {
      const calls = await Promise.all([run.incoming(), run.incoming(), run.outgoing(), run.outgoing()]);
      await using bridge = run.ua.bridge({ relayDigits: true });
      const left: Channel[] = [];
      bridge.on('left', ({ channel }) => left.push(channel));
      const [one, two, three, four] = calls;
      await Promise.all([bridge.add(one.channel), bridge.add(two.channel)]);
      const keys = outcome(one.far.dtmfPlayer.play('12', { on: 40, off: 40 }));
      const moves = await Promise.all([
        comeAndGo(run, bridge, three.channel),
        comeAndGo(run, bridge, four.channel),
        hangUpSoon(run, one, 80),
        hangUpSoon(run, three, 80),
      ]);
      for (const result of moves.slice(0, 2).flat()) seen.add(String(result));
      await keys;
      await one.channel.waitForIdle();
      bridge.remove(four.channel);
      expect(bridge.members.map(({ channel }) => channel)).toEqual([two.channel]);
      expect(left).toContain(one.channel);
      await bridge.close();
      expect([two.channel.state, four.channel.state]).toEqual([State.ANSWERED, State.ANSWERED]);
      expect(await four.channel.echo({ timeout: 20 })).toBe(undefined);
      await Promise.all([two.channel.hangUp(), four.far.hangUp(), three.channel.waitForIdle()]);
    });
    // Who has been hung up on comes no more.
    expect([...seen].sort()).toEqual(['Hangup', 'true']);
  });

  it('that play to all and whisper while they are closed and members hang up', LONG, async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 4 }, async (run) => {
      const { ua, pause, random } = run;
      const [one, two] = await Promise.all([run.incoming(), run.outgoing()]);
      const bridge = ua.bridge();
      await Promise.all([bridge.add(one.channel), bridge.add(two.channel)]);
      const close = async (): Promise<void> => {
        await pause(random(30));
        await bridge.close();
      };
      const results = await Promise.all([
        outcome(bridge.filePlayer.play({ tone: 'BEEP' })),
        outcome(bridge.whisper(one.channel, two.channel).then(({ isOpen }) => isOpen)),
        outcome(bridge.musicOnHold.start({ tone: 'RINGBACK' })),
        hangUpSoon(run, one, 30),
        close(),
      ]);
      seen.add(String(results[0]));
      const state = await two.channel.filePlayer.play({ tone: 'BEEP' });
      expect([state, bridge.members.length]).toEqual(['NORMAL', 0]);
      await two.channel.hangUp();
    });
    expect(seen).toContain('Hangup');
  });
});

describe('conference rooms', () => {
  it('that are entered, left by their exit key, hung up on and destroyed at once', LONG, async () => {
    const seen = new Set<string>();
    await seededRace({ calls: 8 }, async (run) => {
      const { ua, pause, random } = run;
      const name = `room${random(1_000_000_000)}`;
      const calls = await Promise.all([run.incoming(), run.outgoing(), run.outgoing()]);
      const enter = async ({ channel }: RaceCall, destroyOnExit: boolean): Promise<void> => {
        const other = run.watch(ua.channel());
        await pause(random(20));
        const media = { exitOnDtmfDigit: '*', onEntryMedia: { tone: 'BEEP' } };
        seen.add(
          String(await outcome(channel.transferToConferenceRoom(other, name, { media, lifetime: { destroyOnExit } }))),
        );
        seen.add(String(await outcome(channel.waitForTransferredCallRetrieval())));
        await channel.hangUp();
        await other.waitForIdle();
      };
      const inside = run.watch(ua.channel());
      const [one, two, three] = calls;
      const visit = async (): Promise<void> => {
        await outcome(inside.callConferenceRoom(name));
        await outcome(inside.filePlayer.play({ tone: 'BEEP' }));
        await pause(random(100));
        await inside.hangUp();
      };
      const leave = async ({ far }: RaceCall): Promise<void> => {
        await pause(30 + random(100));
        await outcome(far.dtmfPlayer.play('*', { on: 40, off: 40 }));
      };
      await Promise.all([
        enter(one, true),
        enter(two, false),
        enter(three, false),
        visit(),
        leave(one),
        leave(two),
        hangUpSoon(run, three, 150),
      ]);
      await Promise.all(calls.flatMap(({ channel, far }) => [channel.waitForIdle(), far.waitForIdle()]));
      expect(ua.rooms.filter((room) => room.name === name)).toEqual([]);
    });
    expect([...seen].sort()).toEqual(['ANSWERED', 'Hangup', 'TRANSFERRED']);
  });
});
