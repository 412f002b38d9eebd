import { describe, expect, it } from 'vitest';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';

/** Section 3 of the contract, and what section 4 says about playing, recording and digits out. */
export function describeMedia(stage: Stage): void {
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
      expect(await bearer.settle(channel.filePlayer.start(bearer.prompt.file))).toBe(true);
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

  describe('what may run together', () => {
    it('one thing is sent at a time: playing refuses playing and digits with BUSY', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      expectCode(await errorOf(channel.filePlayer.start(bearer.prompt.file)), 'BUSY');
      expectCode(await errorOf(channel.dtmfPlayer.play('1')), 'BUSY');
      expect(channel.filePlayer.state).toBe('PLAYING');
    });

    it('two plays in one go: the second is BUSY, the first plays', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const first = channel.filePlayer.play(bearer.prompt.file);
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      expect(await bearer.settle(first)).toBe('NORMAL');
    });

    it('sending digits refuses playing with BUSY', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const sending = channel.dtmfPlayer.play('123');
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      expect(await bearer.settle(sending)).toBe('NORMAL');
    });

    it('one recording runs at a time', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.fileRecorder.start('one.wav'));
      expectCode(await errorOf(channel.fileRecorder.record('two.wav')), 'BUSY');
      expect(channel.fileRecorder.state).toBe('RECORDING');
    });

    it('one getDigits() collects at a time', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const first = channel.dtmfDetector.getDigits({ predigitsTimeout: 100 });
      expectCode(await errorOf(channel.dtmfDetector.getDigits()), 'BUSY');
      expect(await bearer.settle(first)).toBe('');
    });

    it('playing, recording, collecting and waiting run side by side', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const all = Promise.all([
        channel.filePlayer.play(bearer.prompt.file),
        channel.fileRecorder.record('both.wav', { timeout: 300 }),
        channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 }),
        channel.sleep(50),
      ]);
      await bearer.elapse(30);
      await farEnd.press('7');
      expect(await bearer.settle(all)).toEqual(['NORMAL', 'TIMEOUT', '7', undefined]);
    });
  });

  describe('fileRecorder', () => {
    it('stops after its timeout: TIMEOUT', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['IDLE', 'NONE']);
      expect(channel.fileRecorder.audioDetectedInRecording()).toBeUndefined();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 200 }))).toBe('TIMEOUT');
      expect(channel.fileRecorder.audioDetectedInRecording()).toBe(false);
    });

    it('stops when nobody speaks: SILENCE', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { maxSilence: 300 }))).toBe('SILENCE');
    });

    it('stops at its size: SIZE', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { maxBytes: 3244 }))).toBe('SIZE');
    });

    it('stops at a key: BARGEIN, and the key is there to be fetched', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const recording = channel.fileRecorder.record('new.wav', { bargeIn: '#' });
      await bearer.elapse(30);
      await farEnd.press('1#');
      expect(await bearer.settle(recording)).toBe('BARGEIN');
      expect(await bearer.settle(channel.dtmfDetector.getDigits())).toBe('1#');
    });

    it('stop() ends it: ABORTED', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.fileRecorder.start('new.wav'))).toBe(true);
      expect(channel.fileRecorder.state).toBe('RECORDING');
      expect(await bearer.settle(channel.fileRecorder.stop())).toBe(true);
      expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['IDLE', 'ABORTED']);
    });

    for (const [who, remote] of [
      ['the far end', true],
      ['this side', false],
    ] as const) {
      it(`record() resolves with HANGUP when ${who} hangs up`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const recording = channel.fileRecorder.record('new.wav');
        await bearer.elapse(60);
        await (remote ? farEnd.hangUp() : bearer.settle(channel.hangUp()));
        expect(await bearer.settle(recording)).toBe('HANGUP');
        expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
      });
    }

    it('a recording can be played back at once', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 200 }));
      expect(await bearer.settle(channel.filePlayer.play('new.wav'))).toBe('NORMAL');
    });

    it("ifExists: 'fail' keeps what is there: FILE_EXISTS", async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const recording = channel.fileRecorder.record(bearer.prompt.file, { ifExists: 'fail' });
      expectCode(await bearer.settle(errorOf(recording)), 'FILE_EXISTS');
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('an aborted signal ends it: signal.reason, and the next one can run', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const recording = errorOf(channel.fileRecorder.record('new.wav', { signal: abort.signal }));
      await bearer.elapse(40);
      abort.abort('no');
      expect(await bearer.settle(recording)).toBe('no');
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 60 }))).toBe('TIMEOUT');
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
  });
}
