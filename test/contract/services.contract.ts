import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';
import { speakAloud } from './who-hears.ts';

/** Calls to services of the same user agent: the laws of all calls, without the network. */
export function describeServices(stage: Stage): void {
  /** A call to a service that has been answered. */
  const called = async (caller = stage.bearer.outgoing()): Promise<{ caller: Channel; served: Channel }> => {
    const { bearer } = stage;
    bearer.service('helper', async (channel) => {
      await channel.ring();
      await channel.answer();
      await channel.waitForIdle();
    });
    expect(await bearer.settle(caller.callInboundService('helper'))).toBe(State.ANSWERED);
    const served = await bearer.served();
    await bearer.elapse(20);
    expect(served.state).toBe(State.ANSWERED);
    return { caller, served };
  };

  describe('a call to a service', () => {
    it('lets each side hear what is sent to it by the other', async () => {
      const { bearer } = stage;
      const { caller, served } = await called();
      for (const [from, to] of [
        [caller, served],
        [served, caller],
      ] as const) {
        await bearer.settle(to.fileRecorder.start('heard.wav'));
        expect(await bearer.settle(from.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
        await bearer.elapse(200);
        await bearer.settle(to.fileRecorder.stop());
        expect(to.fileRecorder.audioDetectedInRecording()).toBe(true);
      }
    });

    it('carries keys both ways', async () => {
      const { bearer } = stage;
      const { caller, served } = await called();
      for (const [from, to] of [
        [caller, served],
        [served, caller],
      ] as const) {
        const digits = to.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 5000 });
        expect(await bearer.settle(from.dtmfPlayer.play('147#'))).toBe('NORMAL');
        expect(await bearer.settle(digits)).toBe('147#');
      }
    });

    for (const side of ['caller', 'service'] as const) {
      it(`ends for both when the ${side} hangs up, and each knows who it was`, async () => {
        const { bearer } = stage;
        const { caller, served } = await called();
        const [first, second] = side === 'caller' ? [caller, served] : [served, caller];
        const pending = errorOf(second.sleep(60_000));
        await bearer.settle(first.hangUp());
        expect(expectHangup(await bearer.settle(pending)).by).toBe('remote');
        expect([first.state, first.info.hangup?.by, second.state]).toEqual([State.IDLE, 'local', State.IDLE]);
      });
    }

    it('to one that is not there is IDLE and UNOBTAINABLE, and the channel can call again', async () => {
      const { bearer } = stage;
      const caller = bearer.outgoing();
      expect(await bearer.settle(caller.callInboundService('nobody'))).toBe(State.IDLE);
      expect([caller.cause, caller.info.rawCause]).toEqual(['UNOBTAINABLE', '404']);
      await bearer.settle(caller.startCallInboundService('nobody'));
      expect(await bearer.settle(caller.waitForOutgoingCall())).toBe(State.IDLE);
      await called(caller);
    });

    it('that refuses leaves its cause', async () => {
      const { bearer } = stage;
      bearer.service('closed', (channel) => channel.reject('BUSY'));
      const caller = bearer.outgoing();
      expect(await bearer.settle(caller.callInboundService('closed'))).toBe(State.IDLE);
      expect([caller.cause, caller.info.rawCause]).toEqual(['BUSY', '486']);
    });

    it('needs a name of letters, digits and - _ .', async () => {
      const caller = stage.bearer.outgoing();
      for (const bad of ['', 'a b', 'a/b', undefined]) {
        expectCode(await errorOf(caller.callInboundService(bad as string)), 'INVALID_ARGUMENT');
      }
      expect(caller.state).toBe(State.IDLE);
    });
  });

  describe('a party that is brought to a service', () => {
    it('by connect() hears it, and is heard', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const [extra] = channel.extraChannel;
      if (!extra) throw new Error('there is one by default');
      const { served } = await called(extra);
      expect(await bearer.settle(channel.connect(extra))).toBe(true);
      const ear = await farEnd.listen();
      expect(await bearer.settle(served.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms / 2);
      await bearer.settle(served.fileRecorder.start('heard.wav'));
      await speakAloud(bearer, farEnd, 300);
      await bearer.settle(served.fileRecorder.stop());
      expect(served.fileRecorder.audioDetectedInRecording()).toBe(true);
    });

    it('by transferToInboundService() hears it and is heard, until the service ends', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      bearer.service('menu', async (served) => {
        await served.answer();
        await served.filePlayer.play(bearer.prompt.file);
        await served.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60_000 });
      });
      const ear = await farEnd.listen();
      const other = bearer.outgoing();
      expect(await bearer.settle(channel.transferToInboundService(other, 'menu'))).toBe(State.TRANSFERRED);
      await bearer.elapse(bearer.prompt.ms + 200);
      expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms / 2);
      const back = channel.waitForTransferredCallRetrieval();
      await farEnd.press('7#');
      expect(await bearer.settle(back)).toBe(State.ANSWERED);
      expect(other.state).toBe(State.IDLE);
    });

    it('by a service to another one comes back the same way', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ends: string[] = [];
      const { promise: joined, resolve: isJoined } = Promise.withResolvers<void>();
      bearer.service('back', async (served) => {
        await served.answer();
        ends.push(await served.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60_000 }));
      });
      bearer.service('front', async (served) => {
        await served.answer();
        const [extra] = served.extraChannel;
        if (extra) ends.push(await served.transferToInboundService(extra, 'back'));
        isJoined();
        ends.push(await served.waitForTransferredCallRetrieval());
      });
      const other = bearer.outgoing();
      expect(await bearer.settle(channel.transferToInboundService(other, 'front'))).toBe(State.TRANSFERRED);
      const back = channel.waitForTransferredCallRetrieval();
      await bearer.settle(joined);
      await farEnd.press('12#');
      expect(await bearer.settle(back)).toBe(State.ANSWERED);
      expect(ends).toEqual(['TRANSFERRED', '12#', 'ANSWERED']);
    });

    it('that is not there stays where it is', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const other = bearer.outgoing();
      expect(await bearer.settle(channel.transferToInboundService(other, 'nobody'))).toBe(State.ANSWERED);
      expect([channel.transferCause, other.cause]).toEqual(['FAIL', 'UNOBTAINABLE']);
    });
  });
}
