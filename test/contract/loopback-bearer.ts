import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toneWav } from '../../bench/tone-wav.ts';
import type { CallHandler } from '../../src/channel/call-host.ts';
import { systemClock } from '../../src/clock.ts';
import { Cause, type Channel, State, UserAgent } from '../../src/index.ts';
import { soundMs } from '../support/sound-length.ts';
import { until } from '../support/until.ts';
import type { Bearer, FarEnd } from './bearer.ts';
import { errorLog } from './error-log.ts';

const RATE = 8000;
/** What a called party refuses with, by user. */
const CAUSE_OF: Readonly<Record<string, Cause>> = {
  busy: Cause.BUSY,
  declines: Cause.REJECTED,
  'does-not-answer': Cause.NOANSWER,
  'does-not-exist': Cause.UNOBTAINABLE,
  overloaded: Cause.CONGESTION,
};

/** The user agents that all tests of a file share: starting them takes longer than a test does. */
export interface Station extends AsyncDisposable {
  readonly folder: string;
  /** The one under test. */
  readonly tested: UserAgent;
  /** The same with a codec that its callers do not have. */
  readonly narrow: UserAgent;
  readonly callers: UserAgent;
  readonly callees: UserAgent;
  /** Where nobody answers anything. */
  readonly silentPort: number;
  readonly arrivals: Channel[];
  /** Where calls out have arrived. */
  readonly called: Channel[];
  readonly errors: unknown[];
  /** What the next inbound calls are handled with. */
  handler: CallHandler;
}

export async function openStation(): Promise<Station> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-contract-'));
  await writeFile(join(folder, 'prompt.wav'), toneWav(440, 400, RATE));
  await writeFile(join(folder, 'long.wav'), toneWav(440, 5000, RATE));
  await writeFile(join(folder, 'broken.wav'), 'RIFFnothing of the kind');
  const { errors, logger } = errorLog();
  const options = { address: '127.0.0.1', port: 0, mediaDirectory: folder } as const;
  const tested = await UserAgent.start({ ...options, logger });
  const narrow = await UserAgent.start({ ...options, codecs: ['PCMA'] });
  const callers = await UserAgent.start(options);
  const callees = await UserAgent.start({ ...options, codecs: ['PCMU'] });
  const silence = createSocket('udp4');
  silence.bind(0, '127.0.0.1');
  await once(silence, 'listening');

  const arrivals: Channel[] = [];
  const called: Channel[] = [];
  const station: Station = {
    folder,
    tested,
    narrow,
    callers,
    callees,
    silentPort: silence.address().port,
    arrivals,
    called,
    errors,
    handler: (channel) => channel.waitForIdle(),
    async [Symbol.asyncDispose]() {
      await Promise.all([tested, narrow, callers, callees].map((ua) => ua.stop()));
      silence.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (const ua of [tested, narrow]) {
    ua.onCall((channel) => {
      arrivals.push(channel);
      return station.handler(channel);
    });
  }
  callees.onCall((channel) => {
    called.push(channel);
    return receive(channel);
  });
  return station;
}

async function receive(channel: Channel): Promise<void> {
  const user = /^sip:([\w-]+)@/.exec(channel.info.requestUri)?.[1] ?? '';
  const cause = CAUSE_OF[user];
  if (cause !== undefined) {
    await channel.reject(cause, { reason: 'said by the far end' });
    return;
  }
  if (user === 'without-codec') await channel.answer();
  await channel.ring();
  if (user === 'answers') await channel.answer();
  await channel.waitForIdle();
}

/** Counts the keys that a channel has had. */
function countKeys(channel: Channel): () => number {
  let count = 0;
  channel.on('digit', () => count++);
  return () => count;
}

function farEndOf(keys: () => number, far: Channel, folder: string): FarEnd {
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
    async speak(ms) {
      await far.filePlayer.start('long.wav');
      void far.sleep(ms).then(() => far.filePlayer.stop());
    },
    async gone() {
      await far.waitForIdle();
    },
    digitsUpTo: (end) => far.dtmfDetector.getDigits({ end, predigitsTimeout: 5000 }),
    async listen() {
      await far.fileRecorder.start('heard.wav');
      return {
        async heardMs() {
          // What is on its way still arrives.
          await pause(150);
          await far.fileRecorder.stop();
          return soundMs(await readFile(join(folder, 'heard.wav')));
        },
      };
    },
  };
}

/** The contract over sockets of this machine, in real time. */
export async function loopbackBearer(station: Station): Promise<Bearer> {
  const { arrivals, called, callees, callers, errors, folder, tested, narrow } = station;
  const used: Channel[] = [];
  let outgoingKeys: () => number = () => 0;
  station.handler = (channel) => channel.waitForIdle();
  const arrive = async (callee: UserAgent, handler?: CallHandler) => {
    if (handler) station.handler = handler;
    const before = arrivals.length;
    const far = callers.channel();
    used.push(far);
    await far.startCall(`sip:test@127.0.0.1:${callee.port}`, { codecs: ['PCMU'] });
    const channel = await until('the call to arrive', () => arrivals.length > before && arrivals.at(-1));
    return { channel, farEnd: farEndOf(countKeys(channel), far, folder) };
  };

  return {
    clock: systemClock,
    slack: 120,
    isRealTime: true,
    brokenPrompt: 'broken.wav',
    digitMethods: ['RFC4733'],
    errors,
    prompt: { file: 'prompt.wav', ms: 400 },
    longPrompt: 'long.wav',
    settle: (promise) => promise,
    elapse: (ms) => pause(ms),
    incoming: (handler) => arrive(tested, handler),
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
      return `sip:${callee.replaceAll(' ', '-')}@127.0.0.1:${callees.port}`;
    },
    async callee() {
      const live = ({ state }: Channel) => state === State.ANSWERED || state === State.RING_INCOMING;
      const far = await until('the call to arrive', () => called.find(live));
      return farEndOf(outgoingKeys, far, folder);
    },
    reached: () => called.length,
    agent: () => UserAgent.start({ address: '127.0.0.1', port: 0, mediaDirectory: folder }),
    async file(name) {
      return readFile(join(folder, name)).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(used.map((channel) => channel.hangUp()));
      await until('the end of all calls', () => [tested, narrow, callees].every((ua) => ua.channels.length === 0));
      called.length = 0;
      errors.length = 0;
    },
  };
}
