import type { Channel } from '../../channel/channel.ts';
import type { TestClock } from '../clock/test-clock.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeFiles } from './fake-files.ts';

/** A fake call: a real channel over signalling and media that exist in memory only, and all that a test needs around it. */
export interface FakeCall extends AsyncDisposable {
  /** The channel to give to the application under test. */
  readonly channel: Channel;
  /** The other end of the call. */
  readonly caller: FakeCaller;
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
  /** What happened on the call, for people: what the application did, what the caller did, virtual times. */
  timeline(): string;
}
