import type { ReferReply, Referral } from '../signaling-port.ts';

/** A request to call somebody, from one end of a call within the process to the other one. */
export class LocalReferral implements Referral {
  readonly accepted: Promise<number>;
  readonly outcome: Promise<number | undefined>;
  /** What the far end answers it with. */
  readonly reply: ReferReply;
  #accept: (status: number) => void = () => undefined;
  #finish: (status: number | undefined) => void = () => undefined;

  constructor() {
    this.accepted = new Promise((resolve) => {
      this.#accept = resolve;
    });
    this.outcome = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.reply = {
      accept: () => {
        this.#accept(202);
        return { notify: (status) => this.#notified(status) };
      },
      refuse: (status) => {
        this.#accept(status);
        this.#finish(undefined);
      },
    };
  }

  /** The call that it came on is over. Does nothing to what is settled. */
  end(): void {
    this.#accept(487);
    this.#finish(undefined);
  }

  #notified(status: number): void {
    if (status >= 200) this.#finish(status);
  }
}
