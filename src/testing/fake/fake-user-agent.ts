import type { Channel } from '../../channel/channel.ts';
import { type Codec, checkCodecs, DEFAULT_CODECS } from '../../channel/codec.ts';
import { checkHeaderFields, type HeaderFields } from '../../channel/header-field.codec.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import type { UserAgent } from '../../channel/user-agent.ts';
import { ChannelError } from '../../errors.ts';
import { handled, shown } from '../../operation.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { CallerLine } from './caller-line.ts';
import type { FakeParty } from './fake-call.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeFiles } from './fake-files.ts';
import type { FakeNetwork } from './fake-network.ts';
import { FAKE_SETTINGS, type FakeSettings, fakeNetwork } from './fake-settings.ts';
import { plannedCalls } from './planned-calls.ts';
import { Switchboard } from './switchboard.ts';

/** What a fake user agent is like. */
export interface FakeUserAgentOptions extends FakeSettings {
  /** The most calls at once, as the option of a user agent. No limit by default. */
  maxCalls?: number | undefined;
}

/** What a call to a fake user agent is like. */
export interface FakeIncomingOptions {
  /** URI of the caller. */
  from?: string | undefined;
  /** URI that the call is for. */
  to?: string | undefined;
  /** Header fields of the INVITE. */
  headers?: HeaderFields | undefined;
  /** Codecs that the caller offers. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
}

/**
 * A user agent in a test, without a network: it is called and calls as often as the test likes, everybody at the other ends is played by the
 * test, and there is one time for all of them.
 */
export interface FakeUserAgent extends AsyncDisposable {
  /** The user agent, of the same class as the real one. It has been started. */
  readonly ua: UserAgent;
  /** Time of all its calls. */
  readonly clock: TestClock;
  /** What was recorded. */
  readonly files: FakeFiles;
  /** The called parties of all outbound calls, in the order of the calls. */
  readonly parties: readonly FakeCaller[];
  /**
   * Somebody calls. What is done with the call is for the handler that was given to `ua.onCall()`, as on a real network.
   *
   * @throws ChannelError `INVALID_STATE` when the user agent takes no calls: without a handler, after `stop()`, or with `maxCalls` calls;
   * `INVALID_ARGUMENT`.
   */
  incoming(options?: FakeIncomingOptions): FakeParty;
  /**
   * Lets time pass until so many others have been called, and one more: the first of {@link FakeUserAgent.parties} unless `index` says
   * another.
   *
   * @throws ChannelError `TIMEOUT` when it never comes to that; `INVALID_ARGUMENT`.
   */
  party(index?: number): Promise<FakeCaller>;
}

const OPTIONS: OptionNames<FakeUserAgentOptions> = { ...FAKE_SETTINGS, maxCalls: true };
const INCOMING: OptionNames<FakeIncomingOptions> = { codecs: true, from: true, headers: true, to: true };

/**
 * A user agent for tests of applications with several parties: queues, conferences, transfers, services. No socket and no audio; prompts,
 * recordings and time limits take the time that they really take, but of a clock that jumps.
 *
 * @throws ChannelError `INVALID_ARGUMENT`, `FILE_INVALID`.
 * @example
 * ```ts
 * const { ua, incoming, party } = createFakeUserAgent({ callee: 'ANSWERED' });
 * ua.onCall(async (channel) => {
 *   await channel.answer();
 *   const [colleague] = channel.extraChannel;
 *   if (colleague && (await colleague.call('sip:colleague@192.0.2.1')) === 'ANSWERED') await channel.connect(colleague);
 *   await channel.waitForIdle();
 * });
 * const { channel, caller } = incoming({ from: 'sip:anna@192.0.2.7' });
 * const colleague = await party();
 * await caller.press('5');
 * await colleague.hangUp();
 * await caller.hangUp();
 * ```
 */
export function createFakeUserAgent(options: FakeUserAgentOptions = {}): FakeUserAgent {
  const problem = optionsProblem('createFakeUserAgent()', options, OPTIONS);
  if (problem) throw problem;
  const { maxCalls, ...settings } = options;
  const { network, plans } = fakeNetwork(settings, checkMaxCalls(maxCalls));
  const switchboard = new Switchboard({ network, plan: plannedCalls(plans) });
  const { userAgent: ua, clock, files } = network;
  return {
    ua,
    clock,
    files,
    parties: switchboard.parties,
    incoming: (invite = {}) => incoming(network, switchboard, invite),
    party: (index) => handled(switchboard.party(index)),
    async [Symbol.asyncDispose]() {
      let isOver = false;
      const stopped = ua.stop().finally(() => {
        isOver = true;
      });
      await clock.runUntil(() => isOver);
      await stopped;
    },
  };
}

function incoming(network: FakeNetwork, switchboard: Switchboard, options: FakeIncomingOptions): FakeParty {
  const problem = optionsProblem('incoming()', options, INCOMING);
  if (problem) throw problem;
  const { from, to, headers, codecs = DEFAULT_CODECS } = options;
  const invite = { from, to, headers: checkHeaderFields(headers), codecs: checkCodecs(codecs) };
  const line = new CallerLine(network);
  const before = new Set<Channel>(network.host.channels);
  const leg = switchboard.call(line, invite);
  const channel = network.host.channels.find((each) => !before.has(each));
  if (channel) return switchboard.caller(line, channel);
  throw new ChannelError(
    'INVALID_STATE',
    `the user agent has refused the call with ${leg.released?.status}; set ua.onCall() first, and mind stop() and maxCalls`,
  );
}

function checkMaxCalls(count: number | undefined): number | undefined {
  if (count === undefined || count === Number.POSITIVE_INFINITY || (Number.isInteger(count) && count > 0)) return count;
  throw new ChannelError('INVALID_ARGUMENT', `maxCalls must be a whole number of at least 1, not ${shown(count)}`);
}
