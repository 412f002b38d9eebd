import type { JoinCommand } from '../mix/join-protocol.ts';
import type { Joined } from '../mix/joined.state.ts';
import { Link } from '../mix/link.state.ts';

interface Connection {
  readonly link: Link;
  readonly from: number;
  readonly to: number;
  readonly hearer: Joined;
}

/** What joins the calls of one engine. */
export class Switchboard {
  readonly #find: (call: number) => Joined | undefined;
  readonly #links = new Map<number, Connection>();

  /** @param find - finds what joins a call to others; nothing when there is no such call. */
  constructor(find: (call: number) => Joined | undefined) {
    this.#find = find;
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
    }
  }

  /** A call is gone, and all that joined it to others. */
  drop(call: number): void {
    for (const [number, { from, to }] of this.#links) if (from === call || to === call) this.#unlink(number);
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
}
