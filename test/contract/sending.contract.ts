import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { SIPInfoPlainText } from '../../src/channel/sip/sip-info.ts';
import type { FarEnd } from './bearer.ts';
import { errorOf, expectCode, expectHangup, outcomeOf, type Stage } from './laws.ts';

const PACKET_MS = 20;

/** What is sent: what section 4 of the contract says about playing, echo and digits out. */
export function describeSending(stage: Stage): void {
  describe('filePlayer', () => {
    it('plays to the end: NORMAL, after as long as the file is', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['IDLE', 'NONE']);
      const started = bearer.clock.now();
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect(bearer.clock.now() - started).toBeGreaterThan(bearer.prompt.ms - 60);
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['IDLE', 'NORMAL']);
    });

    it('start() returns when it plays; waitUntilFinished() joins it', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const playback = await bearer.settle(channel.filePlayer.start(bearer.prompt.file));
      expect(playback.state).toBe('PLAYING');
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['PLAYING', 'NONE']);
      expect(await bearer.settle(channel.filePlayer.waitUntilFinished())).toBe('NORMAL');
    });

    it('waitUntilFinished({ timeout }) rejects with TIMEOUT and it plays on', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      expectCode(await bearer.settle(errorOf(channel.filePlayer.waitUntilFinished({ timeout: 40 }))), 'TIMEOUT');
      expect(channel.filePlayer.state).toBe('PLAYING');
    });

    it('waitUntilFinished() before anything was played is NONE', async () => {
      const { channel } = await stage.answered();
      expect(await channel.filePlayer.waitUntilFinished()).toBe('NONE');
    });

    it('{ loop } plays on beyond the end of the file', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.prompt.file, { loop: true }));
      await bearer.elapse(bearer.prompt.ms * 1.5);
      expect(channel.filePlayer.state).toBe('PLAYING');
      await bearer.settle(channel.filePlayer.stop());
    });

    it('stop() ends it: ABORTED, and nothing is sent any more', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.longPrompt);
      await bearer.elapse(60);
      expect(await bearer.settle(channel.filePlayer.stop())).toBe(true);
      expect(channel.filePlayer.state).toBe('IDLE');
      expect(await bearer.settle(playing)).toBe('ABORTED');
    });

    it('stop() is safe to repeat, also when nothing plays or the call is over', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.filePlayer.stop())).toBe(true);
      await bearer.settle(channel.hangUp());
      expect(await bearer.settle(channel.filePlayer.stop())).toBe(true);
    });

    it('{ timeout } ends it: TIMEOUT', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.filePlayer.play(bearer.longPrompt, { timeout: 100 }))).toBe('TIMEOUT');
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('the cause after a hang-up is HANGUP', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = errorOf(channel.filePlayer.play(bearer.longPrompt));
      await bearer.elapse(60);
      await farEnd.hangUp();
      expectHangup(await bearer.settle(playing));
      expect(channel.filePlayer.cause).toBe('HANGUP');
    });

    it('a file that is not there rejects, and the next one plays', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expectCode(await bearer.settle(errorOf(channel.filePlayer.play('missing.wav'))), 'FILE_NOT_FOUND');
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['ERROR', 'ERROR']);
      expectCode(await bearer.settle(errorOf(channel.filePlayer.start('missing.wav'))), 'FILE_NOT_FOUND');
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('a file that is no WAV file rejects, and so does one that is not there, before any sound', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ear = await farEnd.listen();
      if (bearer.brokenPrompt !== undefined) {
        expectCode(await bearer.settle(errorOf(channel.filePlayer.play(bearer.brokenPrompt))), 'FILE_INVALID');
        expect([channel.filePlayer.state, channel.filePlayer.error?.code]).toEqual(['ERROR', 'FILE_INVALID']);
        expectCode(await bearer.settle(errorOf(channel.filePlayer.start(bearer.brokenPrompt))), 'FILE_INVALID');
      }
      expectCode(await bearer.settle(errorOf(channel.filePlayer.play('missing.wav'))), 'FILE_NOT_FOUND');
      expect(channel.filePlayer.error?.code).toBe('FILE_NOT_FOUND');
      expect(await bearer.settle(channel.filePlayer.waitUntilFinished())).toBe('ERROR');
      expect(await bearer.settle(ear.heardMs())).toBe(0);
    });

    it('what is played to the end is heard to the end, and no longer', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ear = await farEnd.listen();
      await bearer.settle(channel.filePlayer.play(bearer.prompt.file));
      await bearer.elapse(100);
      const heard = await bearer.settle(ear.heardMs());
      expect(Math.abs(heard - bearer.prompt.ms)).toBeLessThanOrEqual(bearer.slack / 2);
    });

    const endings: Readonly<Record<string, (channel: Channel, farEnd: FarEnd, abort: AbortController) => unknown>> = {
      'stop()': (channel) => void channel.filePlayer.stop(),
      'an abort': (_, __, abort) => abort.abort('enough'),
      'a key': (_, farEnd) => farEnd.press('5'),
    };
    for (const [what, end] of Object.entries(endings)) {
      it(`${what} takes it off the wire within one packet, and it stays off`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const ear = await farEnd.listen();
        const abort = new AbortController();
        const started = bearer.clock.now();
        const playing = outcomeOf(
          channel.filePlayer.play(bearer.longPrompt, { signal: abort.signal, bargeIn: true, loop: true }),
        );
        await bearer.elapse(300);
        await end(channel, farEnd, abort);
        await bearer.settle(playing);
        const took = bearer.clock.now() - started;
        await bearer.elapse(100);
        const heard = await bearer.settle(ear.heardMs());
        expect(heard).toBeGreaterThanOrEqual(300 - bearer.slack);
        expect(heard).toBeLessThanOrEqual(took + PACKET_MS + bearer.slack / 2);
        expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      });
    }

    it('after an aborted signal nothing plays and the next one can', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const playing = errorOf(channel.filePlayer.play(bearer.longPrompt, { signal: abort.signal }));
      await bearer.elapse(60);
      abort.abort('no');
      await bearer.settle(playing);
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['IDLE', 'ABORTED']);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });
  });

  describe('echo()', () => {
    it('resolves when its time is up, and refuses other sending meanwhile with BUSY', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const echoing = channel.echo({ timeout: 120 });
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      expect(await bearer.settle(echoing)).toBeUndefined();
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });
  });

  describe('dtmfPlayer', () => {
    it('an abort ends it: what is sent next is all that the far end still hears', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      const sending = errorOf(channel.dtmfPlayer.play('12345678', { signal: abort.signal }));
      await bearer.elapse(250);
      abort.abort('enough');
      expect(await bearer.settle(sending)).toBe('enough');
      expect([channel.dtmfPlayer.state, channel.dtmfPlayer.cause]).toEqual(['IDLE', 'NONE']);
      expect(await bearer.settle(channel.dtmfPlayer.play('9'))).toBe('NORMAL');
      expect(await bearer.settle(farEnd.digitsUpTo('9'))).toMatch(/^12?3?9$/);
    });

    it('takes lower case, and its cause after a hang-up is HANGUP', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      expect(await bearer.settle(channel.dtmfPlayer.play('a', { on: 60, off: 60 }))).toBe('NORMAL');
      expect(await bearer.settle(farEnd.digitsUpTo('A'))).toBe('A');
      const sending = errorOf(channel.dtmfPlayer.play('12345678'));
      await bearer.elapse(40);
      await farEnd.hangUp();
      expectHangup(await bearer.settle(sending));
      expect(channel.dtmfPlayer.cause).toBe('HANGUP');
    });

    it('sends digits: NORMAL, and the far end has them', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      expect(await bearer.settle(channel.dtmfPlayer.play('15A*#', { on: 60, off: 60 }))).toBe('NORMAL');
      expect(await bearer.settle(farEnd.digitsUpTo('#'))).toBe('15A*#');
      expect([channel.dtmfPlayer.state, channel.dtmfPlayer.cause]).toEqual(['IDLE', 'NORMAL']);
    });

    it('a comma pauses for half a second', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const started = bearer.clock.now();
      await bearer.settle(channel.dtmfPlayer.play('1,2'));
      expect(bearer.clock.now() - started).toBeGreaterThan(800);
    });

    it('{ timeout } ends it: TIMEOUT', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.dtmfPlayer.play('12345678', { timeout: 100 }))).toBe('TIMEOUT');
    });

    describe.each(['auto', 'RFC4733', 'INBAND', 'INFO'] as const)('by %s', (method) => {
      it('the far end has every digit once, in order', async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const sending = channel.dtmfPlayer.play('1199*A0#', { method, on: 60, off: 60, level: -15 });
        expect(await bearer.settle(sending)).toBe('NORMAL');
        expect(await bearer.settle(farEnd.digitsUpTo('#'))).toBe('1199*A0#');
        expect([channel.dtmfPlayer.state, channel.dtmfPlayer.cause]).toEqual(['IDLE', 'NORMAL']);
      });

      it('takes as long as it should, with a comma of its own length', async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        const started = bearer.clock.now();
        using watch = bearer.watch();
        await bearer.settle(channel.dtmfPlayer.play('1,2', { method, on: 50, off: 50, pause: 300 }));
        expect(watch.elapsed()).toBeLessThanOrEqual(500 + bearer.slack);
        expect(bearer.clock.now() - started).toBeGreaterThan(440);
      });

      it('an abort, a timeout and a hang-up end it in the middle', async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const abort = new AbortController();
        const sending = errorOf(channel.dtmfPlayer.play('12345678', { method, signal: abort.signal }));
        await bearer.elapse(250);
        abort.abort('enough');
        expect(await bearer.settle(sending)).toBe('enough');
        expect(await bearer.settle(channel.dtmfPlayer.play('12345678', { method, timeout: 150 }))).toBe('TIMEOUT');
        expect(await bearer.settle(channel.dtmfPlayer.play('#', { method }))).toBe('NORMAL');
        expect(await bearer.settle(farEnd.digitsUpTo('#'))).toMatch(/^12?3?1?2?#$/);
        const last = errorOf(channel.dtmfPlayer.play('12345678', { method }));
        await bearer.elapse(40);
        await farEnd.hangUp();
        expectHangup(await bearer.settle(last));
        expect(channel.dtmfPlayer.cause).toBe('HANGUP');
      });

      it('is refused while something else is sent, and the other way round', async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
        expectCode(await bearer.settle(errorOf(channel.dtmfPlayer.play('1', { method }))), 'BUSY');
        await bearer.settle(channel.filePlayer.stop());
        const sending = channel.dtmfPlayer.play('1', { method });
        expectCode(await bearer.settle(errorOf(channel.filePlayer.play(bearer.prompt.file))), 'BUSY');
        expectCode(await bearer.settle(errorOf(channel.dtmfPlayer.play('2', { method }))), 'BUSY');
        expect(await bearer.settle(sending)).toBe('NORMAL');
      });
    });

    it('by INFO no other request can go out, and the other way round', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const request = new SIPInfoPlainText('hello');
      const sending = channel.dtmfPlayer.play('1', { method: 'INFO' });
      expectCode(await bearer.settle(errorOf(channel.sip.send(request))), 'BUSY');
      expect(await bearer.settle(sending)).toBe('NORMAL');
      const other = channel.sip.send(request);
      expectCode(await bearer.settle(errorOf(channel.dtmfPlayer.play('1', { method: 'INFO' }))), 'BUSY');
      await bearer.settle(other);
      expect(await bearer.settle(channel.dtmfPlayer.play('1', { method: 'INFO' }))).toBe('NORMAL');
    });
  });
}
