import { handled } from '../../operation.ts';
import { Bridge } from '../bridge/bridge.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import type { Placement } from '../dial.ts';
import type { InnerChannels } from '../local/inner-channels.ts';
import type { LocalCall } from '../local/local-exchange.ts';
import type { HeaderField } from '../signaling-port.ts';
import { ConferenceRoom } from './conference-room.ts';
import { Room } from './room.ts';
import { type RoomCaller, RoomParty } from './room-party.ts';

/** How a call to a room is placed, and when it is there. */
export interface RoomPlacement extends Placement {
  /** Resolves when the party is in the room, or never will be. Never rejects. */
  readonly entered: Promise<void>;
}

/** Who calls, for whom it may concern. */
export interface RoomCallerId {
  readonly from?: string | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/** The conference rooms of one user agent, by name. */
export class ConferenceRooms {
  readonly #environment: ChannelEnvironment;
  readonly #inner: InnerChannels;
  readonly #size: number;
  readonly #rooms = new Map<string, Room>();
  #ids = 0;

  /** @param size - how many parties each room holds. */
  constructor(environment: ChannelEnvironment, inner: InnerChannels, size: number) {
    this.#environment = environment;
    this.#inner = inner;
    this.#size = size;
  }

  get all(): readonly ConferenceRoom[] {
    return [...this.#rooms.values()].map((room) => new ConferenceRoom(room));
  }

  /** How a call to a room is placed. */
  placement(name: string, caller: RoomCaller, who: RoomCallerId): RoomPlacement {
    let entered: () => void = () => undefined;
    return {
      codecs: undefined,
      isLocal: true,
      dial: (offer, { media }) => {
        // It is cheapest where all audio is carried by one thread.
        media.place = { near: this.#rooms.get(name)?.session, ...media.place };
        const request = { ...who, offer, near: () => media.session };
        return this.#environment.local.put(name, request, () => (call) => {
          void handled(this.#take(name, caller, call).finally(entered));
        });
      },
      entered: new Promise((resolve) => {
        entered = resolve;
      }),
    };
  }

  async #take(name: string, caller: RoomCaller, call: LocalCall): Promise<void> {
    const far = this.#inner.take(call);
    const party = new RoomParty(++this.#ids, caller, far);
    const room = this.#rooms.get(name) ?? this.#open(name);
    if (!room.call(party)) {
      await far.channel.reject('BUSY');
      return;
    }
    far.core.call.onEnd(() => room.leave(party));
    far.channel.on('digit', (digit) => party.press(digit));
    await far.channel.answer();
    room.enter(party);
  }

  #open(name: string): Room {
    const { logger } = this.#environment;
    const room = new Room({
      name,
      size: this.#size,
      bridge: new Bridge(this.#environment, this.#inner, {}),
      logger,
      gone: () => {
        this.#rooms.delete(name);
      },
    });
    this.#rooms.set(name, room);
    return room;
  }
}
