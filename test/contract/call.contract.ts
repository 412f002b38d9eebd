import { describe, expect, it } from 'vitest';
import { Cause } from '../../src/channel/cause.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';

/** The life of a call: inbound, outbound, and its end. */
export function describeCalls(stage: Stage): void {
  describe('an inbound call', () => {
    it('goes CALL_INCOMING, RING_INCOMING, ANSWERING, ANSWERED, IDLE', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming();
      const states: string[] = [channel.state];
      channel.on('state', (state) => states.push(state));
      expect(await bearer.settle(channel.ring())).toBe(State.RING_INCOMING);
      expect(await bearer.settle(channel.answer())).toBe(State.ANSWERED);
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      expect(states).toEqual(['CALL_INCOMING', 'RING_INCOMING', 'ANSWERING', 'ANSWERED', 'IDLE']);
      expect(channel.cause).toBe(Cause.NORMAL);
    });

    it('can be answered without ringing', async () => {
      const { channel } = await stage.bearer.incoming();
      expect(await stage.bearer.settle(channel.answer())).toBe(State.ANSWERED);
    });

    it('may be rung twice', async () => {
      const { channel } = await stage.bearer.incoming();
      await stage.bearer.settle(channel.ring());
      expect(await stage.bearer.settle(channel.ring())).toBe(State.RING_INCOMING);
    });

    it('ring({ duration }) waits that long', async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      const started = bearer.clock.now();
      await bearer.settle(channel.ring({ duration: 120 }));
      expect(bearer.clock.now() - started).toBeGreaterThanOrEqual(119);
      expect(channel.state).toBe(State.RING_INCOMING);
    });

    it('ring({ duration }) ends with Hangup when the caller gives up', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming();
      const ringing = errorOf(channel.ring({ duration: 60_000 }));
      await bearer.elapse(20);
      await farEnd.hangUp();
      expect(expectHangup(await bearer.settle(ringing)).by).toBe('remote');
      expect([channel.state, channel.cause]).toEqual([State.IDLE, Cause.NORMAL]);
    });

    it('ring({ duration }) follows its signal, and the call rings on', async () => {
      const { channel } = await stage.bearer.incoming();
      const abort = new AbortController();
      const ringing = errorOf(channel.ring({ duration: 60_000, signal: abort.signal }));
      await stage.bearer.elapse(20);
      abort.abort('enough');
      expect(await stage.bearer.settle(ringing)).toBe('enough');
      expect(channel.state).toBe(State.RING_INCOMING);
    });

    it('plays a ringtone as early media, and stops it at the answer', async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      await bearer.settle(channel.ring({ earlyMedia: true, ringtone: bearer.longPrompt, loop: true }));
      await bearer.settle(channel.answer());
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it("ring({ duration: 'ringtone' }) waits until the ringtone has been played", async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      const started = bearer.clock.now();
      await bearer.settle(channel.ring({ earlyMedia: true, ringtone: bearer.prompt.file, duration: 'ringtone' }));
      expect(bearer.clock.now() - started).toBeGreaterThan(bearer.prompt.ms - 60);
    });

    it('a ringtone that is not there leaves the call as it was', async () => {
      const { channel } = await stage.bearer.incoming();
      expectCode(await errorOf(channel.ring({ earlyMedia: true, ringtone: 'missing.wav' })), 'FILE_NOT_FOUND');
      expect(channel.state).toBe(State.CALL_INCOMING);
    });

    it('cannot be answered twice, nor rung when it is answered', async () => {
      const { channel } = await stage.answered();
      expectCode(await errorOf(channel.answer()), 'INVALID_STATE');
      expectCode(await errorOf(channel.ring()), 'INVALID_STATE');
    });

    it('without a common codec is refused with 488, and answer() says so', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incomingWithoutCodec();
      expectCode(await bearer.settle(errorOf(channel.answer())), 'NO_COMMON_CODEC');
      expect(await bearer.settle(farEnd.refusal())).toBe(488);
      await bearer.settle(channel.waitForIdle());
      expect([channel.cause, channel.info.rawCause]).toEqual([Cause.FAILED, '488']);
    });

    for (const [cause, status] of [
      [Cause.BUSY, 486],
      [Cause.REJECTED, 603],
      [Cause.UNOBTAINABLE, 404],
      [Cause.CONGESTION, 503],
    ] as const) {
      it(`reject(${cause}) refuses it with ${status}`, async () => {
        const { channel, farEnd } = await stage.bearer.incoming();
        expect(await stage.bearer.settle(channel.reject(cause))).toBe(State.IDLE);
        expect(await stage.bearer.settle(farEnd.refusal())).toBe(status);
        expect(channel.cause).toBe(cause);
      });
    }

    it('reject() refuses it with the status that is given', async () => {
      const { channel, farEnd } = await stage.bearer.incoming();
      await stage.bearer.settle(channel.reject('BUSY', { status: 600 }));
      expect(await stage.bearer.settle(farEnd.refusal())).toBe(600);
      expect(channel.info.rawCause).toBe('600');
    });

    it('reject() releases an answered call', async () => {
      const { channel } = await stage.answered();
      expect(await stage.bearer.settle(channel.reject())).toBe(State.IDLE);
    });

    it('hanging up without an answer refuses it', async () => {
      const { channel, farEnd } = await stage.bearer.incoming();
      expect(await stage.bearer.settle(channel.hangUp())).toBe(State.IDLE);
      expect(await stage.bearer.settle(farEnd.refusal())).toBe(603);
    });

    it('cannot call out', async () => {
      const channel = await stage.over();
      expectCode(await errorOf(channel.call(stage.bearer.address('answers'))), 'INVALID_STATE');
      expectCode(await errorOf(channel.startCall(stage.bearer.address('answers'))), 'INVALID_STATE');
      expectCode(await errorOf(channel.waitForOutgoingCall()), 'INVALID_STATE');
    });

    it('tells who called whom', async () => {
      const { channel } = await stage.bearer.incoming();
      const { info } = channel;
      expect(info.direction).toBe('inbound');
      expect(info.from).toMatch(/^sip:/);
      expect(info.requestUri).toMatch(/^sip:/);
      expect(info.callId).not.toBe('');
      expect(info.farEndType).toBe('UNKNOWN');
      expect(info.hangup).toBeUndefined();
    });
  });

  describe('the end of a call', () => {
    it('hangUp() is safe to repeat and never throws Hangup', async () => {
      const { channel } = await stage.answered();
      const twice = Promise.all([channel.hangUp(), channel.hangUp()]);
      expect(await stage.bearer.settle(twice)).toEqual([State.IDLE, State.IDLE]);
      expect(await stage.bearer.settle(channel.hangUp())).toBe(State.IDLE);
    });

    it('waitForIdle() waits for the end, and is there at once when it has come', async () => {
      const { channel, farEnd } = await stage.answered();
      const waiting = channel.waitForIdle();
      await farEnd.hangUp();
      expect(await stage.bearer.settle(waiting)).toBe(State.IDLE);
      expect(await channel.waitForIdle()).toBe(State.IDLE);
    });

    it('waitForIdle({ timeout }) rejects with TIMEOUT and leaves the call up', async () => {
      const { channel } = await stage.answered();
      expectCode(await stage.bearer.settle(errorOf(channel.waitForIdle({ timeout: 50 }))), 'TIMEOUT');
      expect(channel.state).toBe(State.ANSWERED);
    });

    it('`ended` resolves with who ended it', async () => {
      const { channel, farEnd } = await stage.answered();
      const { ended } = channel;
      await farEnd.hangUp();
      expect((await stage.bearer.settle(ended)).by).toBe('remote');
    });

    it('the events come in order: state, then ended', async () => {
      const { channel, farEnd } = await stage.answered();
      const events: string[] = [];
      channel.on('ended', (info) => events.push(`ended ${info.by}`));
      channel.on('state', (state) => events.push(`state ${state}`));
      await farEnd.hangUp();
      await stage.bearer.settle(channel.waitForIdle());
      expect(events).toEqual(['state IDLE', 'ended remote']);
    });

    it('a listener that throws disturbs nothing, and one that is disposed of hears nothing', async () => {
      const { channel, farEnd } = await stage.answered();
      const heard: string[] = [];
      channel.on('digit', () => {
        throw new Error('mine');
      });
      channel.on('digit', (digit) => heard.push(digit))[Symbol.dispose]();
      await farEnd.press('5');
      expect(heard).toEqual([]);
      expect(await stage.bearer.settle(channel.dtmfDetector.getDigits())).toBe('5');
    });

    it('`await using` hangs up', async () => {
      const { channel } = await stage.answered();
      await stage.bearer.settle(channel[Symbol.asyncDispose]());
      expect(channel.state).toBe(State.IDLE);
    });

    it('keeps the duration of the call', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.elapse(100);
      await bearer.settle(channel.hangUp());
      const { duration } = channel.info;
      expect(duration).toBeGreaterThanOrEqual(99);
      await bearer.elapse(50);
      expect(channel.info.duration).toBe(duration);
    });
  });
}
