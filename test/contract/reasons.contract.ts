import { describe, expect, it } from 'vitest';
import { Cause } from '../../src/channel/cause.ts';
import { State } from '../../src/channel/state.ts';
import { isHangup } from '../../src/errors.ts';
import { errorOf, expectHangup, expectHungUp, expectTimedOut, type Outcome, outcomeOf, type Stage } from './laws.ts';
import { methods } from './methods.ts';

const LONG = methods(({ isLong }) => isLong);
const LIMITED = methods(({ timedOut }) => timedOut !== undefined);
/** Those that wait for what a hang-up sets off, such as the far end's confirmation: it is not their reason yet. */
const WAIT_FOR_MORE = ['waitForIdle', 'fileRecorder.waitUntilFinished', 'wholeCallRecorder.waitUntilFinished'];
/** What ends with a frame, and with a file as its result. */
const RECORDINGS = ['fileRecorder.record', 'wholeCallRecorder.record'];
/** Those that the end of the call ends. */
const ENDED = LONG.filter(([name]) => !WAIT_FOR_MORE.includes(name));
const LIMIT_MS = 60;
/** A recording counts in frames, and the first one is in hand when it begins. */
const FRAME_MS = 20;

/** What a method may take over its limit. */
const AT_ONCE_MS = 50;

/** Section 2 of the contract: `{ timeout }`, and that the first reason wins. */
export function describeReasons(stage: Stage): void {
  describe('when its timeout has passed', () => {
    for (const [name, method] of LIMITED) {
      const result = method.timedOut === 'rejects' ? 'rejects with TIMEOUT' : 'has its result';

      it(`${name}() ${result}, neither earlier nor much later`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const started = bearer.clock.now();
        using watch = bearer.watch();
        expectTimedOut(method, await bearer.settle(outcomeOf(method.run(channel, { timeout: LIMIT_MS }, bearer))));
        const took = bearer.clock.now() - started;
        expect(took).toBeGreaterThanOrEqual(LIMIT_MS - 1 - (RECORDINGS.includes(name) ? FRAME_MS : 0));
        // Where media has a thread of its own, what it sends comes to its end a few packets later.
        expect(watch.elapsed()).toBeLessThan(LIMIT_MS + AT_ONCE_MS + (bearer.isRealTime ? bearer.slack : 0));
        if (method.scene === 'answered') expect(channel.state).toBe(State.ANSWERED);
      });

      it(`${name}({ timeout: 0 }) does not wait`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        using watch = bearer.watch();
        expectTimedOut(method, await bearer.settle(outcomeOf(method.run(channel, { timeout: 0 }, bearer))));
        expect(watch.elapsed()).toBeLessThan(AT_ONCE_MS);
      });
    }

    it('Infinity is no limit', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const options = { signal: abort.signal, timeout: Number.POSITIVE_INFINITY };
      const pending = LIMITED.filter(([name]) => /waitForIdle|filePlayer.play|record$|getDigits/.test(name)).map(
        ([, method]) => outcomeOf(method.run(channel, options, bearer)),
      );
      await bearer.elapse(80);
      abort.abort('over');
      const outcomes = await bearer.settle(Promise.all(pending));
      expect(outcomes).toHaveLength(5);
      expect(outcomes).toEqual(pending.map(() => ({ error: 'over' })));
    });

    it('one that takes none is refused rather than not kept', async () => {
      const { channel } = await stage.answered();
      expect(await errorOf(channel.sleep(1000, { timeout: 10 } as object))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    });
  });

  describe('the first reason wins', () => {
    for (const [name, method] of LONG) {
      it(`${name}(): an abort before a hang-up`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const abort = new AbortController();
        const pending = errorOf(method.run(channel, { signal: abort.signal }, bearer));
        await bearer.elapse(20);
        abort.abort('first');
        void channel.hangUp();
        expect(await bearer.settle(pending)).toBe('first');
      });
    }

    for (const [name, method] of ENDED) {
      it(`${name}(): a hang-up before an abort`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const abort = new AbortController();
        const pending = outcomeOf(method.run(channel, { signal: abort.signal }, bearer));
        await bearer.elapse(20);
        void channel.hangUp();
        abort.abort('second');
        expectHungUp(method, await bearer.settle(pending), 'local');
      });
    }

    for (const [name, method] of ENDED.filter(([, { scene }]) => scene !== 'unused')) {
      it(`${name}(): a hang-up at the moment that it is called`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const pending = outcomeOf(method.run(channel, {}, bearer));
        void channel.hangUp();
        const outcome = await bearer.settle(pending);
        // What has not begun has no result, not even that of being cut off.
        if (RECORDINGS.includes(name)) expectHangup('error' in outcome ? outcome.error : outcome);
        else expectHungUp(method, outcome, 'local');
      });
    }

    for (const [name, method] of LIMITED) {
      it(`${name}(): a timeout before an abort and before a hang-up of the same instant`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const abort = new AbortController();
        const at = bearer.clock.now() + LIMIT_MS;
        const pending = outcomeOf(method.run(channel, { signal: abort.signal, timeout: LIMIT_MS }, bearer));
        bearer.clock.schedule(at, () => {
          abort.abort('second');
          void channel.hangUp();
        });
        const outcome = await bearer.settle(pending);
        // In real time two timers of one instant may change places, and the limit of a recording is kept by media, which says
        // so a little later; then it is the other one, and never both or none.
        const isExact = !bearer.isRealTime && !RECORDINGS.includes(name);
        if (!isExact && 'error' in outcome && outcome.error === 'second') return;
        expectTimedOut(method, outcome);
      });

      it(`${name}(): an abort before a timeout of the same instant`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const abort = new AbortController();
        bearer.clock.schedule(bearer.clock.now() + LIMIT_MS, () => abort.abort('first'));
        const pending = outcomeOf(method.run(channel, { signal: abort.signal, timeout: LIMIT_MS }, bearer));
        const outcome = await bearer.settle(pending);
        const isExact = !bearer.isRealTime && !RECORDINGS.includes(name);
        if (isExact || 'error' in outcome) expect(outcome).toEqual({ error: 'first' });
        else expectTimedOut(method, outcome);
      });
    }

    for (const [name, method] of LIMITED.filter(([each]) => !WAIT_FOR_MORE.includes(each))) {
      it(`${name}(): a hang-up before a timeout of the same instant`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        bearer.clock.schedule(bearer.clock.now() + LIMIT_MS, () => void channel.hangUp());
        const outcome = await bearer.settle(outcomeOf(method.run(channel, { timeout: LIMIT_MS }, bearer)));
        const isExact = !bearer.isRealTime && !RECORDINGS.includes(name);
        const isHungUp = 'error' in outcome ? isHangup(outcome.error) : outcome.value === method.hungUp?.with;
        if (isExact || isHungUp) expectHungUp(method, outcome, 'local');
        else expectTimedOut(method, outcome);
      });
    }

    it('a completion before a hang-up: the digit that completes is not taken back', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      using _ = channel.on('digit', () => {
        void channel.hangUp();
        abort.abort('late');
      });
      const digits = channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000, signal: abort.signal });
      void farEnd.press('1').catch(() => undefined);
      expect(await bearer.settle(digits)).toBe('1');
      expect(channel.dtmfDetector.cause).toBe('COUNT');
    });

    it('a completion before a hang-up of the same instant: sleep()', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const sleeping = outcomeOf(channel.sleep(LIMIT_MS));
      bearer.clock.schedule(bearer.clock.now() + LIMIT_MS, () => void channel.hangUp());
      const outcome = await bearer.settle(sleeping);
      if (bearer.isRealTime && 'error' in outcome) expectHangup(outcome.error);
      else expect(outcome).toEqual({ value: undefined });
    });

    it('a hang-up before a barge-in: Hangup', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      using _ = channel.on('digit', () => void channel.hangUp());
      const playing = errorOf(channel.filePlayer.play(bearer.longPrompt, { bargeIn: true }));
      await bearer.elapse(60);
      void farEnd.press('1').catch(() => undefined);
      expectHangup(await bearer.settle(playing));
      expect(channel.filePlayer.cause).toBe('HANGUP');
    });

    it('stop() before a hang-up: ABORTED', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const both = Promise.all([channel.filePlayer.play(bearer.longPrompt), channel.fileRecorder.record('new.wav')]);
      await bearer.elapse(60);
      void channel.filePlayer.stop();
      void channel.fileRecorder.stop();
      void channel.hangUp();
      expect(await bearer.settle(both)).toEqual(['ABORTED', 'ABORTED']);
      expect([channel.filePlayer.cause, channel.fileRecorder.cause]).toEqual(['ABORTED', 'ABORTED']);
    });

    it('stop() before an abort: ABORTED', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const { signal } = abort;
      const both = Promise.all([
        channel.filePlayer.play(bearer.longPrompt, { signal }),
        channel.fileRecorder.record('new.wav', { signal }),
      ]);
      await bearer.elapse(60);
      void channel.filePlayer.stop();
      void channel.fileRecorder.stop();
      abort.abort('late');
      expect(await bearer.settle(both)).toEqual(['ABORTED', 'ABORTED']);
    });

    it('answer(): the answer before an abort, and the call is up', async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      const abort = new AbortController();
      using _ = channel.on('state', (state) => state === State.ANSWERED && abort.abort('late'));
      expect(await bearer.settle(channel.answer({ signal: abort.signal }))).toBe(State.ANSWERED);
      await bearer.elapse(20);
      expect(channel.state).toBe(State.ANSWERED);
    });

    it('call(): the answer before an abort, and the call is up', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const abort = new AbortController();
      using _ = channel.on('state', (state) => state === State.ANSWERED && abort.abort('late'));
      const calling = channel.call(bearer.address('answers'), { signal: abort.signal });
      expect(await bearer.settle(calling)).toBe(State.ANSWERED);
      expect(channel.state).toBe(State.ANSWERED);
    });

    it('call(): a refusal before an abort', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const abort = new AbortController();
      using _ = channel.on('state', (state) => state === State.IDLE && abort.abort('late'));
      expect(await bearer.settle(channel.call(bearer.address('busy'), { signal: abort.signal }))).toBe(State.IDLE);
      expect(channel.cause).toBe(Cause.BUSY);
    });

    it('waitForIdle(): the end before an abort', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      using _ = channel.on('state', () => abort.abort('late'));
      const idle = channel.waitForIdle({ signal: abort.signal });
      await farEnd.hangUp();
      expect(await bearer.settle(idle)).toBe(State.IDLE);
    });

    it('a prompt that ends as the far end hangs up has one outcome', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing: Promise<Outcome> = outcomeOf(channel.filePlayer.play(bearer.prompt.file));
      bearer.clock.schedule(bearer.clock.now() + bearer.prompt.ms, () => void farEnd.hangUp());
      const outcome = await bearer.settle(playing);
      if ('value' in outcome) expect(outcome.value).toBe('NORMAL');
      else expect(expectHangup(outcome.error).by).toBe('remote');
      expect(['NORMAL', 'HANGUP']).toContain(channel.filePlayer.cause);
    });
  });
}
