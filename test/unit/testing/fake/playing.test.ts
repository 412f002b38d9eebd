import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { createFakeChannel } from '../../../../src/testing/fake/fake-channel.ts';
import { replay } from '../../../../src/testing/replay/replay.ts';

describe('what a fake call plays', () => {
  it('is heard medium by medium, by name', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 1000, 'sound:hello': 500, 'digits/2.wav': 300 } });
    await call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play(['a.wav', 'sound:hello', { silence: 200 }, { text: 'Good day' }, { digits: '2' }]);
      await channel.filePlayer.say('Bye');
    });
    expect(call.caller.heard().map(({ file, playedMs, startedAt }) => [file, playedMs, startedAt])).toEqual([
      ['a.wav', 1000, 0],
      ['sound:hello', 500, 1000],
      ['silence:200', 200, 1500],
      ['text:Good day', 560, 1700],
      ['sound:digits/2', 300, 2260],
      ['text:Bye', 300, 2560],
    ]);
  });

  it('is waited for by a test as it comes, in a list and in the queue', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 1000, 'b.wav': 1000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      channel.filePlayer.enqueue('a.wav');
      channel.filePlayer.enqueue(['b.wav', { text: 'Press a key' }], { bargeIn: true });
      await channel.filePlayer.drained();
      return channel.filePlayer.cause;
    });
    await call.caller.waitForPrompt('b.wav');
    expect(call.clock.now()).toBe(1000);
    await call.caller.waitForPrompt('text:Press a key');
    expect(call.clock.now()).toBe(2000);
    await call.caller.silence(100);
    await call.caller.press('1');
    expect(await done).toBe('BARGEIN');
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'text:Press a key', playedMs: 100, complete: false });
  });

  it('counts what was skipped as not heard, and what came again once', async () => {
    const call = createFakeChannel({ prompts: { 'long.wav': 10_000 } });
    await call.run(async (channel) => {
      await channel.answer();
      const playback = await channel.filePlayer.start('long.wav');
      await channel.sleep(2000);
      await playback.forward();
      expect(playback.position).toBe(5000);
      await channel.sleep(1000);
      await playback.rewind(4000);
      await channel.sleep(500);
      await playback.pause();
      await channel.sleep(60_000);
      expect([playback.position, playback.heard, playback.duration]).toEqual([2500, 3500, 10_000]);
      await playback.seek(9000);
      await playback.resume();
      expect(await playback.finished).toBe('NORMAL');
    });
    expect(call.caller.heard()).toMatchObject([{ playedMs: 4500, durationMs: 10_000, complete: false }]);
  });

  it('goes on unheard while the caller holds', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 1000, 'b.wav': 1000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play(['a.wav', 'b.wav']);
    });
    await call.caller.waitForPrompt('a.wav');
    await call.caller.silence(900);
    await call.caller.hold();
    await call.caller.silence(200);
    await call.caller.resume();
    await done;
    expect(call.caller.heard().map(({ playedMs }) => playedMs)).toEqual([900, 900]);
  });

  it('is read from a stream as it comes, and waits for it', async () => {
    const call = createFakeChannel();
    await call.run(async (channel) => {
      await channel.answer();
      const slow = async function* (): AsyncGenerator<Int16Array> {
        yield new Int16Array(800);
        await channel.sleep(1000);
        yield new Int16Array(800);
      };
      const playback = await channel.filePlayer.start({ stream: slow() });
      expect(playback.duration).toBeUndefined();
      expect(await playback.finished).toBe('NORMAL');
      expect([playback.heard, playback.duration, call.clock.now()]).toEqual([200, 200, 1100]);
    });
    expect(call.caller.heard()).toMatchObject([{ file: 'stream', playedMs: 200, durationMs: 200, complete: true }]);
  });

  it('plays a list over and over in a loop, each round for itself', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 400, 'b.wav': 100 } });
    await call.run(async (channel) => {
      await channel.answer();
      const playback = await channel.filePlayer.start(['a.wav', 'b.wav'], { loop: true });
      await channel.sleep(1250);
      expect([playback.position, playback.duration]).toEqual([1250, Number.POSITIVE_INFINITY]);
      await playback.stop();
    });
    expect(call.caller.heard().map(({ playedMs }) => playedMs)).toEqual([1050, 200]);
  });

  it('is music whenever nothing else is sent', async () => {
    const call = createFakeChannel({ prompts: { 'music.wav': 60_000, 'a.wav': 1000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.musicOnHold.start('music.wav');
      await channel.sleep(2000);
      await channel.filePlayer.play('a.wav');
      await channel.dtmfPlayer.play('12', { on: 100, off: 100 });
      await channel.sleep(500);
    });
    await call.caller.waitFor('music', 'music.wav');
    await done;
    expect(call.caller.heard()).toMatchObject([
      { file: 'music.wav', playedMs: 2500, background: true },
      { file: 'a.wav', playedMs: 1000, startedAt: 2000 },
    ]);
  });

  it('sounds in a recording of the whole call as loud as it was played', async () => {
    const call = createFakeChannel();
    await call.run(async (channel) => {
      await channel.answer();
      await channel.wholeCallRecorder.start('call.wav');
      const samples = new Int16Array(1600).fill(10_000);
      await channel.filePlayer.play([{ silence: 100 }, { buffer: samples }], { volume: -20 });
    });
    const bytes = call.files.read('call.wav');
    const frames = new Int16Array(bytes.slice(bytes.length - 4 * 8 * 300).buffer);
    const sent = frames.filter((_, index) => index % 2 === 1);
    expect(sent[400]).toBe(0);
    // As exactly as the codec is at this level.
    expect(Math.abs((sent[1600] ?? 0) - 1000)).toBeLessThanOrEqual(16);
  });

  it('is stopped by speech, not by a key that sounds', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 10_000 }, inbandDtmf: 'never' });
    const done = call.run(async (channel) => {
      await channel.answer();
      return channel.filePlayer.play('a.wav', { bargeInOnSpeech: true });
    });
    await call.caller.waitForPrompt('a.wav');
    await call.caller.press('5', { by: 'INBAND' });
    await call.caller.silence(1000);
    await call.caller.speak(500);
    expect(await done).toBe('BARGEIN');
    expect(call.caller.heard()[0]?.playedMs).toBeLessThan(1200);
  });

  it('speaks the language of the channel, and says what is missing', async () => {
    const call = createFakeChannel({ language: 'de' });
    await call.run(async (channel) => {
      await channel.answer();
      expect(channel.language).toBe('de');
      await expect(channel.filePlayer.play('sound:none')).rejects.toMatchObject({ code: 'SOUND_NOT_FOUND' });
      await expect(channel.filePlayer.play(['recording:none'])).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
      await channel.filePlayer.play({ number: 21 });
    });
    expect(call.caller.heard().map(({ file }) => file)).toEqual(['text:einundzwanzig']);
  });
});

/** Lets the caller choose between two announcements. */
async function menu(channel: Channel): Promise<string> {
  await channel.answer();
  await channel.filePlayer.say('Welcome to the menu of this house');
  await channel.filePlayer.play(['sound:choose', 'a.wav'], { bargeIn: true });
  const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 3000 });
  channel.filePlayer.enqueue('a.wav');
  channel.filePlayer.enqueue({ text: `You have chosen ${key}` }, { bargeIn: true });
  await channel.filePlayer.drained();
  return key;
}

describe('a replay', () => {
  it('goes as the call went: text, sounds, lists and the queue', async () => {
    const prompts = { 'sound:choose': 700, 'a.wav': 700, 'text:Welcome to the menu of this house': 900 };
    const original = createFakeChannel({ prompts });
    const done = original.run(menu);
    await original.caller.waitForPrompt('a.wav');
    await original.caller.silence(200);
    await original.caller.press('7');
    await original.caller.waitForPrompt('text:You have chosen 7');
    await original.caller.silence(150);
    await original.caller.hangUp();
    await done;
    const again = replay(original.channel.journal.toJSONLines(), { prompts: { 'sound:choose': 700 } });
    await again.run(menu);
    // What comes at the same moment may come in another order.
    expect(again.timeline().split('\n').sort()).toEqual(original.timeline().split('\n').sort());
    again.caller.assertAllDone();
  });
});
