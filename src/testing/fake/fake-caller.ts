import type { Cause } from '../../channel/cause.ts';
import type { Codec } from '../../channel/codec.ts';
import type { HeaderFields } from '../../channel/header-field.codec.ts';
import type { DigitMethod } from '../../channel/media-port.ts';
import type { Replaces } from '../../channel/signaling-port.ts';
import type { HangupInfo } from '../../errors.ts';
import type { FakeStep, Step } from './caller-steps.ts';
import type { OfferPlan } from './fake-offers.ts';
import type { FakeReferral } from './fake-referrals.ts';
import type { TransferPlan } from './transfer-plan.ts';

/** One prompt as the caller heard it: of a list, each medium is one. */
export interface HeardPrompt {
  /**
   * Its name: of a file as the application gave it, relative to the media directory; of a tone its name; of anything else the URI that it
   * could be played by, such as `sound:welcome`, `recording:greeting`, `text:Hello`, `number:21` or `silence:500`; `buffer`; `stream`, also for what is written to `channel.audio`. A number
   * for which sounds are installed is heard as these sounds, otherwise as a text.
   */
  readonly file: string;
  /**
   * How much of it was heard in milliseconds, less what was skipped, cut off by a key, `stop()` or the end of the call, or lost on hold.
   * What was played again after `rewind()` counts once, in a loop each round for itself.
   */
  readonly playedMs: number;
  /** How long the medium is in milliseconds; `Infinity` for a tone that goes on and on. Of a stream, as much as has come. */
  readonly durationMs: number;
  /** Whether all of it was heard. */
  readonly complete: boolean;
  /** When it began, in milliseconds of virtual time. */
  readonly startedAt: number;
  /** Present, and true, for music on hold. */
  readonly background?: true;
}

/** How keys are pressed. */
export interface PressOptions {
  /**
   * What brings them: telephone-events (`'RFC4733'`, the default), tones in the audio (`'INBAND'`), or SIP INFO (`'INFO'`). Tones are
   * only noticed by a channel that listens to them.
   */
  by?: DigitMethod | undefined;
  /** How long each key is down, in milliseconds. Default 100. */
  on?: number | undefined;
  /** From one key to the next, in milliseconds. Default 100. */
  off?: number | undefined;
}

/**
 * What a caller says: so many milliseconds of a voice (a steady tone, which is neither silence nor a digit), samples, the bytes of a
 * WAV file, or a tone of so many hertz.
 */
export type CallerSpeech =
  | number
  | { readonly pcm: Int16Array; readonly rate: number }
  | Uint8Array
  | { readonly tone: number; readonly ms: number };

/** An INFO or MESSAGE that the application sent within the call. */
export interface FakeRequest {
  readonly contentType: string | undefined;
  readonly body: string;
}

/** How a called party lets it ring. */
export interface RingPlan {
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
}

/** How a called party answers. */
export interface AnswerPlan {
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
  /** Codecs of the called party, most wanted first. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
}

/** How the far end asks to be transferred. */
export interface AskOptions {
  /** URI of who asks. None by default. */
  referredBy?: string | undefined;
  /** The call of somebody else whose place the new one is to take. None by default. */
  replaces?: Replaces | undefined;
  /** Header fields that the new call should have. */
  headers?: HeaderFields | undefined;
}

/** Who takes the place of the far end. */
export interface ReplaceOptions {
  /** Their URI. */
  from?: string | undefined;
}

/** How a called party refuses. */
export interface RefusePlan {
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
  /** Reason phrase. None by default. */
  reason?: string | undefined;
}

/**
 * The person at the other end of a fake call, played by the test: the caller of an inbound call, the called party of an outbound one.
 * What takes time resolves when it is over and lets the time pass, and stops with the call. What is begun after the end of the call
 * rejects with `INVALID_STATE`; a second `hangUp()` does nothing.
 */
export interface FakeCaller {
  /** What the application has done so far, in order, as far as it can be noticed at this end. */
  readonly steps: readonly Step[];
  /**
   * Keys that were pressed at this end and came to the application. Before the answer without early media, on hold without a way back,
   * and between two calls nobody hears them: they are in the timeline only.
   */
  readonly pressed: string;
  /** Digits that the application has sent. */
  readonly digits: string;
  /** Contents of the INFOs that the application has sent. */
  readonly infos: readonly FakeRequest[];
  /** Contents of the MESSAGEs that the application has sent. */
  readonly messages: readonly FakeRequest[];
  /** Whether the application holds this end. */
  readonly isHeld: boolean;
  /** Addresses that the application has sent this end to by `redirect()`; empty if it has not. */
  readonly redirectedTo: readonly string[];
  /** SIP status that the application refused the call with; `undefined` if it did not. */
  readonly refusedWith: number | undefined;
  /** How the call ended; `undefined` while it has not. */
  readonly ended: HangupInfo | undefined;
  /** What was played, in order, and how much of each was heard. */
  heard(): readonly HeardPrompt[];
  /**
   * What came to this end in the last call from `from` on, which is a moment of virtual time, for `ms` milliseconds: samples of 8000 Hz,
   * zero where nothing was sent.
   */
  heardSamples(from: number, ms: number): Int16Array;

  /**
   * Lets time pass until the application does this for the next time, or is doing it: each step is waited for once.
   *
   * @param detail - file, digits, text or address of the step; any when left out.
   * @throws ChannelError with the timeline of the call: `TIMEOUT` when it never comes to that; `INVALID_STATE` as soon as it cannot
   * come to that any more, because the call is over or the flow of `run()` has failed. `cause` is then what the flow threw.
   */
  waitFor(step: FakeStep, detail?: string): Promise<void>;
  /** As `waitFor('play', file)`. */
  waitForPrompt(file: string): Promise<void>;

  /**
   * Presses keys, one after the other; resolves when the last one is up. The application has each as soon as it goes down.
   *
   * @param digits - 0-9, A-D, * and #; a comma pauses for half a second.
   * @throws ChannelError `INVALID_ARGUMENT`; `INVALID_STATE` after the end of the call.
   */
  press(digits: string, options?: PressOptions): Promise<void>;
  /**
   * Says something, from now on or after what is being said; resolves when it has been said. Need not be awaited.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, `FILE_INVALID`; `INVALID_STATE` after the end of the call.
   */
  speak(speech: CallerSpeech): Promise<void>;
  /**
   * Lets so many milliseconds pass in silence. After the end of the call, `clock.advance()` does.
   *
   * @throws ChannelError `INVALID_ARGUMENT`; `INVALID_STATE` after the end of the call.
   */
  silence(ms: number): Promise<void>;

  /** Hangs up. Before the answer, a caller gives up (as {@link FakeCaller.cancel}) and a called party declines. */
  hangUp(): Promise<void>;
  /**
   * Gives up before the application has answered.
   *
   * @throws ChannelError `INVALID_STATE` after the answer, or on an outbound call.
   */
  cancel(): Promise<void>;
  /**
   * Puts the application on hold: a prompt goes on in its own time, unheard.
   *
   * @param direction - `'sendonly'` (the default) still lets the application hear this end, `'inactive'` does not.
   * @throws ChannelError `INVALID_STATE` unless answered.
   */
  hold(direction?: 'sendonly' | 'inactive'): Promise<void>;
  /** Ends the hold. */
  resume(): Promise<void>;
  /**
   * Says what this end does with the next offers of the application, as `hold()`, `resume()`, `releaseMedia()` and `takeMedia()` make them, one
   * plan for each. It agrees when there is none left.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  planOffers(...plans: readonly OfferPlan[]): void;
  /**
   * Says what this end does when the application asks it to call somebody else by `transfer()`, one plan for each time; the last one
   * repeats. Without any, it reaches them at once.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   * @example
   * ```ts
   * call.caller.planTransfers('BUSY', { outcome: 'ANSWERED', after: 4000 });
   * ```
   */
  planTransfers(...plans: readonly TransferPlan[]): void;
  /**
   * Asks the application to call somebody else, as the event `transferRequest` tells it. Lets time pass until it has answered.
   *
   * @throws ChannelError `INVALID_ARGUMENT`; `INVALID_STATE` unless answered.
   */
  transfer(to: string, options?: AskOptions): Promise<FakeReferral>;
  /**
   * Lets somebody else take the place of this end (an INVITE with Replaces), who is played by this caller from then on. Lets time pass until
   * the application has answered, and resolves with the SIP status: 200, or its refusal, after which everything is as before.
   *
   * @throws ChannelError `INVALID_STATE` unless answered.
   */
  replace(options?: ReplaceOptions): Promise<number>;
  /**
   * Sends an INFO within the call.
   *
   * @throws ChannelError `INVALID_ARGUMENT`; `INVALID_STATE` after the end of the call.
   */
  sendInfo(info: { readonly contentType: string; readonly body: string }): Promise<void>;
  /**
   * Sends a MESSAGE within the call.
   *
   * @throws ChannelError `INVALID_ARGUMENT`; `INVALID_STATE` after the end of the call.
   */
  sendMessage(text: string): Promise<void>;

  /** A called party lets it ring (180), after so many milliseconds. */
  ring(options?: RingPlan): Promise<void>;
  /** A called party answers, after so many milliseconds; `codecs` are those that it has. */
  answer(options?: AnswerPlan): Promise<void>;
  /** A called party refuses, or the network does for it: by SIP status or by the cause that the channel shall come to. */
  refuse(why: number | Cause, options?: RefusePlan): Promise<void>;
  /** A called party lets it ring and never answers. */
  noAnswer(): Promise<void>;

  /**
   * Drops off the network: from now on nothing comes from this end and nothing is confirmed. Nobody is told; the application notices
   * when it waits for something.
   */
  dropOff(): void;

  /**
   * Throws when something was left undone: a flow of `run()` that failed or has not finished, methods of the application that are still
   * pending, prompts or recordings that run, lines of the script that failed or were not reached.
   *
   * @throws ChannelError `INVALID_STATE` with the timeline of the call.
   */
  assertAllDone(): void;
}
