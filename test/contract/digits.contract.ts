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

    it('waits five seconds for a further digit unless told otherwise, and for the first one not at all', async ({
      skip,
    }) => {
      const { bearer } = stage;
      if (bearer.isRealTime) return skip('nobody waits for five seconds here');
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('1');
      const started = bearer.clock.now();
      expect(await bearer.settle(channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 1 }))).toBe('1');
      const took = bearer.clock.now() - started;
      expect(took).toBeGreaterThanOrEqual(4999);
      expect(took).toBeLessThan(5100 + bearer.slack);
      await farEnd.press('12');
      expect(await channel.dtmfDetector.getDigits({ count: 9 })).toBe('12');
      expect(bearer.clock.now() - started - took).toBeLessThan(1000);
    });

    it('takes what was pressed before without waiting: COUNT or END', async () => {
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('12*4');
      expect(await channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 60_000 })).toBe('12');
      expect(channel.dtmfDetector.cause).toBe('COUNT');
      expect(await channel.dtmfDetector.getDigits({ end: '#*', predigitsTimeout: 60_000 })).toBe('*');
      expect(channel.dtmfDetector.cause).toBe('END');
      expect(await channel.dtmfDetector.getDigits()).toBe('4');
    });

    it('the end digit comes before the count', async () => {
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('1#2');
      expect(await channel.dtmfDetector.getDigits({ count: 2, end: '#' })).toBe('1#');
      expect(channel.dtmfDetector.cause).toBe('END');
    });

    it('no digit is lost or seen twice, whoever asks for them and gives up', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      let seen = '';
      for (const digit of '123456') {
        const abort = new AbortController();
        const { signal } = abort;
        const collecting = channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 60_000, signal });
        await farEnd.press(digit);
        abort.abort('no');
        seen += await bearer.settle(collecting.catch(() => ''));
      }
      expect(seen + (await channel.dtmfDetector.getDigits())).toBe('123456');
    });

    it('what has settled takes no digit any more', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { dtmfDetector } = channel;
      const abort = new AbortController();
      const aborted = errorOf(dtmfDetector.getDigits({ predigitsTimeout: 60_000, signal: abort.signal }));
      abort.abort('no');
      await bearer.settle(aborted);
      expect(await bearer.settle(dtmfDetector.getDigits({ predigitsTimeout: 60_000, timeout: 20 }))).toBe('');
      await farEnd.press('7');
      expect(await dtmfDetector.getDigits()).toBe('7');
    });

    it('every way of pressing a key is heard, each key once and in order', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const heard: string[] = [];
      channel.on('digit', (digit) => heard.push(digit));
      // Other keys for each way: the same key by another way a moment later would be the same press.
      const keys = { RFC4733: '1*', INBAND: '2#', INFO: '3A' };
      for (const by of bearer.digitMethods) await farEnd.press(keys[by], by);
      const all = bearer.digitMethods.map((by) => keys[by]).join('');
      expect(heard.join('')).toBe(all);
      expect(await channel.dtmfDetector.getDigits()).toBe(all);
      const entries = channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.by] : []));
      expect(entries).toEqual(bearer.digitMethods.flatMap((by) => [by, by]));
    });

    it('a key that comes in two ways at once counts once', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const heard: string[] = [];
      channel.on('digit', (digit) => heard.push(digit));
      await farEnd.press('5', ['RFC4733', 'INFO']);
      await bearer.elapse(300);
      await farEnd.press('6', ['INBAND', 'INFO']);
      await bearer.elapse(300);
      expect(heard).toEqual(['5', '6']);
      expect(await channel.dtmfDetector.getDigits()).toBe('56');
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

    it('nor does it end a recording; only the keys that are named do', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('#');
      const recording = channel.fileRecorder.record('new.wav', { bargeIn: '#', timeout: 5000 });
      await bearer.elapse(40);
      await farEnd.press('1');
      expect(channel.fileRecorder.state).toBe('RECORDING');
      await farEnd.press('#');
      expect(await bearer.settle(recording)).toBe('BARGEIN');
      expect(await channel.dtmfDetector.getDigits()).toBe('#1#');
    });

    it('what is being collected barges in as well, and is collected once', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const both = Promise.all([
        channel.filePlayer.play(bearer.longPrompt, { bargeIn: true }),
        channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 60_000 }),
      ]);
      await bearer.elapse(60);
      await farEnd.press('47');
      expect(await bearer.settle(both)).toEqual(['BARGEIN', '47']);
      expect(await channel.dtmfDetector.getDigits()).toBe('');
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
