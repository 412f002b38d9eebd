import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import { SilenceDetector } from '../level/silence.state.ts';
import { wavHeaderSize, wavSampleBytes } from '../wav/wav-writer.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { FRAME } from './rtp-sender.ts';

/** Pieces of one second go to the host. */
const PIECE_SAMPLES = 8000;

/** Makes a recording out of the frames that come in, and decides when it is over. */
export class Recorder {
  readonly task: number;
  readonly #request: RecordRequest;
  readonly #observer: MediaObserver;
  readonly #law: Law | undefined;
  readonly #sampleBytes: 1 | 2;
  readonly #limit: number;
  readonly #limitReason: 'timeout' | 'size';
  readonly #silence = new SilenceDetector();
  readonly #concealment = new Concealment();
  readonly #linear = new Int16Array(FRAME);
  readonly #encoded = new Uint8Array(FRAME);
  #piece: Uint8Array;
  #filled = 0;
  #samples = 0;
  #ended = false;

  constructor(task: number, request: RecordRequest, observer: MediaObserver) {
    this.task = task;
    this.#request = request;
    this.#observer = observer;
    this.#law = request.format === 'PCMU' ? PCMU : request.format === 'PCMA' ? PCMA : undefined;
    this.#sampleBytes = wavSampleBytes(request.format);
    const byTime = Math.floor((request.maxDurationMs ?? Number.POSITIVE_INFINITY) * 8);
    const room = (request.maxBytes ?? Number.POSITIVE_INFINITY) - wavHeaderSize(request.format);
    // Whole 16-bit words: a chunk of odd size would be followed by a byte of padding, which counts too.
    const bySize = Math.max(0, Math.floor(room / 2) * 2) / this.#sampleBytes;
    this.#limit = Math.min(byTime, bySize);
    this.#limitReason = byTime <= bySize ? 'timeout' : 'size';
    this.#piece = new Uint8Array(PIECE_SAMPLES * this.#sampleBytes);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** A frame was received. */
  voice(law: Law, frame: Uint8Array): void {
    decodeG711(law, frame, 0, this.#linear, 0, FRAME);
    this.#concealment.good(this.#linear);
    if (this.#law === undefined) this.#appendLinear();
    else {
      translateG711(law, this.#law, frame, 0, this.#encoded, 0, FRAME);
      this.#appendEncoded();
    }
    this.#step(levelOfG711(law, frame, 0, FRAME));
  }

  /** A frame is missing. */
  lost(): void {
    this.#concealment.conceal(this.#linear);
    if (this.#law === undefined) this.#appendLinear();
    else {
      encodeG711(this.#law, this.#linear, 0, this.#encoded, 0, FRAME);
      this.#appendEncoded();
    }
    this.#step(levelOfPcm(this.#linear, 0, FRAME));
  }

  /** Nothing was sent. */
  nothing(): void {
    if (this.#law === undefined) {
      this.#linear.fill(0);
      this.#appendLinear();
    } else {
      this.#encoded.fill(silenceOf(this.#law));
      this.#appendEncoded();
    }
    this.#step(SILENCE_DBOV);
  }

  /** A key went down: it may end the recording. */
  digit(digit: string): void {
    if (this.#request.bargeIn.includes(digit)) this.end('bargein');
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#filled > 0) this.#observer.recorded(this.task, this.#piece.subarray(0, this.#filled));
    this.#observer.recorderEnded(this.task, reason, this.#samples / 8, this.#silence.heard);
  }

  #step(level: number): void {
    this.#silence.frame(level);
    if (this.#samples >= this.#limit) {
      this.end(this.#limitReason);
      return;
    }
    const { maxSilenceMs, initialSilenceMs } = this.#request;
    const allowed = this.#silence.heard ? maxSilenceMs : (initialSilenceMs ?? maxSilenceMs);
    if (allowed !== undefined && this.#silence.silenceMs >= allowed) this.end('silence');
  }

  #appendLinear(): void {
    const count = Math.min(FRAME, this.#limit - this.#samples);
    for (let index = 0; index < count; index++) {
      const sample = this.#linear[index] as number;
      this.#piece[this.#filled++] = sample;
      this.#piece[this.#filled++] = sample >> 8;
      if (this.#filled === this.#piece.length) this.#handOver();
    }
    this.#samples += count;
  }

  #appendEncoded(): void {
    const count = Math.min(FRAME, this.#limit - this.#samples);
    for (let index = 0; index < count; index++) {
      this.#piece[this.#filled++] = this.#encoded[index] as number;
      if (this.#filled === this.#piece.length) this.#handOver();
    }
    this.#samples += count;
  }

  #handOver(): void {
    this.#observer.recorded(this.task, this.#piece);
    this.#piece = new Uint8Array(PIECE_SAMPLES * this.#sampleBytes);
    this.#filled = 0;
  }
}
