import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, expectHangup, LONG_METHODS, type Stage } from './laws.ts';

type Method = (channel: Channel, options: { signal?: AbortSignal }) => Promise<unknown>;

/** Methods that need a call. */
const NEED_A_CALL: Readonly<Record<string, Method>> = {
  'ring()': (channel, options) => channel.ring(options),
  'answer()': (channel, options) => channel.answer(options),
  'reject()': (channel, options) => channel.reject('BUSY', options),
  'echo()': (channel, options) => channel.echo(options),
  'sleep()': (channel, options) => channel.sleep(10, options),
  'mediaStatistics()': (channel) => channel.mediaStatistics(),
  'filePlayer.play()': (channel, options) => channel.filePlayer.play('prompt.wav', options),
  'filePlayer.start()': (channel, options) => channel.filePlayer.start('prompt.wav', options),
  'filePlayer.waitUntilFinished()': (channel, options) => channel.filePlayer.waitUntilFinished(options),
  'fileRecorder.record()': (channel, options) => channel.fileRecorder.record('new.wav', options),
  'fileRecorder.start()': (channel, options) => channel.fileRecorder.start('new.wav', options),
  'dtmfDetector.getDigits()': (channel, options) => channel.dtmfDetector.getDigits(options),
  'dtmfPlayer.play()': (channel, options) => channel.dtmfPlayer.play('1', options),
};

/** Methods that need an answered call. */
const NEED_AN_ANSWER = Object.entries(NEED_A_CALL).filter(([name]) => /^(file|dtmf)/.test(name) && !/wait/.test(name));

/** Bad arguments of an answered call. */
const BAD_ARGUMENTS: Readonly<Record<string, (channel: Channel) => Promise<unknown>>> = {
  'sleep() with a length below 0': (channel) => channel.sleep(-1),
  'filePlayer.play() with a limit that is no number': (channel) =>
    channel.filePlayer.play('prompt.wav', { timeout: Number.NaN }),
  'filePlayer.play() with a key that is none': (channel) => channel.filePlayer.play('prompt.wav', { bargeIn: 'x' }),
  'filePlayer.play() with an empty name': (channel) => channel.filePlayer.play(''),
  'fileRecorder.record() with a limit below 0': (channel) => channel.fileRecorder.record('new.wav', { maxSilence: -1 }),
  'dtmfDetector.getDigits() with a count below 0': (channel) => channel.dtmfDetector.getDigits({ count: -1 }),
  'dtmfDetector.getDigits() with an end that is no digit': (channel) => channel.dtmfDetector.getDigits({ end: 'E' }),
  'dtmfPlayer.play() with nothing to send': (channel) => channel.dtmfPlayer.play(''),
  'dtmfPlayer.play() with a letter that is no digit': (channel) => channel.dtmfPlayer.play('12x'),
  'dtmfPlayer.play() with more than 32 digits': (channel) => channel.dtmfPlayer.play('1'.repeat(33)),
  'dtmfPlayer.play() with a length out of range': (channel) => channel.dtmfPlayer.play('1', { on: 5 }),
  'reject() with a cause that is no refusal': (channel) => channel.reject('NORMAL'),
  'reject() with a redirection': (channel) => channel.reject('BUSY', { status: 302 }),
};

const OUTSIDE = ['../secret.wav', '/etc/passwd', 'a/../../b.wav', 'C:/x.wav', 'CON', 'aux.wav', '\\\\host\\share.wav'];

/** Section 2 of the contract: what every awaitable method does. */
export function describeAwaitables(stage: Stage): void {
  describe('when there is no call', () => {
    for (const [name, method] of Object.entries(NEED_A_CALL)) {
      it(`${name} rejects with Hangup at once`, async () => {
        const channel = await stage.over();
        const started = stage.bearer.clock.now();
        expectHangup(await errorOf(method(channel, {})));
        expect(stage.bearer.clock.now() - started).toBeLessThan(50);
      });
    }

    it('Hangup comes first, whatever the arguments', async () => {
      const channel = await stage.over();
      expectHangup(await errorOf(channel.filePlayer.play('', { timeout: -1, bargeIn: 'x' })));
    });

    it('a channel that never had a call rejects with Hangup too', async () => {
      expectHangup(await errorOf(stage.bearer.outgoing().filePlayer.play('prompt.wav')));
    });
  });

  describe('when the call ends meanwhile', () => {
    for (const [name, method] of Object.entries(LONG_METHODS)) {
      it(`${name} rejects with Hangup within 100 ms of the far end hanging up`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        let endedAt = 0;
        const pending = errorOf(method(channel, {}, bearer)).finally(() => {
          endedAt = bearer.clock.now();
        });
        await bearer.elapse(60);
        const hungUpAt = bearer.clock.now();
        await farEnd.hangUp();
        expect(expectHangup(await bearer.settle(pending)).by).toBe('remote');
        expect(endedAt - hungUpAt).toBeLessThan(100);
      });

      it(`${name} rejects with Hangup when this side hangs up`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        const pending = errorOf(method(channel, {}, bearer));
        await bearer.elapse(60);
        await bearer.settle(channel.hangUp());
        expect(expectHangup(await bearer.settle(pending)).by).toBe('local');
      });
    }

    it('everything that is pending sees the same hangup, and it stays readable', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const pending = Object.entries(LONG_METHODS)
        .filter(([name]) => !/waitUntil|dtmfPlayer|echo/.test(name))
        .map(([, method]) => errorOf(method(channel, {}, bearer)));
      await farEnd.hangUp();
      const infos = (await bearer.settle(Promise.all(pending))).map(expectHangup);
      expect(infos).toHaveLength(3);
      for (const info of infos) expect(info).toBe(channel.info.hangup);
      expect(await channel.ended).toBe(channel.info.hangup);
    });

    it('nobody has to await anything: no unhandled rejection', async () => {
      const { bearer } = stage;
      const unhandled: unknown[] = [];
      const note = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', note);
      try {
        const { channel, farEnd } = await stage.answered();
        for (const method of Object.values(LONG_METHODS)) void method(channel, {}, bearer).catch(() => undefined);
        void channel.sleep(1000);
        void channel.filePlayer.play('missing.wav');
        void channel.waitForIdle({ timeout: 1 });
        void channel.fileRecorder.record('new.wav');
        await farEnd.hangUp();
        void channel.answer();
        await bearer.elapse(50);
      } finally {
        process.off('unhandledRejection', note);
      }
      expect(unhandled).toEqual([]);
    });
  });

  describe('when its signal is aborted', () => {
    for (const [name, method] of Object.entries(LONG_METHODS)) {
      it(`${name} rejects with signal.reason, untouched`, async () => {
        const { channel } = await stage.answered();
        const abort = new AbortController();
        const reason = { because: 'of this' };
        const pending = errorOf(method(channel, { signal: abort.signal }, stage.bearer));
        await stage.bearer.elapse(60);
        abort.abort(reason);
        expect(await stage.bearer.settle(pending)).toBe(reason);
        expect(channel.state).toBe(State.ANSWERED);
      });
    }

    for (const [name, method] of NEED_AN_ANSWER) {
      it(`${name} with a signal that is aborted already does nothing`, async () => {
        const { channel } = await stage.answered();
        const reason = new Error('before');
        expect(await errorOf(method(channel, { signal: AbortSignal.abort(reason) }))).toBe(reason);
        expect([channel.filePlayer.cause, channel.fileRecorder.cause, channel.dtmfPlayer.cause]).toEqual([
          'NONE',
          'NONE',
          'NONE',
        ]);
      });
    }

    it('the first reason wins: an abort before the hang-up', async () => {
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const pending = errorOf(channel.sleep(1000, { signal: abort.signal }));
      abort.abort('first');
      void channel.hangUp();
      expect(await stage.bearer.settle(pending)).toBe('first');
    });

    it('the first reason wins: a hang-up before the abort', async () => {
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const pending = errorOf(channel.sleep(1000, { signal: abort.signal }));
      void channel.hangUp();
      abort.abort('second');
      expectHangup(await stage.bearer.settle(pending));
    });
  });

  describe('when it is used wrongly', () => {
    for (const [name, method] of NEED_AN_ANSWER) {
      it(`${name} before the answer rejects with INVALID_STATE`, async () => {
        const { channel } = await stage.bearer.incoming();
        expectCode(await errorOf(method(channel, {})), 'INVALID_STATE');
      });
    }

    for (const [name, method] of Object.entries(BAD_ARGUMENTS)) {
      it(`${name} rejects with INVALID_ARGUMENT and does nothing`, async () => {
        const { channel } = await stage.answered();
        expectCode(await errorOf(method(channel)), 'INVALID_ARGUMENT');
        expect(channel.state).toBe(State.ANSWERED);
        expect([channel.filePlayer.state, channel.fileRecorder.state]).toEqual(['IDLE', 'IDLE']);
      });
    }

    for (const name of OUTSIDE) {
      it(`${JSON.stringify(name)} can neither be played nor recorded`, async () => {
        const { channel } = await stage.answered();
        expectCode(await errorOf(channel.filePlayer.play(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
        expectCode(await errorOf(channel.fileRecorder.record(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
      });
    }

    it('a file name with a NUL is no file name', async () => {
      const { channel } = await stage.answered();
      expectCode(await errorOf(channel.filePlayer.play('prompt.wav\0.txt')), 'INVALID_ARGUMENT');
    });
  });
}
