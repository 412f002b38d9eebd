import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import type { Arrival } from './bearer.ts';
import { errorOf, expectCode, expectHangup, outcomeOf, type Stage } from './laws.ts';
import { expectToHearEachOther, speakAloud } from './who-hears.ts';

/** How often they say something until all that was sent before has come. */
const MOST_TURNS = 10;

/** Two connected channels whose far ends send each other their audio, past this side. */
export function describeMediaReleases(stage: Stage): void {
  const connected = async (): Promise<{ readonly one: Arrival; readonly other: Arrival }> => {
    const one = await stage.answered();
    const other = await stage.bearer.second();
    expect(await stage.bearer.settle(one.channel.connect(other.channel))).toBe(true);
    return { one, other };
  };
  const released = async () => {
    const { one, other } = await connected();
    await stage.bearer.settle(one.channel.releaseMedia());
    return { one, other };
  };
  const isReleased = (...arrivals: readonly Arrival[]): readonly boolean[] =>
    arrivals.map(({ channel }) => channel.info.isMediaReleased);
  const packets = async (...arrivals: readonly Arrival[]): Promise<readonly number[]> => {
    const asked = Promise.all(arrivals.map(({ channel }) => channel.mediaStatistics()));
    return (await stage.bearer.settle(asked)).map(({ packetsReceived }) => packetsReceived);
  };
  /** They hear each other while no packet comes here; at first, some may still be on their way that were sent before. */
  const expectToHearDirectly = async (one: Arrival, other: Arrival): Promise<void> => {
    let came: readonly number[] = [];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const before = await packets(one, other);
      await expectToHearEachOther(stage.bearer, one.farEnd, other.farEnd);
      const now = await packets(one, other);
      came = now.map((count, index) => count - (before[index] ?? 0));
      if (came.every((count) => count === 0)) return;
    }
    expect(came).toEqual([0, 0]);
  };
  /** Waits until both channels say so, one of which may say so later than the other. */
  const comeBack = async (...arrivals: readonly Arrival[]): Promise<void> => {
    for (let turn = 0; turn < 500 && isReleased(...arrivals).includes(true); turn++) await stage.bearer.elapse(10);
    expect(isReleased(...arrivals)).toEqual(arrivals.map(() => false));
  };
  const expectToBeHeard = async ({ channel, farEnd }: Arrival): Promise<void> => {
    const { prompt, settle } = stage.bearer;
    const ear = await farEnd.listen();
    expect(await settle(channel.filePlayer.play(prompt.file))).toBe('NORMAL');
    // What was sent before a key has come when the key has.
    const key = farEnd.digitsUpTo('#');
    await settle(channel.dtmfPlayer.play('#'));
    await settle(key);
    expect(await ear.heardMs()).toBeGreaterThan(prompt.ms - 60);
  };

  const expectToHear = async (from: Arrival, to: Arrival): Promise<void> => {
    const ear = await to.farEnd.listen();
    await speakAloud(stage.bearer, from.farEnd, 300);
    expect(await ear.heardMs()).toBeGreaterThan(150);
  };

  describe('media that is released', () => {
    it('goes from far end to far end and not through this side, and comes back by takeMedia()', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const events: string[] = [];
      for (const [name, { channel }] of Object.entries({ one, other })) {
        channel.on('mediaReleased', (isOut) => events.push(`${name} ${isOut}`));
      }
      expect(await bearer.settle(one.channel.releaseMedia())).toBe(undefined);
      expect(events.splice(0).sort()).toEqual(['one true', 'other true']);
      expect([...isReleased(one, other), one.channel.info.mediaDirection]).toEqual([true, true, 'inactive']);
      expect([one.channel.state, one.channel.info.connectedId]).toEqual([State.ANSWERED, other.channel.id]);
      await expectToHearDirectly(one, other);
      expect(await bearer.settle(other.channel.takeMedia())).toBe(undefined);
      expect(events.sort()).toEqual(['one false', 'other false']);
      expect([...isReleased(one, other), one.channel.info.mediaDirection]).toEqual([false, false, 'sendrecv']);
      await expectToHear(other, one);
      await one.farEnd.press('7');
      expect(await bearer.settle(one.channel.dtmfDetector.getDigits())).toBe('7');
    });

    it('by either channel, more than once, and taken back more than once, harms nobody', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const { channel } = other;
      await bearer.settle(Promise.all([channel.releaseMedia(), one.channel.releaseMedia(), channel.releaseMedia()]));
      expect(isReleased(one, other)).toEqual([true, true]);
      await bearer.settle(Promise.all([channel.takeMedia(), one.channel.takeMedia()]));
      await bearer.settle(channel.takeMedia());
      expect(isReleased(one, other)).toEqual([false, false]);
      await bearer.settle(one.channel.releaseMedia());
      expect(isReleased(one, other)).toEqual([true, true]);
    });

    it('lets keys through that come by INFO', async () => {
      const { bearer } = stage;
      const { one, other } = await released();
      const heard = other.farEnd.digitsUpTo('#');
      await one.farEnd.press('4#', 'INFO');
      expect(await bearer.settle(heard)).toBe('4#');
      expect(await bearer.settle(one.channel.dtmfDetector.getDigits())).toBe('4#');
    });

    it('comes back with disconnect(), from either side, before that resolves', async () => {
      const { bearer } = stage;
      const { one, other } = await released();
      expect(await bearer.settle(other.channel.disconnect())).toBe(true);
      expect(isReleased(one, other)).toEqual([false, false]);
      await expectToBeHeard(one);
      await expectToBeHeard(other);
      await bearer.settle(one.channel.connect(other.channel));
      await bearer.settle(one.channel.releaseMedia());
      expect(await bearer.settle(one.channel.disconnect())).toBe(true);
      expect(isReleased(one, other)).toEqual([false, false]);
    });

    for (const by of ['the far end', 'this side'] as const) {
      it(`comes back when the call of one is hung up by ${by}: what is played to the other at once is heard whole`, async () => {
        const { bearer } = stage;
        const { one, other } = await released();
        const waiting = other.channel.waitForDisconnect().then(() => isReleased(other));
        await (by === 'this side' ? bearer.settle(one.channel.hangUp()) : one.farEnd.hangUp());
        await bearer.settle(one.channel.waitForIdle());
        expect(isReleased(one)).toEqual([false]);
        await expectToBeHeard(other);
        expect(await bearer.settle(waiting)).toEqual([false]);
        expect(other.channel.state).toBe(State.ANSWERED);
        const recording = other.channel.fileRecorder.record('after.wav', { timeout: 600 });
        await other.farEnd.speak(300);
        expect(await bearer.settle(recording)).toBe('TIMEOUT');
        expect(other.channel.fileRecorder.audioDetectedInRecording()).toBe(true);
      });
    }

    it('comes back when a far end puts this side on hold; the other one can be played to', async () => {
      const { bearer } = stage;
      const { one, other } = await released();
      await one.farEnd.hold();
      await comeBack(one, other);
      expect([one.channel.info.isHeld, one.channel.info.connectedId]).toEqual([true, other.channel.id]);
      expectCode(await errorOf(one.channel.releaseMedia()), 'INVALID_STATE');
      expectCode(await errorOf(other.channel.releaseMedia()), 'INVALID_STATE');
      await one.farEnd.resume();
      await bearer.settle(one.channel.releaseMedia());
      expect(isReleased(one, other)).toEqual([true, true]);
    });

    it('comes back before hold() resolves; it cannot be released on hold', async () => {
      const { bearer } = stage;
      const { one, other } = await released();
      expect(await bearer.settle(one.channel.hold())).toBe(State.ON_HOLD);
      expect([...isReleased(one, other), one.farEnd.isHeld()]).toEqual([false, false, true]);
      expectCode(await errorOf(one.channel.releaseMedia()), 'INVALID_STATE');
      expectCode(await errorOf(other.channel.releaseMedia()), 'INVALID_STATE');
      await bearer.settle(one.channel.takeMedia());
      expect(await bearer.settle(one.channel.resume())).toBe(State.ANSWERED);
      await expectToHear(one, other);
      await bearer.settle(one.channel.releaseMedia());
      expect(isReleased(one, other)).toEqual([true, true]);
    });

    it('needs a connection', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const methods = (of: Channel) => [of.releaseMedia(), of.takeMedia()];
      for (const refused of methods(channel)) expectCode(await errorOf(refused), 'INVALID_STATE');
      for (const refused of methods(bearer.outgoing())) expectHangup(await errorOf(refused));
      await bearer.settle(channel.hangUp());
      for (const refused of methods(channel)) expectHangup(await errorOf(refused));
    });

    it('needs two calls on the network: not one to a service', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const [extra] = channel.extraChannel;
      if (!extra) throw new Error('there is one by default');
      bearer.service('talk', async (served) => {
        await served.answer();
        await served.waitForIdle();
      });
      expect(await bearer.settle(extra.callInboundService('talk'))).toBe(State.ANSWERED);
      await bearer.settle(channel.connect(extra));
      expectCode(await errorOf(channel.releaseMedia()), 'INVALID_STATE');
      expectCode(await errorOf(extra.releaseMedia()), 'INVALID_STATE');
      expect([channel.info.isMediaReleased, channel.info.connectedId]).toEqual([false, extra.id]);
      await bearer.settle(extra.hangUp());
    });

    it('is BUSY while one of the two is recorded, and no recording can begin meanwhile', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      for (const recorder of ['fileRecorder', 'wholeCallRecorder'] as const) {
        const { channel } = recorder === 'fileRecorder' ? one : other;
        await bearer.settle(channel[recorder].start('before.wav'));
        expectCode(await bearer.settle(errorOf(one.channel.releaseMedia())), 'BUSY');
        expectCode(await bearer.settle(errorOf(other.channel.releaseMedia())), 'BUSY');
        await bearer.settle(channel[recorder].stop());
      }
      await bearer.settle(one.channel.releaseMedia());
      for (const { channel } of [one, other]) {
        expectCode(await errorOf(channel.fileRecorder.record('now.wav')), 'INVALID_STATE');
        expectCode(await errorOf(channel.wholeCallRecorder.start('now.wav')), 'INVALID_STATE');
        expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      }
      await bearer.settle(one.channel.takeMedia());
      for (const { channel } of [one, other]) {
        await bearer.settle(channel.wholeCallRecorder.start('after.wav'));
        await bearer.settle(channel.wholeCallRecorder.stop());
      }
    });

    it('stays here when the connection ends meanwhile, and is taken back when nobody waits for it any more', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const releasing = outcomeOf(one.channel.releaseMedia());
      expect(await bearer.settle(other.channel.disconnect())).toBe(true);
      expectCode(Object(await bearer.settle(releasing)).error, 'INVALID_STATE');
      expect(isReleased(one, other)).toEqual([false, false]);
      await bearer.settle(one.channel.connect(other.channel));
      const abort = new AbortController();
      const aborted = outcomeOf(one.channel.releaseMedia({ signal: abort.signal }));
      await Promise.resolve();
      abort.abort('enough');
      expect(await bearer.settle(aborted)).toEqual({ error: 'enough' });
      await bearer.settle(one.channel.takeMedia());
      await expectToHear(one, other);
      await expectToHear(other, one);
      expect(isReleased(one, other)).toEqual([false, false]);
    });
  });
}
