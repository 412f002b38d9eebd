import { isHangup } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { handled } from '../../operation.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { MediaSession } from '../media-port.ts';
import type { Media } from '../playback/media.ts';
import { emptyRoom, type RoomEffect, type RoomInput, type RoomState, step } from './room.state.ts';
import type { RoomParty } from './room-party.ts';

export interface RoomOptions {
  readonly name: string;
  /** How many parties it holds. */
  readonly size: number;
  /** Where its parties hear each other. The room closes it. */
  readonly bridge: Bridge;
  readonly logger: Logger;
  /** There is no such room any more. */
  readonly gone: () => void;
}

/** A conference room: carries out what its state machine says. */
export class Room {
  readonly #options: RoomOptions;
  readonly #parties = new Map<number, RoomParty>();
  #state: RoomState = emptyRoom;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get state(): RoomState['name'] {
    return this.#state.name;
  }

  get parties(): readonly RoomParty[] {
    return this.#state.parties.flatMap(({ id }) => this.#parties.get(id) ?? []);
  }

  /** Media of somebody who is in it. */
  get session(): MediaSession | undefined {
    return this.parties[0]?.farCore.call.media.session;
  }

  /** Somebody calls. Tells whether there is a place. */
  call(party: RoomParty): boolean {
    const { id } = party.role;
    this.#parties.set(id, party);
    const { effects } = this.#take({ type: 'call', id });
    return effects.some(({ type }) => type === 'accept');
  }

  /** Whoever called has been answered. */
  enter(party: RoomParty): void {
    this.#take({ type: 'enter', party: party.role });
  }

  /** Its call is over. */
  leave({ role: { id } }: RoomParty): void {
    this.#take({ type: 'leave', id });
    this.#parties.delete(id);
  }

  close(): void {
    this.#take({ type: 'close' });
  }

  #take(input: RoomInput): { readonly effects: readonly RoomEffect[] } {
    const next = step(this.#state, input, this.#options.size);
    this.#state = next.state;
    for (const effect of next.effects) this.#run(effect);
    return next;
  }

  #run(effect: RoomEffect): void {
    const party = 'id' in effect ? this.#parties.get(effect.id) : undefined;
    switch (effect.type) {
      case 'accept':
        return;
      case 'refuse':
        if (party) this.#parties.delete(party.role.id);
        return;
      case 'wait':
        party?.wait(effect.gone === undefined ? [] : this.#exitOf(effect.gone));
        return;
      case 'join':
        if (party) void handled(this.#join(party));
        return;
      case 'announce entry':
        if (party) void this.#announce(party.caller.settings.entryMedia, party);
        return;
      case 'announce exit':
        if (party) void this.#announce(party.caller.settings.exitMedia, party);
        return;
      case 'hang up':
        party?.caller.hangUp();
        return;
      case 'gone':
        void this.#options.bridge.close();
        this.#options.gone();
        return;
    }
  }

  #exitOf(id: number): readonly Media[] {
    return this.#parties.get(id)?.caller.settings.exitMedia ?? [];
  }

  async #join(party: RoomParty): Promise<void> {
    try {
      await party.join(this.#options.bridge);
    } catch (error) {
      if (isHangup(error)) return;
      this.#options.logger.error('a party cannot be heard in its conference room; it is hung up', { error });
      await party.far.hangUp();
    }
  }

  /** Each by itself: what cannot be opened silences no other. */
  async #announce(media: readonly Media[], { caller }: RoomParty): Promise<void> {
    const { bridge, logger } = this.#options;
    const { language } = caller.core;
    for (const each of media) {
      try {
        const playback = await bridge.filePlayer.enqueue(each, { language });
        void playback.finished.then(() => {
          const { error } = playback;
          if (error) logger.warn('an announcement of a conference room could not be played', { error });
        });
      } catch (error) {
        if (!isHangup(error) && this.#state.name !== 'GONE') {
          logger.warn('a conference room could not be played to', { error });
        }
      }
    }
  }
}
