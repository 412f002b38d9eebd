import type { PlayOutcome } from '../../channel/play-port.ts';
import type { Law } from '../codec/g711.codec.ts';
import type { Player } from '../core/player.ts';
import type { AudioReader } from '../play/audio-reader.ts';
import type { StreamReader } from '../play/stream-reader.ts';
import { fromPlainError, type PlainError, toPlainError } from './plain-error.ts';
import type { PlayAnchor, PlayControl } from './play-protocol.ts';
import type { Plain } from './protocol.ts';

const BYTES_PER_MS = 8;
/** Further than anything can be played. */
const MAX_POSITION = 2 ** 40;

/** How a playing ended. */
type PlayEnd = Omit<PlayOutcome, 'error'>;

export interface PlayTaskHost {
  /** Time of day in milliseconds since 1970. */
  wallNow(): number;
  started(anchor: PlayAnchor): void;
  moved(anchor: PlayAnchor): void;
  /** Ends it at once, with an error. */
  fail(): void;
  finished(outcome: Plain<PlayOutcome>, unstarted: boolean): void;
}

export interface PlayTaskOptions {
  readonly player: Player;
  readonly reader: AudioReader;
  /** Those of the sources that are streams, by their place in the list. */
  readonly streams: ReadonlyMap<number, StreamReader>;
  readonly law: Law;
  readonly positionMs: number;
  readonly host: PlayTaskHost;
}

/** Feeds a player from what is to be played, in time, and goes elsewhere in it when the program wants that. */
export class PlayTask {
  readonly #options: PlayTaskOptions;
  /** Where to go before anything else is read. */
  #target: number | undefined;
  #number = 0;
  #shownLength: number | undefined;
  #isFeeding = false;
  #isOpen = false;
  #isStarted = false;
  #isEnded = false;
  #fault: PlainError | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PlayTaskOptions) {
    this.#options = options;
    if (options.positionMs > 0) this.#target = positionOf(options.positionMs);
  }

  /** The player wants more, or something has changed. */
  feed(): void {
    if (!this.#isFeeding && !this.#isEnded) this.#work = this.#feed();
  }

  control(control: PlayControl): void {
    if (this.#isEnded) return;
    const { player, streams } = this.#options;
    switch (control.kind) {
      case 'pause':
      case 'resume':
        player[control.kind]();
        this.#number = control.number;
        if (control.kind === 'pause') this.tell();
        break;
      case 'seek':
        this.#number = control.number;
        this.#seek(positionOf(control.positionMs));
        break;
      case 'volume':
        player.setVolume(control.decibels);
        break;
      case 'piece':
        streams.get(control.source)?.push(control.samples);
        break;
      case 'end':
        streams.get(control.source)?.complete();
        break;
      case 'failure':
        streams.get(control.source)?.fail(fromPlainError(control.error));
        break;
    }
  }

  /** Tells where it stands. */
  tell(): void {
    if (this.#isStarted && !this.#isEnded) this.#options.host.moved(this.#anchor());
  }

  /** The player is done. */
  end(end: PlayEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { host, reader } = this.#options;
    const error = end.reason === 'error' ? this.#fault : undefined;
    host.finished({ ...end, error }, !this.#isStarted && error !== undefined);
    reader.interrupt();
    this.#work = this.#work.then(() => reader.close());
  }

  /** Resolves when everything is given back. Called after the end. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #seek(position: number): void {
    this.#target = position;
    this.#fault = undefined;
    this.#options.player.restart(position);
    this.#options.reader.interrupt();
    this.feed();
  }

  async #feed(): Promise<void> {
    const { player, reader, law } = this.#options;
    this.#isFeeding = true;
    try {
      if (!this.#isOpen) await reader.open();
      this.#isOpen = true;
      while (!this.#isEnded) {
        if (this.#target !== undefined) {
          await this.#go(this.#target);
          continue;
        }
        if (!player.isHungry) break;
        const next = reader.next();
        const piece = next instanceof Promise ? await next : next;
        if (this.#isEnded || this.#target !== undefined) continue;
        if (piece) player.push(piece, law);
        else player.complete();
        if (!piece || piece.length > 0) this.#begin();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isFeeding = false;
    }
    this.#showLength();
  }

  /** Takes up reading at a position, or as near to it as there is anything. */
  async #go(position: number): Promise<void> {
    this.#target = undefined;
    const reached = await this.#options.reader.seek(position);
    if (this.#target !== undefined || this.#isEnded) return;
    this.#options.player.restart(reached);
    this.tell();
  }

  /** Its first audio is ready. */
  #begin(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#options.host.started(this.#anchor());
  }

  /** What was read before is still played; a playing that has not begun ends at once. */
  #fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#fault = toPlainError(error);
    if (this.#isStarted) this.#options.player.complete('error');
    else this.#options.host.fail();
  }

  #showLength(): void {
    if (this.#options.reader.expectedLength !== this.#shownLength) this.tell();
  }

  #anchor(): PlayAnchor {
    const { player, reader, host } = this.#options;
    const { flow, position, heard, newFrom } = player.place;
    this.#shownLength = reader.expectedLength;
    return {
      number: this.#number,
      at: host.wallNow(),
      flow,
      positionMs: position / BYTES_PER_MS,
      heardMs: heard / BYTES_PER_MS,
      newFromMs: newFrom / BYTES_PER_MS,
      durationMs: this.#shownLength === undefined ? undefined : this.#shownLength / BYTES_PER_MS,
    };
  }
}

function positionOf(ms: number): number {
  return Math.max(0, Math.min(MAX_POSITION, Math.round(ms * BYTES_PER_MS)));
}
