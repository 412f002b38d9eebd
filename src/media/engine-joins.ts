import type { JoinCommand, MixTold } from './mix/join-protocol.ts';

/** The program's end of a mix, for the engine that it is one of. */
export interface MixOwner {
  told(told: MixTold): void;
  /** The engine is gone, and its calls are. */
  lost(): void;
}

/** What joins the sessions of one engine to each other, as the program sees it. */
export class EngineJoins {
  /** The same object for all engines of one user agent. */
  readonly owner: object;
  readonly post: (command: JoinCommand) => void;
  readonly #mixes = new Map<number, MixOwner>();
  #count = 0;

  constructor(owner: object, post: (command: JoinCommand) => void) {
    this.owner = owner;
    this.post = post;
  }

  /** A number for a link or for a call that is lent, unlike those of others of this engine. */
  newNumber(): number {
    return ++this.#count;
  }

  /** A mix of this engine. @returns its number. */
  openMix(owner: MixOwner): number {
    const mix = ++this.#count;
    this.#mixes.set(mix, owner);
    this.post({ kind: 'mix-open', mix });
    return mix;
  }

  closeMix(mix: number): void {
    this.#mixes.delete(mix);
    this.post({ kind: 'mix-close', mix });
  }

  /** Takes what the engine tells. What is about a mix that is closed comes too late. */
  take(mix: number, told: MixTold): void {
    this.#mixes.get(mix)?.told(told);
  }

  /** The engine is gone, and its sessions know it already. */
  lose(): void {
    for (const owner of this.#mixes.values()) owner.lost();
    this.#mixes.clear();
  }
}
