import type { PlaySource } from '../../channel/play-port.ts';
import { HeardSpans } from '../../media/core/heard-spans.state.ts';
import { toneLength } from '../../tone-sequence.ts';
import type { MemoryFiles } from './memory-files.ts';
import { SAMPLES_PER_MS, type Sound, sampleAt } from './sound-track.ts';
import { soundOf } from './speech.ts';
import { toneSound } from './tone-sound.ts';

/** One of the sources of a playing. */
export interface FakeItem {
  readonly name: string;
  /** Where it begins in the list, in milliseconds; undefined as long as what is before it is not known. */
  from: number | undefined;
  /** As far as it is known. */
  ms: number;
  isWhole: boolean;
  readonly heard: HeardSpans;
}

/** A part of the list whose sound is known. */
interface Segment {
  readonly from: number;
  readonly ms: number;
  readonly sound: () => Sound;
}

const SILENT: Sound = { kind: 'samples', samples: new Int16Array(0) };

/** What a playing consists of, as far as its streams have been read. Positions are milliseconds from its beginning. */
export class FakeList {
  readonly items: readonly FakeItem[];
  readonly #sources: readonly PlaySource[];
  readonly #files: MemoryFiles;
  readonly #segments: Segment[] = [];
  /** The first source that is not known to its end. */
  #next = 0;
  #knownMs = 0;

  constructor(sources: readonly PlaySource[], files: MemoryFiles) {
    this.#sources = sources;
    this.#files = files;
    this.items = sources.map(({ name }) => ({ name, from: undefined, ms: 0, isWhole: false, heard: new HeardSpans() }));
    this.#extend();
  }

  /** Up to where it is known. */
  get knownMs(): number {
    return this.#knownMs;
  }

  /** Whether it is known to its end. */
  get isWhole(): boolean {
    return this.#next === this.#sources.length;
  }

  /** Length of the whole; undefined as long as a stream does not say how long it is. */
  get durationMs(): number | undefined {
    let sum = 0;
    for (const [index, source] of this.#sources.entries()) {
      const item = this.items[index];
      const ms = source.kind === 'stream' && !item?.isWhole ? source.stream.durationMs : this.#lengthOf(source, item);
      if (ms === undefined) return undefined;
      sum += ms;
    }
    return sum;
  }

  /** What plays at a position. */
  itemAt(ms: number): FakeItem | undefined {
    return this.items.findLast(({ from }) => from !== undefined && from <= ms);
  }

  /** Reads on in a stream; when that is at its end, what comes after it is known. Rejects with `ChannelError`. */
  async read(): Promise<void> {
    const source = this.#sources[this.#next];
    const item = this.items[this.#next];
    if (source?.kind !== 'stream' || !item) return;
    const pcm = await source.stream.read();
    if (pcm) {
      const rate = source.stream.sampleRate;
      this.#add(item, (pcm.length / rate) * 1000, () => soundOf({ pcm, rate }).sound);
      return;
    }
    item.isWhole = true;
    this.#next++;
    this.#extend();
  }

  /** What is heard from a position on, so much louder. Over and over if it loops. */
  soundFrom(ms: number, decibels: number, isLoop: boolean): Sound {
    const gain = 10 ** (decibels / 20);
    const [first, second] = this.#segments;
    const sound = first?.sound() ?? SILENT;
    if (!second && sound.kind === 'tones') return { ...sound, amplitude: sound.amplitude * gain };
    const length = isLoop ? this.#knownMs * SAMPLES_PER_MS : Number.POSITIVE_INFINITY;
    const offset = Math.round(ms * SAMPLES_PER_MS);
    return {
      kind: 'computed',
      at: (position) => Math.round(gain * this.#sampleAt(isLoop ? (offset + position) % length : offset + position)),
    };
  }

  /** No more is wanted of its streams. */
  close(): void {
    for (const source of this.#sources) {
      if (source.kind === 'stream') void source.stream.close().catch(() => undefined);
    }
  }

  #extend(): void {
    for (; this.#next < this.#sources.length; this.#next++) {
      const source = this.#sources[this.#next];
      const item = this.items[this.#next];
      if (!source || !item) return;
      item.from = this.#knownMs;
      if (source.kind === 'stream') return;
      this.#add(item, this.#lengthOf(source), () => this.#soundOf(source));
      item.isWhole = true;
    }
  }

  #add(item: FakeItem, ms: number, make: () => Sound): void {
    let sound: Sound | undefined;
    const made = (): Sound => {
      sound ??= make();
      return sound;
    };
    this.#segments.push({ from: this.#knownMs, ms, sound: made });
    this.#knownMs += ms;
    item.ms += ms;
  }

  #sampleAt(index: number): number {
    const segment = this.#segments.findLast(({ from }) => Math.round(from * SAMPLES_PER_MS) <= index);
    if (!segment) return 0;
    const first = Math.round(segment.from * SAMPLES_PER_MS);
    return index - first < segment.ms * SAMPLES_PER_MS ? sampleAt(segment.sound(), index - first) : 0;
  }

  #lengthOf(source: PlaySource, item?: FakeItem): number {
    switch (source.kind) {
      case 'file':
        return this.#files.durationOf(source.path);
      case 'tone':
        return toneLength(source.tone);
      case 'silence':
        return source.ms;
      case 'samples':
        return (source.samples.length / source.sampleRate) * 1000;
      case 'stream':
        return item?.ms ?? 0;
    }
  }

  #soundOf(source: PlaySource): Sound {
    if (source.kind === 'file') return this.#files.soundOf(source.path);
    if (source.kind === 'tone') return toneSound(source.tone);
    if (source.kind === 'samples') return soundOf({ pcm: source.samples, rate: source.sampleRate }).sound;
    return SILENT;
  }
}
