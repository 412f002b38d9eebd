import type { Channel } from '../../src/channel/channel.ts';
import type { Clock } from '../../src/clock.ts';

/** The party at the other end of the channel under test. */
export interface FarEnd {
  /** Presses keys; resolves when the channel under test has had all of them. */
  press(digits: string): Promise<void>;
  /** Hangs up; before the answer it gives up. */
  hangUp(): Promise<void>;
  /** The SIP status that its call was refused with, once it has been. */
  refusal(): Promise<number>;
  /** The digits that it has heard, once there are so many. */
  digits(count: number): Promise<string>;
}

/** What a called party does. */
export type Callee = 'answers' | 'rings' | 'busy' | 'declines' | 'silent' | 'unresolvable' | 'without codec';

/** What the contract needs of whatever carries the calls. One for each test. */
export interface Bearer extends AsyncDisposable {
  readonly clock: Clock;
  /** A file that plays for so long. */
  readonly prompt: { readonly file: string; readonly ms: number };
  /** A file that plays for five seconds. */
  readonly longPrompt: string;
  /** A call that has just come in. */
  incoming(): Promise<{ readonly channel: Channel; readonly farEnd: FarEnd }>;
  /** One whose offer has no codec that this side has. */
  incomingWithoutCodec(): Promise<{ readonly channel: Channel; readonly farEnd: FarEnd }>;
  /** A channel for calls out. */
  outgoing(): Channel;
  address(callee: Callee): string;
  /** The party that answered the last call out. */
  callee(): Promise<FarEnd>;
  /** Lets time pass until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  elapse(ms: number): Promise<void>;
}
