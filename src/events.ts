import { EventEmitter } from 'eventemitter3';
import type { Logger } from './logger.ts';

type Listener = (...args: unknown[]) => void;

/**
 * A typed emitter whose listeners cannot break the engine: one that throws is logged, and the others still run.
 * There is no 'error' event; a fault rejects the operation in progress or goes to the logger.
 */
export class Events<Map extends { [Name in keyof Map]: unknown[] }> {
  readonly #emitter = new EventEmitter();
  readonly #logger: Logger;
  /** How many listeners have thrown so far. */
  #thrown = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener; disposing what is returned takes it off again. */
  on<Name extends keyof Map & string>(name: Name, listener: (...args: Map[Name]) => void): Disposable {
    const guarded = (...args: unknown[]): void => {
      try {
        (listener as Listener)(...args);
      } catch (error) {
        this.#thrown++;
        this.#logger.error('an event listener threw', { event: name, error });
      }
    };
    this.#emitter.on(name, guarded);
    return { [Symbol.dispose]: () => void this.#emitter.off(name, guarded) };
  }

  /** Calls all listeners; says whether none of them threw. */
  emit<Name extends keyof Map & string>(name: Name, ...args: Map[Name]): boolean {
    const before = this.#thrown;
    this.#emitter.emit(name, ...args);
    return this.#thrown === before;
  }

  /** How many listeners an event has. */
  count(name: keyof Map & string): number {
    return this.#emitter.listenerCount(name);
  }

  clear(): void {
    this.#emitter.removeAllListeners();
  }
}
