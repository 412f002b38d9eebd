import { describe, expect, it } from 'vitest';
import { State } from '../../src/channel/state.ts';
import type { Callee } from './bearer.ts';
import { errorOf, expectCode, expectHangup, outcomeOf, type Stage } from './laws.ts';
import { METHODS, type MethodName } from './methods.ts';
import { expectToHearEachOther } from './who-hears.ts';

/** What is not possible on a channel that is transferred. */
const REFUSED: readonly MethodName[] = [
  'filePlayer.play',
  'filePlayer.say',
  'fileRecorder.record',
  'dtmfDetector.getDigits',
  'speechDetector.waitForSpeech',
  'toneDetector.waitFor',
  'dtmfPlayer.play',
  'tonePlayer.play',
  'echo',
  'retrievableTransfer',
];

/** A call that is handed over and can be taken back: states, audio, failures and ends. */
export function describeTransfers(stage: Stage): void {
  const scene = async () => {
    const { channel, farEnd } = await stage.answered();
    return { channel, farEnd, other: stage.bearer.outgoing() };
  };
  const transferred = async () => {
    const { bearer } = stage;
    const party = await scene();
    const state = await bearer.settle(party.channel.retrievableTransfer(party.other, bearer.address('answers')));
    expect(state).toBe(State.TRANSFERRED);
    return { ...party, target: await bearer.callee() };
  };

  describe('retrievableTransfer()', () => {
    it('resolves with TRANSFERRED when the target has answered, and the two talk', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd, target } = await transferred();
      expect([channel.state, other.state, channel.transferCause]).toEqual(['TRANSFERRED', 'ANSWERED', 'NORMAL']);
      // The last of the ring-back tone is still on its way.
      await bearer.elapse(150);
      await expectToHearEachOther(bearer, farEnd, target);
    });

    it('passes the keys of the party on to the target', async () => {
      const { bearer } = stage;
      const { farEnd, target } = await transferred();
      const heard = target.digitsUpTo('#');
      await farEnd.press('42#');
      expect(await bearer.settle(heard)).toBe('42#');
    });

    it('lets the party hear that it rings, once it does', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd } = await scene();
      const abort = new AbortController();
      const { signal } = abort;
      const transferring = outcomeOf(channel.retrievableTransfer(other, bearer.address('rings'), { signal }));
      await bearer.callee();
      await bearer.elapse(200);
      const ear = await farEnd.listen();
      await bearer.elapse(800);
      expect([channel.state, other.state]).toEqual([State.TRANSFERRING, State.RING_OUTGOING]);
      abort.abort('over');
      expect(await bearer.settle(transferring)).toEqual({ error: 'over' });
      expect([channel.state, other.state]).toEqual([State.ANSWERED, State.IDLE]);
      expect(await ear.heardMs()).toBeGreaterThan(500);
      const after = await farEnd.listen();
      await bearer.elapse(600);
      expect(await after.heardMs()).toBe(0);
    });

    it('lets the party hear nothing before', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd } = await scene();
      const transferring = channel.retrievableTransfer(other, bearer.address('silent'), { timeout: 800 });
      const ear = await farEnd.listen();
      await bearer.elapse(600);
      expect(await ear.heardMs()).toBe(0);
      expect(await bearer.settle(transferring)).toBe(State.ANSWERED);
      expect([channel.transferCause, other.state, other.cause]).toEqual(['TIMEOUT', State.IDLE, 'TIMEOUT']);
    });

    for (const [callee, cause] of [
      ['busy', 'TARGETREJECT'],
      ['declines', 'TARGETREJECT'],
      ['does not answer', 'TARGETREJECT'],
      ['does not exist', 'FAIL'],
      ['overloaded', 'FAIL'],
      ['unresolvable', 'FAIL'],
    ] as readonly [Callee, string][]) {
      it(`resolves with ANSWERED and ${cause} when the target is ${callee}; both channels stay usable`, async () => {
        const { bearer } = stage;
        const { channel, other, farEnd } = await scene();
        expect(await bearer.settle(channel.retrievableTransfer(other, bearer.address(callee)))).toBe(State.ANSWERED);
        expect([channel.state, channel.transferCause, other.state]).toEqual([State.ANSWERED, cause, State.IDLE]);
        const ear = await farEnd.listen();
        expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
        expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms / 2);
        const again = channel.retrievableTransfer(other, bearer.address('answers'));
        expect(await bearer.settle(again)).toBe(State.TRANSFERRED);
      });
    }

    it('is not possible to oneself, to what is no channel, nor with a bad address; nothing has happened then', async () => {
      const { bearer } = stage;
      const { channel, other } = await scene();
      const before = bearer.reached();
      const to = bearer.address('answers');
      for (const bad of [channel, undefined, {}, 'channel']) {
        expectCode(await errorOf(channel.retrievableTransfer(bad as typeof channel, to)), 'INVALID_ARGUMENT');
      }
      for (const bad of ['', 'a b', undefined, 7]) {
        expectCode(await errorOf(channel.retrievableTransfer(other, bad as string)), 'INVALID_ARGUMENT');
      }
      for (const options of [{ ringbackTone: 'NONE_OF_OURS' }, { tone: 'BUSY' }, { timeout: -1 }, 7]) {
        expectCode(await errorOf(channel.retrievableTransfer(other, to, options as object)), 'INVALID_ARGUMENT');
      }
      const agent = await bearer.agent();
      if (agent) expectCode(await errorOf(channel.retrievableTransfer(agent.channel(), to)), 'INVALID_ARGUMENT');
      await bearer.settle(agent?.stop() ?? Promise.resolve());
      expect([channel.state, other.state, bearer.reached()]).toEqual([State.ANSWERED, State.IDLE, before]);
    });

    it('needs a party that is ANSWERED and free, and another channel that is IDLE and calls out', async () => {
      const { bearer } = stage;
      const { channel, other } = await scene();
      const to = bearer.address('answers');
      const { channel: second } = await bearer.second();
      expectCode(await errorOf(channel.retrievableTransfer(second, to)), 'INVALID_STATE');
      expectCode(await errorOf(second.retrievableTransfer(channel, to)), 'INVALID_STATE');
      await bearer.settle(channel.connect(second));
      expectCode(await errorOf(channel.retrievableTransfer(other, to)), 'BUSY');
      await bearer.settle(channel.disconnect());
      const abort = new AbortController();
      const playing = outcomeOf(channel.filePlayer.play(bearer.longPrompt, { signal: abort.signal }));
      await bearer.elapse(40);
      expectCode(await errorOf(channel.retrievableTransfer(other, to)), 'BUSY');
      abort.abort('over');
      await bearer.settle(playing);
      expect(await bearer.settle(channel.retrievableTransfer(other, to))).toBe(State.TRANSFERRED);
    });
  });

  describe('while transferred', () => {
    for (const name of REFUSED) {
      it(`${name}() is not possible`, async () => {
        const { channel } = await transferred();
        expectCode(await errorOf(METHODS[name].run(channel, {}, stage.bearer)), 'INVALID_STATE');
        expect(channel.state).toBe(State.TRANSFERRED);
      });
    }

    it('the whole call is recorded on, and can be from then on', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd } = await scene();
      await bearer.settle(channel.wholeCallRecorder.start('before.wav'));
      await bearer.settle(channel.retrievableTransfer(other, bearer.address('answers')));
      await farEnd.speak(300);
      await bearer.elapse(400);
      expect(channel.wholeCallRecorder.state).toBe('RECORDING');
      await bearer.settle(channel.wholeCallRecorder.stop());
      await bearer.settle(channel.wholeCallRecorder.start('during.wav'));
      await bearer.settle(channel.retrieve());
      expect(channel.wholeCallRecorder.state).toBe('RECORDING');
      await bearer.settle(channel.wholeCallRecorder.stop());
    });
  });

  describe('a transferred call', () => {
    it('comes back by itself when the target hangs up, and is an ordinary call again', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd, target } = await transferred();
      const states: State[] = [];
      channel.on('state', (state) => states.push(state));
      const back = channel.waitForTransferredCallRetrieval();
      await target.hangUp();
      expect(await bearer.settle(back)).toBe(State.ANSWERED);
      expect(states).toEqual([State.RECONNECTING, State.ANSWERED]);
      expect([other.state, channel.info.connectedId]).toEqual([State.IDLE, undefined]);
      const ear = await farEnd.listen();
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms / 2);
      expect(await bearer.settle(channel.waitForTransferredCallRetrieval())).toBe(State.ANSWERED);
    });

    it('comes back by retrieve(); the target is hung up on, and hears nothing more', async () => {
      const { bearer } = stage;
      const { channel, other, target } = await transferred();
      expect(await bearer.settle(channel.retrieve())).toBe(State.ANSWERED);
      await target.gone();
      expect(await bearer.settle(other.waitForIdle())).toBe(State.IDLE);
      expect(await bearer.settle(channel.retrieve())).toBe(State.ANSWERED);
    });

    it('is over when the party hangs up, and the target is hung up on', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd, target } = await transferred();
      const back = errorOf(channel.waitForTransferredCallRetrieval());
      await farEnd.hangUp();
      expect(expectHangup(await bearer.settle(back)).by).toBe('remote');
      await target.gone();
      expect(await bearer.settle(other.waitForIdle())).toBe(State.IDLE);
    });

    it('is over when both hang up at once, and nothing is pending then', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd, target } = await transferred();
      const back = outcomeOf(channel.waitForTransferredCallRetrieval());
      await Promise.all([farEnd.hangUp(), target.hangUp()]);
      // Who sees the target go first comes back before it goes as well.
      const outcome = await bearer.settle(back);
      if ('error' in outcome) expectHangup(outcome.error);
      else expect(outcome.value).toBe(State.ANSWERED);
      expect(await bearer.settle(channel.waitForIdle())).toBe(State.IDLE);
      expect(await bearer.settle(other.waitForIdle())).toBe(State.IDLE);
    });

    it('whose party is gone before the target answers takes the target with it', async () => {
      const { bearer } = stage;
      const { channel, other, farEnd } = await scene();
      const transferring = errorOf(channel.retrievableTransfer(other, bearer.address('rings')));
      const target = await bearer.callee();
      await farEnd.hangUp();
      expectHangup(await bearer.settle(transferring));
      expect([channel.transferCause, other.state]).toEqual(['HANGUP', State.IDLE]);
      await target.gone();
    });
  });
}
