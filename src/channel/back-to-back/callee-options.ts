import { ChannelError } from '../../errors.ts';
import { checkTimeout, type OperationOptions, shown } from '../../operation.ts';
import type { ToneSequence } from '../../tone-sequence.ts';
import { checkDigits } from '../bargein.codec.ts';
import type { ChannelCore } from '../channel-core.ts';
import { ANSWER_TIMEOUT_MS, checkPlacement, type Placement, type StartCallOptions } from '../dial.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import type { Media } from '../playback/media.ts';
import { playable } from '../playback/playable.ts';
import { type Callees, stepsOf } from './callees.ts';
import { callerOf, codecsLike, forwardsLeft, originalCallee } from './from-caller.ts';
import { type CheckedHeaderRules, checkHeaderRules, type HeaderRules, relayedFields } from './header-rules.codec.ts';

/** What a callee is asked who has answered, before the caller is connected. */
export interface ConfirmOptions {
  /** What the callee hears: anything that {@link FilePlayer.play} plays. A key ends it. */
  media: Media;
  /** The key that accepts the call; each of several does. With any other one the callee counts as one who has not answered. Default `1`. */
  digit?: string | undefined;
  /** How long to wait for the key after the prompt, in milliseconds. Default 10,000. */
  timeout?: number | undefined;
}

/** How to connect a callee. */
export interface ConnectCalleeOptions
  extends OperationOptions,
    Pick<StartCallOptions, 'from' | 'fromDisplayName' | 'codecs' | 'headers' | 'credentials' | 'maxRedirects'> {
  /** Who calls: a SIP URI, `sip:` may be left out. Default: the caller's own, with its display name. */
  from?: string | undefined;
  /**
   * Codecs to offer to the callee, most wanted first. Default: those of the user agent, first those that the caller has as well, so that audio
   * can pass untouched.
   */
  codecs?: StartCallOptions['codecs'];
  /** Header fields for the callee's INVITE, besides those that come from the caller. */
  headers?: StartCallOptions['headers'];
  /** Which header fields pass between the two sides. Default: those that begin with `X-`. */
  headerRules?: HeaderRules | undefined;
  /** How long to wait for an answer altogether, in milliseconds, `Infinity` for ever. Default 120,000: two minutes. */
  timeout?: number | undefined;
  /** How long each callee may take to answer, in milliseconds. Default: as long as `timeout` allows. */
  ringTimeout?: number | undefined;
  /** Calls all that are named at the same time, whatever the list looks like. Default false: one step of it after the other. */
  parallel?: boolean | undefined;
  /** Has the callee who answers hear a prompt and press a key; one who does not is hung up on, and the next one is tried. */
  confirm?: ConfirmOptions | undefined;
  /**
   * Name of the tone that a caller who is answered already hears while it rings at a callee who sends no early media; `false` for none.
   * Music on hold is not heard meanwhile. Default: the default tone of the channel's tone manager, a ring-back tone. A caller who is not
   * answered yet is told that it rings, and its own network plays the tone.
   */
  ringbackTone?: string | false | undefined;
  /** Whether the keys of one far end are passed on to the other one, as in {@link ConnectOptions}. Default true. */
  relayDigits?: boolean | undefined;
  /**
   * Whether a request of one far end to be transferred is passed on to the other one, in place of the event `transferRequest`: that one calls
   * whom it names, and both calls end when it has reached them. Default false: the program decides.
   */
  relayTransfer?: boolean | undefined;
  /**
   * Whether a caller who is not answered yet is refused when nobody was reached, with the status, the reason and the Q.850 cause of the
   * callee. Default true; with false the program goes on with the caller.
   */
  relayFailure?: boolean | undefined;
  /** Whether the caller stays with the program when the callee's call is over. Default false: it is hung up. */
  keepOnCalleeEnd?: boolean | undefined;
}

/** Somebody to call. */
export interface CalleeTarget {
  readonly to: string;
  readonly placement: Placement;
}

/** What is asked before a callee counts as one who has answered. */
export interface CheckedConfirm {
  readonly media: Media;
  readonly digits: string;
  readonly timeout: number;
}

/** What the two sides of a back-to-back call do with each other. */
export interface Manners {
  readonly relayDigits: boolean;
  readonly relayTransfer: boolean;
  readonly keepOnCalleeEnd: boolean;
  readonly headerRules: CheckedHeaderRules;
}

/** How to connect a callee, once everything that was asked for has been checked. */
export interface CalleePlan {
  readonly steps: readonly (readonly CalleeTarget[])[];
  readonly ringTimeout: number;
  readonly confirm: CheckedConfirm | undefined;
  readonly ringbackTone: ToneSequence | undefined;
  readonly relayFailure: boolean;
  readonly manners: Manners;
}

export const CONNECT_CALLEE_OPTIONS: OptionNames<ConnectCalleeOptions> = {
  codecs: true,
  confirm: true,
  credentials: true,
  from: true,
  fromDisplayName: true,
  headerRules: true,
  headers: true,
  keepOnCalleeEnd: true,
  maxRedirects: true,
  parallel: true,
  relayDigits: true,
  relayFailure: true,
  relayTransfer: true,
  ringTimeout: true,
  ringbackTone: true,
  signal: true,
  timeout: true,
};
const CONFIRM_OPTIONS: OptionNames<ConfirmOptions> = { digit: true, media: true, timeout: true };
const CONFIRM_MS = 10_000;

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkPlan(core: ChannelCore, to: Callees | undefined, options: ConnectCalleeOptions): CalleePlan {
  const { timeout = ANSWER_TIMEOUT_MS, ringTimeout = timeout, ringbackTone = core.tones.default } = options;
  checkTimeout(ringTimeout, 'ringTimeout');
  const headerRules = checkHeaderRules(options.headerRules);
  const { leg } = core.call;
  const isInbound = core.direction === 'inbound';
  const relayed = isInbound ? relayedFields(leg?.invite.headers ?? [], headerRules) : headerRules.set;
  const own = new Set(Object.keys(options.headers ?? {}).map((name) => name.toLowerCase()));
  const headers = relayed.filter(({ name }) => !own.has(name.toLowerCase()));
  const caller = isInbound && leg ? callerOf(leg, options) : options;
  const codecs = options.codecs ?? codecsLike(leg?.offer, core.environment.codecs);
  const place = (callee: string): Placement =>
    checkPlacement(
      { environment: core.environment, headerFieldsToSend: [] },
      callee,
      { ...callOptions(options), ...caller, codecs },
      { headers, maxForwards: isInbound && leg ? forwardsLeft(leg) : undefined },
    );
  const steps = stepsOf(to ?? originalCallee(core), flag(options, 'parallel', false));
  return {
    steps: steps.map((step) => step.map((callee) => ({ to: callee, placement: place(callee) }))),
    ringTimeout,
    confirm: options.confirm === undefined ? undefined : checkConfirm(core, options.confirm),
    ringbackTone: ringbackTone === false ? undefined : core.tones.sequence(ringbackTone),
    relayFailure: flag(options, 'relayFailure', true),
    manners: {
      relayDigits: flag(options, 'relayDigits', true),
      relayTransfer: flag(options, 'relayTransfer', false),
      keepOnCalleeEnd: flag(options, 'keepOnCalleeEnd', false),
      headerRules,
    },
  };
}

function callOptions({ headers, credentials, maxRedirects }: ConnectCalleeOptions): StartCallOptions {
  return { headers, credentials, maxRedirects };
}

function checkConfirm(core: ChannelCore, confirm: ConfirmOptions): CheckedConfirm {
  const problem = optionsProblem('confirm', confirm, CONFIRM_OPTIONS);
  if (problem) throw problem;
  const { media, digit = '1', timeout = CONFIRM_MS } = confirm;
  playable(core, media, {});
  checkTimeout(timeout, 'timeout');
  const digits = checkDigits('digit', digit);
  if (digits === '') throw new ChannelError('INVALID_ARGUMENT', 'digit must name a key at least');
  return { media, digits, timeout };
}

function flag(
  options: ConnectCalleeOptions,
  name: 'keepOnCalleeEnd' | 'parallel' | 'relayDigits' | 'relayFailure' | 'relayTransfer',
  usual: boolean,
): boolean {
  const { [name]: value = usual } = options;
  if (typeof value === 'boolean') return value;
  throw new ChannelError('INVALID_ARGUMENT', `${name} must be true or false, not ${shown(value)}`);
}
