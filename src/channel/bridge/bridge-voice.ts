import { handled } from '../../operation.ts';
import type { Channel } from '../channel.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import { placeBy } from '../dial.ts';
import type { InnerChannels } from '../local/inner-channels.ts';
import type { LocalCall } from '../local/local-exchange.ts';
import type { MediaSession } from '../media-port.ts';
import { State } from '../state.ts';

/** What a bridge needs for a channel of its own. */
export interface VoiceOptions {
  readonly environment: ChannelEnvironment;
  readonly inner: InnerChannels;
  /** A session that takes part already: media is carried where it is. */
  readonly near: () => MediaSession | undefined;
  /** Lets the far end of the channel take part. Throws `ChannelError`. */
  readonly join: (session: MediaSession) => void;
}

/** The channel of a bridge's own: what it plays is heard by everybody, and it hears everybody. Its far end takes part in the bridge. */
export class BridgeVoice {
  readonly #options: VoiceOptions;
  #channel: Promise<Channel> | undefined;

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  /** The channel, called when it is used first, and again when its call is over. */
  channel(): Promise<Channel> {
    const before = this.#channel;
    const channel = handled(before ? this.#again(before) : this.#call());
    this.#channel = channel;
    return channel;
  }

  /** The channel, if there is one. */
  known(): Promise<Channel | undefined> {
    return Promise.resolve(this.#channel).catch(() => undefined);
  }

  async close(): Promise<void> {
    const channel = await this.known();
    await channel?.hangUp();
  }

  async #again(before: Promise<Channel>): Promise<Channel> {
    const known = await before.catch(() => undefined);
    return known?.state === State.ANSWERED ? known : this.#call();
  }

  async #call(): Promise<Channel> {
    const { environment, inner, near } = this.#options;
    const { channel, core } = inner.make();
    let joining: Promise<void> | undefined;
    await placeBy(core, 'the channel of a bridge', {}, () => ({
      codecs: undefined,
      isLocal: true,
      dial: (offer, { media }) => {
        media.place = { ...media.place, near: near() };
        return environment.local.put('bridge', { offer, near: () => media.session }, () => (call) => {
          joining = handled(this.#join(call));
        });
      },
    }));
    try {
      await joining;
    } catch (error) {
      await channel.hangUp();
      throw error;
    }
    return channel;
  }

  /** Lets the far end of the channel take part. */
  async #join(call: LocalCall): Promise<void> {
    const { channel, core } = this.#options.inner.take(call);
    await channel.answer();
    this.#options.join(core.call.media.demand());
  }
}
