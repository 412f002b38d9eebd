import type { PlayOutcome } from '../../channel/play-port.ts';
import { type Law, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, SILENCE_DBOV } from '../level/level.codec.ts';
import type { MediaObserver } from './media-observer.ts';

/** The host is asked for more when less than a second is left. */
const LOW_WATER = 8000;

interface Piece {
  readonly bytes: Uint8Array;
  readonly law: Law;
}

/** Plays what the host pushes. It knows no file and never waits: where audio is missing there is silence. */
export class Player {
  readonly task: number;
  readonly #bargeIn: string;
  readonly #observer: MediaObserver;
  readonly #pieces: Piece[] = [];
  #position = 0;
  #buffered = 0;
  #played = 0;
  /** What was taken last, for its level. */
  #last: Piece | undefined;
  #lastAt = 0;
  #lastCount = 0;
  #complete = false;
  #asked = false;
  #ended = false;
  /** Frames that had to be silent because the host was late. */
  underruns = 0;

  constructor(task: number, bargeIn: string, observer: MediaObserver) {
    this.task = task;
    this.#bargeIn = bargeIn;
    this.#observer = observer;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Level of what was taken last, in dBov. */
  get level(): number {
    const last = this.#last;
    return last ? levelOfG711(last.law, last.bytes, this.#lastAt, this.#lastCount) : SILENCE_DBOV;
  }

  /** Appends audio, which must not be changed any more. */
  push(bytes: Uint8Array, law: Law): void {
    this.#asked = false;
    if (bytes.length === 0) return;
    this.#pieces.push({ bytes, law });
    this.#buffered += bytes.length;
  }

  /** Says that nothing more will be pushed. */
  complete(): void {
    this.#complete = true;
  }

  /** Writes the next `count` bytes in `law`, with silence where there is no audio. @returns false when it has ended. */
  take(into: Uint8Array, offset: number, count: number, law: Law): boolean {
    if (this.#ended) return false;
    let done = 0;
    while (done < count) {
      const piece = this.#pieces[0];
      if (!piece) break;
      const amount = Math.min(count - done, piece.bytes.length - this.#position);
      translateG711(piece.law, law, piece.bytes, this.#position, into, offset + done, amount);
      this.#last = piece;
      this.#lastAt = this.#position;
      this.#lastCount = amount;
      done += amount;
      this.#position += amount;
      if (this.#position === piece.bytes.length) {
        this.#pieces.shift();
        this.#position = 0;
      }
    }
    this.#played += done;
    this.#buffered -= done;
    if (done < count) into.fill(silenceOf(law), offset + done, offset + count);
    if (this.#complete) {
      if (this.#buffered === 0) this.end('completed');
    } else {
      if (done < count) this.underruns++;
      if (!this.#asked && this.#buffered < LOW_WATER) {
        this.#asked = true;
        this.#observer.playerHungry(this.task);
      }
    }
    return done > 0 || !this.#ended;
  }

  /** A key went down: it may end the playing. */
  digit(digit: string): void {
    if (this.#bargeIn.includes(digit)) this.end('bargein');
  }

  /** Ends it, once; nothing of it is sent after that. */
  end(reason: PlayOutcome['reason']): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pieces.length = 0;
    this.#observer.playerEnded(this.task, reason, this.#played / 8);
  }
}
