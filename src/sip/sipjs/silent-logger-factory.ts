import { Logger, LoggerFactory } from 'sip.js/lib/core/index.js';

/** Drops everything. */
class SilentLogger extends Logger {
  override error(): undefined {
    return undefined;
  }

  override warn(): undefined {
    return undefined;
  }

  override log(): undefined {
    return undefined;
  }

  override debug(): undefined {
    return undefined;
  }
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
