import { type Codec, checkCodecs, DEFAULT_CODECS } from '../../channel/codec.ts';
import { checkHeaderFields, type HeaderFields } from '../../channel/header-field.codec.ts';
import { checkLanguage, DEFAULT_LANGUAGE } from '../../channel/language.codec.ts';
import { checkInbandDtmf, checkMediaTimeout } from '../../channel/media-options.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { TestClock, type TimeMode } from '../clock/test-clock.ts';
import { type CalleePlan, checkPlan } from './callee-plan.ts';
import { type CallerScript, checkScript } from './caller-script.ts';
import type { FakeCall } from './fake-call.ts';
import { FakeNetwork } from './fake-network.ts';
import { TestCall } from './test-call.ts';

/** What a fake call is like. */
export interface FakeChannelOptions {
  /**
   * Prompts by file name: how long each plays in milliseconds, or the bytes of a WAV file. A sound goes by its name or by `sound:NAME`, what
   * is behind an address by that. `text:…` says how long a text is to be; otherwise that goes by its letters, 70 ms for each and 300 ms at
   * least.
   */
  prompts?: Readonly<Record<string, number | Uint8Array>> | undefined;
  /** How long every other file and sound plays, in milliseconds. Without it such a file is not there (`FILE_NOT_FOUND`). */
  anyPrompt?: number | undefined;
  /** A folder with WAV files, which play as long as they really are. It is only read: recordings stay in memory. */
  mediaDirectory?: string | undefined;
  /** Header fields of the INVITE of an inbound call. */
  headers?: HeaderFields | undefined;
  /** URI of the caller of an inbound call. */
  from?: string | undefined;
  /** URI that an inbound call is for. */
  to?: string | undefined;
  /** Codecs that the caller of an inbound call offers. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
  /** `'inbound'` (the default): a call has come in. `'outbound'`: the channel is IDLE, for `channel.call()`. */
  direction?: 'inbound' | 'outbound' | undefined;
  /**
   * What becomes of outbound calls: one plan for all of them, or one for each in turn, of which the last one repeats. Without it the
   * test says so by {@link FakeCaller.answer} and its like.
   *
   * @example
   * ```ts
   * const call = createFakeChannel({ direction: 'outbound', callee: ['BUSY', 'BUSY', { after: 4000 }] });
   * ```
   */
  callee?: CalleePlan | readonly CalleePlan[] | undefined;
  /** When keys that come as tones are noticed, as the option of a user agent. Default `'auto'`. */
  inbandDtmf?: 'auto' | 'always' | 'never' | undefined;
  /** What `channel.language` is at first, as the option of a user agent. Default `'en'`. */
  language?: string | undefined;
  /**
   * How many milliseconds after the caller has dropped off the network the call ends, as the option of a user agent: 1000 at least, or
   * 0 for never. Default 300000.
   */
  mediaTimeout?: number | undefined;
  /** Who moves the time; see {@link TestClock}. Default `'automatic'`. */
  time?: TimeMode | undefined;
  /** How long a test lets time pass, in milliseconds, before what it waits for is taken to be never. Default a day. */
  limit?: number | undefined;
  /** What the caller does, line by line. */
  script?: CallerScript | undefined;
}

export const FAKE_CHANNEL_OPTIONS: OptionNames<FakeChannelOptions> = {
  anyPrompt: true,
  callee: true,
  codecs: true,
  direction: true,
  from: true,
  headers: true,
  inbandDtmf: true,
  language: true,
  limit: true,
  mediaDirectory: true,
  mediaTimeout: true,
  prompts: true,
  script: true,
  time: true,
  to: true,
};

/**
 * A channel for the tests of an application: no socket, no sleep, no audio device. It is the same class as the real one and keeps all
 * of its laws, over signalling and media that exist in memory only. Prompts, recordings and time limits take the time that they really
 * take, but of a clock that jumps.
 *
 * @throws ChannelError `INVALID_ARGUMENT`, `FILE_INVALID`.
 * @example
 * ```ts
 * const call = createFakeChannel({ prompts: { 'menu.wav': 3000 } });
 * const done = call.run(myMenu);
 * await call.caller.waitForPrompt('menu.wav');
 * await call.caller.press('2');
 * await call.caller.hangUp();
 * await done;
 * ```
 */
export function createFakeChannel(options: FakeChannelOptions = {}): FakeCall {
  return makeTestCall(options);
}

/** As {@link createFakeChannel}, for the parts of the kit that look inside. */
export function makeTestCall(options: FakeChannelOptions): TestCall {
  const problem = optionsProblem('createFakeChannel()', options, FAKE_CHANNEL_OPTIONS);
  if (problem) throw problem;
  const { prompts, anyPrompt, mediaDirectory, headers, time, limit, script = [], direction = 'inbound' } = options;
  const { codecs = DEFAULT_CODECS, language = DEFAULT_LANGUAGE, from, to, callee } = options;
  const inbandDtmf = checkInbandDtmf(options.inbandDtmf);
  const mediaTimeout = checkMediaTimeout(options.mediaTimeout);
  if (direction !== 'inbound' && direction !== 'outbound') {
    throw new ChannelError('INVALID_ARGUMENT', `direction must be 'inbound' or 'outbound', not ${shown(direction)}`);
  }
  checkScript(script);
  const plans = (callee === undefined ? [] : Array.isArray(callee) ? callee : [callee as CalleePlan]).map(checkPlan);
  const invite = { codecs: checkCodecs(codecs), from, to, headers: checkHeaderFields(headers) };
  const network = new FakeNetwork({
    prompts,
    anyPrompt,
    mediaDirectory,
    language: checkLanguage(language),
    inbandDtmf,
    mediaTimeout,
    clock: new TestClock({ time, limit }),
  });
  return new TestCall(network, direction, invite, plans, script);
}
