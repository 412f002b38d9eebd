import { ChannelError } from '../errors.ts';

/**
 * What a call can do once at a time. Sending excludes itself (prompts, tones, digits); recording the
 * far end, recording both sides and collecting digits run beside it and beside each other, and so does a SIP request. Who is joined with
 * another call or with several hears them; a connection also sends, a bridge does not, so that one member can be played to.
 */
export type Slot = 'send' | 'record' | 'record call' | 'digits' | 'request' | 'joined' | 'session';

const MEANING: Readonly<Record<Slot, string>> = {
  send: 'sends audio',
  record: 'records',
  'record call': 'records both sides',
  digits: 'collects digits',
  request: 'sends requests',
  joined: 'is joined with',
  session: 'changes its session',
};

/** Keeps two operations of one call from doing the same at the same time. */
export class Activity {
  readonly #holders = new Map<Slot, string>();
  /** What is not possible at all now, and why. */
  readonly #barred = new Map<Slot, string>();
  /** Who wants to have a slot when it is free, in order. */
  readonly #waiting = new Map<Slot, (() => void)[]>();

  isFree(slot: Slot): boolean {
    return !this.#holders.has(slot);
  }

  /**
   * Takes a slot until what is returned is disposed of. Throws `ChannelError` `BUSY` when it is taken, `INVALID_STATE` while it is barred.
   */
  take(slot: Slot, operation: string): Disposable {
    const because = this.#barred.get(slot);
    if (because !== undefined) throw new ChannelError('INVALID_STATE', `${operation} is not possible while ${because}`);
    const holder = this.#holders.get(slot);
    if (holder !== undefined) {
      throw new ChannelError(
        'BUSY',
        `${operation} is not possible while ${holder} runs: a call ${MEANING[slot]} one thing at a time. Wait for it or stop it first`,
      );
    }
    return this.#hold(slot, operation);
  }

  /**
   * Lets nobody take a free slot until what is returned is disposed of, for a reason that goes on after "while". Throws `ChannelError` `BUSY`
   * when it is taken.
   */
  bar(slot: Slot, operation: string, because: string): Disposable {
    this.take(slot, operation)[Symbol.dispose]();
    this.#barred.set(slot, because);
    return { [Symbol.dispose]: () => void this.#barred.delete(slot) };
  }

  /** Takes a slot as soon as it is free, before anybody else can, and says so; at once if it is. Disposing ends the wait, or gives it back. */
  takeWhenFree(slot: Slot, operation: string, taken: () => void): Disposable {
    let held: Disposable | undefined;
    const take = (): void => {
      held = this.#hold(slot, operation);
      taken();
    };
    const waiting = this.#waiting.get(slot) ?? [];
    this.#waiting.set(slot, waiting);
    if (this.#holders.has(slot)) waiting.push(take);
    else take();
    return {
      [Symbol.dispose]: () => {
        held?.[Symbol.dispose]();
        if (waiting.includes(take)) waiting.splice(waiting.indexOf(take), 1);
      },
    };
  }

  #hold(slot: Slot, operation: string): Disposable {
    this.#holders.set(slot, operation);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#holders.delete(slot);
        this.#waiting.get(slot)?.shift()?.();
      },
    };
  }
}
