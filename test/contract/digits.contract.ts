import { describe, expect, it } from 'vitest';
import { errorOf, expectHangup, type Stage } from './laws.ts';

/** What section 4 of the contract says about digits. */
export function describeDigits(stage: Stage): void {
  describe('getDigits()', () => {
    it('by default takes what is there and waits for nothing', async () => {
      const { channel, farEnd } = await stage.answered();
      expect(channel.dtmfDetector.cause).toBe('NONE');
      expect(await channel.dtmfDetector.getDigits()).toBe('');
      expect(channel.dtmfDetector.cause).toBe('TIMEOUT');
      await farEnd.press('42');
      expect(await channel.dtmfDetector.getDigits()).toBe('42');
    });

    it('ends at the count: COUNT; what is more stays for the next', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 5000 });
      await farEnd.press('123');
      expect(await bearer.settle(digits)).toBe('12');
      expect(channel.dtmfDetector.cause).toBe('COUNT');
      expect(await channel.dtmfDetector.getDigits()).toBe('3');
    });

    it('ends at the end digit: END, and it is part of the result', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 5000 });
      await farEnd.press('90#1');
      expect(await bearer.settle(digits)).toBe('90#');
      expect(channel.dtmfDetector.cause).toBe('END');
      expect(await channel.dtmfDetector.getDigits()).toBe('1');
    });

    it('gives up when no first digit comes: TIMEOUT and nothing', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const started = bearer.clock.now();
      expect(await bearer.settle(channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 100 }))).toBe('');
      expect(channel.dtmfDetector.cause).toBe('TIMEOUT');
      expect(bearer.clock.now() - started).toBeGreaterThanOrEqual(99);
    });

    it('gives up when no further digit comes: TIMEOUT and what was there', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 5000, interdigitTimeout: 300 });
      await farEnd.press('12');
      expect(await bearer.settle(digits)).toBe('12');
      expect(channel.dtmfDetector.cause).toBe('TIMEOUT');
    });

    it('{ timeout } ends it altogether: TIMEOUT and what was there', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.dtmfDetector.getDigits({
        predigitsTimeout: 60_000,
        interdigitTimeout: 60_000,
        timeout: 700,
      });
      await farEnd.press('5');
      expect(await bearer.settle(digits)).toBe('5');
      expect(channel.dtmfDetector.cause).toBe('TIMEOUT');
    });

    it('{ clear } forgets what was pressed before', async () => {
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('123');
      expect(await channel.dtmfDetector.getDigits({ clear: true })).toBe('');
    });

    it('clearDigits() does too', async () => {
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('123');
      channel.dtmfDetector.clearDigits();
      expect(await channel.dtmfDetector.getDigits()).toBe('');
    });

    it('an abort loses no digit: they are there for the next', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      const digits = errorOf(
        channel.dtmfDetector.getDigits({ count: 5, predigitsTimeout: 5000, signal: abort.signal }),
      );
      await farEnd.press('12');
      abort.abort('later');
      await bearer.settle(digits);
      expect(channel.dtmfDetector.cause).toBe('NONE');
      expect(await channel.dtmfDetector.getDigits()).toBe('12');
    });

    it('the cause after a hang-up is HANGUP', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = errorOf(channel.dtmfDetector.getDigits({ predigitsTimeout: 60_000 }));
      await farEnd.hangUp();
      expectHangup(await bearer.settle(digits));
      expect(channel.dtmfDetector.cause).toBe('HANGUP');
    });

    it('the digit event tells each key once', async () => {
      const { channel, farEnd } = await stage.answered();
      const heard: string[] = [];
      channel.on('digit', (digit) => heard.push(digit));
      await farEnd.press('1123');
      expect(heard).toEqual(['1', '1', '2', '3']);
    });
  });

  describe('digits and prompts', () => {
    it('digits typed during a prompt stay for the next getDigits()', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.prompt.file);
      await farEnd.press('12');
      expect(await bearer.settle(playing)).toBe('NORMAL');
      expect(await channel.dtmfDetector.getDigits()).toBe('12');
    });

    it('a key barges in: BARGEIN, and it is the first of the digits', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.longPrompt, { bargeIn: true });
      await bearer.elapse(60);
      await farEnd.press('12');
      expect(await bearer.settle(playing)).toBe('BARGEIN');
      expect(await channel.dtmfDetector.getDigits()).toBe('12');
    });

    it('the digit is in the buffer at the moment that play() resolves', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const menu = channel.filePlayer
        .play(bearer.longPrompt, { bargeIn: true })
        .then((cause) => channel.dtmfDetector.getDigits().then((digits) => [cause, digits]));
      await bearer.elapse(60);
      await farEnd.press('9');
      expect(await bearer.settle(menu)).toEqual(['BARGEIN', '9']);
    });

    it('only the keys that are named barge in', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.longPrompt, { bargeIn: '*#' });
      await bearer.elapse(60);
      await farEnd.press('12');
      expect(channel.filePlayer.state).toBe('PLAYING');
      await farEnd.press('#');
      expect(await bearer.settle(playing)).toBe('BARGEIN');
      expect(await channel.dtmfDetector.getDigits()).toBe('12#');
    });

    it('a digit that waits in the buffer never barges in', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('5');
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file, { bargeIn: true }))).toBe('NORMAL');
      expect(await channel.dtmfDetector.getDigits()).toBe('5');
    });

    it('no key barges in unless asked', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.prompt.file);
      await bearer.elapse(20);
      await farEnd.press('1');
      expect(await bearer.settle(playing)).toBe('NORMAL');
    });

    it('a menu may be a race of a prompt and a key', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      const race = Promise.race([
        channel.filePlayer.play(bearer.longPrompt, { signal: abort.signal }),
        channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 10_000, signal: abort.signal }),
      ]);
      await bearer.elapse(40);
      await farEnd.press('3');
      expect(await bearer.settle(race)).toBe('3');
      abort.abort();
      expect(await bearer.settle(channel.filePlayer.stop())).toBe(true);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });
  });
}
