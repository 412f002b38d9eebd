import type { DigitMethod, InbandDtmf } from '../../channel/media-port.ts';
import { decodeG711, type Law } from '../codec/g711.codec.ts';
import { DigitMerger } from '../dtmf/digit-merger.state.ts';
import { InbandDetector } from '../dtmf/inband-detector.state.ts';
import { FRAME } from './rtp-sender.ts';

/** What a frame is decoded into; shared by all calls. */
const LINEAR = new Int16Array(FRAME);

/** Every key that the far end presses comes in here, whichever way it takes, and goes on once. */
export class DigitInput {
  /** When to look for keys in the audio. */
  inband: InbandDtmf = 'auto';
  readonly #onDigit: (digit: string, by: DigitMethod) => void;
  readonly #merger = new DigitMerger();
  /** Made with the first frame that is listened to. */
  #detector: InbandDetector | undefined;
  /** The present source has shown that it sends its keys as events. */
  #sendsEvents = false;

  constructor(onDigit: (digit: string, by: DigitMethod) => void) {
    this.#onDigit = onDigit;
  }

  /** A key was pressed, as an event or by signalling. */
  press(digit: string, by: 'RFC4733' | 'INFO', now: number): void {
    if (by === 'RFC4733') this.#sendsEvents = true;
    this.#take(digit, by, now);
  }

  /** The packets of an event go on coming. */
  goesOn(digit: string, now: number): void {
    this.#merger.goesOn(digit, 'RFC4733', now);
  }

  /** The audio comes from another source now, which may send its keys in another way. */
  sourceChanged(): void {
    this.#sendsEvents = false;
  }

  /** A frame of audio came in. */
  voice(law: Law, frame: Uint8Array, now: number): void {
    if (!this.#listens) return;
    this.#detector ??= new InbandDetector();
    const detector = this.#detector;
    decodeG711(law, frame, 0, LINEAR, 0, FRAME);
    const digit = detector.frame(LINEAR);
    if (digit !== '') this.#take(digit, 'INBAND', now);
    else if (detector.sounding !== '') this.#merger.goesOn(detector.sounding, 'INBAND', now);
  }

  /** Whether the last frame holds a key, as far as it was listened to. */
  get hasKey(): boolean {
    return this.#detector !== undefined && (this.#detector.sounding !== '' || this.#detector.suspected !== '');
  }

  /** No audio came for a frame. */
  missed(): void {
    this.#detector?.missed();
  }

  get #listens(): boolean {
    return this.inband === 'always' || (this.inband === 'auto' && !this.#sendsEvents);
  }

  #take(digit: string, by: DigitMethod, now: number): void {
    if (this.#merger.take(digit, by, now)) this.#onDigit(digit, by);
  }
}
