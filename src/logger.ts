/**
 * Where offhook writes what it does. `console` and pino fit as they are.
 * The message is constant text; what varies is in `fields`, so that a log can be searched and redacted.
 */
export interface Logger {
  /** Steps of the work, for looking into trouble. */
  debug(message: string, fields?: Record<string, unknown>): void;
  /** What an operator may want to know. */
  info(message: string, fields?: Record<string, unknown>): void;
  /** What should not happen and has been dealt with. */
  warn(message: string, fields?: Record<string, unknown>): void;
  /** What failed. */
  error(message: string, fields?: Record<string, unknown>): void;
}

function nothing(): void {
  // Silence is the point.
}

/** Writes nothing. The default. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
