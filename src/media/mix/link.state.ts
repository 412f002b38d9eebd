import { type Law, translateG711 } from '../codec/g711.codec.ts';
import { loudness } from './loudness.codec.ts';
import type { Source } from './source.ts';
import type { FrameReader, Speaker } from './speaker.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;

/** How one far end hears another. */
export class Link implements Source {
  readonly #voice: Speaker;
  readonly #reader: FrameReader;
  #at = -1;
  #volume = 0;
  #loudness = loudness(0);

  constructor(voice: Speaker, volume: number) {
    voice.open();
    this.#voice = voice;
    this.#reader = voice.reader();
    this.setVolume(volume);
  }

  get isThere(): boolean {
    return true;
  }

  get isPlain(): boolean {
    return this.#volume === 0;
  }

  setVolume(decibels: number): void {
    if (decibels === this.#volume) return;
    this.#volume = decibels;
    this.#loudness = loudness(decibels);
  }

  take(): boolean {
    this.#at = this.#reader.take();
    return this.#at >= 0;
  }

  skip(frames: number): void {
    this.#reader.skip(frames);
  }

  copy(law: Law, into: Uint8Array): void {
    translateG711(this.#voice.law, law, this.#voice.bytes, this.#at, into, 0, FRAME);
  }

  add(sum: Int32Array): void {
    const { bytes, law } = this.#voice;
    const table = this.#loudness[law];
    const at = this.#at;
    for (let index = 0; index < FRAME; index++) {
      sum[index] = (sum[index] as number) + (table[bytes[at + index] as number] as number);
    }
  }

  /** Nobody hears it any more. */
  close(): void {
    this.#voice.close();
  }
}
