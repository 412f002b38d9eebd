import type { MixSettings } from '../../channel/mix-port.ts';
import type { GuestMemory, JoinCommand, MixTold } from '../mix/join-protocol.ts';
import type { Joinable } from '../mix/joinable.ts';
import type { Joined } from '../mix/joined.state.ts';
import { Link } from '../mix/link.state.ts';
import { AudioMix } from '../mix/mix.state.ts';
import { Guests } from './guests.ts';
import type { PhaseClock } from './phase-clock.ts';

interface Connection {
  readonly link: Link;
  readonly from: number;
  readonly to: number;
  readonly hearer: Joinable;
}

interface Place {
  readonly mix: AudioMix;
  readonly joined: Joinable;
}

/** What joins the calls of one engine. */
export class Switchboard {
  readonly #find: (call: number) => Joined | undefined;
  readonly #tell: (mix: number, told: MixTold) => void;
  readonly #links = new Map<number, Connection>();
  readonly #mixes = new Map<number, AudioMix>();
  /** The place of each call that takes part in a mix. */
  readonly #places = new Map<number, Place>();
  readonly #guests: Guests;

  /** @param find - finds what joins a call to others; nothing when there is no such call. */
  constructor(
    find: (call: number) => Joined | undefined,
    tell: (mix: number, told: MixTold) => void,
    phases: Pick<PhaseClock, 'add' | 'remove'>,
  ) {
    this.#find = find;
    this.#tell = tell;
    this.#guests = new Guests(phases);
  }

  /** Carries out a command. Those for what is not there are late and mean nothing. */
  take(command: JoinCommand): void {
    switch (command.kind) {
      case 'lend':
        this.#lend(command.guest, command.call, command.memory);
        break;
      case 'lend-end':
        this.#guests.takeBack(command.guest);
        break;
      case 'guest':
        this.#guests.enter(command.call, command.memory);
        break;
      case 'guest-end':
        this.drop(command.call);
        this.#guests.leave(command.call);
        break;
      case 'link':
        this.#link(command.link, command.from, command.to, command.volume);
        break;
      case 'unlink':
        this.#unlink(command.link);
        break;
      case 'link-volume':
        this.#links.get(command.link)?.link.setVolume(command.volume);
        break;
      case 'mix-open':
        this.#mixes.set(command.mix, new AudioMix());
        break;
      case 'mix-watch':
        this.#mixes.get(command.mix)?.watch((told) => this.#tell(command.mix, told));
        break;
      case 'mix-join':
        this.#join(command.mix, command.call, command.settings);
        break;
      case 'mix-change':
        this.#mixes.get(command.mix)?.change(command.call, command.settings);
        break;
      case 'mix-leave':
        if (this.#places.get(command.call)?.mix === this.#mixes.get(command.mix)) this.#leave(command.call);
        break;
      case 'mix-levels':
        this.#tellLevels(command.mix, command.request);
        break;
      case 'mix-close':
        this.#close(command.mix);
        break;
    }
  }

  /** A call is gone, or a guest, and all that joined it to others. */
  drop(call: number): void {
    for (const [number, { from, to }] of this.#links) if (from === call || to === call) this.#unlink(number);
    this.#leave(call);
    this.#guests.drop(call);
  }

  #lend(guest: number, call: number, memory: GuestMemory): void {
    const joined = this.#find(call);
    if (joined) this.#guests.lend(guest, call, joined, memory);
  }

  #joinable(call: number): Joinable | undefined {
    return this.#find(call) ?? this.#guests.get(call);
  }

  #link(number: number, from: number, to: number, volume: number): void {
    const speaker = this.#joinable(from);
    const hearer = this.#joinable(to);
    if (!speaker || !hearer) return;
    const link = new Link(speaker.voice, volume);
    this.#links.set(number, { link, from, to, hearer });
    hearer.add(link);
  }

  #unlink(number: number): void {
    const connection = this.#links.get(number);
    if (!connection) return;
    this.#links.delete(number);
    connection.hearer.remove(connection.link);
    connection.link.close();
  }

  #join(number: number, call: number, settings: MixSettings): void {
    const mix = this.#mixes.get(number);
    const joined = this.#joinable(call);
    if (!mix || !joined || this.#places.has(call)) return;
    const seat = mix.join(call, joined.voice, settings);
    joined.add(seat);
    joined.onSpoken = () => mix.spoke(call, seat);
    this.#places.set(call, { mix, joined });
  }

  #leave(call: number): void {
    const place = this.#places.get(call);
    if (!place) return;
    this.#places.delete(call);
    const seat = place.mix.leave(call);
    place.joined.onSpoken = undefined;
    if (seat) place.joined.remove(seat);
  }

  #close(number: number): void {
    const mix = this.#mixes.get(number);
    this.#mixes.delete(number);
    for (const [call, place] of this.#places) if (place.mix === mix) this.#leave(call);
  }

  #tellLevels(number: number, request: number): void {
    const mix = this.#mixes.get(number);
    if (mix) this.#tell(number, { kind: 'levels', request, levels: mix.levels });
  }
}
