import { type Logger, silentLogger } from '../../src/logger.ts';

/** A logger that keeps what is logged as an error. */
export function errorLog(): { readonly errors: unknown[]; readonly logger: Logger } {
  const errors: unknown[] = [];
  return { errors, logger: { ...silentLogger, error: (_, fields) => void errors.push(fields?.['error']) } };
}
