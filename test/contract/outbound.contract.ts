import { describe, expect, it } from 'vitest';
import { Cause } from '../../src/channel/cause.ts';
import type { StartCallOptions } from '../../src/channel/dial.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, outcomeOf, type Stage } from './laws.ts';

/** What a call out cannot be placed with. */
const BAD_OPTIONS: Readonly<Record<string, StartCallOptions>> = {
  'a line break in a header field': { headers: { 'X-Name': 'a\r\nVia: b' } },
  'a line feed in a header field': { headers: { 'X-Name': 'a\nb' } },
  'a carriage return in a header field': { headers: { 'X-Name': 'a\rb' } },
  'a line break in the name of a header field': { headers: { 'X\r\nVia': 'b' } },
  'a header field that is made by the user agent': { headers: { 'Call-ID': '1' } },
  'a line break in the display name': { fromDisplayName: 'a\r\nVia: b' },
  'a line break in who calls': { from: 'sip:a@host\r\nVia: b' },
  'a codec that there is not': { codecs: ['MP3' as 'PCMU'] },
  'no codec at all': { codecs: [] },
};

/** Calls out. */
export function describeOutboundCalls(stage: Stage): void {
  describe('an outbound call', () => {
    it('goes CALL_OUTGOING, RING_OUTGOING, ANSWERED, IDLE', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const states: string[] = [channel.state];
      channel.on('state', (state) => states.push(state));
      expect(await bearer.settle(channel.call(bearer.address('answers')))).toBe(State.ANSWERED);
      await (await bearer.callee()).hangUp();
      await bearer.settle(channel.waitForIdle());
      expect(states).toEqual(['IDLE', 'CALL_OUTGOING', 'RING_OUTGOING', 'ANSWERED', 'IDLE']);
      expect([channel.cause, channel.info.direction]).toEqual([Cause.NORMAL, 'outbound']);
    });

    for (const [callee, cause, status] of [
      ['busy', Cause.BUSY, 486],
      ['declines', Cause.REJECTED, 603],
      ['does not answer', Cause.NOANSWER, 480],
      ['does not exist', Cause.UNOBTAINABLE, 404],
      ['overloaded', Cause.CONGESTION, 503],
    ] as const) {
      it(`whose outcome is: ${callee} resolves with IDLE and the cause ${cause}, and its info says ${status}`, async () => {
        const { bearer } = stage;
        const channel = bearer.outgoing();
        expect(await bearer.settle(channel.call(bearer.address(callee)))).toBe(State.IDLE);
        expect([channel.state, channel.cause, channel.info.rawCause]).toEqual([State.IDLE, cause, String(status)]);
        expect(channel.info.hangup).toMatchObject({ by: 'remote', status, reason: 'said by the far end' });
      });
    }

    it('that is not answered is given up after two minutes unless told otherwise', async ({ skip }) => {
      const { bearer } = stage;
      if (bearer.isRealTime) return skip('nobody waits for two minutes here');
      const channel = bearer.outgoing();
      const started = bearer.clock.now();
      expect(await bearer.settle(channel.call(bearer.address('rings')))).toBe(State.IDLE);
      expect(channel.cause).toBe(Cause.TIMEOUT);
      expect(bearer.clock.now() - started).toBeGreaterThanOrEqual(120_000);
      expect(bearer.clock.now() - started).toBeLessThan(121_000);
    });

    for (const what of ['its timeout', 'its signal', 'hangUp()']) {
      it(`that ${what} gives up is given up at the far end too, and the channel can call again`, async () => {
        const { bearer } = stage;
        const channel = bearer.outgoing();
        const abort = new AbortController();
        const timeout = what === 'its timeout' ? 120 : undefined;
        const calling = outcomeOf(channel.call(bearer.address('rings'), { signal: abort.signal, timeout }));
        await bearer.elapse(60);
        const far = await bearer.callee();
        if (what === 'its signal') abort.abort();
        if (what === 'hangUp()') void channel.hangUp();
        await bearer.settle(calling);
        await bearer.settle(far.gone());
        expect(channel.state).toBe(State.IDLE);
        expect(await bearer.settle(channel.call(bearer.address('answers')))).toBe(State.ANSWERED);
      });
    }

    it('without a common codec resolves with IDLE and the cause FAILED', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      expect(await bearer.settle(channel.call(bearer.address('without codec'), { codecs: ['PCMA'] }))).toBe(State.IDLE);
      expect([channel.cause, channel.info.rawCause]).toEqual([Cause.FAILED, '488']);
    });

    for (const callee of ['rings', 'silent'] as const) {
      it(`to one who ${callee === 'silent' ? 'says nothing' : callee} resolves with IDLE and the cause TIMEOUT after its timeout`, async () => {
        const { bearer } = stage;
        const channel = bearer.outgoing();
        using watch = bearer.watch();
        expect(await bearer.settle(channel.call(bearer.address(callee), { timeout: 150 }))).toBe(State.IDLE);
        expect(watch.elapsed()).toBeLessThan(400);
        expect([channel.state, channel.cause]).toEqual([State.IDLE, Cause.TIMEOUT]);
      });
    }

    it('follows its signal: the call is cancelled', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const abort = new AbortController();
      const calling = errorOf(channel.call(bearer.address('rings'), { signal: abort.signal }));
      await bearer.elapse(50);
      abort.abort('changed my mind');
      expect(await bearer.settle(calling)).toBe('changed my mind');
      expect(channel.state).toBe(State.IDLE);
    });

    it('resolves with IDLE when this side hangs up meanwhile', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const calling = channel.call(bearer.address('rings'));
      await bearer.elapse(50);
      await bearer.settle(channel.hangUp());
      expect(await bearer.settle(calling)).toBe(State.IDLE);
      expect(channel.cause).toBe(Cause.NORMAL);
    });

    it('to a host without an address rejects, and the channel can call again', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      expectCode(await bearer.settle(errorOf(channel.call(bearer.address('unresolvable')))), 'HOST_UNRESOLVED');
      expect([channel.state, channel.cause]).toEqual([State.IDLE, Cause.UNOBTAINABLE]);
      expect(await bearer.settle(channel.call(bearer.address('answers')))).toBe(State.ANSWERED);
    });

    it('can be tried again and again, as a redial does', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await bearer.settle(channel.call(bearer.address('busy')))).toBe(State.IDLE);
        expect(channel.cause).toBe(Cause.BUSY);
      }
      expect(await bearer.settle(channel.call(bearer.address('answers')))).toBe(State.ANSWERED);
      expect(channel.cause).toBe(Cause.NORMAL);
    });

    it('begins with an empty buffer of digits', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('answers')));
      await (await bearer.callee()).press('1');
      await bearer.settle(channel.hangUp());
      await bearer.settle(channel.call(bearer.address('answers')));
      expect(await bearer.settle(channel.dtmfDetector.getDigits())).toBe('');
    });

    for (const to of ['', 'sip:a b@host', 'sip:a@host\r\nX: y', '<sip:a@host>']) {
      it(`to ${JSON.stringify(to)} rejects with INVALID_ARGUMENT`, async () => {
        const channel = stage.bearer.outgoing();
        expectCode(await errorOf(channel.call(to)), 'INVALID_ARGUMENT');
        expect([channel.state, channel.cause]).toEqual([State.IDLE, Cause.NORMAL]);
      });
    }

    for (const [what, options] of Object.entries(BAD_OPTIONS)) {
      it(`with ${what} rejects with INVALID_ARGUMENT and calls nobody`, async () => {
        const { bearer } = stage;
        const channel = bearer.outgoing();
        expectCode(await errorOf(channel.call(bearer.address('answers'), options)), 'INVALID_ARGUMENT');
        expectCode(await errorOf(channel.startCall(bearer.address('answers'), options)), 'INVALID_ARGUMENT');
        expect([channel.state, channel.cause, bearer.reached()]).toEqual([State.IDLE, Cause.NORMAL, 0]);
      });
    }

    it('cannot be placed while there is another on the channel', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('answers')));
      expectCode(await errorOf(channel.call(bearer.address('answers'))), 'INVALID_STATE');
      expect(channel.state).toBe(State.ANSWERED);
    });

    it('cannot be answered or rejected by who placed it', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.startCall(bearer.address('rings')));
      expectCode(await errorOf(channel.answer()), 'INVALID_STATE');
      expectCode(await errorOf(channel.ring()), 'INVALID_STATE');
      expectCode(await errorOf(channel.reject()), 'INVALID_STATE');
    });
  });

  describe('startCall()', () => {
    it('resolves with true when the call is under way', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      expect(await bearer.settle(channel.startCall(bearer.address('rings')))).toBe(true);
      expect([State.CALL_OUTGOING, State.RING_OUTGOING]).toContain(channel.state);
    });

    it('is rejoined by waitForOutgoingCall(): ANSWERED', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.startCall(bearer.address('answers')));
      expect(await bearer.settle(channel.waitForOutgoingCall())).toBe(State.ANSWERED);
      expect(await channel.waitForOutgoingCall()).toBe(State.ANSWERED);
    });

    it('is rejoined by waitForOutgoingCall(): IDLE, also when it was over before', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.startCall(bearer.address('busy')));
      await bearer.settle(channel.waitForIdle());
      expect(await channel.waitForOutgoingCall()).toBe(State.IDLE);
      expect(channel.cause).toBe(Cause.BUSY);
    });

    it('waitForOutgoingCall({ timeout }) rejects with TIMEOUT, and the call goes on', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.startCall(bearer.address('rings')));
      expectCode(await bearer.settle(errorOf(channel.waitForOutgoingCall({ timeout: 80 }))), 'TIMEOUT');
      expect(channel.state).toBe(State.RING_OUTGOING);
    });
  });
}
