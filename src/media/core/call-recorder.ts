import type { CallRecordRequest, RecordControl, RecordOutcome } from '../../channel/record-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, type Law } from '../codec/g711.codec.ts';
import { levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import { DigitEraser } from './digit-eraser.ts';
import type { MediaObserver } from './media-observer.ts';
import { REWINDABLE_FRAMES, type RecordingLimits, RecordingOutput } from './recording-output.ts';
import { FRAME } from './rtp-sender.ts';

/** What frames are worked on in; shared by all recordings, so that they stay in the processor's cache. */
const MIXED = new Int16Array(FRAME);
const STEREO = new Int16Array(2 * FRAME);
const NOTHING = new Int16Array(FRAME);

/**
 * Makes a recording of both sides of a call. Each tick gives it one frame of the far end and then one of this side, audio or
 * none, so the sides cannot drift apart.
 */
export class CallRecorder {
  readonly #isMixed: boolean;
  readonly #output: RecordingOutput;
  readonly #concealment = new Concealment();
  readonly #eraser: DigitEraser | undefined;
  /** What was heard in this tick. */
  readonly #heard = new Int16Array(FRAME);
  #heardLevel = SILENCE_DBOV;
  /** How many of the last frames of the far end have to go, that of this tick included. */
  #erased = 0;
  /** What was sent in the last ticks, in a ring: it stays where the far end is taken out. */
  readonly #sent = Array.from({ length: REWINDABLE_FRAMES + 1 }, () => new Int16Array(FRAME));
  #ticks = 0;
  #isPaused = false;
  #isMuted = false;
  #level = SILENCE_DBOV;

  constructor(task: number, request: CallRecordRequest & Pick<RecordingLimits, 'usedBytes'>, observer: MediaObserver) {
    this.#isMixed = request.channels === 'mixed';
    this.#eraser = request.removeDigits ? new DigitEraser() : undefined;
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
    if (!this.#isPaused) this.#erased = this.#eraser?.voice(this.#heard) ?? 0;
  }

  /** A frame is missing. */
  heardLost(): void {
    this.#concealment.conceal(this.#heard);
    this.#heardLevel = levelOfPcm(this.#heard, 0, FRAME);
    this.#erased = this.#eraser?.missed() ? 1 : 0;
  }

  /** The far end sent nothing. */
  heardNothing(): void {
    this.#heard.fill(0);
    this.#heardLevel = SILENCE_DBOV;
    this.#eraser?.missed();
    this.#erased = 0;
  }

  /** The far end pressed a key, in whichever way. */
  digit(digit: string): void {
    const count = this.#output.rewind(this.#eraser?.event(digit) ?? 0);
    this.#withoutHeard(count);
  }

  /** A frame was sent: the tick is complete. */
  sent(law: Law, bytes: Uint8Array, offset: number): void {
    decodeG711(law, bytes, offset, this.#nextSent(), 0, FRAME);
    this.#complete();
  }

  /** No audio was sent: the tick is complete. */
  sentNothing(): void {
    this.#nextSent().fill(0);
    this.#complete();
  }

  control(control: RecordControl): void {
    if (control === 'mute' || control === 'unmute') {
      this.#isMuted = control === 'mute';
      this.#output.settle();
    } else if (this.#isPaused !== (control === 'pause')) {
      this.#isPaused = control === 'pause';
      this.#erased = 0;
      this.#output.interrupt();
    }
    this.#output.report(this.#level);
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    this.#output.end(reason);
  }

  #nextSent(): Int16Array {
    this.#ticks++;
    return this.#sentBefore(0);
  }

  /** What was sent so many ticks ago. */
  #sentBefore(age: number): Int16Array {
    return this.#sent[(this.#ticks + this.#sent.length - age) % this.#sent.length] as Int16Array;
  }

  #complete(): void {
    const sent = this.#sentBefore(0);
    const sentLevel = levelOfPcm(sent, 0, FRAME);
    this.#level = Math.max(this.#heardLevel, sentLevel);
    if (this.#isPaused) {
      // Nothing is recorded.
    } else if (this.#isMuted) this.#output.silent();
    else if (this.#erased > 0) this.#withoutHeard(this.#output.rewind(this.#erased - 1) + 1);
    else this.#write(this.#heard, sent, this.#level);
    this.#output.passed(this.#level);
  }

  /** Writes the last frames with nothing of the far end. */
  #withoutHeard(frames: number): void {
    for (let age = frames - 1; age >= 0; age--) {
      const sent = this.#sentBefore(age);
      this.#write(NOTHING, sent, levelOfPcm(sent, 0, FRAME));
    }
  }

  #write(heard: Int16Array, sent: Int16Array, level: number): void {
    if (this.#isMixed) {
      for (let at = 0; at < FRAME; at++) {
        const sum = (heard[at] as number) + (sent[at] as number);
        MIXED[at] = Math.max(-32_768, Math.min(32_767, sum));
      }
      this.#output.linear(MIXED, level);
      return;
    }
    for (let at = 0; at < FRAME; at++) {
      STEREO[2 * at] = heard[at] as number;
      STEREO[2 * at + 1] = sent[at] as number;
    }
    this.#output.linear(STEREO, level);
  }
}
