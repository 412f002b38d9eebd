import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavOf } from '../../bench/tone-wav.ts';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Codec, State, UserAgent, type UserAgentOptions } from '../../src/index.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU, translateG711 } from '../../src/media/codec/g711.codec.ts';
import { createTestNetwork } from '../../src/testing.ts';
import { withNoise } from '../support/made-sound.ts';

const FRAME = 160;
/** Two seconds in which no frame is like another, and none like silence. */
const SPOKEN = withNoise(new Int16Array(16_000), -10);

interface Ground extends AsyncDisposable {
  /** Threads of the user agent in the middle; the two calls are in different ones when there are several. */
  readonly mediaWorkers?: number;
  start(options: UserAgentOptions): Promise<UserAgent>;
}

/** What is spoken, as a far end has it that gets it in one law and then in another. */
function expected(from: Law, to: Law): Int16Array {
  const { length } = SPOKEN;
  const bytes = new Uint8Array(length);
  const samples = new Int16Array(length);
  encodeG711(from, SPOKEN, 0, bytes, 0, length);
  translateG711(from, to, bytes, 0, bytes, 0, length);
  decodeG711(to, bytes, 0, samples, 0, length);
  return samples;
}

function frames(samples: Int16Array): readonly string[] {
  const count = Math.floor(samples.length / FRAME);
  return Array.from({ length: count }, (_, index) => samples.subarray(index * FRAME, (index + 1) * FRAME).join());
}

/** Lets a caller with one codec speak to a colleague with another one through a user agent in the middle; what the colleague has heard. */
async function heardThrough(ground: Ground, from: Codec, to: Codec): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-connect-'));
  try {
    await writeFile(join(folder, 'spoken.wav'), wavOf(SPOKEN));
    const options = { mediaDirectory: folder } as const;
    const connected = Promise.withResolvers<void>();
    const { mediaWorkers } = ground;
    const middle = await ground.start(mediaWorkers ? { ...options, mediaWorkers } : options);
    const caller = await ground.start({ ...options, codecs: [from] });
    const colleague = await ground.start({ ...options, codecs: [to] });
    colleague.onCall(async (channel) => {
      await channel.answer();
      const limits = { initialSilence: 60_000, maxSilence: 2000 };
      expect(await channel.fileRecorder.record('heard.wav', { format: 'PCM16', ...limits })).toBe('SILENCE');
    });
    middle.onCall(async (channel) => {
      await channel.answer();
      // An extra channel would be in the thread of its channel.
      const other = middle.channel();
      if ((await other.call(colleague.uri)) !== State.ANSWERED) throw new Error('nobody there');
      await channel.connect(other);
      connected.resolve();
      await Promise.race([channel.waitForIdle(), other.waitForIdle()]);
      await other.hangUp();
    });
    const channel = caller.channel();
    await channel.call(middle.uri);
    await connected.promise;
    await channel.filePlayer.play('spoken.wav');
    // Who records hangs up when all of it has come, and silence after it.
    await channel.waitForIdle();
    for (const { ended } of colleague.channels) await ended;
    await Promise.all([middle.stop({ grace: 5000 }), caller.stop(), colleague.stop({ grace: 5000 })]);
    return frames((await readPcm16(join(folder, 'heard.wav'))).samples);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const GROUNDS: readonly (readonly [string, number, () => Ground])[] = [
  [
    'a network in memory',
    1,
    () => {
      const network = createTestNetwork({ latency: 10 });
      return {
        start: (options) => network.userAgent(options),
        [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
      };
    },
  ],
  [
    'loopback',
    // In real time a frame can be late, and is concealed then.
    0.5,
    () => ({
      start: (options) => UserAgent.start({ ...options, address: '127.0.0.1', port: 0 }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  ],
  [
    'loopback, in two threads',
    0.5,
    () => ({
      mediaWorkers: 2,
      start: (options) => UserAgent.start({ ...options, address: '127.0.0.1', port: 0 }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  ],
];

describe.each(GROUNDS)('two calls that are connected over %s', (_, least, open) => {
  const LAWS = { PCMU, PCMA } as const;
  it.each([
    ['PCMU', 'PCMU'],
    ['PCMA', 'PCMA'],
    ['PCMU', 'PCMA'],
    ['PCMA', 'PCMU'],
  ] as const)(
    '%s to %s: each frame arrives bit by bit, translated when it must be and otherwise untouched',
    async (from, to) => {
      await using ground = open();
      const heard = await heardThrough(ground, from, to);
      const wanted = frames(expected(LAWS[from], LAWS[to]));
      expect(new Set(wanted).size).toBe(wanted.length);
      const places = wanted.map((frame) => heard.indexOf(frame)).filter((place) => place >= 0);
      expect(places.length / wanted.length).toBeGreaterThanOrEqual(least);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    },
  );
});
