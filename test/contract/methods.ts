import { expect } from 'vitest';
import type { AudioPipe } from '../../src/channel/audio/audio-pipe.ts';
import type { Channel } from '../../src/channel/channel.ts';
import type { Recording } from '../../src/channel/recording.ts';
import { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import { State } from '../../src/channel/state.ts';
import type { TonePlayer } from '../../src/channel/tone/tone-player.ts';
import { handled, type OperationOptions } from '../../src/operation.ts';
import type { Bearer } from './bearer.ts';

type Awaitable<T> = {
  [Name in keyof T & string]: T[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof T & string];

/** What is no part of a channel with methods of its own. */
type Plain = 'ended' | 'extraChannel' | 'journal' | 'language';

type Part = Exclude<keyof Channel & string, Plain>;

/** Every method of a channel that can be awaited: one that is added must have a row in {@link METHODS}. */
export type MethodName =
  | Awaitable<Channel>
  | { [Name in Part]: `${Name}.${Awaitable<Channel[Name]>}` }[Part]
  | `tonePlayer.${Awaitable<TonePlayer>}`
  | `recording.${Awaitable<Recording>}`
  | `audioPipe.${Awaitable<AudioPipe>}`;

/** What a method needs before it can be used. */
export type Scene =
  /** A channel for calls out that has had none. */
  | 'unused'
  /** A call that has come in and has not been answered. */
  | 'offered'
  /** A call out that rings at the far end. */
  | 'calling'
  | 'answered'
  /** A call that the row itself transfers before. */
  | 'transferred';

export interface Method {
  readonly scene: Scene;
  /** Whether it needs a call at all: it rejects with `Hangup` when there is none. */
  readonly needsCall: boolean;
  /** Whether it needs an answered call. */
  readonly needsAnswer?: boolean;
  /** Whether it goes on, as it is called here, until something ends it. */
  readonly isLong: boolean;
  readonly takes: 'nothing' | 'signal' | 'signal and timeout';
  /** What it resolves with when its timeout has passed, or that it rejects. Absent where there is no timeout that can pass. */
  readonly timedOut?: { readonly with: unknown } | 'rejects';
  /** What it resolves with when the call ends meanwhile; it rejects with `Hangup` unless there is one. */
  readonly hungUp?: { readonly with: unknown };
  /** Whom it calls, when that is nobody in the network. */
  readonly calls?: 'service';
  /** What has to go before it. */
  prepare?(channel: Channel, bearer: Bearer): Promise<unknown>;
  run(channel: Channel, options: OperationOptions, bearer: Bearer): Promise<unknown>;
}

const ANSWERED = { scene: 'answered', needsCall: true } as const;
const MEDIA = { ...ANSWERED, needsAnswer: true } as const;
const BOTH = 'signal and timeout';
/** About files and recordings: needs no call, and is over as soon as the disk allows. */
const STORED = { scene: 'answered', needsCall: false, isLong: false, takes: 'signal' } as const;
/** A recording that may be moved and deleted; the prompts are those of all tests. */
const DOOMED = 'doomed.wav';
const MOVED = {
  ...STORED,
  prepare: (channel: Channel, { longPrompt }: Bearer): Promise<void> =>
    channel.recordings.copy(longPrompt, DOOMED, { ifExists: 'overwrite' }),
} as const;
let names = 0;
/** A name that nothing has. */
const newName = (): string => `new-${names++}.wav`;
const IDLE = { with: State.IDLE };

const TONE_PLAYERS = new WeakMap<Channel, TonePlayer>();

/** The one tone player of a channel, made when it is used first. */
function tonePlayer(channel: Channel): TonePlayer {
  const player = TONE_PLAYERS.get(channel) ?? channel.createTonePlayer();
  TONE_PLAYERS.set(channel, player);
  return player;
}

const RECORDINGS = new WeakMap<Channel, Recording>();

/** A method of a recording that has been started on the channel; nothing takes effect where none has. */
function ofRecording(method: Awaitable<Recording>): Method {
  return {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    prepare: async (channel) => RECORDINGS.set(channel, await channel.fileRecorder.start('new.wav')),
    run: (channel) => RECORDINGS.get(channel)?.[method]() ?? Promise.resolve(false),
  };
}

const PIPES = new WeakMap<Channel, AudioPipe>();

/** The one pipe of a channel, opened when it is used first. */
function audioPipe(channel: Channel): AudioPipe {
  const pipe = PIPES.get(channel) ?? channel.audio.open();
  PIPES.set(channel, pipe);
  return pipe;
}

const SECONDS = new WeakMap<Channel, Channel>();

/** Has somebody else answer, for the channel to be connected to. */
async function addSecond(channel: Channel, bearer: Bearer): Promise<Channel> {
  const { channel: second } = await bearer.second();
  SECONDS.set(channel, second);
  return second;
}

/** Has somebody else answer, and hands the call over to them. */
async function handOver(channel: Channel, bearer: Bearer): Promise<void> {
  const state = await channel.retrievableTransfer(bearer.outgoing(), bearer.address('answers'));
  if (state !== State.TRANSFERRED) throw new Error(`the call was not transferred: ${channel.transferCause}`);
}

const SERVICES = new WeakMap<Channel, string>();

/** The service that was set for a channel; where none was, one that is not there. */
const service = (channel: Channel): string => SERVICES.get(channel) ?? 'nobody';

/** A service that rings, and leaves it at that. */
const SERVICE = {
  scene: 'unused',
  needsCall: false,
  calls: 'service',
  prepare: async (channel: Channel, bearer: Bearer): Promise<void> => {
    SERVICES.set(channel, channel.id);
    bearer.service(channel.id, async (served) => {
      await served.ring();
      await served.waitForIdle();
    });
  },
} as const;

/** A room answers at once. */
const ROOM = { scene: 'unused', needsCall: false, isLong: false, calls: 'service' } as const;

/** Has a callee answer, back to back with the caller. */
async function addCallee(channel: Channel, bearer: Bearer): Promise<void> {
  await channel.connectCallee(bearer.address('answers'));
}

/** The other channel of {@link addSecond}; where there is none, one that is not answered. */
function second(channel: Channel, bearer: Bearer): Channel {
  return SECONDS.get(channel) ?? bearer.outgoing();
}

/** All of them, and what the laws have to know about each. */
export const METHODS: Readonly<Record<MethodName, Method>> = {
  ring: {
    scene: 'offered',
    needsCall: true,
    isLong: true,
    takes: 'signal',
    run: (channel, options) => channel.ring({ ...options, duration: 60_000 }),
  },
  answer: {
    scene: 'offered',
    needsCall: true,
    isLong: false,
    takes: BOTH,
    run: (channel, options) => channel.answer(options),
  },
  reject: {
    scene: 'offered',
    needsCall: true,
    isLong: false,
    takes: 'signal',
    run: (channel, options) => channel.reject('BUSY', options),
  },
  hangUp: {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.hangUp(),
  },
  waitForIdle: {
    scene: 'answered',
    needsCall: false,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    hungUp: IDLE,
    run: (channel, options) => channel.waitForIdle(options),
  },
  call: {
    scene: 'unused',
    needsCall: false,
    isLong: true,
    takes: BOTH,
    timedOut: IDLE,
    hungUp: IDLE,
    run: (channel, options, bearer) => channel.call(bearer.address('rings'), options),
  },
  startCall: {
    scene: 'unused',
    needsCall: false,
    isLong: false,
    takes: 'signal',
    run: (channel, options, bearer) => channel.startCall(bearer.address('rings'), options),
  },
  waitForOutgoingCall: {
    scene: 'calling',
    needsCall: false,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    hungUp: IDLE,
    run: (channel, options) => channel.waitForOutgoingCall(options),
  },
  echo: {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: undefined },
    run: (channel, options) => channel.echo(options),
  },
  sleep: {
    ...ANSWERED,
    isLong: true,
    takes: 'signal',
    run: (channel, options) => channel.sleep(60_000, options),
  },
  mediaStatistics: {
    ...ANSWERED,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.mediaStatistics(),
  },
  waitForAnswerMachine: {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: false },
    run: (channel, options) =>
      channel.waitForAnswerMachine({ noBeepSilence: 60_000, timeout: Number.POSITIVE_INFINITY, ...options }),
  },
  connect: {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    prepare: addSecond,
    run: (channel, options, bearer) => channel.connect(second(channel, bearer), options),
  },
  connectCallee: {
    ...ANSWERED,
    isLong: true,
    takes: BOTH,
    timedOut: {
      with: { state: expect.any(String), callee: undefined, cause: 'TIMEOUT', status: undefined, hangup: undefined },
    },
    run: (channel, options, bearer) => channel.connectCallee(bearer.address('rings'), options),
  },
  terminateOtherLeg: {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    prepare: addCallee,
    run: (channel) => channel.terminateOtherLeg(),
  },
  terminateLeg: {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    prepare: addCallee,
    run: (channel) => channel.terminateLeg(),
  },
  connectAudio: {
    ...MEDIA,
    isLong: false,
    takes: 'nothing',
    prepare: addCallee,
    run: (channel) => channel.connectAudio(),
  },
  disconnectAudio: {
    ...MEDIA,
    isLong: false,
    takes: 'nothing',
    prepare: async (channel, bearer) => {
      await addCallee(channel, bearer);
      await channel.connectAudio();
    },
    run: (channel) => channel.disconnectAudio(),
  },
  disconnect: {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.disconnect(),
  },
  waitForDisconnect: {
    ...ANSWERED,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: async (channel, bearer) => channel.connect(await addSecond(channel, bearer)),
    run: (channel, options) => channel.waitForDisconnect(options),
  },
  releaseMedia: {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    prepare: async (channel, bearer) => channel.connect(await addSecond(channel, bearer)),
    run: (channel, options) => channel.releaseMedia(options),
  },
  takeMedia: {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    prepare: async (channel, bearer) => {
      await channel.connect(await addSecond(channel, bearer));
      await channel.releaseMedia();
    },
    run: (channel, options) => channel.takeMedia(options),
  },
  hold: { ...MEDIA, isLong: false, takes: BOTH, run: (channel, options) => channel.hold(options) },
  resume: { ...MEDIA, isLong: false, takes: BOTH, run: (channel, options) => channel.resume(options) },
  transfer: {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    run: (channel, options, bearer) => channel.transfer(bearer.address('answers'), options),
  },
  redirect: {
    scene: 'offered',
    needsCall: true,
    isLong: false,
    takes: 'signal',
    run: (channel, options, bearer) => channel.redirect(bearer.address('answers'), options),
  },
  callInboundService: {
    ...SERVICE,
    isLong: true,
    takes: BOTH,
    timedOut: IDLE,
    hungUp: IDLE,
    run: (channel, options) => channel.callInboundService(service(channel), options),
  },
  startCallInboundService: {
    ...SERVICE,
    isLong: false,
    takes: 'signal',
    run: (channel, options) => channel.startCallInboundService(service(channel), options),
  },
  retrievableTransfer: {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: State.ANSWERED },
    run: (channel, options, bearer) => channel.retrievableTransfer(bearer.outgoing(), bearer.address('rings'), options),
  },
  transferToInboundService: {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: State.ANSWERED },
    prepare: SERVICE.prepare,
    run: (channel, options, bearer) => channel.transferToInboundService(bearer.outgoing(), service(channel), options),
  },
  waitForTransferredCallRetrieval: {
    scene: 'transferred',
    needsCall: true,
    needsAnswer: true,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: handOver,
    run: (channel, options) => channel.waitForTransferredCallRetrieval(options),
  },
  retrieve: {
    scene: 'transferred',
    needsCall: true,
    needsAnswer: true,
    isLong: false,
    takes: BOTH,
    prepare: handOver,
    run: (channel, options) => channel.retrieve(options),
  },
  callConferenceRoom: {
    ...ROOM,
    takes: BOTH,
    run: (channel, options) => channel.callConferenceRoom('sales', options),
  },
  startCallConferenceRoom: {
    ...ROOM,
    takes: 'signal',
    run: (channel, options) => channel.startCallConferenceRoom('sales', options),
  },
  transferToConferenceRoom: {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    run: (channel, options, bearer) => channel.transferToConferenceRoom(bearer.outgoing(), 'sales', options),
  },
  'speechDetector.waitForSpeech': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    run: (channel, options) => channel.speechDetector.waitForSpeech(options),
  },
  'speechDetector.waitForSilence': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    run: (channel, options) => channel.speechDetector.waitForSilence({ duration: 60_000, ...options }),
  },
  'toneDetector.waitFor': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    run: (channel, options) => channel.toneDetector.waitFor('BUSY', options),
  },
  'filePlayer.play': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    run: (channel, options, { longPrompt }) => channel.filePlayer.play(longPrompt, options),
  },
  'filePlayer.start': {
    ...MEDIA,
    isLong: false,
    takes: 'signal',
    run: (channel, options, { longPrompt }) => channel.filePlayer.start(longPrompt, options),
  },
  'filePlayer.say': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    run: (channel, options) => channel.filePlayer.say('one two three '.repeat(10), options),
  },
  'filePlayer.drained': {
    ...ANSWERED,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: async (channel, { longPrompt }) => channel.filePlayer.enqueue(longPrompt),
    run: (channel, options) => channel.filePlayer.drained(options),
  },
  'filePlayer.flush': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.filePlayer.flush(),
  },
  'filePlayer.stop': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.filePlayer.stop(),
  },
  'filePlayer.waitUntilFinished': {
    ...ANSWERED,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: (channel, { longPrompt }) => channel.filePlayer.start(longPrompt),
    run: (channel, options) => channel.filePlayer.waitUntilFinished(options),
  },
  'fileRecorder.record': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    hungUp: { with: 'HANGUP' },
    run: (channel, options) => channel.fileRecorder.record('new.wav', options),
  },
  'fileRecorder.start': {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    run: (channel, options) => channel.fileRecorder.start('new.wav', options),
  },
  'fileRecorder.stop': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.fileRecorder.stop(),
  },
  'fileRecorder.waitUntilFinished': {
    scene: 'answered',
    needsCall: false,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    hungUp: { with: 'HANGUP' },
    prepare: (channel) => channel.fileRecorder.start('new.wav'),
    run: (channel, options) => channel.fileRecorder.waitUntilFinished(options),
  },
  'recording.stop': ofRecording('stop'),
  'recording.pause': ofRecording('pause'),
  'recording.resume': ofRecording('resume'),
  'recording.mute': ofRecording('mute'),
  'recording.unmute': ofRecording('unmute'),
  'recording.cancel': ofRecording('cancel'),
  'audioPipe.mark': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: async (channel) =>
      void audioPipe(channel)
        .writable.getWriter()
        .write(new Int16Array(60 * 8000)),
    run: (channel, options) => handled((async () => audioPipe(channel).mark('the end', options))()),
  },
  'audioPipe.clear': {
    ...MEDIA,
    isLong: false,
    takes: 'nothing',
    run: (channel) => handled((async () => audioPipe(channel).clear())()),
  },
  'audioPipe.close': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    prepare: async (channel) => audioPipe(channel),
    run: async (channel) => PIPES.get(channel)?.close(),
  },
  'wholeCallRecorder.record': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    hungUp: { with: 'HANGUP' },
    run: (channel, options) => channel.wholeCallRecorder.record('call.wav', options),
  },
  'wholeCallRecorder.start': {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    run: (channel, options) => channel.wholeCallRecorder.start('call.wav', options),
  },
  'wholeCallRecorder.stop': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.wholeCallRecorder.stop(),
  },
  'wholeCallRecorder.waitUntilFinished': {
    scene: 'answered',
    needsCall: false,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    hungUp: { with: 'HANGUP' },
    prepare: (channel) => channel.wholeCallRecorder.start('call.wav'),
    run: (channel, options) => channel.wholeCallRecorder.waitUntilFinished(options),
  },
  'dtmfDetector.getDigits': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: '' },
    run: (channel, options) => channel.dtmfDetector.getDigits({ ...options, predigitsTimeout: 60_000 }),
  },
  'dtmfPlayer.play': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    run: (channel, options) => channel.dtmfPlayer.play('1234567890123456', options),
  },
  'tonePlayer.play': {
    ...MEDIA,
    isLong: true,
    takes: BOTH,
    timedOut: { with: 'TIMEOUT' },
    run: (channel, options) => tonePlayer(channel).play('RINGBACK', options),
  },
  'tonePlayer.start': {
    ...MEDIA,
    isLong: false,
    takes: 'signal',
    run: (channel, options) => tonePlayer(channel).start('RINGBACK', options),
  },
  'tonePlayer.stop': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => tonePlayer(channel).stop(),
  },
  'tonePlayer.waitUntilFinished': {
    ...ANSWERED,
    isLong: true,
    takes: BOTH,
    timedOut: 'rejects',
    prepare: (channel) => tonePlayer(channel).start('RINGBACK'),
    run: (channel, options) => tonePlayer(channel).waitUntilFinished(options),
  },
  'musicOnHold.start': {
    ...MEDIA,
    isLong: false,
    takes: 'signal',
    run: (channel, options, { longPrompt }) => channel.musicOnHold.start(longPrompt, options),
  },
  'musicOnHold.stop': {
    scene: 'answered',
    needsCall: false,
    isLong: false,
    takes: 'nothing',
    run: (channel) => channel.musicOnHold.stop(),
  },
  'sip.send': {
    ...MEDIA,
    isLong: false,
    takes: BOTH,
    run: (channel, options) => channel.sip.send(new SIPInfo('hello'), options),
  },
  'files.exists': { ...STORED, run: (channel, options) => channel.files.exists('new.wav', options) },
  'files.list': { ...STORED, run: (channel, options) => channel.files.list(options) },
  'files.delete': {
    ...MOVED,
    run: (channel, options) => channel.files.delete(DOOMED, options),
  },
  'files.rename': {
    ...MOVED,
    run: (channel, options) => channel.files.rename(DOOMED, newName(), options),
  },
  'recordings.list': { ...STORED, run: (channel, options) => channel.recordings.list(options) },
  'recordings.get': {
    ...STORED,
    run: (channel, options, { longPrompt }) => channel.recordings.get(longPrompt, options),
  },
  'recordings.read': {
    ...STORED,
    run: (channel, options, { longPrompt }) => channel.recordings.read(longPrompt, options),
  },
  'recordings.save': {
    ...STORED,
    run: (channel, options, { longPrompt }) => channel.recordings.save(longPrompt, newName(), options),
  },
  'recordings.setMetadata': {
    ...STORED,
    run: (channel, options, { longPrompt }) => channel.recordings.setMetadata(longPrompt, { a: 'b' }, options),
  },
  'recordings.copy': {
    ...STORED,
    run: (channel, options, { longPrompt }) => channel.recordings.copy(longPrompt, newName(), options),
  },
  'recordings.rename': {
    ...MOVED,
    run: (channel, options) => channel.recordings.rename(DOOMED, newName(), options),
  },
  'recordings.delete': {
    ...MOVED,
    run: (channel, options) => channel.recordings.delete(DOOMED, options),
  },
};

type Row = readonly [name: MethodName, method: Method];

/** The methods that `fits`, as rows for tests. */
export function methods(fits: (method: Method) => boolean = () => true): readonly Row[] {
  return (Object.entries(METHODS) as Row[]).filter(([, method]) => fits(method));
}
