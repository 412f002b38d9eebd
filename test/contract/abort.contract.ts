import { describe, expect, it } from 'vitest';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';
import { type Method, methods } from './methods.ts';

/** Everything that can be given as a reason, as it is given. */
const REASONS: Readonly<Record<string, unknown>> = {
  'an object': { because: 'of this' },
  'a string': 'of this',
  'an error': new Error('of this'),
  'the number 0': 0,
  null: null,
  false: false,
};

/** The state that a channel is in before a method is called. */
const STATE_OF: Readonly<Record<Method['scene'], readonly State[]>> = {
  unused: [State.IDLE],
  offered: [State.CALL_INCOMING],
  calling: [State.CALL_OUTGOING, State.RING_OUTGOING],
  answered: [State.ANSWERED],
  transferred: [State.TRANSFERRED],
};

const SOON_MS = 100;

/** Section 2 of the contract: `{ signal }`. */
export function describeAborts(stage: Stage): void {
  describe('when its signal is aborted', () => {
    for (const [name, method] of methods(({ isLong }) => isLong)) {
      it(`${name}() rejects with signal.reason, untouched`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const abort = new AbortController();
        const reason = { because: 'of this' };
        const pending = errorOf(method.run(channel, { signal: abort.signal }, bearer));
        await bearer.elapse(60);
        abort.abort(reason);
        using watch = bearer.watch();
        expect(await bearer.settle(pending)).toBe(reason);
        expect(watch.elapsed()).toBeLessThan(SOON_MS);
        // The call goes on; one that has not been answered yet and was placed by the method itself does not.
        if (method.scene === 'answered') expect(channel.state).toBe(State.ANSWERED);
        if (method.scene === 'unused') expect(channel.state).toBe(State.IDLE);
      });
    }

    for (const [kind, reason] of Object.entries(REASONS)) {
      it(`the reason may be ${kind}`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        const abort = new AbortController();
        const { signal } = abort;
        const all = Promise.all([
          errorOf(channel.sleep(1000, { signal })),
          errorOf(channel.dtmfDetector.getDigits({ predigitsTimeout: 1000, signal })),
          errorOf(channel.filePlayer.play(bearer.longPrompt, { signal })),
          errorOf(channel.fileRecorder.record('new.wav', { signal })),
        ]);
        abort.abort(reason);
        for (const error of await bearer.settle(all)) expect(error).toBe(reason);
        expect(await errorOf(channel.sleep(1, { signal }))).toBe(reason);
      });
    }

    it('without a reason it is the one that the platform gives', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const sleeping = errorOf(channel.sleep(1000, { signal: abort.signal }));
      abort.abort(undefined);
      expect(await bearer.settle(sleeping)).toBe(abort.signal.reason);
      expect(abort.signal.reason).toMatchObject({ name: 'AbortError' });
    });

    it('one signal ends many, and those without it go on', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const { signal } = abort;
      const ended = Promise.all([errorOf(channel.sleep(1000, { signal })), errorOf(channel.echo({ signal }))]);
      const other = channel.sleep(100);
      await bearer.elapse(30);
      abort.abort('these');
      expect(await bearer.settle(ended)).toEqual(['these', 'these']);
      expect(await bearer.settle(other)).toBeUndefined();
    });

    it('after it has settled, an abort changes nothing', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt, { signal: abort.signal }));
      abort.abort('late');
      await bearer.elapse(60);
      expect(channel.filePlayer.state).toBe('PLAYING');
    });
  });

  describe('when its signal is aborted already', () => {
    for (const [name, method] of methods(({ takes }) => takes !== 'nothing')) {
      it(`${name}() rejects with the reason and has done nothing`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const reason = { because: 'of this' };
        using watch = bearer.watch();
        const reached = bearer.reached();
        const before = media();
        expect(await errorOf(method.run(channel, { signal: AbortSignal.abort(reason) }, bearer))).toBe(reason);
        expect(watch.elapsed()).toBeLessThan(50);
        expect(STATE_OF[method.scene]).toContain(channel.state);
        expect(media()).toEqual(before);
        await bearer.elapse(20);
        expect(bearer.reached()).toBe(reached);

        function media(): readonly unknown[] {
          const { dtmfDetector, dtmfPlayer, filePlayer, fileRecorder } = channel;
          const states = [filePlayer.state, fileRecorder.state, dtmfPlayer.state];
          return [...states, filePlayer.cause, fileRecorder.cause, dtmfPlayer.cause, dtmfDetector.cause];
        }
      });
    }

    it('no file has been made and no digit taken', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('12');
      const signal = AbortSignal.abort('before');
      await errorOf(channel.fileRecorder.record('never.wav', { signal }));
      await errorOf(channel.fileRecorder.start('never.wav', { signal }));
      await errorOf(channel.dtmfDetector.getDigits({ clear: true, signal }));
      expectCode(await bearer.settle(errorOf(channel.filePlayer.play('never.wav'))), 'FILE_NOT_FOUND');
      expect(await channel.dtmfDetector.getDigits()).toBe('12');
    });
  });
}
