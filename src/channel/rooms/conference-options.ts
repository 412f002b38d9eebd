import { ChannelError } from '../../errors.ts';
import { type OperationOptions, shown } from '../../operation.ts';
import { checkDigits } from '../bargein.codec.ts';
import type { CallOptions } from '../dial.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import type { HandOverOptions } from '../parties/hand-over.ts';
import { checkMedia } from '../playback/check-media.codec.ts';
import type { Media } from '../playback/media.ts';
import { checkFlag } from '../playback/play-options.ts';
import type { ToneManager } from '../tone/tone-manager.ts';

/** How a party begins and ends a conference. (Aculab UAS: `ConferenceLifetimeControl`.) */
export interface ConferenceLifetimeControl {
  /** Whether the conference starts when this party enters and somebody is there already. Default true. */
  startOnEntry?: boolean | undefined;
  /** Whether the room is destroyed, and everybody in it hung up, when this party leaves. Default false. */
  destroyOnExit?: boolean | undefined;
}

/** What a party hears, and what others hear of it. (Aculab UAS: `ConferencePartyMediaSettings`.) */
export interface ConferencePartyMediaSettings {
  /**
   * Name of the tone that it hears while the conference is stopped, if there is no file for that. The tones are those of the manager that
   * `channel.createTonePlayer()` was given last, otherwise the predefined ones; the default is the default tone of that manager.
   */
  ringbackTone?: string | undefined;
  /** What it hears while the conference is stopped, over and over: a file, or any other medium. */
  onConferenceStoppedFile?: Media | undefined;
  /** Whether a beep tells everybody that it has come. Default true. */
  beepOnEntry?: boolean | undefined;
  /** Key by which it leaves the room; none by default. */
  exitOnDtmfDigit?: string | undefined;
  /** Taken for programs that say it, and without effect: a conference of two sounds as good as a connection. Default false. */
  twoPartyOptimisation?: boolean | undefined;
  /** Whether it is muted at first. Default false. */
  startMuted?: boolean | undefined;
  /** Keys by which it mutes and unmutes itself; without the second one the first does both in turn. None by default. */
  muteOnDtmfDigits?: { mute: string; unmute?: string | undefined } | undefined;
  /** Played to everybody before `onEntryMedia` and `onExitMedia`: the name of the party. */
  prefixMedia?: Media | undefined;
  /** Played to everybody when it has come: `{ text: 'has joined' }`. */
  onEntryMedia?: Media | undefined;
  /** Played to everybody who is left when it has gone: `{ text: 'has left' }`. */
  onExitMedia?: Media | undefined;
}

/** How to call a conference room without waiting. */
export interface StartConferenceCallOptions extends Pick<OperationOptions, 'signal'> {
  /** Whether the others hear it; it hears them in either case. Default true. */
  talkerAndListener?: boolean | undefined;
  /** How it begins and ends the conference. */
  lifetime?: ConferenceLifetimeControl | undefined;
  /** What it hears, and what others hear of it. */
  media?: ConferencePartyMediaSettings | undefined;
}

/** How to call a conference room. */
export interface ConferenceCallOptions extends StartConferenceCallOptions, Pick<CallOptions, 'timeout'> {}

/** How to transfer a call to a conference room. */
export interface ConferenceTransferOptions extends StartConferenceCallOptions, HandOverOptions {
  /** Who calls: a SIP URI, `sip:` may be left out. The user agent's own by default. */
  from?: string | undefined;
}

export const START_OPTIONS: OptionNames<StartConferenceCallOptions> = {
  lifetime: true,
  media: true,
  signal: true,
  talkerAndListener: true,
};
export const CALL_OPTIONS: OptionNames<ConferenceCallOptions> = { ...START_OPTIONS, timeout: true };
export const TRANSFER_OPTIONS: OptionNames<ConferenceTransferOptions> = {
  ...CALL_OPTIONS,
  from: true,
  ringbackTone: true,
};
const LIFETIME: OptionNames<ConferenceLifetimeControl> = { destroyOnExit: true, startOnEntry: true };
const MUTE_DIGITS: OptionNames<NonNullable<ConferencePartyMediaSettings['muteOnDtmfDigits']>> = {
  mute: true,
  unmute: true,
};
const MEDIA: OptionNames<ConferencePartyMediaSettings> = {
  beepOnEntry: true,
  exitOnDtmfDigit: true,
  muteOnDtmfDigits: true,
  onConferenceStoppedFile: true,
  onEntryMedia: true,
  onExitMedia: true,
  prefixMedia: true,
  ringbackTone: true,
  startMuted: true,
  twoPartyOptimisation: true,
};

/** Settings of a party that have been checked. Keys are undefined, or empty, when there are none. */
export interface PartySettings {
  readonly isTalker: boolean;
  readonly startOnEntry: boolean;
  readonly destroyOnExit: boolean;
  readonly ringbackTone: string;
  readonly stoppedMedia: Media | undefined;
  readonly startMuted: boolean;
  readonly exitDigit: string | undefined;
  readonly muteDigit: string | undefined;
  readonly unmuteDigit: string | undefined;
  /** What everybody hears when it has come, one after the other. */
  readonly entryMedia: readonly Media[];
  /** What everybody who is left hears when it has gone. */
  readonly exitMedia: readonly Media[];
}

/** How many parties a room holds unless told otherwise: as many as one of Aculab's. */
export const DEFAULT_ROOM_SIZE = 40;
const BEEP: Media = { tone: 'BEEP' };

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkConference(options: StartConferenceCallOptions, tones: ToneManager): PartySettings {
  const { lifetime = {}, media = {}, talkerAndListener = true } = options;
  const problem = optionsProblem('lifetime', lifetime, LIFETIME) ?? optionsProblem('media', media, MEDIA);
  if (problem) throw problem;
  const { ringbackTone = tones.default, muteOnDtmfDigits, prefixMedia, onEntryMedia, onExitMedia } = media;
  tones.sequence(ringbackTone);
  checkFlag('twoPartyOptimisation', media.twoPartyOptimisation);
  const { mute, unmute } = checkMuteDigits(muteOnDtmfDigits);
  const beep = checkFlag('beepOnEntry', media.beepOnEntry ?? true) ? BEEP : undefined;
  return {
    isTalker: checkFlag('talkerAndListener', talkerAndListener),
    startOnEntry: checkFlag('startOnEntry', lifetime.startOnEntry ?? true),
    destroyOnExit: checkFlag('destroyOnExit', lifetime.destroyOnExit),
    ringbackTone,
    stoppedMedia: checked([media.onConferenceStoppedFile], tones)[0],
    startMuted: checkFlag('startMuted', media.startMuted),
    exitDigit: media.exitOnDtmfDigit === undefined ? undefined : checkDigit('exitOnDtmfDigit', media.exitOnDtmfDigit),
    muteDigit: mute,
    unmuteDigit: unmute,
    entryMedia: checked([beep, prefixMedia, onEntryMedia], tones),
    exitMedia: checked([prefixMedia, onExitMedia], tones),
  };
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it can be the name of a room. */
export function checkRoomName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[a-z0-9]+$/i.test(name)) return;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `the name of a conference room consists of letters and digits, and is not ${shown(name)}`,
  );
}

function checkMuteDigits(digits: unknown = {}): {
  readonly mute: string | undefined;
  readonly unmute: string | undefined;
} {
  const problem = optionsProblem('muteOnDtmfDigits', digits, MUTE_DIGITS);
  if (problem) throw problem;
  const { mute, unmute } = digits as { readonly mute?: unknown; readonly unmute?: unknown };
  if (mute === undefined && unmute !== undefined) {
    throw new ChannelError('INVALID_ARGUMENT', 'muteOnDtmfDigits needs a key that mutes, besides the one that unmutes');
  }
  const muteDigit = mute === undefined ? undefined : checkDigit('mute', mute);
  return { mute: muteDigit, unmute: unmute === undefined ? muteDigit : checkDigit('unmute', unmute) };
}

function checkDigit(name: string, digit: unknown): string {
  const digits = checkDigits(name, digit);
  if (digits.length === 1) return digits;
  throw new ChannelError('INVALID_ARGUMENT', `${name} must be one key, not ${shown(digit)}`);
}

/** Those that there are. */
function checked(media: readonly (Media | undefined)[], tones: ToneManager): readonly Media[] {
  const known = media.filter((each) => each !== undefined);
  for (const item of known.flatMap((each) => checkMedia(each))) if ('tone' in item) tones.sequence(item.tone);
  return known;
}
