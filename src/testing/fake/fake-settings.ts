import { checkLanguage, DEFAULT_LANGUAGE } from '../../channel/language.codec.ts';
import { checkInbandDtmf, checkMediaTimeout } from '../../channel/media-options.ts';
import type { OptionNames } from '../../channel/option-names.ts';
import { TestClock, type TimeMode } from '../clock/test-clock.ts';
import { type CalleePlan, type CheckedPlan, checkPlan } from './callee-plan.ts';
import { FakeNetwork } from './fake-network.ts';

/** What fake calls and fake user agents have in common. */
export interface FakeSettings {
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
  /** How many extra channels each channel has, as the option of a user agent. Default 1. */
  extraChannels?: number | undefined;
}

export const FAKE_SETTINGS: OptionNames<FakeSettings> = {
  anyPrompt: true,
  callee: true,
  extraChannels: true,
  inbandDtmf: true,
  language: true,
  limit: true,
  mediaDirectory: true,
  mediaTimeout: true,
  prompts: true,
  time: true,
};

/** A network with these settings, and what becomes of calls out. Throws `ChannelError` `INVALID_ARGUMENT`, `FILE_INVALID`. */
export function fakeNetwork(
  { prompts, anyPrompt, mediaDirectory, callee, time, limit, extraChannels, ...options }: FakeSettings,
  maxCalls?: number,
): { readonly network: FakeNetwork; readonly plans: readonly CheckedPlan[] } {
  const plans = (callee === undefined ? [] : Array.isArray(callee) ? callee : [callee as CalleePlan]).map(checkPlan);
  const network = new FakeNetwork({
    prompts,
    anyPrompt,
    mediaDirectory,
    language: checkLanguage(options.language ?? DEFAULT_LANGUAGE),
    inbandDtmf: checkInbandDtmf(options.inbandDtmf),
    mediaTimeout: checkMediaTimeout(options.mediaTimeout),
    extraChannels,
    maxCalls,
    clock: new TestClock({ time, limit }),
  });
  return { network, plans };
}
