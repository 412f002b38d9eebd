import { ChannelError, isChannelError } from '../../errors.ts';
import type { PlainError } from './protocol.ts';

/** Makes an error fit to cross to another thread. What is no `ChannelError` is a fault of ours: `MEDIA_FAILED`. */
export function toPlainError(error: unknown): PlainError {
  if (isChannelError(error)) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'MEDIA_FAILED', message: `the media of the call failed: ${message}` };
}

/** The error that was sent. */
export function fromPlainError(error: PlainError): ChannelError {
  return new ChannelError(error.code, error.message);
}
