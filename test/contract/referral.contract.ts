import { describe, expect, it } from 'vitest';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

/** Transfers by the network: asking, being asked, being replaced, and sending callers elsewhere. */
export function describeReferrals(stage: Stage): void {
  describe('a transfer by the network', () => {
    it('to an address comes to NORMAL, and the call is over', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const states: string[] = [];
      channel.on('state', (state) => states.push(state));
      farEnd.follow('answers');
      expect(await bearer.settle(channel.transfer(bearer.address('answers')))).toBe('NORMAL');
      expect([channel.state, channel.cause, channel.transferCause]).toEqual(['IDLE', 'NORMAL', 'NORMAL']);
      expect(states).toEqual(['TRANSFERRING', 'IDLE']);
      await bearer.settle(farEnd.gone());
    });

    it('to another channel ends both calls, connected to each other or not', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { channel: other } = await bearer.second();
      await bearer.settle(channel.connect(other));
      farEnd.follow('answers');
      expect(await bearer.settle(channel.transfer(other))).toBe('NORMAL');
      expect([channel.state, other.state]).toEqual(['IDLE', 'IDLE']);
    });

    it('from hold works as well', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { channel: other } = await bearer.second();
      await bearer.settle(channel.hold());
      await bearer.settle(other.hold());
      farEnd.follow('answers');
      expect(await bearer.settle(channel.transfer(other))).toBe('NORMAL');
      expect([channel.state, other.state]).toEqual(['IDLE', 'IDLE']);
    });

    it('to one who is busy comes to TARGETREJECT, and the call goes on', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      farEnd.follow('busy');
      expect(await bearer.settle(channel.transfer(bearer.address('busy')))).toBe('TARGETREJECT');
      expect([channel.state, channel.transferCause]).toEqual(['ANSWERED', 'TARGETREJECT']);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('that the far end refuses comes to FAIL', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.transfer(bearer.address('answers')))).toBe('FAIL');
      expect(channel.state).toBe(State.ANSWERED);
    });

    it('needs another channel that is answered', async () => {
      const { channel } = await stage.answered();
      expectCode(await errorOf(channel.transfer(channel)), 'INVALID_ARGUMENT');
      expectCode(await errorOf(channel.transfer(stage.bearer.outgoing())), 'INVALID_STATE');
      expectCode(await errorOf(channel.transfer('sip:a b@c')), 'INVALID_ARGUMENT');
      expect(channel.state).toBe(State.ANSWERED);
    });
  });

  describe('a far end that asks to be transferred', () => {
    it('is told how the new call goes, and the new call stays', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const other = bearer.outgoing();
      const states: Promise<string>[] = [];
      channel.on('transferRequest', (request) => states.push(request.accept(other)));
      expect(await farEnd.ask(bearer.address('answers'))).toBe('NORMAL');
      expect(await bearer.settle(Promise.all(states))).toEqual(['ANSWERED']);
      await bearer.settle(channel.waitForIdle());
      expect(other.state).toBe(State.ANSWERED);
    });

    it('hears of a refusal of whom it wants to be called, and its call goes on', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const other = bearer.outgoing();
      channel.on('transferRequest', (request) => void request.accept(other));
      expect(await farEnd.ask(bearer.address('busy'))).toBe('TARGETREJECT');
      expect([channel.state, other.state, other.cause]).toEqual(['ANSWERED', 'IDLE', 'BUSY']);
    });

    it('is refused by a program that does not listen, and by one that rejects', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      expect(await farEnd.ask(bearer.address('answers'))).toBe('FAIL');
      channel.on('transferRequest', (request) => request.reject('BARRED'));
      expect(await farEnd.ask(bearer.address('answers'))).toBe('FAIL');
      expect([channel.state, bearer.reached()]).toEqual(['ANSWERED', 0]);
    });
  });

  describe('a far end that somebody else takes the place of', () => {
    it('leaves the channel as it is, with the new one at the other end', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const events: string[] = [];
      channel.on('replaced', () => events.push('replaced'));
      channel.on('state', (state) => events.push(state));
      const before = channel.info.callId;
      const recording = channel.fileRecorder.record('new.wav', { bargeIn: '#', removeDigits: true });
      const taker = await farEnd.handOver();
      await bearer.settle(farEnd.gone());
      expect(events).toEqual(['replaced']);
      expect([channel.state, channel.info.callId === before]).toEqual(['ANSWERED', false]);
      await taker.press('7#');
      expect(await bearer.settle(recording)).toBe('BARGEIN');
      expect(await bearer.settle(channel.dtmfDetector.getDigits())).toBe('7#');
      await taker.hangUp();
      expect(await bearer.settle(channel.waitForIdle())).toBe(State.IDLE);
    });
  });

  describe('redirect()', () => {
    it('answers a call with 302 and ends it', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming();
      expect(await bearer.settle(channel.redirect(bearer.address('answers')))).toBe(State.IDLE);
      expect(await bearer.settle(farEnd.refusal())).toBe(302);
      expect([channel.cause, channel.info.rawCause]).toEqual(['NORMAL', '302']);
    });
  });
}
