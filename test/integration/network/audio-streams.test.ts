import { describe, expect, it } from 'vitest';
import { type Channel, isHangup } from '../../../src/index.ts';
import { toneShare } from '../../support/tone.ts';
import { openScene } from './scene.ts';

const RATE = 8000;
const MINUTE = 60;

/** A tone, as samples. */
function tone(ms: number, hertz = 440): Int16Array {
  return Int16Array.from(
    { length: (ms * RATE) / 1000 },
    (_, index) => 8000 * Math.sin((2 * Math.PI * hertz * index) / RATE),
  );
}

/** Everything that comes until the call is over. */
async function readAll(channel: Channel): Promise<Int16Array> {
  const all: Int16Array[] = [];
  for await (const samples of channel.audio.readable) all.push(samples);
  return Int16Array.from(all.flatMap((samples) => [...samples]));
}

describe('the audio of a call as streams, over a network in memory', () => {
  it('comes back through a program that echoes, whole and without a break', async () => {
    await using scene = await openScene({ seed: 3, latency: 10 });
    const { ivr, phone, network } = scene;
    const failed: unknown[] = [];
    ivr.onCall(async (channel) => {
      await channel.answer();
      await channel.audio.readable.pipeTo(channel.audio.writable).catch((error: unknown) => failed.push(error));
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    const reading = readAll(channel);
    await channel.sleep(200);
    await channel.audio.writable.getWriter().write(tone(2000));
    await channel.sleep(2600);
    await channel.hangUp();
    const heard = await reading;
    const begin = heard.findIndex((sample) => Math.abs(sample) > 1000);
    // Two jitter buffers, the frames that wait for a tick, and the way.
    expect(begin / 8 - 200).toBeLessThan(250);
    const back = heard.subarray(begin + 400, begin + 400 + 1800 * 8);
    expect(toneShare(back, RATE, 440)).toBeGreaterThan(0.99);
    await network.clock.runUntilIdle();
    expect(failed.map(isHangup)).toEqual([true]);
  });

  it('is concealed where packets are lost, and as long as the call', async () => {
    await using scene = await openScene({ seed: 5, latency: 20, loss: 0.05 });
    const { ivr, phone } = scene;
    const heard = Promise.withResolvers<Int16Array>();
    ivr.onCall(async (channel) => {
      await channel.answer();
      const began = channel.info.duration;
      const samples = await readAll(channel);
      expect(Math.abs(samples.length / 8 - (channel.info.duration - began))).toBeLessThan(60);
      heard.resolve(samples);
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await channel.filePlayer.play('long.wav', { timeout: 5000 });
    await channel.hangUp();
    const samples = (await heard.promise).subarray(4000, 4000 + 4 * RATE);
    expect(toneShare(samples, RATE, 440)).toBeGreaterThan(0.9);
  });

  it('takes no more memory than seconds of it, however much is written and however little is read', async () => {
    await using scene = await openScene({ seed: 7 });
    const { ivr, phone } = scene;
    ivr.onCall(async (channel) => {
      await channel.answer();
      void channel.filePlayer.play('long.wav', { loop: true });
      await channel.waitForIdle();
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    const { readable, writable } = channel.audio;
    const writer = writable.getWriter();
    const samples = new Int16Array(10 * MINUTE * RATE).fill(1000);
    const before = process.memoryUsage().arrayBuffers;
    void writer.write(samples);
    let most = 0;
    for (let second = 0; second < 20; second++) {
      await channel.sleep(1000);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // Two seconds to be read and one to be sent are 48 kB; what waits to be collected comes on top.
    expect(most).toBeLessThan(samples.byteLength / 2);
    expect(channel.audio.dropped).toBeGreaterThan(17_000);
    expect(channel.audio.dropped).toBeLessThan(19_000);
    await channel.hangUp();
    let left = 0;
    for await (const piece of readable) left += piece.length;
    expect(left).toBe(2 * RATE);
  });

  it('sends every sample of what is written, and nothing of what is cleared', async () => {
    await using scene = await openScene({ seed: 9 });
    const { ivr, phone } = scene;
    const heard = Promise.withResolvers<Int16Array>();
    ivr.onCall(async (channel) => {
      await channel.answer();
      heard.resolve(await readAll(channel));
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    const pipe = channel.audio.open();
    const writer = pipe.writable.getWriter();
    await channel.sleep(500);
    await writer.write(tone(1000));
    void writer.write(tone(30_000, 1200));
    await channel.sleep(600);
    await pipe.clear();
    expect(pipe.playedMs).toBeGreaterThan(600);
    expect(pipe.playedMs).toBeLessThan(1000);
    await channel.sleep(300);
    await channel.hangUp();
    const samples = await heard.promise;
    const loud = samples.findIndex((sample) => Math.abs(sample) > 1000);
    const last = samples.findLastIndex((sample) => Math.abs(sample) > 1000);
    expect(Math.abs((last - loud) / 8 - pipe.playedMs)).toBeLessThan(10);
    expect(toneShare(samples.subarray(loud, last), RATE, 1200)).toBeLessThan(0.01);
  });
});
