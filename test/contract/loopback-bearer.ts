import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav } from '../../bench/tone-wav.ts';
import { systemClock } from '../../src/clock.ts';
import { type Channel, State, UserAgent } from '../../src/index.ts';
import { until } from '../support/until.ts';
import type { Bearer, FarEnd } from './bearer.ts';

const RATE = 8000;

/** The user agents that all tests of a file share: starting them takes longer than a test does. */
export interface Station extends AsyncDisposable {
  /** The one under test. */
  readonly tested: UserAgent;
  /** The same with a codec that its callers do not have. */
  readonly narrow: UserAgent;
  readonly callers: UserAgent;
  readonly callees: UserAgent;
  /** Where nobody answers anything. */
  readonly silentPort: number;
  readonly arrivals: Channel[];
  readonly answered: Channel[];
}

export async function openStation(): Promise<Station> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-contract-'));
  await writeFile(join(folder, 'prompt.wav'), toneWav(440, 400, RATE));
  await writeFile(join(folder, 'long.wav'), toneWav(440, 5000, RATE));
  const options = { address: '127.0.0.1', port: 0, mediaDirectory: folder } as const;
  const tested = await UserAgent.start(options);
  const narrow = await UserAgent.start({ ...options, codecs: ['PCMA'] });
  const callers = await UserAgent.start(options);
  const callees = await UserAgent.start({ ...options, codecs: ['PCMU'] });
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
  callees.onCall(async (channel) => {
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
  return {
    tested,
    narrow,
    callers,
    callees,
    silentPort: silence.address().port,
    arrivals,
    answered,
    async [Symbol.asyncDispose]() {
      await Promise.all([tested, narrow, callers, callees].map((ua) => ua.stop()));
      silence.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Counts the keys that a channel has had. */
function countKeys(channel: Channel): () => number {
  let count = 0;
  channel.on('digit', () => count++);
  return () => count;
}

function farEndOf(keys: () => number, far: Channel): FarEnd {
  return {
    async press(digits) {
      const before = keys();
      await far.dtmfPlayer.play(digits, { on: 40, off: 40 });
      await until('the keys to arrive', () => keys() >= before + digits.length);
    },
    async hangUp() {
      await far.hangUp();
    },
    async refusal() {
      await far.waitForIdle();
      return far.info.hangup?.status ?? 0;
    },
    digits: (count) => far.dtmfDetector.getDigits({ count, predigitsTimeout: 3000, interdigitTimeout: 3000 }),
  };
}

/** The contract over sockets of this machine, in real time. */
export async function loopbackBearer(station: Station): Promise<Bearer> {
  const { arrivals, answered, callees, callers, tested, narrow } = station;
  const used: Channel[] = [];
  let outgoingKeys: () => number = () => 0;
  const arrive = async (callee: UserAgent) => {
    const before = arrivals.length;
    const far = callers.channel();
    used.push(far);
    await far.startCall(`sip:test@127.0.0.1:${callee.port}`, { codecs: ['PCMU'] });
    const channel = await until('the call to arrive', () => arrivals.length > before && arrivals.at(-1));
    return { channel, farEnd: farEndOf(countKeys(channel), far) };
  };

  return {
    clock: systemClock,
    prompt: { file: 'prompt.wav', ms: 400 },
    longPrompt: 'long.wav',
    settle: (promise) => promise,
    elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    incoming: () => arrive(tested),
    incomingWithoutCodec: () => arrive(narrow),
    outgoing() {
      const channel = tested.channel();
      used.push(channel);
      outgoingKeys = countKeys(channel);
      return channel;
    },
    address(callee) {
      if (callee === 'silent') return `sip:silent@127.0.0.1:${station.silentPort}`;
      if (callee === 'unresolvable') return 'sip:nobody@no-such-host.invalid';
      return `sip:${callee.replace(' ', '-')}@127.0.0.1:${callees.port}`;
    },
    async callee() {
      const far = await until('an answer', () => answered.find(({ state }) => state === State.ANSWERED));
      return farEndOf(outgoingKeys, far);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(used.map((channel) => channel.hangUp()));
      await until('the end of all calls', () => [tested, narrow, callees].every((ua) => ua.channels.length === 0));
      answered.length = 0;
    },
  };
}
