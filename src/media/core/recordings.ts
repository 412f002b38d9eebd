import type { CallRecordRequest, RecordControl, RecordOutcome, RecordRequest } from '../../channel/record-port.ts';
import type { Law } from '../codec/g711.codec.ts';
import { FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import { CallRecorder } from './call-recorder.ts';
import type { MediaObserver } from './media-observer.ts';
import { Recorder } from './recorder.ts';
import type { RecordingLimits } from './recording-output.ts';

/** How large a file is that is appended to. */
export type FileSize = Pick<RecordingLimits, 'usedBytes'>;

/** The recordings of one call: one of the far end and one of both sides can run beside each other. */
export class Recordings {
  readonly #observer: MediaObserver;
  #farEnd: Recorder | undefined;
  #call: CallRecorder | undefined;

  constructor(observer: MediaObserver) {
    this.#observer = observer;
  }

  /** Begins to record the far end. @returns false when that is done already. */
  record(task: number, request: RecordRequest & FileSize): boolean {
    if (this.#farEnd) return false;
    this.#farEnd = new Recorder(task, request, this.#observer);
    return true;
  }

  /** Begins to record both sides. @returns false when that is done already. */
  recordCall(task: number, request: CallRecordRequest & FileSize): boolean {
    if (this.#call) return false;
    this.#call = new CallRecorder(task, request, this.#observer);
    return true;
  }

  /** The first half of a tick: what came in, of which kind. */
  heard(kind: number, law: Law, frame: Uint8Array): void {
    const recorder = this.#farEnd;
    if (recorder) {
      if (kind === FRAME_VOICE) recorder.voice(law, frame);
      else if (kind === FRAME_LOST) recorder.lost();
      else recorder.nothing();
      if (recorder.ended) this.#farEnd = undefined;
    }
    const call = this.#call;
    if (!call) return;
    if (kind === FRAME_VOICE) call.heard(law, frame);
    else if (kind === FRAME_LOST) call.heardLost();
    else call.heardNothing();
  }

  /** The second half of a tick: what goes out. */
  sent(law: Law, bytes: Uint8Array, offset: number): void {
    this.#call?.sent(law, bytes, offset);
    if (this.#call?.ended) this.#call = undefined;
  }

  /** The second half of a tick in which no audio goes out. */
  sentNothing(): void {
    this.#call?.sentNothing();
    if (this.#call?.ended) this.#call = undefined;
  }

  /** A key went down at the far end. */
  digit(digit: string): void {
    this.#farEnd?.digit(digit);
    if (this.#farEnd?.ended) this.#farEnd = undefined;
    this.#call?.digit(digit);
    if (this.#call?.ended) this.#call = undefined;
  }

  /** Does something to the recording of that task. @returns false when there is none. */
  control(task: number, control: RecordControl): boolean {
    const recorder = this.#find(task);
    recorder?.control(control);
    return recorder !== undefined;
  }

  /** Ends the recording of that task. @returns false when there is none. */
  stop(task: number, reason: RecordOutcome['reason']): boolean {
    const recorder = this.#find(task);
    if (!recorder) return false;
    this.#end(recorder, reason);
    return true;
  }

  close(): void {
    if (this.#farEnd) this.#end(this.#farEnd, 'closed');
    if (this.#call) this.#end(this.#call, 'closed');
  }

  #find(task: number): Recorder | CallRecorder | undefined {
    if (this.#farEnd?.task === task) return this.#farEnd;
    return this.#call?.task === task ? this.#call : undefined;
  }

  #end(recorder: Recorder | CallRecorder, reason: RecordOutcome['reason']): void {
    if (recorder === this.#farEnd) this.#farEnd = undefined;
    else this.#call = undefined;
    recorder.end(reason);
  }
}
