import type { PlayOutcome } from '../../channel/play-port.ts';
import { type Law, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { gainTable } from '../codec/gain.codec.ts';
import { levelOfG711, SILENCE_DBOV } from '../level/level.codec.ts';
import { HeardSpans } from './heard-spans.state.ts';
import type { MediaObserver } from './media-observer.ts';

/** The host is asked for more when less than a second is left. */
const LOW_WATER = 8000;

interface Piece {
  readonly bytes: Uint8Array;
  readonly law: Law;
}

/** What becomes of the audio: it stands still, passes without being sent, or is sent. */
export type Flow = 'still' | 'unheard' | 'heard';

/** How a player begins. */
export interface PlayerOptions {
  /** Digits that end it; none by default. */
  readonly bargeIn?: string | undefined;
  readonly bargeInOnSpeech?: boolean | undefined;
  /** How many decibels louder. */
  readonly volume?: number | undefined;
  /** What becomes of its audio until the first frame shows it. */
  readonly flow?: Flow | undefined;
}

/** Where a player stands; samples. */
export interface PlayerPlace {
  readonly flow: Flow;
  readonly position: number;
  readonly heard: number;
  /** The first position from here on that was not heard before. */
  readonly newFrom: number;
}

/** Plays what the host pushes. It knows no file and never waits: where audio is missing there is silence. */
export class Player {
  readonly task: number;
  /** Whether it ends when the far end speaks. */
  readonly endsOnSpeech: boolean;
  readonly #bargeIn: string;
  readonly #observer: MediaObserver;
  readonly #pieces: Piece[] = [];
  readonly #heard = new HeardSpans();
  /** Samples of the first piece that were taken. */
  #offset = 0;
  #buffered = 0;
  #position = 0;
  #played = 0;
  /** What was taken last, for its level. */
  #last: Piece | undefined;
  #lastAt = 0;
  #lastCount = 0;
  #volume = 0;
  /** For each law, made when it is needed; empty without a change of volume. */
  #gains: (Uint8Array | undefined)[] = [];
  /** What became of the last frame; undefined when the host has to be told whatever the next one is. */
  #flow: Flow | undefined;
  /** How it ends when nothing is left. */
  #ending: 'completed' | 'error' | undefined;
  #isPaused = false;
  /** Whether anything was pushed: what comes before that is not yet told. */
  #hasAudio = false;
  #isAsking = false;
  #isEnded = false;

  constructor(task: number, options: PlayerOptions, observer: MediaObserver) {
    this.task = task;
    this.#bargeIn = options.bargeIn ?? '';
    this.endsOnSpeech = options.bargeInOnSpeech ?? false;
    this.#volume = options.volume ?? 0;
    this.#flow = options.flow ?? 'still';
    this.#observer = observer;
  }

  get ended(): boolean {
    return this.#isEnded;
  }

  /** Whether more should be pushed: less than a second is left. */
  get isHungry(): boolean {
    return !this.#isEnded && this.#ending === undefined && this.#buffered < LOW_WATER;
  }

  get place(): PlayerPlace {
    const position = this.#position;
    const { samples, newFrom } = { samples: this.#heard.samples, newFrom: this.#heard.newFrom(position) };
    return { flow: this.#flow ?? 'still', position, heard: samples, newFrom };
  }

  /** Level of what was taken last, in dBov. */
  get level(): number {
    const last = this.#last;
    if (!last || this.#lastCount === 0) return SILENCE_DBOV;
    const level = levelOfG711(last.law, last.bytes, this.#lastAt, this.#lastCount);
    return Math.max(SILENCE_DBOV, Math.min(0, level + this.#volume));
  }

  /** Appends audio, which must not be changed any more. */
  push(bytes: Uint8Array, law: Law): void {
    this.#isAsking = false;
    if (bytes.length === 0 || this.#isEnded) return;
    this.#hasAudio = true;
    this.#pieces.push({ bytes, law });
    this.#buffered += bytes.length;
  }

  /** Says that nothing more will be pushed; it ends for this reason when all has been sent. */
  complete(reason: 'completed' | 'error' = 'completed'): void {
    this.#ending = reason;
  }

  /** Drops what has been pushed: what is pushed from now on is at this position. */
  restart(position: number): void {
    this.#pieces.length = 0;
    this.#offset = 0;
    this.#buffered = 0;
    this.#position = position;
    this.#ending = undefined;
    this.#isAsking = false;
    this.#flow = undefined;
  }

  /** Stands still from the next frame on. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#flow = 'still';
  }

  resume(): void {
    if (this.#isPaused) this.#flow = undefined;
    this.#isPaused = false;
  }

  /** How many decibels louder it is from the next frame on. */
  setVolume(decibels: number): void {
    this.#volume = decibels;
    this.#gains = [];
  }

  /** Writes the next `count` bytes in `law`, with silence where there is no audio. */
  take(into: Uint8Array, offset: number, count: number, law: Law, isHeard: boolean): void {
    if (this.#isEnded) return;
    this.#lastCount = 0;
    const done = this.#isPaused ? 0 : this.#copy(into, offset, count, law);
    if (done < count) into.fill(silenceOf(law), offset + done, offset + count);
    if (done === count) this.#show(isHeard ? 'heard' : 'unheard');
    if (done > 0 && isHeard) this.#heard.add(this.#position, done);
    this.#position += done;
    this.#played += done;
    this.#buffered -= done;
    if (this.#isPaused) return;
    if (this.#ending === undefined) {
      if (done < count && this.#hasAudio) this.#show('still');
      if (!this.#isAsking && this.#buffered < LOW_WATER) {
        this.#isAsking = true;
        this.#observer.playerHungry(this.task);
      }
    } else if (this.#buffered === 0) {
      this.end(this.#ending);
    }
  }

  /** Lets a frame pass in which something else is sent. */
  rest(): void {
    this.#lastCount = 0;
    if (!this.#isPaused) this.#show('still');
  }

  /** A key went down: it may end the playing. */
  digit(digit: string): void {
    if (this.#bargeIn.includes(digit)) this.end('bargein');
  }

  /** The far end speaks: that may end the playing. */
  speech(): void {
    if (this.endsOnSpeech) this.end('bargein');
  }

  /** Ends it, once; nothing of it is sent after that. */
  end(reason: PlayOutcome['reason']): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#pieces.length = 0;
    this.#observer.playerEnded(this.task, reason, this.#played / 8, this.#position / 8, this.#heard.samples / 8);
  }

  /** @returns how many bytes there were. */
  #copy(into: Uint8Array, offset: number, count: number, law: Law): number {
    let done = 0;
    while (done < count) {
      const piece = this.#pieces[0];
      if (!piece) break;
      const amount = Math.min(count - done, piece.bytes.length - this.#offset);
      translateG711(piece.law, law, piece.bytes, this.#offset, into, offset + done, amount);
      this.#last = piece;
      this.#lastAt = this.#offset;
      this.#lastCount = amount;
      done += amount;
      this.#offset += amount;
      if (this.#offset === piece.bytes.length) {
        this.#pieces.shift();
        this.#offset = 0;
      }
    }
    if (this.#volume !== 0) this.#amplify(into, offset, done, law);
    return done;
  }

  #amplify(into: Uint8Array, offset: number, count: number, law: Law): void {
    this.#gains[law] ??= gainTable(law, this.#volume);
    const table = this.#gains[law];
    for (let at = offset; at < offset + count; at++) into[at] = table[into[at] as number] as number;
  }

  #show(flow: Flow): void {
    if (flow === this.#flow) return;
    this.#flow = flow;
    this.#observer.playerMoved(this.task);
  }
}
