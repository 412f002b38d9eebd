/**
 * Every error that offhook throws or rejects with.
 *
 * `Hangup` and `ChannelError` are siblings: catching one never swallows the other.
 */

/** Why and by whom a call was ended. Readable on `Hangup.info` and, after the end, on `channel.info.hangup`. */
export interface HangupInfo {
  /** `remote`: the far end; `local`: this program; `network`: nobody said goodbye (timeout, transport failure). */
  readonly by: 'remote' | 'local' | 'network';
  /** SIP status code that ended the call, where there was one (RFC 3261 §21). */
  readonly status?: number | undefined;
  /** Reason phrase of that status, or of the Reason header field. */
  readonly reason?: string | undefined;
  /** Q.850 cause from a Reason header field (RFC 3326), 1 to 127. */
  readonly q850?: number | undefined;
  /** Where a 3xx points to: URIs, the most wanted first. */
  readonly contacts?: readonly string[] | undefined;
  /** Text for a person: what happened. */
  readonly text?: string | undefined;
}

/** Every code that a {@link ChannelError} can carry. Documented one by one in docs/errors.md. */
export type ErrorCode =
  | 'ADDRESS_UNAVAILABLE'
  | 'BUSY'
  | 'DECODER_MISSING'
  | 'FILE_EXISTS'
  | 'FILE_INVALID'
  | 'FILE_NOT_FOUND'
  | 'FILE_OUTSIDE_MEDIA_DIRECTORY'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'HOST_UNRESOLVED'
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'INVALID_STATE'
  | 'MALFORMED_SDP'
  | 'MALFORMED_SIP'
  | 'MEDIA_FAILED'
  | 'NO_COMMON_CODEC'
  | 'PORTS_EXHAUSTED'
  | 'PORT_IN_USE'
  | 'RECORDING_DELETED'
  | 'RECORDING_NOT_FOUND'
  | 'REFUSED'
  | 'SOUND_LANGUAGE_MISSING'
  | 'SOUND_NOT_FOUND'
  | 'SPEECH_FAILED'
  | 'SPEECH_TIMEOUT'
  | 'STOPPED'
  | 'STORAGE_FAILED'
  | 'STREAM_FAILED'
  | 'TEXT_TOO_LONG'
  | 'TIMEOUT'
  | 'UNREACHABLE'
  | 'URL_FAILED';

const BRAND = Symbol.for('offhook.error');

/** What `Hangup` and `ChannelError` share. Never thrown itself. */
export abstract class CallError extends Error {
  /** Stable identifier of the failure; test this, not the message. */
  abstract readonly code: ErrorCode | 'HANGUP';
}

/**
 * The call is over. Thrown by every awaitable that needs a call, as soon as the call ends.
 * A `Hangup` that leaves a call handler is a normal end of the call.
 *
 * @example
 * ```ts
 * try {
 *   await channel.filePlayer.play('menu.wav');
 * } catch (error) {
 *   if (error instanceof Hangup) console.log('gone:', error.info.text);
 *   else throw error;
 * }
 * ```
 */
export class Hangup extends CallError {
  readonly code = 'HANGUP' as const;
  /** Who hung up and why. */
  readonly info: HangupInfo;

  constructor(info: HangupInfo | string = { by: 'local' }) {
    const known: HangupInfo = typeof info === 'string' ? { by: 'local', text: info } : info;
    super(known.text ?? `call ended by the ${known.by} side${known.status ? ` (SIP ${known.status})` : ''}`);
    this.info = known;
  }
}

/**
 * An operation could not be done: wrong moment, bad argument, or a failure of a file, a port or the network.
 *
 * @example
 * ```ts
 * try {
 *   await channel.filePlayer.play('missing.wav');
 * } catch (error) {
 *   if (error instanceof ChannelError && error.code === 'FILE_NOT_FOUND') await channel.hangUp();
 *   else throw error;
 * }
 * ```
 */
export class ChannelError extends CallError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

for (const [type, name] of [
  [CallError, 'CallError'],
  [Hangup, 'Hangup'],
  [ChannelError, 'ChannelError'],
] as const) {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, BRAND, { value: name });
}

function brandOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { [BRAND]?: unknown })[BRAND] : undefined;
}

/** True for a `Hangup`, even one from a second copy of this package. */
export function isHangup(error: unknown): error is Hangup {
  return brandOf(error) === 'Hangup';
}

/** True for a `ChannelError`, even one from a second copy of this package. */
export function isChannelError(error: unknown): error is ChannelError {
  return brandOf(error) === 'ChannelError';
}
