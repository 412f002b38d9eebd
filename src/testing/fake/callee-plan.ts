import { Cause } from '../../channel/cause.ts';
import { type Codec, checkCodecs } from '../../channel/codec.ts';
import type { OptionNames } from '../../channel/option-names.ts';
import { optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import { type CalleeOutcome, refusalStatus } from './callee-outcome.ts';
import type { CallerSpeech } from './fake-caller.ts';

/** What becomes of an outbound call, in detail. */
export interface CalleePlanDetails {
  /** `'ANSWERED'` (the default), the cause that the channel shall come to, or the SIP status of the refusal. */
  outcome?: CalleeOutcome | undefined;
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
  /** Whether it rings until then (180). Default true for a call that is answered or that nobody answers, else false. */
  ring?: boolean | undefined;
  /**
   * Where the call is sent instead (302, with several addresses 300): the next plan is for the call there, if the application lets it go on
   * (option `maxRedirects`). Not together with an outcome.
   */
  redirect?: string | readonly string[] | undefined;
  /** Reason phrase of the refusal. */
  reason?: string | undefined;
  /** Codecs of the called party. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
  /**
   * Who answers, and so what is heard: a person says hello, a machine has a greeting and beeps, a fax machine whistles. Nothing is heard
   * by default, unless the test lets the caller speak.
   */
  answeredBy?: 'person' | 'machine' | 'fax' | undefined;
  /** Milliseconds that the greeting lasts, which begins 500 ms after the answer. Default 800 for a person, 4000 for a machine. */
  greeting?: number | undefined;
  /** Whether a machine beeps half a second after its greeting. Default true. */
  beep?: boolean | undefined;
}

/** What a called party does. */
export type CalleePlan = CalleeOutcome | CalleePlanDetails;

/** A plan with nothing left open. */
export interface CheckedPlan {
  /** The status that the call is refused with; 0 when it is answered, `undefined` when nothing more comes. */
  readonly status: number | undefined;
  readonly after: number;
  readonly ring: boolean;
  readonly reason: string | undefined;
  readonly codecs: readonly Codec[] | undefined;
  /** Where it is sent instead. */
  readonly redirect: readonly string[] | undefined;
  /** What is heard after the answer. */
  readonly sounds: readonly CalleeSound[];
}

/** Something that a called party says, so many milliseconds after the answer. */
export interface CalleeSound {
  readonly after: number;
  readonly speech: CallerSpeech;
}

const DETAILS: OptionNames<CalleePlanDetails> = {
  after: true,
  answeredBy: true,
  beep: true,
  codecs: true,
  greeting: true,
  outcome: true,
  redirect: true,
  reason: true,
  ring: true,
};

/** When a called party begins to speak, and how long it waits before it beeps. */
const PAUSE_MS = 500;
const GREETING_MS = { person: 800, machine: 4000 } as const;
const BEEP: CallerSpeech = { tone: 1000, ms: 400 };
/** What a fax machine answers with (ITU-T T.30 §4.3.3.2). */
const FAX_ANSWER: CallerSpeech = { tone: 2100, ms: 3000 };

/** Checks a plan. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkPlan(plan: CalleePlan): CheckedPlan {
  const details: CalleePlanDetails = typeof plan === 'object' && plan !== null ? plan : { outcome: plan };
  const problem = optionsProblem('callee', details, DETAILS);
  if (problem) throw problem;
  const { outcome = 'ANSWERED', after = 0, reason, codecs } = details;
  checkTimeout(after, 'after');
  const redirect = details.redirect === undefined ? undefined : checkRedirect(details);
  if (redirect) {
    const status = redirect.length === 1 ? 302 : 300;
    return { status, after, ring: details.ring ?? false, reason, codecs: undefined, redirect, sounds: [] };
  }
  const status = outcome === 'ANSWERED' ? 0 : outcome === Cause.TIMEOUT ? undefined : refusalStatus(outcome);
  return {
    status,
    after,
    ring: details.ring ?? (status === 0 || outcome === Cause.NOANSWER || outcome === Cause.TIMEOUT),
    reason,
    codecs: codecs && checkCodecs(codecs),
    redirect,
    sounds: soundsOf(details),
  };
}

function checkRedirect({ redirect, outcome }: CalleePlanDetails): readonly string[] {
  const list = [redirect].flat();
  if (outcome === undefined && list.length > 0 && list.every((each) => typeof each === 'string' && each !== '')) {
    return list as string[];
  }
  throw new ChannelError('INVALID_ARGUMENT', 'redirect must be an address or several, and have no outcome beside it');
}

function soundsOf({ answeredBy, greeting, beep = true }: CalleePlanDetails): readonly CalleeSound[] {
  checkTimeout(greeting, 'greeting');
  if (typeof beep !== 'boolean')
    throw new ChannelError('INVALID_ARGUMENT', `beep must be true or false, not ${shown(beep)}`);
  switch (answeredBy) {
    case undefined:
      return [];
    case 'fax':
      return [{ after: PAUSE_MS, speech: FAX_ANSWER }];
    case 'person':
    case 'machine': {
      const ms = greeting ?? GREETING_MS[answeredBy];
      const words = { after: PAUSE_MS, speech: ms };
      return answeredBy === 'machine' && beep ? [words, { after: 2 * PAUSE_MS + ms, speech: BEEP }] : [words];
    }
    default:
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `a call can be answeredBy 'person', 'machine' or 'fax', not ${shown(answeredBy)}`,
      );
  }
}
