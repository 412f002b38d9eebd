import { ChannelError, type ErrorCode, isChannelError } from '../../errors.ts';

/** An error as plain data: classes do not survive the way between threads. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
}

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
