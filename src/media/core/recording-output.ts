import type { RecordFormat, RecordOutcome, RecordRate } from '../../channel/record-port.ts';
import { encodeG711, type Law, PCMA, PCMU, silenceOf } from '../codec/g711.codec.ts';
import { Upsampler } from '../codec/upsampler.codec.ts';
import { SILENCE_DBOV } from '../level/level.codec.ts';
import { SilenceDetector } from '../level/silence.state.ts';
import { wavHeaderSize, wavSampleBytes, wavSamples } from '../wav/wav-writer.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { FRAME } from './rtp-sender.ts';

/** Pieces of two seconds go to the host: each costs two writes, which the disk's thread and this one have to be woken for. */
const PIECE_FRAMES = 100;
/** How many of the last frames can be taken back: 60 ms. They stay here when the others go to the host. */
export const REWINDABLE_FRAMES = 3;
/** Every 200 ms it is told how a recording stands that somebody watches. */
const FRAMES_PER_REPORT = 10;

/** What linear frames are encoded in; shared by all recordings, so that it stays in the processor's cache. */
const ENCODED = new Uint8Array(2 * FRAME);
const SILENT = new Int16Array(2 * FRAME);
/** WAV samples have their low byte first; where the machine has not, they are turned round at the end. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** When a recording ends by itself, and as what it is written. */
export interface RecordingLimits {
  readonly format: RecordFormat;
  readonly rate?: RecordRate | undefined;
  readonly maxDurationMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Size of the file that it is appended to; that of a header when left out. */
  readonly usedBytes?: number | undefined;
  readonly maxSilenceMs?: number | undefined;
  readonly initialSilenceMs?: number | undefined;
  readonly isWatched?: boolean | undefined;
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
  readonly #upsampler: Upsampler | undefined;
  /** Moments of one sample for each channel, at 8000 Hz. */
  readonly #limit: number;
  readonly #limitReason: 'timeout' | 'size';
  readonly #silence = new SilenceDetector();
  /** What {@link RecordingOutput.#silence} was before each of the last frames. */
  readonly #past = Array.from({ length: REWINDABLE_FRAMES }, () => new SilenceDetector());
  /** Frames in all, and how many of the last ones can be taken back. */
  #frames = 0;
  #rewindable = 0;
  /** The piece that is being filled: of 16-bit samples or of G.711 bytes. A whole number of frames fits. */
  #piece: Int16Array | Uint8Array;
  /** Samples in it. */
  #filled = 0;
  #moments = 0;
  #untilReport = FRAMES_PER_REPORT;
  #ended = false;

  constructor(task: number, limits: RecordingLimits, channels: 1 | 2, observer: MediaObserver) {
    this.task = task;
    this.law = limits.format === 'PCMU' ? PCMU : limits.format === 'PCMA' ? PCMA : undefined;
    this.#limits = limits;
    this.#channels = channels;
    this.#observer = observer;
    this.#sampleBytes = wavSampleBytes(wavSamples(limits.format));
    this.#upsampler = limits.rate === 16_000 ? new Upsampler(channels) : undefined;
    const byTime = Math.floor((limits.maxDurationMs ?? Number.POSITIVE_INFINITY) * 8);
    const used = limits.usedBytes ?? wavHeaderSize(wavSamples(limits.format));
    const momentBytes = this.#sampleBytes * channels * (this.#upsampler ? 2 : 1);
    // Whole 16-bit words: a chunk of odd size would be followed by a byte of padding, which counts too.
    const unit = Math.max(2, momentBytes);
    const room = Math.max(0, (limits.maxBytes ?? Number.POSITIVE_INFINITY) - used);
    const bySize = (Math.floor(room / unit) * unit) / momentBytes;
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
      this.#append(samples, level);
    } else {
      encodeG711(this.law, samples, 0, ENCODED, 0, samples.length);
      this.#append(ENCODED, level);
    }
  }

  /** Appends a frame that is encoded as the file is. */
  encoded(frame: Uint8Array, level: number): void {
    this.#append(frame, level);
  }

  /** Appends frames of silence. */
  silent(frames = 1): void {
    const { law } = this;
    const samples = law === undefined ? SILENT : ENCODED.fill(silenceOf(law));
    for (let frame = 0; frame < frames; frame++) {
      this.#append(samples.subarray(0, FRAME * this.#channels), SILENCE_DBOV);
    }
  }

  /** Takes the last frames back, as far as that is possible, as if they had never come. @returns how many. */
  rewind(frames: number): number {
    const count = this.#ended ? 0 : Math.min(frames, this.#rewindable);
    if (count === 0) return 0;
    this.#frames -= count;
    this.#rewindable -= count;
    this.#filled -= count * FRAME * this.#channels;
    this.#moments -= count * FRAME;
    this.#silence.copy(this.#past[this.#frames % REWINDABLE_FRAMES] as SilenceDetector);
    return count;
  }

  /** What is there stays as it is. */
  settle(): void {
    this.#rewindable = 0;
  }

  /** What comes now does not follow what came before: silence counts from here. */
  interrupt(): void {
    this.settle();
    this.#silence.restart();
  }

  /** A frame has passed, recorded or not, of this level: tells how it stands from time to time. */
  passed(level: number): void {
    if (!this.#limits.isWatched || --this.#untilReport > 0) return;
    this.#untilReport = FRAMES_PER_REPORT;
    this.report(level);
  }

  /** Tells how it stands. */
  report(level: number): void {
    this.#observer.recorderProgress(this.task, this.#moments / 8, level, this.#silence.heard);
  }

  /** Ends it, once, handing over what there is. */
  end(reason: RecordOutcome['reason']): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handOver(this.#filled);
    if (this.#upsampler) this.#give(this.#upsampler.flush());
    this.#observer.recorderEnded(this.task, reason, this.#moments / 8, this.#silence.heard);
  }

  #append(samples: Int16Array | Uint8Array, level: number): void {
    if (this.#ended) return;
    const moments = Math.min(FRAME, this.#limit - this.#moments);
    const count = moments * this.#channels;
    this.#piece.set(count === samples.length ? samples : samples.subarray(0, count), this.#filled);
    this.#filled += count;
    this.#moments += moments;
    if (this.#filled === this.#piece.length) this.#turnOver();
    (this.#past[this.#frames % REWINDABLE_FRAMES] as SilenceDetector).copy(this.#silence);
    this.#frames++;
    if (this.#rewindable < REWINDABLE_FRAMES) this.#rewindable++;
    this.#silence.frame(level);
    this.#check();
  }

  #check(): void {
    if (this.#moments >= this.#limit) {
      this.end(this.#limitReason);
      return;
    }
    const { maxSilenceMs, initialSilenceMs } = this.#limits;
    const allowed = this.#silence.heard ? maxSilenceMs : (initialSilenceMs ?? maxSilenceMs);
    if (allowed !== undefined && this.#silence.silenceMs >= allowed) this.end('silence');
  }

  /** Hands over all but the frames that can be taken back, which begin the next piece. */
  #turnOver(): void {
    const full = this.#piece;
    const done = PIECE_FRAMES * FRAME * this.#channels;
    this.#handOver(done);
    this.#piece = this.#newPiece();
    this.#piece.set(full.subarray(done));
    this.#filled = full.length - done;
  }

  #handOver(count: number): void {
    const piece = this.#piece.subarray(0, count);
    // The upsampler has 16-bit samples only, as its files.
    this.#give(this.#upsampler && piece instanceof Int16Array ? this.#upsampler.push(piece) : piece);
    this.#filled = 0;
  }

  #give({ buffer, byteOffset, byteLength }: Int16Array | Uint8Array): void {
    if (byteLength === 0) return;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    if (!LITTLE_ENDIAN && this.law === undefined) bytes.swap16();
    this.#observer.recorded(this.task, bytes);
  }

  #newPiece(): Int16Array | Uint8Array {
    const length = (PIECE_FRAMES + REWINDABLE_FRAMES) * FRAME * this.#channels;
    return this.law === undefined ? new Int16Array(length) : new Uint8Array(length);
  }
}
