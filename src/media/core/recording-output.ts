import type { RecordFormat, RecordOutcome } from '../../channel/media-port.ts';
import { encodeG711, type Law, PCMA, PCMU } from '../codec/g711.codec.ts';
import { SilenceDetector } from '../level/silence.state.ts';
import { wavHeaderSize, wavSampleBytes } from '../wav/wav-writer.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { FRAME } from './rtp-sender.ts';

/** Pieces of two seconds go to the host: each costs two writes, which the disk's thread and this one have to be woken for. */
const PIECE_FRAMES = 100;

/** What linear frames are encoded in; shared by all recordings, so that it stays in the processor's cache. */
const ENCODED = new Uint8Array(2 * FRAME);
/** WAV samples have their low byte first; where the machine has not, they are turned round at the end. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** When a recording ends by itself, and as what it is written. */
export interface RecordingLimits {
  readonly format: RecordFormat;
  readonly maxDurationMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxSilenceMs?: number | undefined;
  readonly initialSilenceMs?: number | undefined;
}

/** Gathers the frames of a recording into pieces for the host, and decides when it is over. */
export class RecordingOutput {
  readonly task: number;
  /** What its bytes are; undefined for 16-bit samples. */
  readonly law: Law | undefined;
  readonly #limits: RecordingLimits;
  readonly #channels: 1 | 2;
  readonly #observer: MediaObserver;
  readonly #sampleBytes: 1 | 2;
  /** Moments of one sample for each channel. */
  readonly #limit: number;
  readonly #limitReason: 'timeout' | 'size';
  readonly #silence = new SilenceDetector();
  /** The piece that is being filled: of 16-bit samples or of G.711 bytes. A whole number of frames fits. */
  #piece: Int16Array | Uint8Array;
  /** Samples in it. */
  #filled = 0;
  #moments = 0;
  #ended = false;

  constructor(task: number, limits: RecordingLimits, channels: 1 | 2, observer: MediaObserver) {
    this.task = task;
    this.law = limits.format === 'PCMU' ? PCMU : limits.format === 'PCMA' ? PCMA : undefined;
    this.#limits = limits;
    this.#channels = channels;
    this.#observer = observer;
    this.#sampleBytes = wavSampleBytes(limits.format);
    const byTime = Math.floor((limits.maxDurationMs ?? Number.POSITIVE_INFINITY) * 8);
    const room = (limits.maxBytes ?? Number.POSITIVE_INFINITY) - wavHeaderSize(limits.format);
    const momentBytes = this.#sampleBytes * channels;
    // Whole 16-bit words: a chunk of odd size would be followed by a byte of padding, which counts too.
    const unit = Math.max(2, momentBytes);
    const bySize = (Math.max(0, Math.floor(room / unit)) * unit) / momentBytes;
    this.#limit = Math.min(byTime, bySize);
    this.#limitReason = byTime <= bySize ? 'timeout' : 'size';
    this.#piece = this.#newPiece();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Appends a frame of linear samples, those of two channels in turns, of this level in dBov. */
  linear(samples: Int16Array, level: number): void {
    if (this.law === undefined) {
      this.#append(samples);
    } else {
      encodeG711(this.law, samples, 0, ENCODED, 0, samples.length);
      this.#append(ENCODED);
    }
    this.#step(level);
  }

  /** Appends a frame that is encoded as the file is. */
  encoded(frame: Uint8Array, level: number): void {
    this.#append(frame);
    this.#step(level);
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handOver();
    this.#observer.recorderEnded(this.task, reason, this.#moments / 8, this.#silence.heard);
  }

  #step(level: number): void {
    this.#silence.frame(level);
    if (this.#moments >= this.#limit) {
      this.end(this.#limitReason);
      return;
    }
    const { maxSilenceMs, initialSilenceMs } = this.#limits;
    const allowed = this.#silence.heard ? maxSilenceMs : (initialSilenceMs ?? maxSilenceMs);
    if (allowed !== undefined && this.#silence.silenceMs >= allowed) this.end('silence');
  }

  #append(samples: Int16Array | Uint8Array): void {
    const moments = Math.min(FRAME, this.#limit - this.#moments);
    const count = moments * this.#channels;
    this.#piece.set(count === samples.length ? samples : samples.subarray(0, count), this.#filled);
    this.#filled += count;
    this.#moments += moments;
    if (this.#filled === this.#piece.length) {
      this.#handOver();
      this.#piece = this.#newPiece();
    }
  }

  #handOver(): void {
    if (this.#filled === 0) return;
    const { buffer, byteOffset } = this.#piece;
    const bytes = Buffer.from(buffer, byteOffset, this.#filled * this.#sampleBytes);
    this.#filled = 0;
    if (!LITTLE_ENDIAN && this.law === undefined) bytes.swap16();
    this.#observer.recorded(this.task, bytes);
  }

  #newPiece(): Int16Array | Uint8Array {
    const length = PIECE_FRAMES * FRAME * this.#channels;
    return this.law === undefined ? new Int16Array(length) : new Uint8Array(length);
  }
}
