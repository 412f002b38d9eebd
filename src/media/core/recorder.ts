import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import { SilenceDetector } from '../level/silence.state.ts';
import { wavHeaderSize, wavSampleBytes } from '../wav/wav-writer.codec.ts';
import type { MediaObserver } from './media-observer.ts';
import { FRAME } from './rtp-sender.ts';

/** Pieces of four seconds go to the host: each costs two writes, which the disk's thread and this one have to be woken for. */
const PIECE_SAMPLES = 32_000;

/** What a frame is worked on in; shared by all recordings, so that it stays in the processor's cache. */
const LINEAR = new Int16Array(FRAME);
const ENCODED = new Uint8Array(FRAME);
/** WAV samples have their low byte first; where the machine has not, they are turned round at the end. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

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
  /** The piece that is being filled: of 16-bit samples or of G.711 bytes. A whole number of frames fits. */
  #piece: Int16Array | Uint8Array;
  /** Samples in it. */
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
    this.#piece = this.#newPiece();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** A frame was received. */
  voice(law: Law, frame: Uint8Array): void {
    decodeG711(law, frame, 0, LINEAR, 0, FRAME);
    this.#concealment.good(LINEAR);
    if (this.#law === undefined) this.#append(LINEAR);
    else if (this.#law === law) this.#append(frame);
    else {
      translateG711(law, this.#law, frame, 0, ENCODED, 0, FRAME);
      this.#append(ENCODED);
    }
    this.#step(levelOfG711(law, frame, 0, FRAME));
  }

  /** A frame is missing. */
  lost(): void {
    this.#concealment.conceal(LINEAR);
    if (this.#law === undefined) this.#append(LINEAR);
    else {
      encodeG711(this.#law, LINEAR, 0, ENCODED, 0, FRAME);
      this.#append(ENCODED);
    }
    this.#step(levelOfPcm(LINEAR, 0, FRAME));
  }

  /** Nothing was sent. */
  nothing(): void {
    if (this.#law === undefined) {
      this.#append(LINEAR.fill(0));
    } else {
      this.#append(ENCODED.fill(silenceOf(this.#law)));
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
    this.#handOver();
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

  #append(samples: Int16Array | Uint8Array): void {
    const count = Math.min(FRAME, this.#limit - this.#samples);
    this.#piece.set(count === FRAME ? samples : samples.subarray(0, count), this.#filled);
    this.#filled += count;
    this.#samples += count;
    if (this.#filled === PIECE_SAMPLES) {
      this.#handOver();
      this.#piece = this.#newPiece();
    }
  }

  #handOver(): void {
    if (this.#filled === 0) return;
    const { buffer, byteOffset } = this.#piece;
    const bytes = Buffer.from(buffer, byteOffset, this.#filled * this.#sampleBytes);
    this.#filled = 0;
    if (!LITTLE_ENDIAN && this.#law === undefined) bytes.swap16();
    this.#observer.recorded(this.task, bytes);
  }

  #newPiece(): Int16Array | Uint8Array {
    return this.#law === undefined ? new Int16Array(PIECE_SAMPLES) : new Uint8Array(PIECE_SAMPLES);
  }
}
