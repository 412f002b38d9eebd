import type { Channel } from '../channel.ts';

/** An agent of a queue, from its signing in to its signing out. */
export class SignedInAgent {
  readonly id: string;
  readonly channel: Channel;
  /** How long it is left alone after a conversation, in milliseconds. */
  readonly wrapUpMs: number;
  /** Resolves when it takes no more callers. */
  readonly signedOut: Promise<void>;
  /** Settles when the conversation is over that it has now, or has had. */
  talk: Promise<unknown> = Promise.resolve();
  /** Ends when it has been left alone for long enough. */
  wrapUp: Disposable | undefined;
  #signOut: () => void = () => undefined;

  constructor(id: string, channel: Channel, wrapUpMs: number) {
    this.id = id;
    this.channel = channel;
    this.wrapUpMs = wrapUpMs;
    this.signedOut = new Promise((resolve) => {
      this.#signOut = resolve;
    });
  }

  /** It takes no more callers. Safe to repeat. */
  signOut(): void {
    this.#signOut();
  }
}
