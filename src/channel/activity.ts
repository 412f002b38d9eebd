import { ChannelError } from '../errors.ts';

/**
 * What a call can do once at a time. Sending excludes itself (prompts, tones, digits); recording the
 * far end, recording both sides and collecting digits run beside it and beside each other, and so does a SIP request.
 */
export type Slot = 'send' | 'record' | 'record call' | 'digits' | 'request';

const MEANING: Readonly<Record<Slot, string>> = {
  send: 'sends audio',
  record: 'records',
  'record call': 'records both sides',
  digits: 'collects digits',
  request: 'sends requests',
};

/** Keeps two operations of one call from doing the same at the same time. */
export class Activity {
  readonly #holders = new Map<Slot, string>();

  /** Takes a slot until what is returned is disposed of. Throws `ChannelError` `BUSY` when it is taken. */
  take(slot: Slot, operation: string): Disposable {
    const holder = this.#holders.get(slot);
    if (holder !== undefined) {
      throw new ChannelError(
        'BUSY',
        `${operation} is not possible while ${holder} runs: a call ${MEANING[slot]} one thing at a time. Wait for it or stop it first`,
      );
    }
    this.#holders.set(slot, operation);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#holders.delete(slot);
        held = false;
      },
    };
  }
}
