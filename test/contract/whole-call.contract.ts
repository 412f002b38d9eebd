import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { channelsOf, loudMs } from '../support/sound-length.ts';
import type { FarEnd } from './bearer.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

const SPOKEN_MS = 200;
const FRAME_MS = 20;
/** Prompts that are only a length on the fake call hum. */
const LOUD = 500;

type End = (channel: Channel, farEnd: FarEnd) => unknown;

const HANGUPS: readonly (readonly [who: string, end: End])[] = [
  ['the far end', (_, farEnd) => farEnd.hangUp()],
  ['this side', (channel) => void channel.hangUp()],
];

/** What sections 2 and 3 of the contract say about recording both sides of a call. */
export function describeWholeCallRecordings(stage: Stage): void {
  describe('a recording of the whole call', () => {
    for (const [who, end] of HANGUPS) {
      it(`that a hang-up by ${who} ends is complete and has each side in its place: HANGUP`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const started = bearer.clock.now();
        const recording = channel.wholeCallRecorder.record('call.wav');
        await bearer.elapse(40);
        await farEnd.speak(SPOKEN_MS);
        await bearer.elapse(SPOKEN_MS + 100);
        expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
        await bearer.elapse(40);
        await end(channel, farEnd);
        expect(await bearer.settle(recording)).toBe('HANGUP');
        const tookMs = bearer.clock.now() - started;
        expect([channel.wholeCallRecorder.state, channel.wholeCallRecorder.cause]).toEqual(['IDLE', 'HANGUP']);
        expect(await bearer.settle(channel.wholeCallRecorder.waitUntilFinished())).toBe('HANGUP');

        const { left, right, rate } = await stereo('call.wav');
        const ms = (left.length * 1000) / rate;
        expect(ms).toBeLessThanOrEqual(tookMs + FRAME_MS);
        expect(ms).toBeGreaterThan(SPOKEN_MS + bearer.prompt.ms);
        expectMs(loudMs(left, rate, LOUD), SPOKEN_MS);
        expectMs(loudMs(right, rate, LOUD), bearer.prompt.ms);
        const { channel: next } = await stage.answered();
        expect(await bearer.settle(next.filePlayer.play('call.wav'))).toBe('NORMAL');
      });
    }

    it('runs beside a prompt, a recording of the far end and digits, and goes on when they end', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      expect(await bearer.settle(channel.wholeCallRecorder.start('call.wav'))).toMatchObject({ state: 'RECORDING' });
      const all = Promise.all([
        channel.filePlayer.play(bearer.prompt.file),
        channel.fileRecorder.record('far.wav', { timeout: 300 }),
        channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 }),
      ]);
      await bearer.elapse(30);
      await farEnd.press('7');
      expect(await bearer.settle(all)).toEqual(['NORMAL', 'TIMEOUT', '7']);
      expect(await bearer.settle(channel.dtmfPlayer.play('1'))).toBe('NORMAL');
      expect([channel.wholeCallRecorder.state, channel.wholeCallRecorder.cause]).toEqual(['RECORDING', 'NONE']);
      expect(await bearer.settle(channel.wholeCallRecorder.stop())).toBe(true);
      expect(await bearer.settle(channel.wholeCallRecorder.waitUntilFinished())).toBe('ABORTED');
      const { right, rate } = await stereo('call.wav');
      expectMs(loudMs(right, rate, LOUD), bearer.prompt.ms);
    });

    it('has what is echoed on both sides, at the same time', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.wholeCallRecorder.start('call.wav'));
      const echo = channel.echo({ timeout: 600 });
      await bearer.elapse(60);
      await farEnd.speak(SPOKEN_MS);
      await bearer.settle(echo);
      await bearer.settle(channel.wholeCallRecorder.stop());
      const { left, right, rate } = await stereo('call.wav');
      expectMs(loudMs(left, rate, LOUD), SPOKEN_MS);
      expect(right).toEqual(left);
    });

    it("with { channels: 'mixed' } has both in one", async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.wholeCallRecorder.start('call.wav', { channels: 'mixed' }));
      await farEnd.speak(SPOKEN_MS);
      await bearer.elapse(SPOKEN_MS + 100);
      await bearer.settle(channel.filePlayer.play(bearer.prompt.file));
      await bearer.settle(channel.wholeCallRecorder.stop());
      const { channels, rate } = channelsOf((await bearer.file('call.wav')) as Uint8Array);
      expect(channels).toHaveLength(1);
      expectMs(loudMs(channels[0] as Int16Array, rate, LOUD), SPOKEN_MS + bearer.prompt.ms);
    });

    it('ends at its limits: TIMEOUT, SIZE, SILENCE of both sides', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { wholeCallRecorder } = channel;
      expect(await bearer.settle(wholeCallRecorder.record('call.wav', { timeout: 100 }))).toBe('TIMEOUT');
      expect(await bearer.settle(wholeCallRecorder.record('call.wav', { maxBytes: 3246 }))).toBe('SIZE');
      expect((await bearer.file('call.wav'))?.length).toBe(3244);
      const prompt = channel.filePlayer.play(bearer.prompt.file);
      const started = bearer.clock.now();
      expect(await bearer.settle(wholeCallRecorder.record('call.wav', { maxSilence: 200 }))).toBe('SILENCE');
      expect(bearer.clock.now() - started).toBeGreaterThan(bearer.prompt.ms + 100);
      expect(await bearer.settle(prompt)).toBe('NORMAL');
    });

    it('has no limit of its own', async ({ skip }) => {
      const { bearer } = stage;
      if (bearer.isRealTime) return skip('nobody waits for an hour here');
      const { channel, farEnd } = await stage.answered();
      const recording = channel.wholeCallRecorder.record('call.wav', { format: 'PCMU' });
      await bearer.elapse(150_000);
      expect(channel.wholeCallRecorder.state).toBe('RECORDING');
      await farEnd.hangUp();
      expect(await bearer.settle(recording)).toBe('HANGUP');
    });

    it("with { ifExists: 'fail' } keeps what is there: FILE_EXISTS, and another name can be taken", async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const taken = channel.wholeCallRecorder.start(bearer.prompt.file, { ifExists: 'fail' });
      expectCode(await bearer.settle(errorOf(taken)), 'FILE_EXISTS');
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect(await bearer.settle(channel.wholeCallRecorder.start('call.wav'))).toMatchObject({ state: 'RECORDING' });
    });

    it('refuses what cannot be, before it makes a file', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { wholeCallRecorder } = channel;
      const bad = [{ channels: 'left' }, { format: 'MP3' }, { ifExists: 'rename' }, { timeout: -1 }, { bargeIn: true }];
      for (const options of bad) {
        expectCode(await errorOf(wholeCallRecorder.record('refused.wav', options as object)), 'INVALID_ARGUMENT');
      }
      expectCode(await errorOf(wholeCallRecorder.start('../call.wav')), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await bearer.file('refused.wav')).toBeUndefined();
      expect([wholeCallRecorder.state, wholeCallRecorder.cause]).toEqual(['IDLE', 'NONE']);
    });
  });

  async function stereo(name: string): Promise<{ left: Int16Array; right: Int16Array; rate: number }> {
    const { channels, rate } = channelsOf((await stage.bearer.file(name)) as Uint8Array);
    expect(channels).toHaveLength(2);
    const [left, right] = channels as [Int16Array, Int16Array];
    return { left, right, rate };
  }

  function expectMs(actual: number, expected: number): void {
    expect(actual).toBeGreaterThan(expected - FRAME_MS - stage.bearer.slack);
    expect(actual).toBeLessThan(expected + FRAME_MS + stage.bearer.slack);
  }
}
