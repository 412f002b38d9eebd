import { ChannelError, isChannelError, isHangup } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { handled } from '../../operation.ts';
import type { Channel } from '../channel.ts';
import type { Pair } from './queue.state.ts';
import type { CheckedQueueOptions, QueuePlace } from './queue-options.ts';

/** What a caller is cut off with when it is its turn. */
const TURN = new ChannelError('INVALID_STATE', 'it is the turn of this caller');

/** A caller that waits: hears where it stands from time to time, until it is its turn. */
export class WaitingCaller {
  readonly channel: Channel;
  /** Resolves when an agent is there, or with nothing when the wait was called off. */
  readonly turn: Promise<Pair | undefined>;
  readonly #options: Pick<CheckedQueueOptions, 'announceEvery' | 'announcement'>;
  readonly #place: () => QueuePlace;
  readonly #logger: Logger;
  readonly #over = new AbortController();
  readonly #announcing: Promise<void>;
  #settle: (pair: Pair | undefined) => void = () => undefined;

  /** @param place - where it stands now. */
  constructor(
    channel: Channel,
    options: Pick<CheckedQueueOptions, 'announceEvery' | 'announcement'>,
    place: () => QueuePlace,
    logger: Logger,
  ) {
    this.channel = channel;
    this.#options = options;
    this.#place = place;
    this.#logger = logger;
    this.turn = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#announcing = handled(this.#announce());
  }

  /** It is its turn, or it goes away: what it is being told is broken off at once. */
  end(pair: Pair | undefined): void {
    this.#over.abort(TURN);
    this.#settle(pair);
  }

  /** Resolves when nothing of it is heard any more. */
  async quiet(): Promise<void> {
    await this.#announcing;
  }

  async #announce(): Promise<void> {
    const { announceEvery } = this.#options;
    const { signal } = this.#over;
    if (announceEvery === 0) return;
    let next = this.#place().waited;
    while (!signal.aborted) {
      try {
        // From beginning to beginning, however long one takes.
        next = Math.max(next + announceEvery, this.#place().waited);
        await this.channel.sleep(next - this.#place().waited, { signal });
        const media = this.#options.announcement(this.#place());
        if (media !== undefined) await this.channel.filePlayer.play(media, { signal });
      } catch (error) {
        if (signal.aborted || isHangup(error)) return;
        // A sound that is missing is no reason to lose a caller.
        const code = isChannelError(error) ? error.code : undefined;
        this.#logger.warn('a caller in a queue could not be told where it stands', {
          channel: this.channel.id,
          code,
          error,
        });
      }
    }
  }
}
