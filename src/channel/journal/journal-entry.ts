import type { HangupInfo } from '../../errors.ts';
import type { MediaDirection } from '../../media-description.ts';
import type { Cause } from '../cause.ts';
import type { PlayerCause, RecorderCause } from '../media-cause.ts';
import type { DigitMethod } from '../media-port.ts';
import type { State } from '../state.ts';

/** What a journal says about an error. */
export interface JournalError {
  /** `Hangup`, `ChannelError`, or the name of any other error. */
  readonly name: string;
  /** Of a `ChannelError`. */
  readonly code?: string | undefined;
  readonly message: string;
}

/** Something that happened on a channel, without its time. Every value can be written as JSON. */
export type JournalFact =
  /** A call begins: the INVITE came or went. */
  | {
      readonly kind: 'call';
      readonly direction: 'inbound' | 'outbound';
      readonly from: string;
      readonly to: string;
      readonly requestUri: string;
      readonly callId: string;
      /** Time of day, ISO 8601. */
      readonly wall: string;
    }
  /** The state of the channel has changed. */
  | { readonly kind: 'state'; readonly state: State; readonly cause: Cause }
  /** A provisional response came to an outbound call. */
  | { readonly kind: 'progress'; readonly status: number }
  /** The far end has changed the session; how audio may flow from then on, seen from this side. */
  | { readonly kind: 'offer'; readonly direction: MediaDirection | undefined }
  /** The far end pressed a key. */
  | { readonly kind: 'digit'; readonly digit: string; readonly by: DigitMethod }
  /** The far end sent a request within the call: INFO, MESSAGE. A body of more than 4,096 characters is cut. */
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly contentType: string | undefined;
      readonly body: string;
    }
  /** The program calls a method, `filePlayer.play` for example. Signals are left out of the arguments, passwords are masked. */
  | { readonly kind: 'begin'; readonly id: number; readonly method: string; readonly arguments: readonly unknown[] }
  /** The method with this `id` resolved. The digits of `dtmfDetector.getDigits` come with their cause. */
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly method: string;
      readonly result: unknown;
      readonly cause?: string | undefined;
    }
  /** The method with this `id` rejected. */
  | { readonly kind: 'failed'; readonly id: number; readonly method: string; readonly error: JournalError }
  /** What the method with this `id` began to play is off the wire: why, and how many milliseconds of it were sent. */
  | {
      readonly kind: 'played';
      readonly id: number;
      readonly file: string;
      readonly cause: PlayerCause;
      readonly ms: number;
    }
  /** What the method with this `id` began to record is complete: why, its length in milliseconds, whether it holds any sound. */
  | {
      readonly kind: 'recorded';
      readonly id: number;
      readonly file: string;
      readonly cause: RecorderCause;
      readonly ms: number;
      readonly sound: boolean;
    }
  /** A remark of the program, by {@link Journal.note}. */
  | { readonly kind: 'note'; readonly text: string }
  /** What a fake caller does that a real channel cannot see happen: speaks, is silent, goes away. */
  | { readonly kind: 'caller'; readonly action: string; readonly detail: string }
  /** On a fake call: the flow that `run()` was given threw this, and it was no `Hangup`. */
  | { readonly kind: 'threw'; readonly error: JournalError }
  /** A finished recording, when audio was asked for: a WAV file in base64. */
  | { readonly kind: 'recording'; readonly file: string; readonly audio: string }
  /** The call is over. */
  | { readonly kind: 'ended'; readonly info: HangupInfo };

/** One line of a journal. */
export type JournalEntry = {
  /** Milliseconds since the first line, to a tenth. */
  readonly at: number;
} & JournalFact;
