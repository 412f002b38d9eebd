import { describe, expect, it } from 'vitest';
import { errorOf, expectCode, type Stage } from './laws.ts';

/** What section 4 of the contract says about recording. */
export function describeRecordings(stage: Stage): void {
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
}
