import { type Law, PCMA, PCMU, silenceOf } from '../codec/g711.codec.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** Frames that are kept: the last one, and as many before it as are needed to conceal one that is lost. */
export const KEPT = 4;

const COUNT = 0;
const LAW = 1;
const IS_THERE = 2;
const NUMBERS = 4;
const NUMBER_BYTES = NUMBERS * Int32Array.BYTES_PER_ELEMENT;

/** Bytes that the last frames of a voice take. */
export const VOICE_BYTES = NUMBER_BYTES + KEPT + KEPT * FRAME;

/** The last frames of a voice: in memory of one thread, or in memory that another one looks into while this one writes. */
export class VoiceMemory {
  readonly bytes: Uint8Array;
  readonly #numbers: Int32Array;
  readonly #isSilent: Uint8Array;
  readonly #all: Uint8Array;

  /** @param buffer - of {@link VOICE_BYTES}; all zeros is a voice that has said nothing yet. */
  constructor(buffer: ArrayBufferLike = new ArrayBuffer(VOICE_BYTES)) {
    this.#all = new Uint8Array(buffer);
    this.#numbers = new Int32Array(buffer, 0, NUMBERS);
    this.#isSilent = new Uint8Array(buffer, NUMBER_BYTES, KEPT);
    this.bytes = new Uint8Array(buffer, NUMBER_BYTES + KEPT, KEPT * FRAME);
  }

  /** How many frames there have been. Whoever sees a new number sees its frame as well. */
  get count(): number {
    return Atomics.load(this.#numbers, COUNT);
  }

  get law(): Law {
    return this.#numbers[LAW] === PCMA ? PCMA : PCMU;
  }

  set law(law: Law) {
    this.#numbers[LAW] = law;
  }

  /** Whether it is there to be heard, silent or not. */
  get isThere(): boolean {
    return Atomics.load(this.#numbers, IS_THERE) === 1;
  }

  set isThere(isThere: boolean) {
    Atomics.store(this.#numbers, IS_THERE, isThere ? 1 : 0);
  }

  isSilent(slot: number): boolean {
    return this.#isSilent[slot] !== 0;
  }

  mark(slot: number, isSilent: boolean): void {
    this.#isSilent[slot] = isSilent ? 1 : 0;
  }

  /** Nothing is said any more in any frame. */
  silence(): void {
    this.bytes.fill(silenceOf(this.law));
    this.#isSilent.fill(1);
  }

  /** The frame that has been written is there. */
  next(): void {
    Atomics.add(this.#numbers, COUNT, 1);
  }

  /** Where in {@link VoiceMemory.bytes} a frame begins; below zero when nothing was said in it. */
  at(frame: number): number {
    const slot = frame % KEPT;
    return this.isSilent(slot) ? -1 : slot * FRAME;
  }

  /** Goes on with what is in another one. */
  take(other: VoiceMemory): void {
    this.#all.set(other.#all);
  }
}
