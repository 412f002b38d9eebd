import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav, wavOf } from '../../bench/tone-wav.ts';
import type { CallHandler } from '../../src/channel/call-host.ts';
import type { DigitMethod } from '../../src/channel/media-port.ts';
import {
  Cause,
  type Channel,
  type SIPInfo,
  SIPInfoDTMFRelay,
  type SIPMessage,
  State,
  type UserAgent,
  type UserAgentOptions,
} from '../../src/index.ts';
import { syllables } from '../support/made-sound.ts';
import { soundMs } from '../support/sound-length.ts';
import { touchTones } from '../support/touch-tones.ts';
import type { Bearer, FarEnd } from './bearer.ts';
import { errorLog } from './error-log.ts';

/** What user agents run on, for a bearer. */
export interface Ground extends Pick<Bearer, 'clock' | 'watch' | 'slack' | 'isRealTime' | 'settle' | 'elapse'> {
  start(options: UserAgentOptions): Promise<UserAgent>;
  /** Whom to call where nobody answers anything. */
  readonly silent: string;
  /** Waits for a fact. */
  until<T>(what: string, look: () => T | undefined | false): Promise<T>;
}

const RATE = 8000;
/** What a called party refuses with, by user. */
const CAUSE_OF: Readonly<Record<string, Cause>> = {
  busy: Cause.BUSY,
  declines: Cause.REJECTED,
  'does-not-answer': Cause.NOANSWER,
  'does-not-exist': Cause.UNOBTAINABLE,
  overloaded: Cause.CONGESTION,
};

/** The user agents of a bearer. */
export interface Station extends AsyncDisposable {
  readonly folder: string;
  /** The one under test. */
  readonly tested: UserAgent;
  /** The same with a codec that its callers do not have. */
  readonly narrow: UserAgent;
  readonly callers: UserAgent;
  readonly callees: UserAgent;
  readonly arrivals: Channel[];
  /** Where calls out have arrived. */
  readonly called: Channel[];
  readonly errors: unknown[];
  /** What the next inbound calls are handled with. */
  handler: CallHandler;
}

export async function openStation({ start, settle }: Ground): Promise<Station> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-contract-'));
  await writeFile(join(folder, 'prompt.wav'), toneWav(440, 400, RATE));
  await writeFile(join(folder, 'long.wav'), toneWav(440, 5000, RATE));
  await writeFile(join(folder, 'broken.wav'), 'RIFFnothing of the kind');
  const { errors, logger } = errorLog();
  const options = { mediaDirectory: folder } as const;
  // Also after a key that came as an event, since the tests press keys in every way.
  const tested = await start({ ...options, logger, inbandDtmf: 'always' });
  const narrow = await start({ ...options, codecs: ['PCMA'] });
  const callers = await start(options);
  const callees = await start({ ...options, codecs: ['PCMU'] });
  const arrivals: Channel[] = [];
  const called: Channel[] = [];
  const station: Station = {
    folder,
    tested,
    narrow,
    callers,
    callees,
    arrivals,
    called,
    errors,
    handler: (channel) => channel.waitForIdle(),
    async [Symbol.asyncDispose]() {
      await settle(Promise.all([tested, narrow, callers, callees].map((ua) => ua.stop())));
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
    return receive(channel, () => callees.channel());
  });
  return station;
}

async function receive(channel: Channel, free: () => Channel): Promise<void> {
  const user = /^sip:([\w-]+)@/.exec(channel.info.requestUri)?.[1] ?? '';
  const cause = CAUSE_OF[user];
  if (cause !== undefined) {
    await channel.reject(cause, { reason: 'said by the far end' });
    return;
  }
  if (user === 'without-codec') await channel.answer();
  await channel.ring();
  if (user === 'follows') follow(channel, free());
  if (user === 'answers' || user === 'follows') await channel.answer();
  await channel.waitForIdle();
}

const FOLLOWING = new WeakMap<Channel, Channel>();

/** Has a channel do what its far end asks it for: call somebody, on the other one. */
function follow(channel: Channel, other: Channel): void {
  FOLLOWING.set(channel, other);
  channel.on('transferRequest', (request) => void request.accept(other));
}

/** Counts the keys that a channel has had. */
function countKeys(channel: Channel): () => number {
  let count = 0;
  channel.on('digit', () => count++);
  return () => count;
}

let ears = 0;

/** What a far end is made of. */
interface FarParts {
  readonly keys: () => number;
  readonly far: Channel;
  readonly folder: string;
  readonly ground: Ground;
  /** Address of one who answers and does what it is asked for. */
  readonly taking: string;
  /** Looks for the next call that arrives at one who was called. */
  arrivedAt(): () => Channel | undefined;
}

function farEndOf({ keys, far, folder, ground, taking, arrivedAt }: FarParts): FarEnd {
  const { settle, until, elapse } = ground;
  const pressBy = async (by: DigitMethod, digits: string): Promise<void> => {
    if (by === 'INFO') for (const digit of digits) await settle(far.sip.send(new SIPInfoDTMFRelay(digit, 100)));
    else if (by === 'RFC4733') await settle(far.dtmfPlayer.play(digits, { on: 40, off: 40 }));
    else {
      await writeFile(join(folder, 'keys.wav'), wavOf(touchTones(digits)));
      await settle(far.filePlayer.play('keys.wav'));
    }
  };
  return {
    async press(digits, by = 'RFC4733') {
      const before = keys();
      await Promise.all([by].flat().map((each) => pressBy(each, digits)));
      await until('the keys to arrive', () => keys() >= before + digits.length);
    },
    async hangUp() {
      await settle(far.hangUp());
    },
    async refusal() {
      await settle(far.waitForIdle());
      return far.info.hangup?.status ?? 0;
    },
    async speak(ms) {
      await settle(far.filePlayer.start({ buffer: toneWav(440, ms, RATE) }));
    },
    async spoken() {
      await settle(far.filePlayer.waitUntilFinished());
    },
    async talk() {
      await writeFile(join(folder, 'talk.wav'), wavOf(syllables(2000)));
      await settle(far.filePlayer.start('talk.wav'));
    },
    async gone() {
      await settle(far.waitForIdle());
    },
    digitsUpTo: (end) => settle(far.dtmfDetector.getDigits({ end, predigitsTimeout: 5000 })),
    sendRequest: (request) => settle(far.sip.send(request)),
    async requests(count) {
      const had: (SIPInfo | SIPMessage)[] = [];
      await until('the requests', () => had.push(...far.sip.getInfos(), ...far.sip.getMessages()) >= count);
      return had;
    },
    async hold() {
      await settle(far.hold());
    },
    async resume() {
      await settle(far.resume());
    },
    isHeld: () => far.info.isHeld,
    follow() {
      const [other] = far.extraChannel;
      if (other) follow(far, other);
    },
    ask: (to) => settle(far.transfer(to)),
    async handOver() {
      const [asking] = far.extraChannel;
      if (!asking) throw new Error('there is no channel to ask somebody on');
      const reached = arrivedAt();
      await settle(asking.call(taking));
      const third = await until('the call to arrive', reached);
      await settle(asking.transfer(far));
      const inPlace = FOLLOWING.get(third);
      if (!inPlace) throw new Error('nobody has taken the place');
      return farEndOf({ keys, far: inPlace, folder, ground, taking, arrivedAt });
    },
    async listen() {
      const file = `heard-${ears++}.wav`;
      await settle(far.fileRecorder.start(file));
      return {
        async heardMs() {
          // What is on its way still arrives.
          await elapse(150);
          await settle(far.fileRecorder.stop());
          return soundMs(await readFile(join(folder, file)));
        },
      };
    },
  };
}

/** The contract between user agents, with their whole SIP and RTP. */
export async function stationBearer(station: Station, ground: Ground): Promise<Bearer> {
  const { arrivals, called, callees, callers, errors, folder, tested, narrow } = station;
  const { clock, watch, slack, isRealTime, settle, elapse, until } = ground;
  const used: Channel[] = [];
  const services = new DisposableStack();
  const served: Channel[] = [];
  let outgoingKeys: () => number = () => 0;
  station.handler = (channel) => channel.waitForIdle();
  const uriOf = (user: string, { uri }: UserAgent): string => uri.replace(/^sip:[^@]*/, `sip:${user}`);
  const arrivedAt = () => {
    const before = called.length;
    return () => called[before];
  };
  const taking = uriOf('follows', callees);
  const farEnd = (keys: () => number, far: Channel): FarEnd =>
    farEndOf({ keys, far, folder, ground, taking, arrivedAt });
  const arrive = async (callee: UserAgent, handler?: CallHandler) => {
    if (handler) station.handler = handler;
    const before = arrivals.length;
    const far = callers.channel();
    used.push(far);
    await settle(far.startCall(uriOf('test', callee), { codecs: ['PCMU'] }));
    const channel = await until('the call to arrive', () => arrivals.length > before && arrivals.at(-1));
    return { channel, farEnd: farEnd(countKeys(channel), far) };
  };

  return {
    clock,
    watch,
    slack,
    isRealTime,
    brokenPrompt: 'broken.wav',
    digitMethods: ['RFC4733', 'INBAND', 'INFO'],
    errors,
    prompt: { file: 'prompt.wav', ms: 400 },
    longPrompt: 'long.wav',
    settle,
    elapse,
    incoming: (handler) => arrive(tested, handler),
    incomingWithoutCodec: () => arrive(narrow),
    async second() {
      const channel = tested.channel();
      used.push(channel);
      const before = called.length;
      await settle(channel.call(uriOf('answers', callees)));
      const far = await until('the call to arrive', () => called[before]?.state === State.ANSWERED && called[before]);
      return { channel, farEnd: farEnd(countKeys(channel), far) };
    },
    outgoing() {
      const channel = tested.channel();
      used.push(channel);
      outgoingKeys = countKeys(channel);
      return channel;
    },
    bridge: (options) => tested.bridge(options),
    rooms: () => tested.rooms,
    service(name, handler) {
      const keep: CallHandler = (channel) => {
        served.push(channel);
        return handler(channel);
      };
      services.use(tested.service(name, keep));
    },
    served: () => until('the call to a service', () => served.at(-1)),
    address(callee) {
      if (callee === 'silent') return ground.silent;
      if (callee === 'unresolvable') return 'sip:nobody@no-such-host.invalid';
      return uriOf(callee.replaceAll(' ', '-'), callees);
    },
    async callee() {
      const live = ({ state }: Channel) => state === State.ANSWERED || state === State.RING_INCOMING;
      const far = await until('the call to arrive', () => called.find(live));
      return farEnd(outgoingKeys, far);
    },
    reached: () => called.length,
    agent: () => ground.start({ mediaDirectory: folder }),
    async file(name) {
      return readFile(join(folder, name)).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      await settle(Promise.all(used.map((channel) => channel[Symbol.asyncDispose]())));
      await until('the end of all calls', () => [tested, narrow, callees].every((ua) => ua.channels.length === 0));
      services.dispose();
      called.length = 0;
      errors.length = 0;
    },
  };
}
