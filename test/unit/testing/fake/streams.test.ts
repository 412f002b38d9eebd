import { describe, expect, it } from 'vitest';
import { Cause, type Channel, isHangup } from '../../../../src/index.ts';
import { createFakeChannel, everyHangup } from '../../../../src/testing.ts';
import { toneShare } from '../../../support/tone.ts';

const tone = (ms: number, hertz: number, rate = 8000): Int16Array =>
  Int16Array.from({ length: (ms * rate) / 1000 }, (_, at) => 8000 * Math.sin((2 * Math.PI * hertz * at) / rate));

/** Where the first sample is that can be heard. */
const begin = (samples: Int16Array): number => samples.findIndex((sample) => Math.abs(sample) > 100) / 8;

describe('the audio of a fake call as streams', () => {
  it('brings what the caller says to the application, and back within two frames', async () => {
    const call = createFakeChannel();
    const { caller, clock } = call;
    const running = call.run(async (channel) => {
      await channel.answer();
      await channel.audio.readable.pipeTo(channel.audio.writable);
    });
    await caller.waitFor('answer');
    await caller.silence(100);
    const at = clock.now();
    await caller.speak({ pcm: tone(500, 700), rate: 8000 });
    await caller.silence(200);
    await caller.hangUp();
    await running;
    const heard = caller.heardSamples(at, 700);
    expect(begin(heard)).toBeGreaterThan(0);
    expect(begin(heard)).toBeLessThanOrEqual(41);
    expect(toneShare(heard.subarray(45 * 8, 500 * 8), 8000, 700)).toBeGreaterThan(0.999);
  });

  it('shows what was written as a stream, of the length that was heard', async () => {
    const call = createFakeChannel();
    const { caller } = call;
    const outcomes: unknown[] = [];
    const running = call.run(async (channel) => {
      await channel.answer();
      const pipe = channel.audio.open({ sampleRate: 24_000 });
      const writer = pipe.writable.getWriter();
      await writer.write(tone(300, 500, 24_000));
      outcomes.push(await pipe.mark('one'));
      await channel.sleep(100);
      void writer.write(tone(2000, 500, 24_000));
      await channel.sleep(210);
      outcomes.push(await pipe.clear());
      await channel.sleep(100);
    });
    await caller.waitForPrompt('stream');
    await running;
    const [first, second] = caller.heard();
    expect(first).toEqual({
      file: 'stream',
      playedMs: 300,
      durationMs: 300,
      complete: true,
      startedAt: expect.anything(),
    });
    expect(second).toMatchObject({ file: 'stream', playedMs: 200, durationMs: 1000, complete: false });
    expect(outcomes).toEqual(['played', 1800]);
    expect(toneShare(caller.heardSamples(first?.startedAt ?? 0, 300), 8000, 500)).toBeGreaterThan(0.999);
  });

  it('is not heard while the caller holds, and lets music be heard when nothing is written', async () => {
    const call = createFakeChannel({ prompts: { 'music.wav': 60_000 } });
    const { caller } = call;
    const running = call.run(async (channel) => {
      await channel.answer();
      await channel.musicOnHold.start('music.wav');
      const pipe = channel.audio.open();
      await channel.sleep(500);
      await pipe.writable.getWriter().write(new Int16Array(8000).fill(500));
      await pipe.mark('said');
      expect(pipe.playedMs).toBe(600);
      await channel.sleep(500);
    });
    await caller.waitForPrompt('stream');
    await caller.silence(299);
    await caller.hold();
    await caller.silence(400);
    await caller.resume();
    await running;
    const [music, stream] = caller.heard();
    expect(stream).toMatchObject({ file: 'stream', playedMs: 600, durationMs: 1000, complete: false });
    expect(music).toMatchObject({ file: 'music.wav', background: true });
    expect(music?.playedMs).toBeGreaterThan(900);
    expect(music?.playedMs).toBeLessThan(1100);
  });

  it('leaves nothing behind, whenever the caller hangs up', async () => {
    const flow = async (channel: Channel): Promise<void> => {
      await channel.answer();
      await using pipe = channel.audio.open({ sampleRate: 16_000 });
      const reader = pipe.readable.getReader();
      const writer = pipe.writable.getWriter();
      for (let turn = 0; turn < 3; turn++) {
        await reader.read();
        await writer.write(tone(100, 440, 16_000));
      }
      await pipe.mark('end');
      void writer.write(tone(1000, 440, 16_000));
      await channel.sleep(50);
      await pipe.clear();
      await channel.filePlayer.play('bye.wav');
    };
    await everyHangup(flow, { prompts: { 'bye.wav': 200 } });
  });

  it('ends for who reads in a loop when the call does', async () => {
    const call = createFakeChannel();
    let pieces = 0;
    const running = call.run(async (channel) => {
      await channel.answer();
      for await (const samples of channel.audio.readable) pieces += samples.length / 160;
      const error = await channel.sleep(1).catch((reason: unknown) => reason);
      expect([isHangup(error), channel.cause]).toEqual([true, Cause.NORMAL]);
    });
    await call.caller.waitFor('answer');
    await call.caller.silence(1000);
    await call.caller.hangUp();
    await running;
    expect(pieces).toBeGreaterThanOrEqual(49);
    call.caller.assertAllDone();
  });
});
