import type { Bridge } from '../../src/channel/bridge/bridge.ts';
import type { BridgeOptions } from '../../src/channel/bridge/bridge-settings.ts';
import type { CallHandler } from '../../src/channel/call-host.ts';
import type { Channel } from '../../src/channel/channel.ts';
import type { DigitMethod } from '../../src/channel/media-port.ts';
import type { TransferCause } from '../../src/channel/parties/transfer-cause.ts';
import type { ConferenceRoom } from '../../src/channel/rooms/conference-room.ts';
import type { LegRequest } from '../../src/channel/signaling-port.ts';
import type { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import type { SIPMessage } from '../../src/channel/sip/sip-message.ts';
import type { UserAgent } from '../../src/channel/user-agent.ts';
import type { Clock } from '../../src/clock.ts';
import type { Watch } from './watch.ts';

/** What the far end hears from now on. */
export interface Ear {
  /** Stops listening; for how many milliseconds there was sound. */
  heardMs(): Promise<number>;
}

/** The party at the other end of the channel under test. */
export interface FarEnd {
  /** Presses keys, in several ways at once if so asked; resolves when the channel under test has had all of them. */
  press(digits: string, by?: DigitMethod | readonly DigitMethod[]): Promise<void>;
  /** Makes itself heard for so long from now on; resolves when it has begun. */
  speak(ms: number): Promise<void>;
  /** Resolves when it has said all of that. */
  spoken(): Promise<void>;
  /** Talks for a while, in syllables; resolves when it has begun. */
  talk(): Promise<void>;
  /** Hangs up; before the answer it gives up. */
  hangUp(): Promise<void>;
  /** The SIP status that its call was refused with, once it has been. */
  refusal(): Promise<number>;
  /** Resolves when it knows that the call is over. */
  gone(): Promise<void>;
  /** The digits that it has heard, up to and with `last`. */
  digitsUpTo(last: string): Promise<string>;
  /** Sends a request within the call; resolves with the status of the response, when the channel under test has had it. */
  sendRequest(request: SIPInfo | SIPMessage): Promise<number>;
  /** The requests that it has had from the channel under test, once there are so many. */
  requests(count: number): Promise<readonly Omit<LegRequest, 'headers'>[]>;
  /** Puts the channel under test on hold; resolves when that has agreed. */
  hold(): Promise<void>;
  /** Takes it back. */
  resume(): Promise<void>;
  /** Whether the channel under test holds it. */
  isHeld(): boolean;
  /** From now on it calls whom the channel under test asks it to call: one who does that. */
  follow(callee: Callee): void;
  /** Asks the channel under test to call somebody; resolves with what came of that. */
  ask(to: string): Promise<TransferCause>;
  /** Lets somebody else take its place, and resolves with them. */
  handOver(): Promise<FarEnd>;
  /** Begins to listen to an answered call. */
  listen(): Promise<Ear>;
}

/** What a called party does. */
export type Callee =
  | 'answers'
  | 'rings'
  | 'busy'
  | 'declines'
  | 'does not answer'
  | 'does not exist'
  | 'overloaded'
  | 'silent'
  | 'unresolvable'
  | 'without codec';

/** A call of a channel under test, with who is at its other end. */
export interface Arrival {
  readonly channel: Channel;
  readonly farEnd: FarEnd;
}

/** What the contract needs of whatever carries the calls. One for each test. */
export interface Bearer extends AsyncDisposable {
  readonly clock: Clock;
  /** Begins to measure how long something takes that must not take long: by its clock, or in real time while the machine runs. */
  watch(): Watch;
  /** How far off its times may be, in milliseconds: 0 where time is virtual and nothing takes any by itself. */
  readonly slack: number;
  /** Whether time passes at the pace of the world, so that a test cannot wait for two minutes. */
  readonly isRealTime: boolean;
  /** A file that plays for so long. */
  readonly prompt: { readonly file: string; readonly ms: number };
  /** A file that plays for five seconds. */
  readonly longPrompt: string;
  /** A file that is there and cannot be played; undefined where every file can. */
  readonly brokenPrompt: string | undefined;
  /** The ways in which its far end can press keys. */
  readonly digitMethods: readonly DigitMethod[];
  /** What the user agent has logged as errors, in order. */
  readonly errors: readonly unknown[];
  /** A call that has just come in; without a handler it waits for what the test does with it. */
  incoming(handler?: CallHandler): Promise<Arrival>;
  /** One whose offer has no codec that this side has. */
  incomingWithoutCodec(): Promise<Arrival>;
  /** A further party: one that the user agent under test has called and that has answered. Each is heard for itself. */
  second(): Promise<Arrival>;
  /** A channel for calls out. */
  outgoing(): Channel;
  /** A bridge of the user agent under test. */
  bridge(options?: BridgeOptions): Bridge;
  /** Its conference rooms. */
  rooms(): readonly ConferenceRoom[];
  address(callee: Callee): string;
  /** Sets a service of the user agent under test, until the end of the test. */
  service(name: string, handler: CallHandler): void;
  /** The channel of the last call to a service, once it has arrived. */
  served(): Promise<Channel>;
  /** The party that the last call out has reached: it rings or has answered. */
  callee(): Promise<FarEnd>;
  /** How many calls out have reached somebody. */
  reached(): number;
  /** A user agent of the test's own; undefined where there are only channels. */
  agent(): Promise<UserAgent | undefined>;
  /** What a file of the media directory holds; undefined when there is none, or where files are only names. */
  file(name: string): Promise<Uint8Array | undefined>;
  /** Lets time pass until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  elapse(ms: number): Promise<void>;
}
