import type { ListenEvent, ListenRequest } from '../../channel/listen-port.ts';
import type {
  DigitMethod,
  DigitsOutcome,
  DigitsRequest,
  InbandDtmf,
  MediaStatistics,
} from '../../channel/media-port.ts';
import type { PlayOutcome } from '../../channel/play-port.ts';
import type { CallRecordRequest, RecordControl, RecordOutcome, RecordRequest } from '../../channel/record-port.ts';
import type { JoinCommand, MixTold } from '../mix/join-protocol.ts';
import type { MediaPlan } from '../negotiation/plan.ts';
import type { StreamCommand, StreamEvent } from '../streams/stream-protocol.ts';
import type { PlainError } from './plain-error.ts';
import type { EnginePlayRequest, PlayAnchor, PlayControl } from './play-protocol.ts';

/** What a task asks for. Its number is unique within the call. */
export type TaskCommand =
  | {
      readonly type: 'play';
      readonly call: number;
      readonly task: number;
      readonly isBackground: boolean;
      readonly request: EnginePlayRequest;
    }
  | { readonly type: 'record'; readonly call: number; readonly task: number; readonly request: RecordRequest }
  | { readonly type: 'record-call'; readonly call: number; readonly task: number; readonly request: CallRecordRequest }
  | { readonly type: 'digits'; readonly call: number; readonly task: number; readonly request: DigitsRequest }
  | { readonly type: 'echo'; readonly call: number; readonly task: number };

/** From the program's thread to the media engine. */
export type EngineCommand =
  | { readonly type: 'open'; readonly call: number; readonly address: string; readonly rtpPort: number }
  | { readonly type: 'configure'; readonly call: number; readonly plan: MediaPlan; readonly inbandDtmf: InbandDtmf }
  | TaskCommand
  /** Joins calls to each other. */
  | { readonly type: 'join'; readonly command: JoinCommand }
  | { readonly type: 'stop'; readonly call: number; readonly task: number }
  | {
      readonly type: 'control-record';
      readonly call: number;
      readonly task: number;
      readonly control: RecordControl;
    }
  | { readonly type: 'cancel-record'; readonly call: number; readonly task: number }
  | { readonly type: 'control-play'; readonly call: number; readonly task: number; readonly control: PlayControl }
  | { readonly type: 'stream'; readonly call: number; readonly command: StreamCommand }
  /** A key was pressed that signalling heard of. */
  | { readonly type: 'take-digit'; readonly call: number; readonly digit: string; readonly by: 'INFO' }
  /** What to listen for from now on. */
  | { readonly type: 'attend'; readonly call: number; readonly request: ListenRequest }
  /** From now on something has to come within so many milliseconds. */
  | { readonly type: 'answered'; readonly call: number; readonly mediaTimeout: number }
  | { readonly type: 'statistics'; readonly call: number; readonly request: number }
  | { readonly type: 'close'; readonly call: number }
  /** The last one: what is open is closed, and nothing goes on. */
  | { readonly type: 'end' };

/** An outcome whose error is plain data. */
export type Plain<Outcome> = Omit<Outcome, 'error'> & { readonly error?: PlainError | undefined };

export type TaskOutcome =
  | Plain<PlayOutcome>
  | Plain<RecordOutcome>
  | Plain<DigitsOutcome>
  | { readonly reason: 'stopped' | 'closed' | 'error'; readonly error?: PlainError | undefined };

/** From the media engine to the program's thread. */
export type EngineEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'opened'; readonly call: number }
  /** `taken`: another pair of ports may work. */
  | { readonly type: 'open-failed'; readonly call: number; readonly taken: boolean; readonly error: PlainError }
  | { readonly type: 'started'; readonly call: number; readonly task: number; readonly anchor?: PlayAnchor | undefined }
  /** A playing goes on elsewhere, or in another way. */
  | { readonly type: 'moved'; readonly call: number; readonly task: number; readonly anchor: PlayAnchor }
  /** A stream that is being played needs so many samples more. */
  | {
      readonly type: 'wanted';
      readonly call: number;
      readonly task: number;
      readonly source: number;
      readonly samples: number;
    }
  /** With `unstarted` the task could not be begun. */
  | {
      readonly type: 'finished';
      readonly call: number;
      readonly task: number;
      readonly unstarted: boolean;
      readonly outcome: TaskOutcome;
    }
  /** How a recording stands. */
  | {
      readonly type: 'recording';
      readonly call: number;
      readonly task: number;
      readonly durationMs: number;
      readonly level: number;
      readonly audioDetected: boolean;
    }
  /** What it was asked for has been done. */
  | { readonly type: 'record-controlled'; readonly call: number; readonly task: number }
  | { readonly type: 'streamed'; readonly call: number; readonly event: StreamEvent }
  | { readonly type: 'digit'; readonly call: number; readonly digit: string; readonly by: DigitMethod }
  | { readonly type: 'heard'; readonly call: number; readonly event: ListenEvent }
  /** Nothing has come from the far end for so many milliseconds. */
  | { readonly type: 'silent'; readonly call: number; readonly ms: number }
  | {
      readonly type: 'statistics';
      readonly call: number;
      readonly request: number;
      readonly statistics: MediaStatistics;
    }
  | { readonly type: 'mixed'; readonly mix: number; readonly told: MixTold }
  | { readonly type: 'failed'; readonly call: number; readonly error: PlainError }
  /** Files are complete and ports free. */
  | { readonly type: 'closed'; readonly call: number; readonly statistics: MediaStatistics };

/** What of this a session is told. */
export type SessionEvent = Exclude<EngineEvent, { readonly type: 'ready' | 'opened' | 'open-failed' | 'mixed' }>;
