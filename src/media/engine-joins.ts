import type { JoinCommand } from './mix/join-protocol.ts';

/** What joins the sessions of one engine to each other, as the program sees it. */
export class EngineJoins {
  readonly post: (command: JoinCommand) => void;
  #links = 0;

  constructor(post: (command: JoinCommand) => void) {
    this.post = post;
  }

  /** A number for a link, unlike those of others of this engine. */
  newLink(): number {
    return ++this.#links;
  }
}
