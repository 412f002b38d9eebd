import type { MediaEvent } from '../channel/media-port.ts';

/** What a session tells; it is kept until there is somebody to tell it to. */
export class SessionEvents {
  readonly #waiting: MediaEvent[] = [];
  #listener: ((event: MediaEvent) => void) | undefined;

  /** Sets the one listener. */
  listen(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  emit(event: MediaEvent): void {
    if (this.#listener) this.#listener(event);
    else this.#waiting.push(event);
  }
}
