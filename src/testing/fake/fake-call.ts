import type { Channel } from '../../channel/channel.ts';
import type { UserAgent } from '../../channel/user-agent.ts';
import type { TestClock } from '../clock/test-clock.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeFiles } from './fake-files.ts';

/** A channel and who is at the other end of its calls. */
export interface FakeParty {
  /** A real channel, over signalling and media that exist in memory only. */
  readonly channel: Channel;
  /** The other end of the call. */
  readonly caller: FakeCaller;
  /** What happened on the channel, for people: what the application did, what the caller did, virtual times. */
  timeline(): string;
}

/** A fake call: a channel to give to the application under test, and all that a test needs around it. */
export interface FakeCall extends FakeParty, AsyncDisposable {
  /** The user agent that the channel belongs to. */
  readonly ua: UserAgent;
  /**
   * The far ends of the calls that other channels than this one have placed: its extra channels and those of `ua.channel()`. Each call has
   * one of its own, in the order of the calls.
   */
  readonly parties: readonly FakeCaller[];
  /** Time of this call. */
  readonly clock: TestClock;
  /** What was recorded. */
  readonly files: FakeFiles;
  /**
   * Runs an application on the channel as a user agent runs a call handler, letting time pass until it is over: a `Hangup` that leaves
   * it is a normal end, and a call that is still up then is hung up. Once for each fake call.
   *
   * @returns what the application returns, `undefined` after a hang-up.
   * @throws whatever else the application throws (the call has been released then), or a line of the script does.
   * @throws ChannelError `TIMEOUT` with the timeline of the call when it stands still: nothing is due and nothing happens for a (real)
   * second, or `limit` has passed; with manual time, when nobody moves it for a (real) second in which nothing else happens either: put
   * longer work of the test into `clock.during()`. `INVALID_STATE` when it is called a second time.
   */
  run<T>(flow: (channel: Channel) => Promise<T> | T): Promise<T | undefined>;
  /**
   * Lets time pass until so many others have been called, and one more: the first of {@link FakeCall.parties} unless `index` says another.
   *
   * @throws ChannelError `TIMEOUT` when it never comes to that; `INVALID_ARGUMENT`.
   */
  party(index?: number): Promise<FakeCaller>;
}
