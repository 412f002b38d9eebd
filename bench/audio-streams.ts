/**
 * What streams of samples cost a call, beside playing a file: both ways at 16 kHz, in one run. And how long a word takes through a program
 * that sends back what it reads.
 * `node bench/audio-streams.ts [--calls N] [--seconds N] [--rate HZ]`
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type AudioRate, type Channel, UserAgent } from 'offhook';
import { createTestNetwork } from 'offhook/testing';
import { toneWav } from './tone-wav.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '16000' },
  },
});
const calls = Number(values.calls);
const seconds = Number(values.seconds);
const sampleRate = Number(values.rate) as AudioRate;

/** What each call does until it is over. */
type Work = (channel: Channel) => Promise<unknown>;

const play: Work = (channel) => channel.filePlayer.play('prompt.wav', { loop: true });

/** Reads all the time, and writes as if a voice were made a second ahead. */
const stream: Work = async (channel) => {
  const pipe = channel.audio.open({ sampleRate });
  const voice = new Int16Array(sampleRate / 10).map(
    (_, index) => 8000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate),
  );
  const reading = pipe.readable.pipeTo(new WritableStream({ write: () => undefined }));
  const writer = pipe.writable.getWriter();
  try {
    for (;;) await writer.write(voice);
  } finally {
    await reading;
  }
};

/** Microseconds of CPU of the whole process per call and second. */
async function cost(folder: string, work: Work): Promise<number> {
  await using answering = await UserAgent.start({ address: '127.0.0.1', port: 0, mediaDirectory: folder });
  await using calling = await UserAgent.start({ address: '127.0.0.1', port: 0, mediaDirectory: folder });
  answering.onCall(async (channel) => {
    await channel.answer();
    await work(channel);
  });
  const channels = await Promise.all(
    Array.from({ length: calls }, async () => {
      const channel = calling.channel();
      await channel.call(answering.uri);
      void channel.filePlayer.play('prompt.wav', { loop: true });
      return channel;
    }),
  );
  await sleep(1000);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await sleep(seconds * 1000);
  const took = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(channels.map((channel) => channel.hangUp()));
  return (user + system) / calls / took;
}

/** Milliseconds from the first sample of a word to its first sample on the way back. */
async function roundTrip(
  start: () => Promise<UserAgent>,
  now: () => number,
  settle: <T>(promise: Promise<T>) => Promise<T>,
): Promise<number> {
  const answering = await start();
  const calling = await start();
  answering.onCall(async (channel) => {
    await channel.answer();
    const pipe = channel.audio.open();
    const writer = pipe.writable.getWriter();
    // A thread that starts holds this one up, and what has piled up meanwhile would stay a delay.
    for await (const samples of pipe.readable) {
      if (pipe.aheadMs > 60) await pipe.clear();
      await writer.write(samples);
    }
  });
  const channel = calling.channel();
  await settle(channel.call(answering.uri));
  const reader = channel.audio.readable.getReader();
  for (let warm = 0; warm < 20; warm++) await settle(reader.read());
  const writer = channel.audio.writable.getWriter();
  const at = now();
  await settle(writer.write(new Int16Array(8000).map((_, index) => (index % 16 < 8 ? 8000 : -8000))));
  for (;;) {
    const { done, value } = await settle(reader.read());
    if (done) throw new Error('the call ended');
    if (value.some((sample) => Math.abs(sample) > 1000)) break;
  }
  const took = now() - at;
  await settle(Promise.all([answering.stop(), calling.stop()]));
  return took;
}

async function virtualRoundTrip(): Promise<number> {
  await using network = createTestNetwork({ time: 'manual' });
  const { clock } = network;
  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    promise.then(over, over);
    await clock.runUntil(() => isOver);
    return promise;
  };
  return roundTrip(
    () => network.userAgent(),
    () => clock.now(),
    settle,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'offhook-bench-'));
try {
  await writeFile(join(folder, 'prompt.wav'), toneWav(440, 10_000));
  const plain = await cost(folder, play);
  const streamed = await cost(folder, stream);
  console.log(`${calls} calls, both ends in this process, for ${seconds} s each:`);
  console.log(`  playing a file: ${plain.toFixed(0)} us of CPU per call and second`);
  console.log(
    `  reading and writing at ${sampleRate} Hz: ${streamed.toFixed(0)} us, ${(streamed / plain).toFixed(2)} times as much, ` +
      `${((streamed - plain) / 10_000).toFixed(2)} % of a core more`,
  );
  console.log(
    `there and back through a program that echoes, in virtual time: ${(await virtualRoundTrip()).toFixed(0)} ms`,
  );
  const real: number[] = [];
  for (let round = 0; round < 10; round++) {
    real.push(
      await roundTrip(
        () => UserAgent.start({ address: '127.0.0.1', port: 0 }),
        () => performance.now(),
        (promise) => promise,
      ),
    );
  }
  real.sort((one, other) => one - other);
  console.log(`the same in real time: ${real.map((ms) => ms.toFixed(0)).join(', ')} ms`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
