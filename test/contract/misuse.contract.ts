import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';
import { METHODS, type MethodName, methods } from './methods.ts';

type Use = (channel: Channel) => Promise<unknown>;

/** Bad arguments of an answered call. */
const BAD_WHEN_ANSWERED: Readonly<Record<string, Use>> = {
  'sleep() without a length': (channel) => channel.sleep(undefined as unknown as number),
  'sleep() with a length below 0': (channel) => channel.sleep(-1),
  'filePlayer.play() with a key that is none': (channel) => channel.filePlayer.play('prompt.wav', { bargeIn: 'x' }),
  'filePlayer.play() with an empty name': (channel) => channel.filePlayer.play(''),
  'filePlayer.play() with a NUL in the name': (channel) => channel.filePlayer.play('prompt.wav\0.txt'),
  'filePlayer.play() with a loop that is a number': (channel) =>
    channel.filePlayer.play('prompt.wav', { loop: 1 as unknown as boolean }),
  'fileRecorder.record() with a limit below 0': (channel) => channel.fileRecorder.record('bad.wav', { maxSilence: -1 }),
  'fileRecorder.record() with a size below 0': (channel) => channel.fileRecorder.record('bad.wav', { maxBytes: -1 }),
  'fileRecorder.record() in a format that is none': (channel) =>
    channel.fileRecorder.record('bad.wav', { format: 'MP3' as 'PCMU' }),
  'fileRecorder.record() with a NUL in the name': (channel) => channel.fileRecorder.record('bad.wav\0.txt'),
  'dtmfDetector.getDigits() with a count below 0': (channel) => channel.dtmfDetector.getDigits({ count: -1 }),
  'dtmfDetector.getDigits() with half a digit': (channel) => channel.dtmfDetector.getDigits({ count: 1.5 }),
  'dtmfDetector.getDigits() with an end that is no digit': (channel) => channel.dtmfDetector.getDigits({ end: 'E' }),
  'tonePlayer.play() with a tone that there is not': (channel) => channel.createTonePlayer().play('RINGBAKC'),
  'tonePlayer.play() half a time': (channel) => channel.createTonePlayer().play('BEEP', { repeat: 0.5 }),
  'tonePlayer.play() with a barge-in that is no key': (channel) =>
    channel.createTonePlayer().play('BEEP', { bargeIn: 'x' }),
  'dtmfPlayer.play() with nothing to send': (channel) => channel.dtmfPlayer.play(''),
  'dtmfPlayer.play() with a letter that is no digit': (channel) => channel.dtmfPlayer.play('12x'),
  'dtmfPlayer.play() with more than 32 digits': (channel) => channel.dtmfPlayer.play('1'.repeat(33)),
  'dtmfPlayer.play() with a length out of range': (channel) => channel.dtmfPlayer.play('1', { on: 5 }),
  'dtmfPlayer.play() with a pause out of range': (channel) => channel.dtmfPlayer.play('1', { pause: -1 }),
  'dtmfPlayer.play() with a level out of range': (channel) => channel.dtmfPlayer.play('1', { level: 10 }),
  'dtmfPlayer.play() by a way that there is not': (channel) =>
    channel.dtmfPlayer.play('1', JSON.parse('{"method":"SMOKE"}')),
};

/** Bad arguments of a call that has come in. */
const BAD_WHEN_OFFERED: Readonly<Record<string, Use>> = {
  'ring() with a length below 0': (channel) => channel.ring({ duration: -1 }),
  'ring() with a tone that there is not': (channel) => channel.ring({ earlyMedia: true, tone: 'RING' }),
  'ring() with a ringtone and a tone': (channel) =>
    channel.ring({ earlyMedia: true, ringtone: 'a.wav', tone: 'RINGBACK' }),
  'ring() with an empty name': (channel) => channel.ring({ earlyMedia: true, ringtone: '' }),
  'answer() with a line break in a header field': (channel) => channel.answer({ headers: { 'X-Name': 'a\r\nVia: b' } }),
  'answer() with a line feed in a header field': (channel) => channel.answer({ headers: { 'X-Name': 'a\nb' } }),
  'answer() with a carriage return in a header field': (channel) => channel.answer({ headers: { 'X-Name': 'a\rb' } }),
  'answer() with a NUL in a header field': (channel) => channel.answer({ headers: { 'X-Name': 'a\0b' } }),
  'answer() with a line break in the name of one': (channel) => channel.answer({ headers: { 'X\r\nVia': 'b' } }),
  'answer() with a line break in one of several values': (channel) =>
    channel.answer({ headers: { 'X-Name': ['a', 'b\r\nVia: c'] } }),
  'answer() with a header field of the user agent': (channel) => channel.answer({ headers: { Via: 'b' } }),
  'reject() with a cause that is no refusal': (channel) => channel.reject('NORMAL'),
  'reject() with a redirection': (channel) => channel.reject('BUSY', { status: 302 }),
  'reject() with a line break in the reason': (channel) => channel.reject('BUSY', { reason: 'a\r\nVia: b' }),
};

/** Names that lead, or would on some system lead, out of the media directory. */
const OUTSIDE = [
  '..',
  '../secret.wav',
  '/etc/passwd',
  'a/../../b.wav',
  '..\\b.wav',
  'C:/x.wav',
  'C:x.wav',
  'CON',
  'aux.wav',
  '\\\\host\\share.wav',
];

/** What is given in place of options or of one of them. */
const NO_OPTIONS: readonly unknown[] = [{ nonsense: true }, { Signal: undefined }];
const NO_TIMEOUT: readonly unknown[] = [-1, Number.NaN, '5', null];
const NO_SIGNAL: readonly unknown[] = [{}, 5, null, new AbortController()];

/** Section 2 of the contract: wrong states and bad arguments. */
export function describeMisuse(stage: Stage): void {
  describe('in the wrong state', () => {
    const wrong = (where: string, make: () => Promise<Channel> | Channel, names: readonly MethodName[]): void => {
      it(`${names.map((name) => `${name}()`).join(', ')} reject with INVALID_STATE ${where}`, async () => {
        const channel = await make();
        const { state } = channel;
        for (const name of names) {
          expectCode(await errorOf(METHODS[name].run(channel, {}, stage.bearer)), 'INVALID_STATE');
          expect(channel.state).toBe(state);
        }
      });
    };
    const media = methods(({ needsAnswer }) => needsAnswer === true).map(([name]) => name);
    const offered = async () => (await stage.bearer.incoming()).channel;
    const ringing = async () => {
      const channel = await offered();
      await stage.bearer.settle(channel.ring());
      return channel;
    };
    const calling = async () => (await stage.ready(METHODS.waitForOutgoingCall)).channel;
    const answered = async () => (await stage.answered()).channel;
    const answeredOut = async () => {
      const channel = stage.bearer.outgoing();
      await stage.bearer.settle(channel.call(stage.bearer.address('answers')));
      return channel;
    };
    wrong('before the answer', offered, [...media, 'mediaStatistics']);
    wrong('while it rings', ringing, media);
    wrong('before the answer of a call out', calling, media);
    wrong('on an answered call', answered, ['ring', 'answer']);
    wrong('on a call out', calling, ['ring', 'answer', 'reject', 'call', 'startCall']);
    wrong('on an answered call out', answeredOut, ['ring', 'answer', 'call', 'startCall']);
    wrong('on the channel of an inbound call', answered, ['call', 'startCall', 'waitForOutgoingCall']);
    wrong('on that of one that is over', () => stage.over(), ['call', 'startCall', 'waitForOutgoingCall']);
  });

  describe('with bad arguments', () => {
    for (const [name, use] of Object.entries(BAD_WHEN_ANSWERED)) {
      it(`${name} rejects with INVALID_ARGUMENT and does nothing`, async () => {
        const { channel } = await stage.answered();
        expectCode(await errorOf(use(channel)), 'INVALID_ARGUMENT');
        expect(channel.state).toBe(State.ANSWERED);
        const { dtmfPlayer, filePlayer, fileRecorder } = channel;
        expect([filePlayer.state, fileRecorder.state, dtmfPlayer.state]).toEqual(['IDLE', 'IDLE', 'IDLE']);
        expect([filePlayer.cause, fileRecorder.cause, dtmfPlayer.cause]).toEqual(['NONE', 'NONE', 'NONE']);
        expectCode(await stage.bearer.settle(errorOf(filePlayer.play('bad.wav'))), 'FILE_NOT_FOUND');
      });
    }

    for (const [name, use] of Object.entries(BAD_WHEN_OFFERED)) {
      it(`${name} rejects with INVALID_ARGUMENT and leaves the call as it was`, async () => {
        const { channel } = await stage.bearer.incoming();
        expectCode(await errorOf(use(channel)), 'INVALID_ARGUMENT');
        expect(channel.state).toBe(State.CALL_INCOMING);
        expect(await stage.bearer.settle(channel.answer())).toBe(State.ANSWERED);
      });
    }

    for (const [name, method] of methods(({ takes }) => takes !== 'nothing')) {
      it(`${name}() refuses options, limits and signals that are none, and does nothing`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const { state } = channel;
        const reached = bearer.reached();
        const wrong = [
          ...NO_OPTIONS,
          ...NO_SIGNAL.map((signal) => ({ signal })),
          ...(method.takes === 'signal' ? [{ timeout: 5 }] : NO_TIMEOUT.map((timeout) => ({ timeout }))),
        ];
        for (const options of wrong) {
          expectCode(await errorOf(method.run(channel, options as object, bearer)), 'INVALID_ARGUMENT');
        }
        expect([channel.state, bearer.reached()]).toEqual([state, reached]);
      });
    }

    it('a listener must be a function, and an event one that there is', async () => {
      const { channel } = await stage.answered();
      expect(() => channel.on('ended', 5 as unknown as () => void)).toThrow(/function/);
      expect(() => channel.on('nonsense' as 'ended', () => undefined)).toThrow(/nonsense/);
    });
  });

  describe('with names of files', () => {
    for (const name of OUTSIDE) {
      it(`${JSON.stringify(name)} can neither be played nor recorded nor rung with`, async () => {
        const { channel } = await stage.bearer.incoming();
        const ringing = channel.ring({ earlyMedia: true, ringtone: name });
        expectCode(await errorOf(ringing), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
        expect(channel.state).toBe(State.CALL_INCOMING);
        await stage.bearer.settle(channel.answer());
        expectCode(await errorOf(channel.filePlayer.play(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
        expectCode(await errorOf(channel.filePlayer.start(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
        expectCode(await errorOf(channel.fileRecorder.record(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
        expectCode(await errorOf(channel.fileRecorder.start(name)), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
      });
    }
  });
}
