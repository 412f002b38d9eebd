import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { LinkOptions } from '../mix-port.ts';
import { checkVolume } from '../playback/play-options.ts';

/** One end of a way of audio. */
export interface WayEnd {
  readonly channel: Channel;
  readonly core: ChannelCore;
}

/**
 * A way of audio from one channel to another one, made by {@link Bridge.whisper}, {@link Bridge.tap} and {@link Bridge.speakTo}. It ends with
 * either of the two calls, and with the bridge.
 */
export class AudioWay implements Disposable {
  /** Whose far end is heard. */
  readonly from: Channel;
  /** Whose far end hears it. */
  readonly to: Channel;
  readonly #setVolume: (decibels: number) => void;
  readonly #undo: (() => void)[];
  #isOpen = true;

  /** @internal @param closed - called once, when it has ended. */
  constructor(from: WayEnd, to: WayEnd, options: LinkOptions, closed: (way: AudioWay) => void) {
    this.from = from.channel;
    this.to = to.channel;
    const link = from.core.call.media.demand().link(to.core.call.media.demand(), options);
    this.#setVolume = (decibels) => link.setVolume(decibels);
    const ends = [from, to].map(({ core }) => core.call.onEnd(() => this.close()));
    this.#undo = [() => link.close(), ...ends.map((end) => () => end[Symbol.dispose]()), () => closed(this)];
  }

  /** False once it has ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * How much louder it is from the next packet on, in decibels: -60 to 20, less than 0 for softer. Without effect when it has ended.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  setVolume(decibels: number): void {
    const volume = checkVolume(decibels);
    if (this.#isOpen) this.#setVolume(volume);
  }

  /** Ends it; nothing of it is sent any more within one packet. Safe to repeat. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const undo of this.#undo) undo();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
