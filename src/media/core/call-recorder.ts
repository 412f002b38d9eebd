import type { CallRecordRequest, RecordOutcome } from '../../channel/media-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, type Law } from '../codec/g711.codec.ts';
import { levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { RecordingOutput } from './recording-output.ts';
import { FRAME } from './rtp-sender.ts';

/** What frames are worked on in; shared by all recordings, so that they stay in the processor's cache. */
const SENT = new Int16Array(FRAME);
const STEREO = new Int16Array(2 * FRAME);

/**
 * Makes a recording of both sides of a call. Each tick gives it one frame of the far end and then one of this side, audio or
 * none, so the sides cannot drift apart.
 */
export class CallRecorder {
  readonly #isMixed: boolean;
  readonly #output: RecordingOutput;
  readonly #concealment = new Concealment();
  /** What was heard in this tick. */
  readonly #heard = new Int16Array(FRAME);
  #heardLevel = SILENCE_DBOV;

  constructor(task: number, request: CallRecordRequest, observer: MediaObserver) {
    this.#isMixed = request.channels === 'mixed';
    this.#output = new RecordingOutput(task, request, this.#isMixed ? 1 : 2, observer);
  }

  get task(): number {
    return this.#output.task;
  }

  get ended(): boolean {
    return this.#output.ended;
  }

  /** A frame was received. */
  heard(law: Law, frame: Uint8Array): void {
    decodeG711(law, frame, 0, this.#heard, 0, FRAME);
    this.#concealment.good(this.#heard);
    this.#heardLevel = levelOfPcm(this.#heard, 0, FRAME);
  }

  /** A frame is missing. */
  heardLost(): void {
    this.#concealment.conceal(this.#heard);
    this.#heardLevel = levelOfPcm(this.#heard, 0, FRAME);
  }

  /** The far end sent nothing. */
  heardNothing(): void {
    this.#heard.fill(0);
    this.#heardLevel = SILENCE_DBOV;
  }

  /** A frame was sent: the tick is complete. */
  sent(law: Law, bytes: Uint8Array, offset: number): void {
    decodeG711(law, bytes, offset, SENT, 0, FRAME);
    this.#complete(levelOfPcm(SENT, 0, FRAME));
  }

  /** No audio was sent: the tick is complete. */
  sentNothing(): void {
    SENT.fill(0);
    this.#complete(SILENCE_DBOV);
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    this.#output.end(reason);
  }

  #complete(sentLevel: number): void {
    const heard = this.#heard;
    const level = Math.max(this.#heardLevel, sentLevel);
    if (this.#isMixed) {
      for (let at = 0; at < FRAME; at++) {
        const sum = (heard[at] as number) + (SENT[at] as number);
        SENT[at] = Math.max(-32_768, Math.min(32_767, sum));
      }
      this.#output.linear(SENT, level);
      return;
    }
    for (let at = 0; at < FRAME; at++) {
      STEREO[2 * at] = heard[at] as number;
      STEREO[2 * at + 1] = SENT[at] as number;
    }
    this.#output.linear(STEREO, level);
  }
}
