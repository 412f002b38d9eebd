import type { JoinCommand, MixTold } from './mix/join-protocol.ts';

/** What joins the sessions of one engine to each other, as the program sees it. */
export class EngineJoins {
  /** The same object for all engines of one user agent. */
  readonly owner: object;
  readonly post: (command: JoinCommand) => void;
  readonly #mixes = new Map<number, (told: MixTold) => void>();
  #count = 0;

  constructor(owner: object, post: (command: JoinCommand) => void) {
    this.owner = owner;
    this.post = post;
  }

  /** A number for a link or for a call that is lent, unlike those of others of this engine. */
  newNumber(): number {
    return ++this.#count;
  }

  /** A mix of this engine, which is told what the engine tells of it. @returns its number. */
  openMix(take: (told: MixTold) => void): number {
    const mix = ++this.#count;
    this.#mixes.set(mix, take);
    this.post({ kind: 'mix-open', mix });
    return mix;
  }

  closeMix(mix: number): void {
    this.#mixes.delete(mix);
    this.post({ kind: 'mix-close', mix });
  }

  /** Takes what the engine tells. What is about a mix that is closed comes too late. */
  take(mix: number, told: MixTold): void {
    this.#mixes.get(mix)?.(told);
  }
}
