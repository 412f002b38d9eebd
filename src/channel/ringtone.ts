import type { Activity } from './activity.ts';
import type { Playing } from './play-port.ts';

/** What the far end of one call hears while it rings, or while it is transferred. */
export class Ringtone {
  readonly #activity: Activity;
  #playing: { readonly task: Playing; readonly ended: Promise<void> } | undefined;

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /** Begins it, and holds it so that the answer can stop it. Throws `ChannelError` `BUSY`. */
  start(begin: () => Playing): Playing {
    const slot = this.#activity.take('send', 'a ringtone');
    const task = begin();
    this.#playing = { task, ended: task.finished.then(() => slot[Symbol.dispose]()) };
    return task;
  }

  /** Stops it, if there is one; resolves when it is off the wire. */
  async stop(): Promise<void> {
    this.#playing?.task.stop();
    await this.#playing?.ended;
    this.#playing = undefined;
  }
}
