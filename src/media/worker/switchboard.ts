import type { MixSettings } from '../../channel/mix-port.ts';
import type { JoinCommand, MixTold } from '../mix/join-protocol.ts';
import type { Joined } from '../mix/joined.state.ts';
import { Link } from '../mix/link.state.ts';
import { AudioMix } from '../mix/mix.state.ts';

interface Connection {
  readonly link: Link;
  readonly from: number;
  readonly to: number;
  readonly hearer: Joined;
}

interface Place {
  readonly mix: AudioMix;
  readonly joined: Joined;
}

/** What joins the calls of one engine. */
export class Switchboard {
  readonly #find: (call: number) => Joined | undefined;
  readonly #tell: (mix: number, told: MixTold) => void;
  readonly #links = new Map<number, Connection>();
  readonly #mixes = new Map<number, AudioMix>();
  /** The place of each call that takes part in a mix. */
  readonly #places = new Map<number, Place>();

  /** @param find - finds what joins a call to others; nothing when there is no such call. */
  constructor(find: (call: number) => Joined | undefined, tell: (mix: number, told: MixTold) => void) {
    this.#find = find;
    this.#tell = tell;
  }

  /** Carries out a command. Those for what is not there are late and mean nothing. */
  take(command: JoinCommand): void {
    switch (command.kind) {
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

  /** A call is gone, and all that joined it to others. */
  drop(call: number): void {
    for (const [number, { from, to }] of this.#links) if (from === call || to === call) this.#unlink(number);
    this.#leave(call);
  }

  #link(number: number, from: number, to: number, volume: number): void {
    const speaker = this.#find(from);
    const hearer = this.#find(to);
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
    const joined = this.#find(call);
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
