import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import type { RecordOptions } from '../../src/channel/file-recorder.ts';
import type { Recording } from '../../src/channel/recording.ts';
import { isHangup } from '../../src/errors.ts';
import { channelsOf, pcmOf, soundMs } from '../support/sound-length.ts';
import type { Bearer } from './bearer.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

const SPOKEN_MS = 200;
const FRAME_MS = 20;

type Control = 'pause' | 'resume' | 'mute' | 'unmute' | 'stop' | 'cancel';
const CONTROLS: readonly Control[] = ['pause', 'resume', 'mute', 'unmute', 'stop', 'cancel'];

/** What ends a recording, the cause and the state that come of it. */
const ENDINGS: readonly (readonly [
  what: string,
  cause: string,
  state: string,
  options: RecordOptions,
  end: (channel: Channel, recording: Recording) => unknown,
])[] = [
  ['its limit', 'TIMEOUT', 'DONE', { timeout: 60 }, () => undefined],
  ['stop()', 'ABORTED', 'DONE', {}, (_, recording) => void recording.stop()],
  ['fileRecorder.stop()', 'ABORTED', 'DONE', {}, (channel) => void channel.fileRecorder.stop()],
  ['cancel()', 'ABORTED', 'CANCELLED', {}, (_, recording) => void recording.cancel()],
  ['a hang-up', 'HANGUP', 'DONE', {}, (channel) => void channel.hangUp()],
];

/** How many milliseconds a recording has. */
async function lengthOf(bearer: Bearer, name: string): Promise<number> {
  const { samples, rate } = pcmOf((await bearer.file(name)) ?? new Uint8Array());
  return (samples.length * 1000) / rate;
}

/** What can be done with a recording that has been started. */
export function describeRecordingHandles(stage: Stage): void {
  const start = async (options: RecordOptions = {}, file = 'new.wav') => {
    const call = await stage.answered();
    const recording = await stage.bearer.settle(call.channel.fileRecorder.start(file, options));
    return { ...call, recording };
  };

  describe('a recording that was started', () => {
    it('says its name, that it runs, and how long it is', async () => {
      const { bearer } = stage;
      const { recording, channel } = await start();
      expect(recording).toMatchObject({ name: 'new.wav', state: 'RECORDING', cause: 'NONE', error: undefined });
      expect([recording.audioDetected, channel.fileRecorder.state]).toEqual([false, 'RECORDING']);
      const began = bearer.clock.now();
      const first = recording.duration;
      await bearer.elapse(300);
      expect(recording.duration - first).toBeGreaterThan(300 - FRAME_MS - bearer.slack);
      expect(recording.duration - first).toBeLessThanOrEqual(bearer.clock.now() - began + FRAME_MS + bearer.slack);
      await bearer.settle(recording.stop());
      const { duration } = recording;
      expect(Math.abs((await lengthOf(bearer, 'new.wav')) - duration)).toBeLessThan(0.2);
      await bearer.elapse(60);
      expect(recording.duration).toBe(duration);
    });

    it('says how loud it is, and whether there was sound', async () => {
      const { bearer } = stage;
      const { recording, farEnd } = await start();
      await bearer.elapse(100);
      expect(recording.level).toBeLessThan(-60);
      await farEnd.speak(1000);
      await bearer.elapse(600);
      expect(recording.level).toBeGreaterThan(-40);
      expect(recording.audioDetected).toBe(true);
      await bearer.settle(recording.pause());
      expect(recording.level).toBeGreaterThan(-40);
      await bearer.settle(recording.stop());
      expect([recording.level, recording.audioDetected]).toEqual([-127, true]);
      await bearer.elapse(600);
    });

    for (const [what, cause, state, options, end] of ENDINGS) {
      it(`ends by ${what}: ${cause}, ${state}, and nothing can be done to it any more`, async () => {
        const { bearer } = stage;
        const { recording, channel } = await start(options);
        await bearer.elapse(40);
        await end(channel, recording);
        expect(await bearer.settle(recording.finished)).toBe(cause);
        expect(recording).toMatchObject({ state, cause, error: undefined });
        for (const control of CONTROLS) expect(await bearer.settle(recording[control]())).toBe(false);
        expect(recording).toMatchObject({ state, cause });
        expect(await bearer.settle(recording.finished)).toBe(cause);
      });
    }

    it('leaves out what comes while it is paused, and its limit does not count that', async () => {
      const { bearer } = stage;
      const { recording, farEnd } = await start({ timeout: 400 });
      await bearer.elapse(100);
      expect(await bearer.settle(Promise.all([recording.pause(), recording.pause()]))).toEqual([true, true]);
      expect([recording.state, recording.cause]).toEqual(['PAUSED', 'NONE']);
      const { duration } = recording;
      await farEnd.speak(SPOKEN_MS);
      await bearer.elapse(600);
      expect(recording).toMatchObject({ state: 'PAUSED', duration });
      expect(await bearer.settle(recording.resume())).toBe(true);
      expect(recording.state).toBe('RECORDING');
      expect(await bearer.settle(recording.finished)).toBe('TIMEOUT');
      expect(await lengthOf(bearer, 'new.wav')).toBe(400);
      expect(soundMs((await bearer.file('new.wav')) ?? new Uint8Array())).toBeLessThanOrEqual(bearer.slack / 2);
    });

    it('counts silence anew when it goes on', async () => {
      const { bearer } = stage;
      const { recording } = await start({ maxSilence: 500 });
      await bearer.elapse(300);
      await bearer.settle(recording.pause());
      await bearer.elapse(1000);
      expect(recording.state).toBe('PAUSED');
      const resumed = bearer.clock.now();
      await bearer.settle(recording.resume());
      expect(await bearer.settle(recording.finished)).toBe('SILENCE');
      expect(bearer.clock.now() - resumed).toBeGreaterThan(500 - 2 * FRAME_MS - bearer.slack / 2);
    });

    it('has silence, as long as it is muted, in place of what comes', async () => {
      const { bearer } = stage;
      const { recording, farEnd } = await start();
      expect(await bearer.settle(recording.mute())).toBe(true);
      await farEnd.speak(300);
      await bearer.elapse(500);
      expect(await bearer.settle(recording.unmute())).toBe(true);
      await farEnd.speak(SPOKEN_MS);
      await bearer.elapse(400);
      await bearer.settle(recording.stop());
      const heard = soundMs((await bearer.file('new.wav')) ?? new Uint8Array());
      expect(heard).toBeGreaterThan(SPOKEN_MS - FRAME_MS - bearer.slack);
      expect(heard).toBeLessThan(SPOKEN_MS + FRAME_MS + bearer.slack);
      expect(await lengthOf(bearer, 'new.wav')).toBeGreaterThan(900 - 2 * FRAME_MS);
    });

    it('that is thrown away leaves no file, and another one can be made', async () => {
      const { bearer } = stage;
      const { recording, channel } = await start();
      await bearer.elapse(100);
      expect(await bearer.settle(recording.cancel())).toBe(true);
      expect(await bearer.file('new.wav')).toBeUndefined();
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 60 }))).toBe('TIMEOUT');
    });

    it('goes on behind what is there, and takes back what it has added when it is thrown away', async () => {
      const { bearer } = stage;
      const { recording, channel } = await start({ timeout: 200 });
      await bearer.settle(recording.finished);
      const before = await bearer.file('new.wav');
      const again = await bearer.settle(channel.fileRecorder.start('new.wav', { ifExists: 'append' }));
      await bearer.elapse(100);
      expect(await bearer.settle(again.cancel())).toBe(true);
      expect(await bearer.file('new.wav')).toEqual(before);
      const more = channel.fileRecorder.record('new.wav', { ifExists: 'append', timeout: 100 });
      expect(await bearer.settle(more)).toBe('TIMEOUT');
      expect(await lengthOf(bearer, 'new.wav')).toBe(300);
      const limited = channel.fileRecorder.record('new.wav', { ifExists: 'append', maxBytes: 44 + 16 * 350 });
      expect(await bearer.settle(limited)).toBe('SIZE');
      expect(await lengthOf(bearer, 'new.wav')).toBe(350);
      const other = channel.fileRecorder.record('new.wav', { ifExists: 'append', format: 'PCMU' });
      expectCode(await bearer.settle(errorOf(other)), 'FILE_INVALID');
      const faster = channel.fileRecorder.record('new.wav', { ifExists: 'append', rate: 16_000 });
      expectCode(await bearer.settle(errorOf(faster)), 'FILE_INVALID');
      expect(await lengthOf(bearer, 'new.wav')).toBe(350);
    });

    it('of 16 kHz is as long as it took', async () => {
      const { bearer } = stage;
      const { recording, farEnd } = await start({ rate: 16_000, timeout: 500 });
      await farEnd.speak(SPOKEN_MS);
      await bearer.settle(recording.finished);
      const { samples, rate } = pcmOf((await bearer.file('new.wav')) ?? new Uint8Array());
      expect([rate, samples.length]).toEqual([16_000, 8000]);
      const heard = soundMs((await bearer.file('new.wav')) ?? new Uint8Array());
      expect(Math.abs(heard - SPOKEN_MS)).toBeLessThanOrEqual(FRAME_MS + bearer.slack);
    });

    it('ends with the block that uses it', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const use = async (): Promise<Recording> => {
        await using recording = await channel.fileRecorder.start('new.wav');
        return recording;
      };
      expect((await bearer.settle(use())).cause).toBe('ABORTED');
    });

    it('of the whole call is paused, muted and thrown away in the same way', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const recording = await bearer.settle(channel.wholeCallRecorder.start('call.wav', { timeout: 300 }));
      await bearer.settle(recording.pause());
      expect(recording.state).toBe('PAUSED');
      await bearer.elapse(500);
      await bearer.settle(recording.resume());
      await bearer.settle(recording.mute());
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file, { timeout: 150 }))).not.toBe('ERROR');
      expect(await bearer.settle(recording.finished)).toBe('TIMEOUT');
      const { channels, rate } = channelsOf((await bearer.file('call.wav')) ?? new Uint8Array());
      expect(channels.map(({ length }) => length)).toEqual([rate * 0.3, rate * 0.3]);
      expect(new Set(channels.flatMap((samples) => [...samples.subarray(rate * 0.1)]))).toEqual(new Set([0]));
      const another = await bearer.settle(channel.wholeCallRecorder.start('call.wav'));
      expect(await bearer.settle(another.cancel())).toBe(true);
      expect(await bearer.file('call.wav')).toBeUndefined();
    });
  });

  describe('a key that comes as a tone', () => {
    for (const removeDigits of [undefined, false]) {
      it(`is ${removeDigits === false ? '' : 'not '}in a recording with { removeDigits: ${removeDigits} }`, async () => {
        const { bearer } = stage;
        const { recording, farEnd, channel } = await start({ removeDigits });
        await bearer.elapse(60);
        await farEnd.press('5', 'INBAND');
        await bearer.elapse(300);
        await bearer.settle(recording.stop());
        expect(await bearer.settle(channel.dtmfDetector.getDigits())).toBe('5');
        const heard = soundMs((await bearer.file('new.wav')) ?? new Uint8Array());
        if (removeDigits === false) expect(heard).toBeGreaterThan(30);
        else expect([heard, recording.audioDetected]).toEqual([0, false]);
      });
    }
  });

  describe('a beep before a recording', () => {
    it('is heard by the far end and is not in the recording', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ear = await farEnd.listen();
      const began = bearer.clock.now();
      const recording = await bearer.settle(channel.fileRecorder.start('new.wav', { beep: true, timeout: 200 }));
      expect(bearer.clock.now() - began).toBeGreaterThan(200 - FRAME_MS - bearer.slack / 2);
      expect(recording.duration).toBeLessThanOrEqual(FRAME_MS + bearer.slack);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file, { timeout: 0 }))).toBe('TIMEOUT');
      expect(await bearer.settle(recording.finished)).toBe('TIMEOUT');
      expect(await lengthOf(bearer, 'new.wav')).toBe(200);
      expect(soundMs((await bearer.file('new.wav')) ?? new Uint8Array())).toBe(0);
      const heard = await bearer.settle(ear.heardMs());
      expect(Math.abs(heard - 200)).toBeLessThanOrEqual(FRAME_MS + bearer.slack);
    });

    it('needs the output: BUSY, before there is a file', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      expectCode(await bearer.settle(errorOf(channel.fileRecorder.start('busy.wav', { beep: true }))), 'BUSY');
      expect(await bearer.file('busy.wav')).toBeUndefined();
      expect(await bearer.settle(channel.fileRecorder.start('busy.wav'))).toMatchObject({ state: 'RECORDING' });
      await bearer.settle(channel.filePlayer.stop());
      expectCode(await bearer.settle(errorOf(channel.fileRecorder.start('busy.wav', { beep: true }))), 'BUSY');
      // The output is free after all that.
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    for (const method of ['start', 'record'] as const) {
      it(`a hang-up during it is a Hangup, and there is no file: ${method}()`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.answered();
        const recording = errorOf(channel.fileRecorder[method]('beeped.wav', { beep: true }));
        await bearer.elapse(60);
        await farEnd.hangUp();
        expect(isHangup(await bearer.settle(recording))).toBe(true);
        await bearer.settle(channel.waitForIdle());
        await bearer.settle(channel.fileRecorder.waitUntilFinished());
        expect(await bearer.file('beeped.wav')).toBeUndefined();
      });
    }

    it('is cut off by stop() and by a signal, and nothing is recorded', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const stopped = channel.fileRecorder.record('beeped.wav', { beep: true });
      await bearer.elapse(60);
      await bearer.settle(channel.fileRecorder.stop());
      expect(await bearer.settle(stopped)).toBe('ABORTED');
      expect(await bearer.file('beeped.wav')).toBeUndefined();
      const abort = new AbortController();
      const aborted = errorOf(channel.fileRecorder.record('beeped.wav', { beep: true, signal: abort.signal }));
      await bearer.elapse(60);
      abort.abort('no');
      expect(await bearer.settle(aborted)).toBe('no');
      expect(await bearer.file('beeped.wav')).toBeUndefined();
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });
  });

  describe('a beep that is cut off while its file is being opened', () => {
    it.each([0, 1, 2, 4, 8])('leaves no file: after %i turns of the event loop', async (turns) => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const stopped = channel.fileRecorder.record('unborn.wav', { beep: true });
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      await bearer.settle(channel.fileRecorder.stop());
      expect(await bearer.settle(stopped)).toBe('ABORTED');
      expect(await bearer.file('unborn.wav')).toBeUndefined();
    });
  });

  describe('what cannot be recorded', () => {
    const WRONG: readonly (readonly [options: object, message: RegExp])[] = [
      [{ rate: 16_000, format: 'PCMU' }, /rate 16000 goes with format 'PCM16' or 'OGG_OPUS', not with 'PCMU'/],
      [{ rate: 11_025 }, /rate must be 8000 or 16000, not 11025/],
      [{ format: 'MP3' }, /format must be 'PCM16', 'PCMU', 'PCMA' or 'OGG_OPUS', not "MP3"/],
      [{ format: 'OGG_OPUS', ifExists: 'append' }, /cannot be appended to/],
      [{ format: 'OGG_OPUS', maxBytes: 1000 }, /maxBytes cannot be kept/],
      [{ ifExists: 'rename' }, /ifExists must be 'overwrite', 'fail' or 'append', not "rename"/],
      [{ beep: 'yes' }, /beep must be true or false, not "yes"/],
      [{ removeDigits: 1 }, /removeDigits must be true or false, not 1/],
    ];
    for (const [options, message] of WRONG) {
      it(`${JSON.stringify(options)} is refused before there is a file`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        const error = await bearer.settle(errorOf(channel.fileRecorder.start('refused.wav', options as RecordOptions)));
        expectCode(error, 'INVALID_ARGUMENT');
        expect((error as Error).message).toMatch(message);
        expect(await bearer.file('refused.wav')).toBeUndefined();
      });
    }
  });
}
