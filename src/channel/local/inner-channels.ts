import { Cause } from '../cause.ts';
import { Channel } from '../channel.ts';
import { ChannelCore, type ChannelOwner } from '../channel-core.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import type { ConferenceRooms } from '../rooms/conference-rooms.ts';
import type { LocalCall } from './local-exchange.ts';

/** Channels of the user agent's own, which programs do not see among the others: in rooms and bridges. They count for no limit. */
export class InnerChannels {
  readonly #environment: ChannelEnvironment;
  readonly #newId: () => string;
  readonly #checkRunning: () => void;
  readonly #rooms: () => ConferenceRooms;
  readonly #live = new Set<ChannelCore>();

  constructor(
    environment: ChannelEnvironment,
    newId: () => string,
    owner: Pick<ChannelOwner, 'checkRunning' | 'rooms'>,
  ) {
    this.#environment = environment;
    this.#newId = newId;
    this.#checkRunning = () => owner.checkRunning();
    this.#rooms = () => owner.rooms();
  }

  /** A channel for a call that has come in from within the process. */
  take({ leg, near }: LocalCall): { readonly channel: Channel; readonly core: ChannelCore } {
    const made = this.#make('inbound');
    made.core.take(leg, { isLocal: true, near });
    return made;
  }

  /** A channel to call out with. */
  make(): { readonly channel: Channel; readonly core: ChannelCore } {
    return this.#make('outbound');
  }

  /** Ends all calls that are left. */
  release(): void {
    for (const { call } of [...this.#live]) {
      call.release(Cause.NORMAL, { by: 'local', text: 'the user agent was stopped' });
    }
  }

  #make(direction: 'inbound' | 'outbound'): { readonly channel: Channel; readonly core: ChannelCore } {
    const owner: ChannelOwner = {
      checkRunning: this.#checkRunning,
      began: (core) => void this.#live.add(core),
      ended: (core) => void this.#live.delete(core),
      channel: () => channel,
      extraChannels: () => [],
      madeExtraChannels: () => [],
      rooms: this.#rooms,
      furtherChannel: () => this.#make('outbound').core,
      parent: undefined,
    };
    const core: ChannelCore = new ChannelCore(this.#newId(), direction, this.#environment, owner);
    const channel = new Channel(core);
    return { channel, core };
  }
}
