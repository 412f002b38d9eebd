import { type Law, PCMA, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';

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
  readonly #frames: readonly Uint8Array[];

  /** @param buffer - of {@link VOICE_BYTES}; all zeros is a voice that has said nothing yet. */
  constructor(buffer: ArrayBufferLike = new ArrayBuffer(VOICE_BYTES)) {
    this.#numbers = new Int32Array(buffer, 0, NUMBERS);
    this.#isSilent = new Uint8Array(buffer, NUMBER_BYTES, KEPT);
    const bytes = new Uint8Array(buffer, NUMBER_BYTES + KEPT, KEPT * FRAME);
    this.bytes = bytes;
    this.#frames = Array.from({ length: KEPT }, (_, slot) => bytes.subarray(slot * FRAME, (slot + 1) * FRAME));
  }

  /** How many frames there have been. Whoever sees a new number sees its frame as well. */
  get count(): number {
    return Atomics.load(this.#numbers, COUNT);
  }

  get law(): Law {
    return this.#numbers[LAW] === PCMA ? PCMA : PCMU;
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

  /** The frame that begins there. */
  frame(at: number): Uint8Array {
    return this.#frames[at / FRAME] as Uint8Array;
  }

  /** Has another law: what was said before in the old one is translated. Who looks at it meanwhile sees silence. */
  change(law: Law): void {
    const before = this.#isSilent.slice();
    this.#isSilent.fill(1);
    translateG711(this.law, law, this.bytes, 0, this.bytes, 0, this.bytes.length);
    this.#numbers[LAW] = law;
    this.#isSilent.set(before);
  }

  /** Goes on with what is in another one. */
  take(other: VoiceMemory): void {
    this.bytes.set(other.bytes);
    this.#isSilent.set(other.#isSilent);
    this.#numbers[LAW] = other.law;
    this.isThere = other.isThere;
    Atomics.store(this.#numbers, COUNT, other.count);
  }
}
