import { describe, expect, it } from 'vitest';
import type { ConnectCalleeOptions } from '../../src/channel/back-to-back/callee-options.ts';
import { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import { SIPMessage } from '../../src/channel/sip/sip-message.ts';
import { State } from '../../src/channel/state.ts';
import type { Callee } from './bearer.ts';
import { errorOf, expectCode, expectHangup, outcomeOf, type Stage } from './laws.ts';
import { expectToHearEachOther, speakAloud } from './who-hears.ts';

/** Why a callee was not reached, and how the caller is told so. */
const REFUSALS: readonly (readonly [Callee, string, number])[] = [
  ['busy', 'BUSY', 486],
  ['declines', 'REJECTED', 603],
  ['does not answer', 'NOANSWER', 480],
  ['does not exist', 'UNOBTAINABLE', 404],
  ['overloaded', 'CONGESTION', 503],
  ['unresolvable', 'UNOBTAINABLE', 404],
];

/** A caller and a callee with this program between them. */
export function describeCallees(stage: Stage): void {
  /** A caller who has come in and is connected to somebody. */
  const connected = async (options: ConnectCalleeOptions = {}) => {
    const { bearer } = stage;
    const { channel, farEnd } = await bearer.incoming();
    const { callee } = await bearer.settle(channel.connectCallee(bearer.address('answers'), options));
    if (!callee) throw new Error('nobody has answered');
    return { channel, farEnd, callee, calleeEnd: await bearer.callee() };
  };

  describe('connectCallee()', () => {
    it('answers the caller when the callee answers, and lets the two hear each other', async () => {
      const { bearer } = stage;
      const { channel, farEnd, callee, calleeEnd } = await connected();
      expect([channel.state, callee.state]).toEqual([State.ANSWERED, State.ANSWERED]);
      expect([channel.otherLeg, callee.otherLeg]).toEqual([callee, channel]);
      expect([channel.info.connectedId, callee.info.connectedId]).toEqual([callee.id, channel.id]);
      await expectToHearEachOther(bearer, farEnd, calleeEnd);
    });

    it('takes a caller who is answered already', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { state, callee, cause } = await bearer.settle(channel.connectCallee(bearer.address('answers')));
      expect([state, callee?.state, cause]).toEqual([State.ANSWERED, State.ANSWERED, 'NORMAL']);
    });

    for (const [who, cause, status] of REFUSALS) {
      it(`refuses the caller with ${status} when the callee is one who is ${who}`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await bearer.incoming();
        const result = await bearer.settle(channel.connectCallee(bearer.address(who)));
        expect(result).toMatchObject({ state: State.IDLE, callee: undefined, cause });
        expect(await farEnd.refusal()).toBe(status);
        expect(channel.otherLeg).toBeUndefined();
      });
    }

    it('leaves a caller who is answered, or who is to stay, with the program', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.connectCallee(bearer.address('busy')))).toMatchObject({
        state: State.ANSWERED,
        cause: 'BUSY',
        status: 486,
      });
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      const { channel: other } = await bearer.incoming();
      const kept = await bearer.settle(other.connectCallee(bearer.address('busy'), { relayFailure: false }));
      expect(kept).toMatchObject({ state: other.state, cause: 'BUSY' });
      expect(await bearer.settle(other.answer())).toBe(State.ANSWERED);
    });

    it('tries one after the other, and several at once', async () => {
      const { bearer } = stage;
      const [busy, answers, rings] = (['busy', 'answers', 'rings'] as const).map((who) => bearer.address(who));
      if (!busy || !answers || !rings) throw new Error('there are three');
      for (const to of [
        [busy, answers],
        [[rings, busy, answers]],
        [
          [busy, busy],
          [rings, answers],
        ],
      ]) {
        const { channel } = await bearer.incoming();
        const { callee } = await bearer.settle(channel.connectCallee(to));
        expect(callee?.info.requestUri).toBe(answers);
        await bearer.settle(channel.hangUp());
        if (callee) await bearer.settle(callee.waitForIdle());
      }
    });

    it('gives the callee up when the caller does, with Hangup', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming();
      const result = outcomeOf(channel.connectCallee(bearer.address('rings')));
      await bearer.elapse(100);
      const calleeEnd = await bearer.callee();
      await farEnd.hangUp();
      const outcome = await bearer.settle(result);
      expect(expectHangup('error' in outcome ? outcome.error : outcome).by).toBe('remote');
      await calleeEnd.gone();
    });

    it('needs a call that is offered, rings or is answered, and one that sends nothing', async () => {
      const { bearer } = stage;
      const to = bearer.address('answers');
      expectHangup(await errorOf(bearer.outgoing().connectCallee(to)));
      const calling = bearer.outgoing();
      await bearer.settle(calling.startCall(bearer.address('rings')));
      await bearer.callee();
      expectCode(await errorOf(calling.connectCallee(to)), 'INVALID_STATE');
      await bearer.settle(calling.hangUp());
      const { channel } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      expectCode(await errorOf(channel.connectCallee(to)), 'BUSY');
      await bearer.settle(channel.filePlayer.stop());
      const { callee } = await bearer.settle(channel.connectCallee(to));
      expect(callee?.state).toBe(State.ANSWERED);
    });
  });

  describe('a back-to-back call', () => {
    it('carries requests over and keys', async () => {
      const { bearer } = stage;
      const { farEnd, calleeEnd } = await connected();
      expect(await farEnd.sendRequest(new SIPInfo('lamp=on', 'application/lamp'))).toBe(200);
      expect(await farEnd.sendRequest(new SIPMessage('hello'))).toBe(200);
      const had = await bearer.settle(Promise.resolve(calleeEnd.requests(2)));
      expect(had.map(({ method, contentType, body }) => [method, contentType, body])).toEqual([
        ['INFO', 'application/lamp', 'lamp=on'],
        ['MESSAGE', 'text/plain; charset=ascii', 'hello'],
      ]);
      await farEnd.press('4#');
      expect(await bearer.settle(calleeEnd.digitsUpTo('#'))).toBe('4#');
    });

    it('ends for both when one far end hangs up', async () => {
      const { bearer } = stage;
      for (const who of ['farEnd', 'calleeEnd'] as const) {
        const scene = await connected();
        const told: string[] = [];
        scene.channel.on('otherLegEnded', ({ by }) => told.push(by));
        await scene[who].hangUp();
        await bearer.settle(Promise.all([scene.channel.waitForIdle(), scene.callee.waitForIdle()]));
        await scene[who === 'farEnd' ? 'calleeEnd' : 'farEnd'].gone();
        expect(told).toEqual(who === 'farEnd' ? [] : ['remote']);
      }
    });

    it('leaves a caller who is to be kept with the program when the callee hangs up', async () => {
      const { bearer } = stage;
      const { channel, callee, calleeEnd } = await connected({ keepOnCalleeEnd: true });
      await calleeEnd.hangUp();
      await bearer.settle(callee.waitForIdle());
      expect([channel.state, channel.otherLeg]).toEqual([State.ANSWERED, undefined]);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('goes on on one side when the program ends the other', async () => {
      const { bearer } = stage;
      const one = await connected();
      expect(await bearer.settle(one.channel.terminateOtherLeg())).toBe(true);
      expect([one.channel.state, one.callee.state]).toEqual([State.ANSWERED, State.IDLE]);
      expect(await bearer.settle(one.channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('goes on with the callee when the program ends the caller, until the call handler ends', async () => {
      const { bearer } = stage;
      const handled = Promise.withResolvers<void>();
      const { channel, farEnd } = await bearer.incoming(() => handled.promise);
      const { callee } = await bearer.settle(channel.connectCallee(bearer.address('answers')));
      if (!callee) throw new Error('nobody has answered');
      expect(await bearer.settle(channel.terminateLeg())).toBe(State.IDLE);
      await farEnd.gone();
      expect([callee.otherLeg, channel.otherLeg]).toEqual([undefined, callee]);
      expect(await bearer.settle(callee.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      handled.resolve();
      expect(await bearer.settle(callee.waitForIdle())).toBe(State.IDLE);
    });

    it('gives the audio to the program and back', async () => {
      const { bearer } = stage;
      const { channel, farEnd, calleeEnd } = await connected();
      expect(await bearer.settle(channel.connectAudio())).toBe(true);
      const ears = [await farEnd.listen(), await calleeEnd.listen()] as const;
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      const [there, elsewhere] = [await ears[0].heardMs(), await ears[1].heardMs()];
      expect([there > bearer.prompt.ms - 100, elsewhere]).toEqual([true, 0]);
      expect(await bearer.settle(channel.disconnectAudio())).toBe(true);
      const ear = await calleeEnd.listen();
      await speakAloud(bearer, farEnd, 600);
      expect(await ear.heardMs()).toBeGreaterThan(400);
    });
  });
}
