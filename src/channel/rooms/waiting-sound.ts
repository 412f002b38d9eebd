import { isHangup } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Channel } from '../channel.ts';
import type { Media } from '../playback/media.ts';
import type { TonePlayer } from '../tone/tone-player.ts';
import type { PartySettings } from './conference-options.ts';

/** What one party hears while its conference is stopped. */
export class WaitingSound {
  readonly #far: Channel;
  readonly #tones: TonePlayer;
  readonly #settings: PartySettings;
  readonly #logger: Logger;
  #abort: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param far - the room's side of the party's call. */
  constructor(far: Channel, tones: TonePlayer, settings: PartySettings, logger: Logger) {
    this.#far = far;
    this.#tones = tones;
    this.#settings = settings;
    this.#logger = logger;
  }

  /** @param first - is heard before, once. */
  start(first: readonly Media[]): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#running = this.#running.then(() => this.#play(first, abort.signal));
  }

  /** Safe to repeat. */
  stop(): void {
    this.#abort?.abort();
  }

  async #play(first: readonly Media[], signal: AbortSignal): Promise<void> {
    const { stoppedMedia, ringbackTone } = this.#settings;
    const { filePlayer } = this.#far;
    for (const media of first) await this.#try(signal, () => filePlayer.play(media, { signal }));
    if (stoppedMedia === undefined) {
      await this.#try(signal, () => this.#tones.play(ringbackTone, { repeat: Number.POSITIVE_INFINITY, signal }));
    } else {
      await this.#try(signal, () => filePlayer.play(stoppedMedia, { loop: true, signal }));
    }
  }

  async #try(signal: AbortSignal, play: () => Promise<unknown>): Promise<void> {
    if (signal.aborted) return;
    try {
      await play();
    } catch (error) {
      if (signal.aborted || isHangup(error)) return;
      this.#logger.warn('a party of a stopped conference could not be played to', { error });
    }
  }
}
