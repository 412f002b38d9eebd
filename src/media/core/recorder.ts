import type { RecordControl, RecordOutcome, RecordRequest } from '../../channel/record-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, type Law, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import { DigitEraser } from './digit-eraser.ts';
import type { MediaObserver } from './media-observer.ts';
import { type RecordingLimits, RecordingOutput } from './recording-output.ts';
import { FRAME } from './rtp-sender.ts';

/** What a frame is worked on in; shared by all recordings, so that it stays in the processor's cache. */
const LINEAR = new Int16Array(FRAME);
const ENCODED = new Uint8Array(FRAME);

/** Makes a recording out of the frames that come in. */
export class Recorder {
  readonly #bargeIn: string;
  readonly #output: RecordingOutput;
  readonly #concealment = new Concealment();
  readonly #eraser: DigitEraser | undefined;
  #isPaused: boolean;
  #isMuted = false;
  /** Of the last frame that came. */
  #level = SILENCE_DBOV;

  constructor(task: number, request: RecordRequest & Pick<RecordingLimits, 'usedBytes'>, observer: MediaObserver) {
    this.#bargeIn = request.bargeIn;
    this.#isPaused = request.isHeld === true;
    this.#eraser = request.removeDigits ? new DigitEraser() : undefined;
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
    const level = levelOfG711(law, frame, 0, FRAME);
    if (this.#passes(level)) {
      decodeG711(law, frame, 0, LINEAR, 0, FRAME);
      this.#concealment.good(LINEAR);
      const erased = this.#eraser?.voice(LINEAR) ?? 0;
      if (erased > 0) this.#output.silent(this.#output.rewind(erased - 1) + 1);
      else this.#take(law, frame, level);
    }
    this.#output.passed(level);
  }

  /** A frame is missing. */
  lost(): void {
    this.#concealment.conceal(LINEAR);
    const level = levelOfPcm(LINEAR, 0, FRAME);
    if (this.#passes(level)) {
      if (this.#eraser?.missed()) this.#output.silent();
      else this.#output.linear(LINEAR, level);
    }
    this.#output.passed(level);
  }

  /** Nothing was sent. */
  nothing(): void {
    this.#eraser?.missed();
    if (this.#passes(SILENCE_DBOV)) this.#output.silent();
    this.#output.passed(SILENCE_DBOV);
  }

  /** A key went down, in whichever way: it may end the recording. */
  digit(digit: string): void {
    // As a tone it is gone already: whatever finds it for the program has the same frames.
    this.#output.silent(this.#output.rewind(this.#eraser?.event(digit) ?? 0));
    if (this.#bargeIn.includes(digit)) this.end('bargein');
  }

  control(control: RecordControl): void {
    if (control === 'mute' || control === 'unmute') {
      this.#isMuted = control === 'mute';
      this.#output.settle();
    } else if (this.#isPaused !== (control === 'pause')) {
      this.#isPaused = control === 'pause';
      this.#output.interrupt();
    }
    this.#output.report(this.#level);
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    this.#output.end(reason);
  }

  /** Whether a frame of this level goes into the recording as it is. */
  #passes(level: number): boolean {
    this.#level = level;
    if (this.#isPaused) return false;
    if (!this.#isMuted) return true;
    this.#output.silent();
    return false;
  }

  #take(law: Law, frame: Uint8Array, level: number): void {
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
}
