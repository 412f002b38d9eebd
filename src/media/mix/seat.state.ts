import type { MixSettings } from '../../channel/mix-port.ts';
import { decodeTable, type Law, PCMA, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, SILENCE_DBOV } from '../level/level.codec.ts';
import { loudness } from './loudness.codec.ts';
import type { Source } from './source.ts';
import type { Voice } from './voice.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;

/** For each byte of both laws whether it is digital silence, of either sign. */
const SILENT = [silentBytes(PCMU), silentBytes(PCMA)] as const;

/** What all who take part in a mix share. */
export interface MixSum {
  /** The sum of what all say. */
  readonly total: Int32Array;
  /** Those who say something just now. */
  readonly speaking: Seat[];
  /** How many frames all have given. */
  frames: number;
  /** How many take part. */
  readonly size: number;
}

/** How one call takes part in a mix: what it adds to the sum of all, and what it hears of it. */
export class Seat implements Source {
  /** What it adds to the sum just now; all zeros when that is nothing. */
  readonly own: Int32Array = new Int32Array(FRAME);
  readonly #mix: MixSum;
  readonly #voice: Voice;
  #settings: MixSettings;
  #loudness = loudness(0);
  #factor = 1;
  /** Where its last frame is in the bytes of its voice; below zero when it said nothing. */
  #at = -1;
  #isSpeaking = false;
  /** Frames that it gave to the mix, and those of the others that it has heard. */
  #given = 0;
  #heard: number;
  /** The one whose frame was taken, when that was the only one. */
  #only: Seat | undefined;

  constructor(mix: MixSum, voice: Voice, settings: MixSettings) {
    this.#mix = mix;
    this.#voice = voice;
    this.#settings = settings;
    this.#heard = mix.frames;
    voice.open();
    this.change(settings);
  }

  /** Takes effect with the next frame; who is not heard any more is silent at once. */
  change(settings: Partial<MixSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    const { isHeard, gain, volume } = this.#settings;
    this.#loudness = loudness(gain);
    this.#factor = 10 ** (volume / 20);
    if (!isHeard) this.#withdraw();
  }

  /** Whether the others hear it when it speaks. */
  get isHeard(): boolean {
    return this.#settings.isHeard;
  }

  /** What it says just now, in dBov. */
  get level(): number {
    if (this.#at < 0) return SILENCE_DBOV;
    const level = levelOfG711(this.#voice.law, this.#voice.bytes, this.#at, FRAME);
    return level === SILENCE_DBOV ? level : Math.max(SILENCE_DBOV, Math.min(0, level + this.#settings.gain));
  }

  /** The next frame of its voice is there. */
  spoke(): void {
    const voice = this.#voice;
    this.#at = voice.at(voice.count - 1);
    this.#given++;
    this.#mix.frames++;
    if (this.#settings.isHeard && this.#hasSound()) this.#contribute();
    else this.#withdraw();
  }

  /** It takes part no more. */
  leave(): void {
    this.#withdraw();
    this.#voice.close();
  }

  get isThere(): boolean {
    return this.#settings.hears && this.#mix.size > 1;
  }

  get isPlain(): boolean {
    return this.#only !== undefined && this.#settings.volume === 0 && this.#only.#settings.gain === 0;
  }

  take(): boolean {
    const frames = this.#mix.frames - this.#given;
    const isNew = frames !== this.#heard;
    this.#heard = frames;
    const count = this.#mix.speaking.length - (this.#isSpeaking ? 1 : 0);
    if (!isNew || !this.#settings.hears || count === 0) return false;
    this.#only = count === 1 ? this.#mix.speaking[this.#mix.speaking[0] === this ? 1 : 0] : undefined;
    return true;
  }

  skip(): void {
    this.#heard = this.#mix.frames - this.#given;
  }

  copy(law: Law, into: Uint8Array): void {
    const only = this.#only as Seat;
    translateG711(only.#voice.law, law, only.#voice.bytes, only.#at, into, 0, FRAME);
  }

  add(sum: Int32Array): void {
    const { total } = this.#mix;
    const own = this.own;
    const factor = this.#factor;
    if (factor === 1) {
      for (let index = 0; index < FRAME; index++) {
        sum[index] = (sum[index] as number) + (total[index] as number) - (own[index] as number);
      }
      return;
    }
    for (let index = 0; index < FRAME; index++) {
      sum[index] = (sum[index] as number) + Math.round(((total[index] as number) - (own[index] as number)) * factor);
    }
  }

  #hasSound(): boolean {
    if (this.#at < 0) return false;
    const { bytes, law } = this.#voice;
    const silent = SILENT[law];
    for (let index = this.#at; index < this.#at + FRAME; index++) if (!silent[bytes[index] as number]) return true;
    return false;
  }

  #contribute(): void {
    const { bytes, law } = this.#voice;
    const { total } = this.#mix;
    const table = this.#loudness[law];
    const own = this.own;
    const at = this.#at;
    for (let index = 0; index < FRAME; index++) {
      const sample = table[bytes[at + index] as number] as number;
      total[index] = (total[index] as number) + sample - (own[index] as number);
      own[index] = sample;
    }
    if (!this.#isSpeaking) this.#mix.speaking.push(this);
    this.#isSpeaking = true;
  }

  #withdraw(): void {
    if (!this.#isSpeaking) return;
    this.#isSpeaking = false;
    const { total, speaking } = this.#mix;
    for (let index = 0; index < FRAME; index++) total[index] = (total[index] as number) - (this.own[index] as number);
    this.own.fill(0);
    speaking.splice(speaking.indexOf(this), 1);
  }
}

function silentBytes(law: Law): Uint8Array {
  const table = decodeTable(law);
  const silence = Math.abs(table[silenceOf(law)] as number);
  return Uint8Array.from(table, (sample) => (Math.abs(sample) === silence ? 1 : 0));
}
