import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toneWav } from '../../../../bench/tone-wav.ts';
import { createFakeChannel, type FakeChannelOptions } from '../../../../src/testing.ts';
import { strongestTone } from '../../../support/tone.ts';

async function answered(options: FakeChannelOptions = {}) {
  const call = createFakeChannel({ time: 'manual', ...options });
  await call.channel.answer();
  return call;
}

/** Samples of a WAV file with 16 bits. */
function samplesOf(wav: Uint8Array): Int16Array {
  return new Int16Array(wav.slice(44).buffer);
}

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'offhook-'));
  folders.push(made);
  return made;
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true });
});

describe('a recording on a fake channel', () => {
  it('is asked for by its name', async () => {
    const call = createFakeChannel();
    expect(() => call.files.read('nope.wav')).toThrow('there is no recording "nope.wav"; there are none');
    await call.run(async (channel) => {
      await channel.answer();
      await channel.fileRecorder.record('a.wav', { timeout: 100 });
      await channel.fileRecorder.record('b.wav', { timeout: 100 });
    });
    expect(() => call.files.read('nope.wav')).toThrow('there are "a.wav", "b.wav"');
  });

  it('is a WAV file of what the caller said, when it was said', async () => {
    const { channel, caller, files, clock } = await answered();
    const recording = channel.fileRecorder.record('message.wav', { maxSilence: 1000 });
    await clock.advance(0);
    await caller.silence(500);
    await caller.speak({ tone: 1000, ms: 2000 });
    await clock.advance(1000);
    expect([await recording, clock.now(), channel.fileRecorder.audioDetectedInRecording()]).toEqual([
      'SILENCE',
      3500,
      true,
    ]);
    const wav = files.read('message.wav');
    expect([wav.length, files.names]).toEqual([44 + 3500 * 16, ['message.wav']]);
    const samples = samplesOf(wav);
    expect(samples.subarray(0, 500 * 8).every((sample) => sample === 0)).toBe(true);
    expect(strongestTone(samples.subarray(500 * 8, 2500 * 8), 8000, 1000, 40)).toBeGreaterThan(0.98);
    expect(samples.subarray(2500 * 8).every((sample) => sample === 0)).toBe(true);
  });

  it.each([
    ['PCMU', 7],
    ['PCMA', 6],
  ] as const)('has the format that was asked for: %s', async (format, tag) => {
    const { channel, caller, files, clock } = await answered();
    void channel.fileRecorder.record('x.wav', { format });
    await clock.advance(0);
    await caller.speak(1000);
    await channel.fileRecorder.stop();
    const wav = files.read('x.wav');
    expect([wav.length, wav[20], new DataView(wav.buffer).getUint32(54, true)]).toEqual([58 + 8000, tag, 8000]);
  });

  it('ends at its limits', async () => {
    const { channel, clock, files } = await answered();
    const byTime = channel.fileRecorder.record('a.wav', { timeout: 1230 });
    await clock.advance(1230);
    expect([await byTime, files.read('a.wav').length]).toEqual(['TIMEOUT', 44 + 1230 * 16]);
    const bySize = channel.fileRecorder.record('b.wav', { maxBytes: 16_045 });
    await clock.advance(1000.125);
    expect([await bySize, files.read('b.wav').length]).toEqual(['SIZE', 16_044]);
    const byKey = channel.fileRecorder.record('c.wav', { bargeIn: '#' });
    await clock.advance(130);
    const call = await answered();
    await call.caller.press('#');
    await channel.fileRecorder.stop();
    // Whole frames of 20 ms, as the real recorder counts.
    expect([await byKey, files.read('c.wav').length]).toEqual(['ABORTED', 44 + 120 * 16]);
  });

  it('hears no silence in a caller who was quiet too long from the beginning', async () => {
    const { channel, clock } = await answered();
    const recording = channel.fileRecorder.record('x.wav', { initialSilence: 3000, maxSilence: 1000 });
    await clock.advance(3000);
    expect([await recording, clock.now(), channel.fileRecorder.audioDetectedInRecording()]).toEqual([
      'SILENCE',
      3000,
      false,
    ]);
  });

  it('takes what is quiet for silence, as the real one does', async () => {
    const { channel, caller, clock } = await answered();
    const recording = channel.fileRecorder.record('x.wav', { maxSilence: 1000 });
    await clock.advance(0);
    await caller.speak({ pcm: Int16Array.from({ length: 8000 }, (_, at) => 20 * Math.sin(at / 3)), rate: 8000 });
    await clock.advance(20);
    expect([await recording, channel.fileRecorder.audioDetectedInRecording()]).toEqual(['SILENCE', false]);
  });

  it('holds nothing of what was said on hold or after the caller had dropped off', async () => {
    const { channel, caller, files, clock } = await answered();
    void channel.fileRecorder.record('x.wav');
    await clock.advance(0);
    const speaking = caller.speak(3000);
    await clock.advance(1000);
    await caller.hold('inactive');
    await clock.advance(1000);
    await caller.resume();
    await clock.advance(500);
    caller.dropOff();
    await speaking;
    await channel.fileRecorder.stop();
    const loud = (from: number, until: number) =>
      samplesOf(files.read('x.wav'))
        .subarray(from * 8, until * 8)
        .some((sample) => sample > 1000);
    expect([loud(0, 1000), loud(1000, 2000), loud(2000, 2500), loud(2500, 3000)]).toEqual([true, false, true, false]);
  });

  it('can be played back, for as long as it is', async () => {
    const { channel, caller, clock } = await answered();
    void channel.fileRecorder.record('x.wav');
    await clock.advance(1500);
    await channel.fileRecorder.stop();
    const playing = channel.filePlayer.play('x.wav');
    await clock.advance(1500);
    expect([await playing, caller.heard()[0]?.durationMs]).toEqual(['NORMAL', 1500]);
    await expect(channel.fileRecorder.record('x.wav', { ifExists: 'fail' })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
  });

  it('is complete when the caller hangs up', async () => {
    const { channel, caller, files, clock } = await answered();
    const recording = channel.fileRecorder.record('x.wav');
    await clock.advance(0);
    const speaking = caller.speak(5000);
    await clock.advance(1000);
    await caller.hangUp();
    await speaking;
    expect([await recording, files.read('x.wav').length, clock.now(), clock.pending]).toEqual([
      'HANGUP',
      44 + 16_000,
      1000,
      0,
    ]);
  });
});

describe('what a fake caller says', () => {
  it('may be samples at any rate, or a WAV file', async () => {
    const { channel, caller, files, clock } = await answered();
    void channel.fileRecorder.record('x.wav');
    await clock.advance(0);
    const pcm = Int16Array.from({ length: 16_000 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 500 * at) / 16_000));
    await caller.speak({ pcm, rate: 16_000 });
    await caller.speak(toneWav(900, 1000));
    expect(clock.now()).toBe(2000);
    await channel.fileRecorder.stop();
    const samples = samplesOf(files.read('x.wav'));
    expect(strongestTone(samples.subarray(0, 8000), 8000, 500, 40)).toBeGreaterThan(0.98);
    expect(strongestTone(samples.subarray(8000), 8000, 900, 40)).toBeGreaterThan(0.98);
  });

  it('is said one after the other', async () => {
    const { caller, clock } = await answered();
    await Promise.all([caller.speak(500), caller.silence(200), caller.speak(300)]);
    expect(clock.now()).toBe(1000);
  });

  it('is in the recording although it began before the answer', async () => {
    const { channel, caller, files, clock } = createFakeChannel({ time: 'manual' });
    const speaking = caller.speak(1000);
    await clock.advance(500);
    await channel.answer();
    void channel.fileRecorder.record('x.wav');
    await speaking;
    await channel.fileRecorder.stop();
    expect(samplesOf(files.read('x.wav')).some((sample) => sample > 1000)).toBe(true);
  });

  it.each([
    [-1],
    [Number.POSITIVE_INFINITY],
    ['hello'],
    [null],
    [{ tone: 5000, ms: 10 }],
    [{ tone: 440 }],
    [{ pcm: [], rate: 8000 }],
    [{ pcm: new Int16Array(1), rate: 0 }],
  ])('is no %o', async (speech) => {
    const { caller } = await answered();
    await expect(caller.speak(speech as number)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is no broken WAV file', async () => {
    const { caller } = await answered();
    await expect(caller.speak(new Uint8Array(10))).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });
});

describe('the files of a fake call', () => {
  it('have the length that they really have', async () => {
    const mediaDirectory = await folder();
    await writeFile(join(mediaDirectory, 'welcome.wav'), toneWav(500, 1500));
    const { channel, caller, clock } = await answered({
      mediaDirectory,
      prompts: { 'given.wav': toneWav(500, 700) },
      time: 'automatic',
    });
    for (const file of ['welcome.wav', 'given.wav']) await channel.filePlayer.play(file);
    expect([caller.heard().map(({ durationMs }) => durationMs), clock.now()]).toEqual([[1500, 700], 2200]);
    await expect(channel.filePlayer.play('missing.wav')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(channel.filePlayer.play('../secret.wav')).rejects.toMatchObject({
      code: 'FILE_OUTSIDE_MEDIA_DIRECTORY',
    });
    await expect(channel.fileRecorder.record('welcome.wav', { ifExists: 'fail' })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
  });

  it('may be broken', async () => {
    const mediaDirectory = await folder();
    await writeFile(join(mediaDirectory, 'broken.wav'), 'no sound');
    const { channel } = await answered({ mediaDirectory });
    await expect(channel.filePlayer.play('broken.wav')).rejects.toMatchObject({ code: 'FILE_INVALID' });
    expect(() => createFakeChannel({ prompts: { 'x.wav': new Uint8Array(3) } })).toThrow(
      expect.objectContaining({ code: 'FILE_INVALID' }),
    );
    for (const length of [-1, 'long', undefined]) {
      const options = { prompts: { 'x.wav': length } } as FakeChannelOptions;
      expect(() => createFakeChannel(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });

  it('can be kept for listening', async () => {
    const directory = await folder();
    const { channel, files, clock } = await answered({ prompts: { 'a.wav': 100 } });
    void channel.fileRecorder.record('box/7.wav', { timeout: 500 });
    await clock.advance(500);
    await files.saveTo(directory);
    expect(new Uint8Array(await readFile(join(directory, 'box', '7.wav')))).toEqual(files.read('box/7.wav'));
    expect(files.read('a.wav').length).toBe(44 + 1600);
    expect(() => files.read('b.wav')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });
});
