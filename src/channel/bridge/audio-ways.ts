import type { Channel } from '../channel.ts';
import type { LinkOptions } from '../mix-port.ts';
import { AudioWay, type WayEnd } from './audio-way.ts';

/** The ways of audio beside the mix of a bridge. */
export class AudioWays {
  readonly #open = new Set<AudioWay>();
  /** Those that end when one of the two leaves the bridge. */
  readonly #whispers = new Set<AudioWay>();

  /** Throws `ChannelError` `INVALID_STATE` when the two cannot be linked. */
  link(from: WayEnd, to: WayEnd, options: LinkOptions, ended: () => void = () => undefined): AudioWay {
    const way = new AudioWay(from, to, options, () => {
      this.#open.delete(way);
      this.#whispers.delete(way);
      ended();
    });
    this.#open.add(way);
    return way;
  }

  /** As {@link AudioWays.link}, between two members. */
  whisper(from: WayEnd, to: WayEnd, options: LinkOptions, ended: () => void): AudioWay {
    const way = this.link(from, to, options, ended);
    this.#whispers.add(way);
    return way;
  }

  /** A member has left. */
  endWhispers(channel: Channel): void {
    for (const way of [...this.#whispers]) if (way.from === channel || way.to === channel) way.close();
  }

  close(): void {
    for (const way of [...this.#open]) way.close();
  }
}
