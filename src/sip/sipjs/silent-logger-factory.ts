import { Logger, LoggerFactory } from 'sip.js/lib/core/index.js';

class SilentLogger extends Logger {
  override error(): void {}
  override warn(): void {}
  override log(): void {}
  override debug(): void {}
}

/** sip.js writes to the console by default. What matters of it is logged where its delegates are called. */
export class SilentLoggerFactory extends LoggerFactory {
  readonly #silent = new SilentLogger(this, '');

  constructor() {
    super();
    this.builtinEnabled = false;
  }

  override getLogger(category: string): Logger {
    // The base constructor asks before the field exists.
    return #silent in this ? this.#silent : new Logger(this, category);
  }
}
