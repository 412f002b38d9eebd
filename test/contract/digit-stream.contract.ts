import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';

/** The digits of a loop that is left at this one. */
async function loopUpTo(last: string, channel: Channel): Promise<string> {
  let heard = '';
  for await (const digit of channel.digits()) {
    heard += digit;
    if (digit === last) break;
  }
  return heard;
}

/** `for await (const digit of channel.digits())`: the laws of the awaitable methods, for what comes one by one. */
export function describeDigitStream(stage: Stage): void {
  describe('digits()', () => {
    it('has what was pressed before and what is pressed now, and leaves the rest', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('12');
      const loop = loopUpTo('#', channel);
      await farEnd.press('3#45');
      expect(await bearer.settle(loop)).toBe('123#');
      expect(await channel.dtmfDetector.getDigits()).toBe('45');
    });

    it('shares the buffer with getDigits(), turn by turn: none is lost and none comes twice', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const loop = async (): Promise<string> => {
        let heard = '';
        for await (const digit of channel.digits()) {
          heard += digit;
          if (digit === '2') heard += await channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 5000 });
          if (digit === '5') await channel.sleep(300);
          if (digit === '#') return heard;
        }
        return heard;
      };
      const looping = loop();
      await farEnd.press('1234567889#');
      expect(await bearer.settle(looping)).toBe('1234567889#');
    });

    it('throws Hangup when the call ends, and has had everything until then', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      let heard = '';
      const loop = async (): Promise<void> => {
        for await (const digit of channel.digits()) heard += digit;
      };
      const looping = errorOf(loop());
      await farEnd.press('12');
      await farEnd.hangUp();
      expectHangup(await bearer.settle(looping));
      expect(heard).toBe('12');
    });

    it('rejects with the reason of its signal, and the next digit is for the next who asks', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const abort = new AbortController();
      const digits = channel.digits({ signal: abort.signal });
      const waiting = errorOf(digits.next());
      await bearer.elapse(40);
      abort.abort('enough');
      expect(await bearer.settle(waiting)).toBe('enough');
      expect(await digits.next()).toEqual({ done: true, value: undefined });
      await farEnd.press('7');
      expect(await channel.dtmfDetector.getDigits()).toBe('7');
    });

    it('can be left while a digit is being waited for', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.digits();
      const waiting = digits.next();
      await bearer.elapse(40);
      expect(await digits.return?.()).toEqual({ done: true, value: undefined });
      expect(await bearer.settle(waiting)).toEqual({ done: true, value: undefined });
      await farEnd.press('8');
      expect(await channel.dtmfDetector.getDigits()).toBe('8');
    });

    it('waits while nothing else does', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const collecting = channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 });
      expectCode(await bearer.settle(errorOf(channel.digits().next())), 'BUSY');
      await farEnd.press('1');
      expect(await bearer.settle(collecting)).toBe('1');
      const digits = channel.digits();
      const waiting = digits.next();
      await bearer.elapse(20);
      expectCode(await bearer.settle(errorOf(channel.dtmfDetector.getDigits())), 'BUSY');
      await farEnd.press('2');
      expect(await bearer.settle(waiting)).toEqual({ done: false, value: '2' });
      await digits.return?.();
    });

    it('gives the digits in order to who asks for several at once', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const digits = channel.digits();
      const asked = Promise.all([digits.next(), digits.next(), digits.next()]);
      await farEnd.press('357');
      expect((await bearer.settle(asked)).map(({ value }) => value)).toEqual(['3', '5', '7']);
      await digits.return?.();
    });

    it('keeps the laws: no call, no answer, a wrong option', async () => {
      const { bearer } = stage;
      expectHangup(await bearer.settle(errorOf((await stage.over()).digits().next())));
      const { channel } = await bearer.incoming();
      expectCode(await bearer.settle(errorOf(channel.digits().next())), 'INVALID_STATE');
      await bearer.settle(channel.answer());
      expectCode(await bearer.settle(errorOf(channel.digits(JSON.parse('{"count":1}')).next())), 'INVALID_ARGUMENT');
      const aborted = channel.digits({ signal: AbortSignal.abort('before') });
      expect(await bearer.settle(errorOf(aborted.next()))).toBe('before');
    });
  });
}
