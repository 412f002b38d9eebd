import { describe, expect, it } from 'vitest';
import { type Channel, isChannelError } from '../../../src/index.ts';
import { createFakeChannel } from '../../../src/testing.ts';

/** What programs without types can do. */
type Anything = never;
type Method = (channel: Channel, options: Anything) => unknown;

function extra({ extraChannel: [first] }: Channel): Channel {
  if (!first) throw new Error('there is one by default');
  return first;
}

const ANSWERED: Readonly<Record<string, Method>> = {
  'echo()': (channel, options) => channel.echo(options),
  'reject()': (channel, options) => channel.reject('BUSY', options),
  'sleep()': (channel, options) => channel.sleep(5, options),
  'waitForIdle()': (channel, options) => channel.waitForIdle(options),
  'waitForOutgoingCall()': (channel, options) => channel.waitForOutgoingCall(options),
  'callInboundService()': (channel, options) => channel.callInboundService('a', options),
  'startCallInboundService()': (channel, options) => channel.startCallInboundService('a', options),
  'retrievableTransfer()': (channel, options) => channel.retrievableTransfer(extra(channel), 'sip:a@b', options),
  'transferToInboundService()': (channel, options) => channel.transferToInboundService(extra(channel), 'a', options),
  'waitForTransferredCallRetrieval()': (channel, options) => channel.waitForTransferredCallRetrieval(options),
  'retrieve()': (channel, options) => channel.retrieve(options),
  'filePlayer.play()': (channel, options) => channel.filePlayer.play('a.wav', options),
  'filePlayer.start()': (channel, options) => channel.filePlayer.start('a.wav', options),
  'filePlayer.waitUntilFinished()': (channel, options) => channel.filePlayer.waitUntilFinished(options),
  'fileRecorder.record()': (channel, options) => channel.fileRecorder.record('b.wav', options),
  'fileRecorder.start()': (channel, options) => channel.fileRecorder.start('b.wav', options),
  'fileRecorder.waitUntilFinished()': (channel, options) => channel.fileRecorder.waitUntilFinished(options),
  'dtmfDetector.getDigits()': (channel, options) => channel.dtmfDetector.getDigits(options),
  'dtmfPlayer.play()': (channel, options) => channel.dtmfPlayer.play('1', options),
  'tonePlayer.play()': (channel, options) => channel.createTonePlayer().play('BEEP', options),
  'tonePlayer.start()': (channel, options) => channel.createTonePlayer().start('BEEP', options),
  'tonePlayer.waitUntilFinished()': (channel, options) => channel.createTonePlayer().waitUntilFinished(options),
};
const RINGING: Readonly<Record<string, Method>> = {
  'ring()': (channel, options) => channel.ring(options),
  'answer()': (channel, options) => channel.answer(options),
  'call()': (channel, options) => channel.call('sip:a@example.com', options),
  'startCall()': (channel, options) => channel.startCall('sip:a@example.com', options),
};

/** What a call says to wrong arguments: its code and its message. Whatever else it does is a fault. */
async function complaint(run: () => unknown): Promise<string> {
  const promise = run();
  expect(promise).toBeInstanceOf(Promise);
  return (promise as Promise<unknown>).then(
    (value) => `resolved with ${String(value)}`,
    (error: unknown) => (isChannelError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
}

async function answered(): Promise<Channel> {
  const { channel } = createFakeChannel({ prompts: { 'a.wav': 1_000 } });
  await channel.answer();
  return channel;
}

describe('options that a method does not know', () => {
  for (const [name, method] of Object.entries({ ...ANSWERED, ...RINGING })) {
    it(`${name} names them, and does nothing`, async () => {
      const channel = name in ANSWERED ? await answered() : createFakeChannel().channel;
      const { state } = channel;
      expect(await complaint(() => method(channel, { signa: undefined } as Anything))).toBe(
        `INVALID_ARGUMENT: ${name} has no option "signa"; did you mean signal?`,
      );
      for (const options of [null, 'loud', 5_000]) {
        expect(await complaint(() => method(channel, options as Anything))).toMatch(
          new RegExp(
            `^INVALID_ARGUMENT: the options of ${name.replace(/[().]/g, '\\$&')} must be an object, not .*signal`,
          ),
        );
      }
      expect([channel.state, channel.filePlayer.state, channel.fileRecorder.state]).toEqual([state, 'IDLE', 'IDLE']);
    });
  }

  it('come after the end of the call: that is a Hangup', async () => {
    const channel = await answered();
    await channel.hangUp();
    await expect(channel.filePlayer.play('a.wav', null as Anything)).rejects.toMatchObject({ code: 'HANGUP' });
  });
});

describe('values that an option cannot have', () => {
  const wrong: readonly (readonly [string, Method, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['play', (channel, options) => channel.filePlayer.play('a.wav', options), { bargeIn: 7 }, /bargeIn must/],
    ['play', (channel, options) => channel.filePlayer.play('a.wav', options), { loop: 'yes' }, /loop must.*"yes"/],
    ['play', (channel, options) => channel.filePlayer.play('a.wav', options), { timeout: '5' }, /timeout must.*"5"/],
    ['play', (channel, options) => channel.filePlayer.play('a.wav', options), { signal: {} }, /signal must/],
    ['play', (channel) => channel.filePlayer.play(undefined as Anything), {}, /a medium is the name of a file/],
    ['record', (channel, options) => channel.fileRecorder.record('b.wav', options), { format: 'MP3' }, /'PCM16'/],
    ['record', (channel, options) => channel.fileRecorder.record('b.wav', options), { maxSilence: -1 }, /maxSilence/],
    ['record', (channel, options) => channel.fileRecorder.record('b.wav', options), { maxBytes: '1k' }, /maxBytes/],
    ['record', (channel, options) => channel.fileRecorder.record('b.wav', options), { ifExists: 'ask' }, /ifExists/],
    ['getDigits', (channel, options) => channel.dtmfDetector.getDigits(options), { count: '4' }, /count must.*"4"/],
    ['getDigits', (channel, options) => channel.dtmfDetector.getDigits(options), { end: 'hash' }, /end must/],
    ['getDigits', (channel, options) => channel.dtmfDetector.getDigits(options), { clear: 1 }, /clear must/],
    ['dtmfPlayer', (channel, options) => channel.dtmfPlayer.play('1', options), { on: 5 }, /on must.*40 to 8000/],
    ['dtmfPlayer', (channel) => channel.dtmfPlayer.play('one'), {}, /digits must/],
    ['sleep', (channel) => channel.sleep('5' as Anything), {}, /"5"/],
    ['reject', (channel, options) => channel.reject('BUSY', options), { status: 200 }, /status must/],
    ['reject', (channel) => channel.reject('TIRED' as Anything), {}, /TIRED; use BUSY/],
  ];
  for (const [name, method, options, message] of wrong) {
    it(`${name} ${JSON.stringify(options)}`, async () => {
      const channel = await answered();
      const text = await complaint(() => method(channel, options as Anything));
      expect(text).toMatch(/^INVALID_ARGUMENT: /);
      expect(text).toMatch(message);
      expect([channel.state, channel.filePlayer.state, channel.fileRecorder.state]).toEqual([
        'ANSWERED',
        'IDLE',
        'IDLE',
      ]);
    });
  }

  it('on() needs an event that there is and a function', async () => {
    const channel = await answered();
    const on = channel.on.bind(channel) as (event: unknown, listener: unknown) => Disposable;
    expect(() => on('error', () => undefined)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => on('digit', 'print it')).toThrow(/on\('digit'\) needs a function/);
  });
});
