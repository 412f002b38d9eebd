import type { Transaction } from 'sip.js/lib/core/index.js';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { privatesOf, type TimerName } from './hooks.ts';

const ALL: readonly TimerName[] = ['B', 'D', 'F', 'H', 'I', 'J', 'K', 'L', 'M'];

/**
 * Takes the timers of sip.js's transactions over, which run on real time and can be configured only for the whole process.
 * Timers B and F belong to the reliability layer. D, I, J and K only absorb repetitions, which that layer does as well, so here
 * they are zero. H, L and M run on the clock.
 */
export class TransactionTimers {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #linger: number;
  readonly #armed = new Map<Transaction, Disposable>();

  /** @param linger - 64·T1 in milliseconds. */
  constructor(clock: Clock, logger: Logger, linger: number) {
    this.#clock = clock;
    this.#logger = logger;
    this.#linger = linger;
  }

  /** How many timers run. */
  get size(): number {
    return this.#armed.size;
  }

  /** Called for each transaction right after sip.js has made it. */
  adopt(transaction: Transaction): void {
    this.#stopAll(transaction);
    // An interval of sip.js that repeats provisional responses; the leg does it on the clock.
    if (transaction.kind === 'ist') privatesOf(transaction).startProgressExtensionTimer = () => undefined;
    transaction.addStateChangeListener(() => this.#changed(transaction));
  }

  close(): void {
    for (const timer of this.#armed.values()) timer[Symbol.dispose]();
    this.#armed.clear();
  }

  #changed(transaction: Transaction): void {
    this.#stopAll(transaction);
    this.#armed.get(transaction)?.[Symbol.dispose]();
    this.#armed.delete(transaction);
    const privates = privatesOf(transaction);
    switch (`${transaction.kind} ${transaction.state}`) {
      case 'ict Completed':
        this.#soon(() => privates.timerD());
        break;
      case 'nict Completed':
        this.#soon(() => privates.timerK());
        break;
      case 'nist Completed':
        this.#soon(() => privates.timerJ());
        break;
      case 'ist Confirmed':
        this.#soon(() => privates.timerI());
        break;
      case 'ist Completed':
        this.#arm(transaction, () => privates.timerH());
        break;
      case 'ist Accepted':
        this.#arm(transaction, () => privates.timerL());
        break;
      case 'ict Accepted':
        this.#arm(transaction, () => privates.timerM());
        break;
      default:
    }
  }

  #arm(transaction: Transaction, run: () => void): void {
    const timer = this.#clock.schedule(this.#clock.now() + this.#linger, () => {
      this.#armed.delete(transaction);
      this.#guarded(run);
    });
    this.#armed.set(transaction, timer);
  }

  /** After the current message has been dealt with: sip.js still needs the transaction while it handles the response. */
  #soon(run: () => void): void {
    queueMicrotask(() => this.#guarded(run));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#logger.error('a transaction timer failed', { error });
    }
  }

  #stopAll(transaction: Transaction): void {
    const privates = privatesOf(transaction);
    for (const name of ALL) {
      if (privates[name] === undefined) continue;
      privates[name][Symbol.dispose]();
      privates[name] = undefined;
    }
  }
}
