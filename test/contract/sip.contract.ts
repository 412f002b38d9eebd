import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { SIPInfo, SIPInfoDTMFRelay, SIPInfoPlainText } from '../../src/channel/sip/sip-info.ts';
import { SIPMessage } from '../../src/channel/sip/sip-message.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

const UMLAUTS = 'Grüße, 世界 👋';

function bodies(requests: readonly { readonly body: string }[]): string[] {
  return requests.map(({ body }) => body);
}

/** What `channel.sip` and the keys that come by INFO promise. */
export function describeSip(stage: Stage): void {
  describe('sip.getInfos() and getMessages()', () => {
    it('give what has come, in order and each once, and nothing when there is nothing', async () => {
      const { channel, farEnd } = await stage.answered();
      expect([channel.sip.getInfos(), channel.sip.getMessages()]).toEqual([[], []]);
      await farEnd.sendRequest(new SIPInfo('one'));
      await farEnd.sendRequest(new SIPMessage(UMLAUTS));
      await farEnd.sendRequest(new SIPInfo('two', 'application/x-two'));
      const infos = channel.sip.getInfos();
      expect(infos.map(({ body, contentType }) => [body, contentType])).toEqual([
        ['one', 'text/plain; charset=ascii'],
        ['two', 'application/x-two'],
      ]);
      expect(infos.every((info) => info instanceof SIPInfo)).toBe(true);
      const messages = channel.sip.getMessages();
      expect(messages).toMatchObject([{ body: UMLAUTS, contentType: 'text/plain; charset=UTF-8' }]);
      expect(messages[0]).toBeInstanceOf(SIPMessage);
      expect([channel.sip.getInfos(), channel.sip.getMessages()]).toEqual([[], []]);
      await farEnd.sendRequest(new SIPInfo('three'));
      expect(bodies(channel.sip.getInfos())).toEqual(['three']);
    });

    it('can be asked after the end of the call', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.sendRequest(new SIPMessage('last words'));
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      expect(bodies(channel.sip.getMessages())).toEqual(['last words']);
    });

    it('the events tell of each once, as it comes', async () => {
      const { channel, farEnd } = await stage.answered();
      const heard: string[] = [];
      using _info = channel.on('info', ({ body }) => heard.push(`info ${body}`));
      using _message = channel.on('message', ({ body }) => heard.push(`message ${body}`));
      await farEnd.sendRequest(new SIPMessage('one'));
      await farEnd.sendRequest(new SIPInfo('two'));
      expect(heard).toEqual(['message one', 'info two']);
    });
  });

  describe('sip.send()', () => {
    const send = (channel: Channel, request: SIPInfo | SIPMessage) => stage.bearer.settle(channel.sip.send(request));

    it('brings INFO and MESSAGE to the far end and resolves with its status', async () => {
      const { channel, farEnd } = await stage.answered();
      expect(channel.sip.state).toBe('IDLE');
      expect(await send(channel, new SIPInfo(UMLAUTS))).toBe(200);
      expect(await stage.bearer.settle(farEnd.requests(1))).toMatchObject([
        { method: 'INFO', body: UMLAUTS, contentType: 'text/plain; charset=UTF-8' },
      ]);
      expect(await send(channel, new SIPMessage('<b>hi</b>', 'text/html'))).toBe(200);
      expect((await stage.bearer.settle(farEnd.requests(1))).at(-1)).toMatchObject({
        method: 'MESSAGE',
        body: '<b>hi</b>',
        contentType: 'text/html',
      });
      expect(channel.sip.state).toBe('IDLE');
    });

    it('works in both directions of a call', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('answers')));
      const farEnd = await bearer.callee();
      expect(await send(channel, new SIPInfoPlainText('5'))).toBe(200);
      expect(bodies(await bearer.settle(farEnd.requests(1)))).toEqual(['5']);
      await farEnd.sendRequest(new SIPMessage('hello'));
      expect(bodies(channel.sip.getMessages())).toEqual(['hello']);
    });

    it('may have no body', async () => {
      const { channel, farEnd } = await stage.answered();
      expect(await send(channel, new SIPInfo(''))).toBe(200);
      expect(await stage.bearer.settle(farEnd.requests(1))).toMatchObject([{ body: '', contentType: undefined }]);
    });

    it('runs beside a prompt and the wait for a key', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.prompt.file);
      const digits = channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
      expect(await send(channel, new SIPInfo('now'))).toBe(200);
      await farEnd.press('1');
      expect(await bearer.settle(Promise.all([playing, digits]))).toEqual(['NORMAL', '1']);
    });

    it('of what is no request: INVALID_ARGUMENT', async () => {
      const { channel } = await stage.answered();
      expectCode(await errorOf(send(channel, 'hello' as unknown as SIPInfo)), 'INVALID_ARGUMENT');
      expect(channel.sip.state).toBe('IDLE');
    });
  });

  describe('a key that comes by INFO', () => {
    it('is a digit like any other, and no INFO for the program', async () => {
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('12', 'INFO');
      await farEnd.sendRequest(new SIPInfoDTMFRelay('#'));
      expect(await stage.bearer.settle(channel.dtmfDetector.getDigits({ count: 3, predigitsTimeout: 5000 }))).toBe(
        '12#',
      );
      expect(channel.sip.getInfos()).toEqual([]);
    });

    it('barges in', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.longPrompt, { bargeIn: true });
      await bearer.elapse(60);
      await farEnd.press('7', 'INFO');
      expect(await bearer.settle(playing)).toBe('BARGEIN');
      expect(await channel.dtmfDetector.getDigits()).toBe('7');
    });

    it('pressed twice is two digits', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await farEnd.press('4', 'INFO');
      await bearer.elapse(400);
      await farEnd.press('4', 'INFO');
      expect(await channel.dtmfDetector.getDigits()).toBe('44');
    });
  });
}
