import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import type { Media } from '../playback/media.ts';

/** Where a caller stands in a queue. */
export interface QueuePlace {
  /** How many callers are served before this one. */
  readonly ahead: number;
  /** How many milliseconds it has waited. */
  readonly waited: number;
}

/** A conversation of a queue, for the name of its recording. */
export interface QueueTalk {
  /** Id of the agent. */
  readonly agent: string;
  /** Id of the caller's channel. */
  readonly caller: string;
  /** Which recording of this conversation it is, from 1. */
  readonly number: number;
}

/** The keys of an agent who talks to a caller. An empty text takes a key away. */
export interface QueueKeys {
  /** Begins to record; the caller hears a beep. Does nothing while it records. Default `'0'`. */
  readonly record: string;
  /** Pauses the recording, and goes on with it. Default `'5'`. */
  readonly pause: string;
  /** Ends the recording and keeps it. Default `'7'`. */
  readonly keep: string;
  /** Ends the recording and throws it away. Default `'9'`. */
  readonly discard: string;
  /** Ends the conversation: the caller is hung up, the agent waits for the next one. Default `'#'`. */
  readonly end: string;
}

/** How a call queue is run. Everything may be left out. */
export interface CallQueueOptions {
  /** Goes into the names of recordings: letters, digits, `-` and `_`. Default `'queue'`. */
  name?: string | undefined;
  /** What callers and agents hear while they wait. Default: silence. */
  music?: Media | undefined;
  /** How often a caller is told where it stands, in milliseconds; 0 for never. Default 30000. */
  announceEvery?: number | undefined;
  /**
   * What a caller is told. Default: the sound `queue-youarenext` for the next one, otherwise `queue-thereare`, the number of callers ahead,
   * and `queue-callswaiting`. One that cannot be played is left out and logged.
   */
  announcement?: ((place: QueuePlace) => Media | undefined) | undefined;
  /** How many callers may wait at once. No limit by default. */
  maxCallers?: number | undefined;
  /** How long an agent is left alone after a conversation, in milliseconds, unless told otherwise when it signs in. Default 0. */
  wrapUp?: number | undefined;
  /** Names the recordings that agents make. Default `NAME/CALLER-NUMBER.wav`, in the media directory. */
  recordings?: ((talk: QueueTalk) => string) | undefined;
  /** The keys of agents. */
  keys?: Partial<QueueKeys> | undefined;
}

/** The options with everything filled in. */
export interface CheckedQueueOptions {
  readonly name: string;
  readonly music: Media | undefined;
  readonly announceEvery: number;
  readonly announcement: (place: QueuePlace) => Media | undefined;
  readonly maxCallers: number;
  readonly wrapUp: number;
  readonly recordings: (talk: QueueTalk) => string;
  readonly keys: QueueKeys;
}

const NAMES: OptionNames<CallQueueOptions> = {
  announceEvery: true,
  announcement: true,
  keys: true,
  maxCallers: true,
  music: true,
  name: true,
  recordings: true,
  wrapUp: true,
};
const DEFAULT_KEYS: QueueKeys = { record: '0', pause: '5', keep: '7', discard: '9', end: '#' };
const KEY_NAMES: OptionNames<QueueKeys> = { discard: true, end: true, keep: true, pause: true, record: true };
const ANNOUNCE_EVERY_MS = 30_000;

/** Checks the options of a queue. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkQueueOptions(options: CallQueueOptions): CheckedQueueOptions {
  const problem = optionsProblem('new CallQueue()', options, NAMES);
  if (problem) throw problem;
  const {
    name = 'queue',
    announceEvery = ANNOUNCE_EVERY_MS,
    maxCallers = Number.POSITIVE_INFINITY,
    wrapUp = 0,
  } = options;
  const { announcement = announcePlace, recordings = (talk) => `${name}/${talk.caller}-${talk.number}.wav` } = options;
  if (typeof name !== 'string' || !/^[\w-]+$/.test(name)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the name of a queue must be letters, digits, - and _, not ${shown(name)}`,
    );
  }
  checkTimeout(announceEvery, 'announceEvery');
  checkTimeout(wrapUp, 'wrapUp');
  if (maxCallers !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxCallers) && maxCallers >= 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `maxCallers must be a whole number or Infinity, not ${shown(maxCallers)}`,
    );
  }
  for (const [option, value] of Object.entries({ announcement, recordings })) {
    if (typeof value !== 'function') throw new ChannelError('INVALID_ARGUMENT', `${option} must be a function`);
  }
  return {
    name,
    music: options.music,
    announceEvery,
    announcement,
    maxCallers,
    wrapUp,
    recordings,
    keys: checkKeys(options),
  };
}

/** Checks what somebody who takes part brings along. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkRank(priority: unknown, skills: unknown): void {
  if (typeof priority !== 'number' || !Number.isFinite(priority)) {
    throw new ChannelError('INVALID_ARGUMENT', `priority must be a number, not ${shown(priority)}`);
  }
  if (!Array.isArray(skills) || !skills.every((skill) => typeof skill === 'string' && skill !== '')) {
    throw new ChannelError('INVALID_ARGUMENT', `skills must be a list of texts, not ${shown(skills)}`);
  }
}

function checkKeys({ keys = {} }: CallQueueOptions): QueueKeys {
  const problem = optionsProblem('the keys of a queue', keys, KEY_NAMES);
  if (problem) throw problem;
  const all = { ...DEFAULT_KEYS, ...keys };
  const used = Object.values(all).filter((key) => key !== '');
  const isKey = (key: unknown): boolean => typeof key === 'string' && /^[0-9A-D*#]$/.test(key);
  if (!used.every(isKey) || new Set(used).size < used.length) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the keys of a queue must be single keys that differ, not ${shown(all)}`,
    );
  }
  return all;
}

function announcePlace({ ahead }: QueuePlace): Media {
  if (ahead === 0) return { sound: 'queue-youarenext' };
  return [{ sound: 'queue-thereare' }, { number: ahead }, { sound: 'queue-callswaiting' }];
}
