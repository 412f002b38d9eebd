import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import type { RecordOptions } from '../../src/channel/file-recorder.ts';
import { State } from '../../src/channel/state.ts';
import { pcmOf, soundMs } from '../support/sound-length.ts';
import type { FarEnd } from './bearer.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

/** For how long the far end makes itself heard. */
const SPOKEN_MS = 200;
const FRAME_MS = 20;

type Ending = readonly [
  what: string,
  cause: string,
  options: RecordOptions,
  end: (channel: Channel, farEnd: FarEnd) => unknown,
];

/** Everything that ends a recording of a far end that speaks. */
const ENDINGS: readonly Ending[] = [
  ['TIMEOUT', 'TIMEOUT', { timeout: 500 }, () => undefined],
  ['SIZE', 'SIZE', { maxBytes: 44 + 16 * 500 }, () => undefined],
  ['SILENCE', 'SILENCE', { maxSilence: 300 }, () => undefined],
  ['BARGEIN', 'BARGEIN', { bargeIn: true }, (_, farEnd) => farEnd.press('1')],
  ['ABORTED', 'ABORTED', {}, (channel) => void channel.fileRecorder.stop()],
  ['HANGUP by the far end', 'HANGUP', {}, (_, farEnd) => farEnd.hangUp()],
  ['HANGUP by this side', 'HANGUP', {}, (channel) => void channel.hangUp()],
];

/** What section 4 of the contract says about recording. */
export function describeRecordings(stage: Stage): void {
  describe('a recording', () => {
    for (const [what, cause, options, end] of ENDINGS) {
      it(`that ends with ${what} is complete and can be played`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const started = bearer.clock.now();
        const recording = channel.fileRecorder.record('new.wav', options);
        await bearer.elapse(40);
        await farEnd.speak(SPOKEN_MS);
        await bearer.elapse(SPOKEN_MS + 100);
        await end(channel, farEnd);
        expect(await bearer.settle(recording)).toBe(cause);
        const tookMs = bearer.clock.now() - started;
        expect([channel.fileRecorder.cause, channel.fileRecorder.error]).toEqual([cause, undefined]);
        expect(channel.fileRecorder.audioDetectedInRecording()).toBe(true);

        const bytes = await bearer.file('new.wav');
        if (bytes) {
          const { samples, rate } = pcmOf(bytes);
          const ms = (samples.length * 1000) / rate;
          expect(ms).toBeLessThanOrEqual(tookMs + FRAME_MS);
          expect(ms).toBeGreaterThan(SPOKEN_MS);
          const heard = soundMs(bytes);
          expect(heard).toBeGreaterThan(SPOKEN_MS - FRAME_MS - bearer.slack);
          expect(heard).toBeLessThan(SPOKEN_MS + FRAME_MS + bearer.slack);
          await bearer.elapse(60);
          expect(await bearer.file('new.wav')).toEqual(bytes);
        }
        const { channel: next } = channel.state === State.ANSWERED ? { channel } : await stage.answered();
        const played = bearer.clock.now();
        expect(await bearer.settle(next.filePlayer.play('new.wav'))).toBe('NORMAL');
        expect(bearer.clock.now() - played).toBeGreaterThan(SPOKEN_MS);
      });
    }

    it('that is broken off by its signal does not grow any more', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const abort = new AbortController();
      const recording = errorOf(channel.fileRecorder.record('new.wav', { signal: abort.signal }));
      await bearer.elapse(100);
      abort.abort('no');
      expect(await bearer.settle(recording)).toBe('no');
      const bytes = await bearer.file('new.wav');
      await bearer.elapse(60);
      expect(await bearer.file('new.wav')).toEqual(bytes);
      expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['IDLE', 'ABORTED']);
    });

    it('stays within its size', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { maxBytes: 3244 }))).toBe('SIZE');
      const bytes = await bearer.file('new.wav');
      if (bytes) expect(bytes.length).toBeLessThanOrEqual(3244);
    });

    it('takes the place of one that was there', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 400 }));
      await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 100 }));
      using watch = bearer.watch();
      expect(await bearer.settle(channel.filePlayer.play('new.wav'))).toBe('NORMAL');
      expect(watch.elapsed()).toBeLessThan(200 + bearer.slack);
    });

    it('ends after two minutes unless told otherwise', async ({ skip }) => {
      const { bearer } = stage;
      if (bearer.isRealTime) return skip('nobody waits for two minutes here');
      const { channel } = await stage.answered();
      const started = bearer.clock.now();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav'))).toBe('TIMEOUT');
      expect(Math.abs(bearer.clock.now() - started - 120_000)).toBeLessThanOrEqual(FRAME_MS);
    });
  });

  describe('fileRecorder', () => {
    it('waits for silence to follow sound, and for sound at the beginning: SILENCE', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const started = bearer.clock.now();
      const limits = { initialSilence: 60_000, maxSilence: 200 };
      const recording = channel.fileRecorder.record('new.wav', limits);
      await bearer.elapse(300);
      expect(channel.fileRecorder.state).toBe('RECORDING');
      await farEnd.speak(SPOKEN_MS);
      expect(await bearer.settle(recording)).toBe('SILENCE');
      expect(bearer.clock.now() - started).toBeGreaterThan(300 + SPOKEN_MS + 100);
      using patience = bearer.watch();
      const nothing = channel.fileRecorder.record('new.wav', { initialSilence: 100, maxSilence: 60_000 });
      expect(await bearer.settle(nothing)).toBe('SILENCE');
      expect(patience.elapsed()).toBeLessThan(200 + bearer.slack);
    });

    it('start() returns when it records; waitUntilFinished() joins it', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.fileRecorder.start('new.wav', { timeout: 100 }))).toMatchObject({
        state: 'RECORDING',
      });
      expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['RECORDING', 'NONE']);
      expect(await bearer.settle(channel.fileRecorder.waitUntilFinished())).toBe('TIMEOUT');
    });

    it('waitUntilFinished({ timeout }) rejects with TIMEOUT and it records on', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.fileRecorder.start('new.wav'));
      expectCode(await bearer.settle(errorOf(channel.fileRecorder.waitUntilFinished({ timeout: 40 }))), 'TIMEOUT');
      expect(channel.fileRecorder.state).toBe('RECORDING');
    });

    it('stop() is safe to repeat, also when nothing is recorded or the call is over', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await channel.fileRecorder.stop()).toBe(true);
      await bearer.settle(channel.fileRecorder.start('new.wav'));
      expect(await bearer.settle(Promise.all([channel.fileRecorder.stop(), channel.fileRecorder.stop()]))).toEqual([
        true,
        true,
      ]);
      await bearer.settle(channel.hangUp());
      expect(await channel.fileRecorder.stop()).toBe(true);
      expect(await channel.fileRecorder.waitUntilFinished()).toBe('ABORTED');
    });

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
      expect(await bearer.settle(channel.fileRecorder.start('new.wav'))).toMatchObject({ state: 'RECORDING' });
      expect(channel.fileRecorder.state).toBe('RECORDING');
      expect(await bearer.settle(channel.fileRecorder.stop())).toBe(true);
      expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['IDLE', 'ABORTED']);
    });

    it("ifExists: 'fail' keeps what is there: FILE_EXISTS", async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const before = await bearer.file(bearer.prompt.file);
      const recording = channel.fileRecorder.record(bearer.prompt.file, { ifExists: 'fail' });
      expectCode(await bearer.settle(errorOf(recording)), 'FILE_EXISTS');
      expect(await bearer.file(bearer.prompt.file)).toEqual(before);
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
