import type { PlayOutcome } from '../../channel/play-port.ts';
import type { ToneSequence } from '../../tone-sequence.ts';
import { encodeG711, type Law, PCMA, PCMU } from '../codec/g711.codec.ts';
import type { CodecName } from '../negotiation/plan.ts';
import { ToneGenerator } from '../tone/tone.state.ts';
import type { PlayTaskHost } from './play-task.ts';

/** A second at 8000 Hz. */
const PIECE = 8000;
/** Samples on their way from the generator to the encoder: all tones share it, none keeps anything in it. */
const SAMPLES = new Int16Array(PIECE);

/** Feeds a tone to the player of a call. */
export class ToneTask {
  readonly #task: number;
  readonly #generator: ToneGenerator;
  readonly #law: Law;
  readonly #host: PlayTaskHost;
  #ended = false;

  constructor(task: number, tone: ToneSequence, law: CodecName, host: PlayTaskHost) {
    this.#task = task;
    this.#law = law === 'PCMU' ? PCMU : PCMA;
    this.#generator = new ToneGenerator(tone, this.#law);
    this.#host = host;
  }

  /** Begins to play. The player must exist already. */
  begin(): void {
    this.#host.started(this.#task);
    this.feed();
  }

  /** The player wants more. */
  feed(): void {
    if (this.#ended) return;
    const count = this.#generator.take(SAMPLES);
    const bytes = new Uint8Array(count);
    encodeG711(this.#law, SAMPLES, 0, bytes, 0, count);
    this.#host.media.push(this.#task, bytes, this.#law);
    if (count < PIECE) this.#host.media.complete(this.#task);
  }

  /** The player is done. */
  end(reason: PlayOutcome['reason'], playedMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.finished(this.#task, { reason, playedMs, positionMs: playedMs, heardMs: playedMs }, false);
  }

  /** There is no file to be closed. */
  settled(): Promise<void> {
    return Promise.resolve();
  }
}
