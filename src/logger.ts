/**
 * Where offhook writes what it does. `console` and pino fit as they are.
 * The message is constant text; what varies is in `fields`, so that a log can be searched and redacted.
 */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

function nothing(): void {
  // Silence is the point.
}

/** Writes nothing. The default. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
