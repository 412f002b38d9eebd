import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, type Law, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { RecordingOutput } from './recording-output.ts';
import { FRAME } from './rtp-sender.ts';

/** What a frame is worked on in; shared by all recordings, so that it stays in the processor's cache. */
const LINEAR = new Int16Array(FRAME);
const ENCODED = new Uint8Array(FRAME);

/** Makes a recording out of the frames that come in. */
export class Recorder {
  readonly #request: RecordRequest;
  readonly #output: RecordingOutput;
  readonly #concealment = new Concealment();

  constructor(task: number, request: RecordRequest, observer: MediaObserver) {
    this.#request = request;
    this.#output = new RecordingOutput(task, request, 1, observer);
  }

  get task(): number {
    return this.#output.task;
  }

  get ended(): boolean {
    return this.#output.ended;
  }

  /** A frame was received. */
  voice(law: Law, frame: Uint8Array): void {
    decodeG711(law, frame, 0, LINEAR, 0, FRAME);
    this.#concealment.good(LINEAR);
    const level = levelOfG711(law, frame, 0, FRAME);
    const wanted = this.#output.law;
    if (wanted === undefined) {
      this.#output.linear(LINEAR, level);
    } else if (wanted === law) {
      this.#output.encoded(frame, level);
    } else {
      translateG711(law, wanted, frame, 0, ENCODED, 0, FRAME);
      this.#output.encoded(ENCODED, level);
    }
  }

  /** A frame is missing. */
  lost(): void {
    this.#concealment.conceal(LINEAR);
    this.#output.linear(LINEAR, levelOfPcm(LINEAR, 0, FRAME));
  }

  /** Nothing was sent. */
  nothing(): void {
    const wanted = this.#output.law;
    if (wanted === undefined) this.#output.linear(LINEAR.fill(0), SILENCE_DBOV);
    else this.#output.encoded(ENCODED.fill(silenceOf(wanted)), SILENCE_DBOV);
  }

  /** A key went down: it may end the recording. */
  digit(digit: string): void {
    if (this.#request.bargeIn.includes(digit)) this.end('bargein');
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    this.#output.end(reason);
  }
}
