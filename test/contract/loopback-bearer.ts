import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { type Channel, UserAgent } from '../../src/index.ts';
import { until } from '../support/until.ts';
import type { Bearer, FarEnd } from './bearer.ts';

const RATE = 8000;

/** The contract over sockets of this machine, in real time: one user agent under test and one for the far ends. */
export async function loopbackBearer(): Promise<Bearer> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-contract-'));
  await writeFile(join(folder, 'prompt.wav'), tone(400));
  await writeFile(join(folder, 'long.wav'), tone(5000));
  const options = { address: '127.0.0.1', port: 0, mediaDirectory: folder } as const;
  const tested = await UserAgent.start(options);
  const others = await UserAgent.start({ ...options, codecs: ['PCMU'] });
  const callers = await UserAgent.start(options);
  const narrow = await UserAgent.start({ ...options, codecs: ['PCMA'] });
  const silence = createSocket('udp4');
  silence.bind(0, '127.0.0.1');
  await once(silence, 'listening');

  const arrivals: Channel[] = [];
  for (const ua of [tested, narrow]) {
    ua.onCall((channel) => {
      arrivals.push(channel);
      return channel.waitForIdle();
    });
  }
  const answered: Channel[] = [];
  others.onCall(async (channel) => {
    const user = /^sip:([\w-]+)@/.exec(channel.info.requestUri)?.[1];
    if (user === 'busy') await channel.reject('BUSY');
    if (user === 'declines') await channel.reject();
    if (user === 'without-codec') await channel.answer();
    await channel.ring();
    if (user === 'answers') {
      await channel.answer();
      answered.push(channel);
    }
    await channel.waitForIdle();
  });

  const pressedAt = new WeakMap<Channel, { count: number }>();
  const watch = (channel: Channel): Channel => {
    const seen = { count: 0 };
    pressedAt.set(channel, seen);
    channel.on('digit', () => seen.count++);
    return channel;
  };
  const farEndOf = (own: Channel, far: Channel): FarEnd => ({
    async press(digits) {
      const before = pressedAt.get(own)?.count ?? 0;
      await far.dtmfPlayer.play(digits, { on: 40, off: 40 });
      await until('the keys to arrive', () => (pressedAt.get(own)?.count ?? 0) >= before + digits.length);
    },
    async hangUp() {
      await far.hangUp();
    },
    async refusal() {
      await far.waitForIdle();
      return far.info.hangup?.status ?? 0;
    },
    digits: (count) => far.dtmfDetector.getDigits({ count, predigitsTimeout: 3000, interdigitTimeout: 3000 }),
  });
  const arrive = async (callee: UserAgent) => {
    const before = arrivals.length;
    const far = callers.channel();
    await far.startCall(`sip:test@127.0.0.1:${callee.port}`, { codecs: ['PCMU'] });
    await until('the call to arrive', () => arrivals.length > before);
    const own = arrivals.at(-1);
    if (!own) throw new Error('the call did not arrive');
    return { channel: watch(own), farEnd: farEndOf(own, far) };
  };
  let lastOut: Channel | undefined;

  return {
    clock: systemClock,
    prompt: { file: 'prompt.wav', ms: 400 },
    longPrompt: 'long.wav',
    settle: (promise) => promise,
    elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    incoming: () => arrive(tested),
    incomingWithoutCodec: () => arrive(narrow),
    outgoing() {
      lastOut = watch(tested.channel());
      return lastOut;
    },
    address(callee) {
      if (callee === 'silent') return `sip:silent@127.0.0.1:${silence.address().port}`;
      if (callee === 'unresolvable') return 'sip:nobody@no-such-host.invalid';
      return `sip:${callee.replace(' ', '-')}@127.0.0.1:${others.port}`;
    },
    async callee() {
      await until('an answer', () => answered.length > 0);
      const far = answered.at(-1);
      if (!far || !lastOut) throw new Error('nobody answered');
      return farEndOf(lastOut, far);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([tested, narrow, others, callers].map((ua) => ua.stop()));
      silence.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A WAV file with a tone of 440 Hz. */
function tone(ms: number): Buffer {
  const samples = (RATE * ms) / 1000;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++) {
    file.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / RATE)), 44 + index * 2);
  }
  return file;
}
