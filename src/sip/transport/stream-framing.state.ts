/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3), and finds the keep-alives between them
 * (RFC 5626 §4.4.1: CR LF CR LF asks, CR LF answers).
 */
import { contentLengthOf } from './content-length.codec.ts';

export interface FramingLimits {
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
}

export const DEFAULT_FRAMING_LIMITS: FramingLimits = { maxHeadBytes: 32_768, maxBodyBytes: 65_536 };

export type FramingState =
  /** Between messages or in a head; `scanned` bytes of `bytes` hold no end of the head. */
  | { readonly phase: 'head'; readonly bytes: Buffer; readonly scanned: number }
  /** The head is complete, the body is not: the first `filled` bytes of the message are there. */
  | { readonly phase: 'body'; readonly bytes: Buffer; readonly filled: number }
  /** Where messages begin and end is no longer known: the connection is of no more use. */
  | { readonly phase: 'broken' };

export type FramingEvent =
  | { readonly type: 'message'; readonly bytes: Buffer }
  /** The peer wants a CR LF back. */
  | { readonly type: 'ping' }
  /** The stream cannot be cut. With the head, if it is whole, the request may be answered with `status`. */
  | {
      readonly type: 'violation';
      readonly status: 400 | 413;
      readonly problem: string;
      readonly head?: Buffer | undefined;
    };

export interface FramingStep {
  readonly state: FramingState;
  readonly events: readonly FramingEvent[];
}

const CR = 13;
const LF = 10;
const NOTHING = Buffer.alloc(0);
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** State of a connection that has carried nothing yet. */
export const EMPTY_STREAM: FramingState = { phase: 'head', bytes: NOTHING, scanned: 0 };

/** True when a message has begun and is not complete, so that waiting for the rest should have a limit. */
export function isMidMessage(state: FramingState): boolean {
  switch (state.phase) {
    case 'head':
      // At most CR LF CR is kept back of what may become a keep-alive.
      return state.bytes.length > 3 || (state.bytes.length > 0 && state.bytes[0] !== CR);
    case 'body':
      return true;
    case 'broken':
      return false;
  }
}

/** Takes the next bytes of the stream. Consumes `state`: a body is collected in place, so that its cost stays linear. */
export function frame(state: FramingState, chunk: Buffer, limits: FramingLimits): FramingStep {
  const events: FramingEvent[] = [];
  switch (state.phase) {
    case 'body': {
      const taken = chunk.copy(state.bytes, state.filled);
      const filled = state.filled + taken;
      if (filled < state.bytes.length) return { state: { ...state, filled }, events };
      events.push({ type: 'message', bytes: state.bytes });
      return { state: frameHeads(chunk.subarray(taken), 0, limits, events), events };
    }
    case 'head': {
      const bytes = state.bytes.length === 0 ? chunk : Buffer.concat([state.bytes, chunk]);
      return { state: frameHeads(bytes, state.scanned, limits, events), events };
    }
    case 'broken':
      return { state, events };
  }
}

function frameHeads(
  bytes: Buffer,
  alreadyScanned: number,
  limits: FramingLimits,
  events: FramingEvent[],
): FramingState {
  let at = 0;
  let scanned = alreadyScanned;
  for (;;) {
    const start = skipKeepAlive(bytes, at, events);
    if (start === undefined) return { phase: 'head', bytes: keep(bytes, at), scanned: 0 };
    if (start !== at) {
      at = start;
      scanned = 0;
      continue;
    }
    const end = bytes.indexOf(END_OF_HEAD, at + Math.max(0, scanned - 3));
    const headBytes = (end < 0 ? bytes.length : end + 4) - at;
    if (headBytes > limits.maxHeadBytes) {
      return violate(events, 413, `the header of a message is longer than ${limits.maxHeadBytes} bytes`);
    }
    if (end < 0) return { phase: 'head', bytes: keep(bytes, at), scanned: headBytes };
    const head = bytes.subarray(at, end + 4);
    const length = contentLengthOf(head.toString('latin1'));
    if (typeof length === 'string') return violate(events, 400, length, head);
    if (length > limits.maxBodyBytes) {
      return violate(events, 413, `a body of ${length} bytes is longer than ${limits.maxBodyBytes} bytes`, head);
    }
    const present = bytes.length - end - 4;
    if (present < length) return startBody(bytes.subarray(at), head.length + length);
    at = end + 4 + length;
    scanned = 0;
    events.push({ type: 'message', bytes: bytes.subarray(at - head.length - length, at) });
  }
}

/** Where the first byte that is not of a keep-alive is; `undefined` when more bytes are needed to tell. */
function skipKeepAlive(bytes: Buffer, at: number, events: FramingEvent[]): number | undefined {
  const left = bytes.length - at;
  if (left === 0) return undefined;
  if (bytes[at] !== CR) return at;
  if (left === 1) return undefined;
  if (bytes[at + 1] !== LF) return at;
  if (left === 2) return undefined;
  if (bytes[at + 2] !== CR) return at + 2;
  if (left === 3) return undefined;
  if (bytes[at + 3] !== LF) return at + 2;
  // However many asked in one go, one answer is enough: a flood must not be answered by a flood.
  if (!events.some((event) => event.type === 'ping')) events.push({ type: 'ping' });
  return at + 4;
}

/** A copy, so that a few bytes kept do not keep the memory of the whole chunk. */
function keep(bytes: Buffer, from: number): Buffer {
  return from === bytes.length ? NOTHING : Buffer.from(bytes.subarray(from));
}

function startBody(begun: Buffer, messageBytes: number): FramingState {
  const bytes = Buffer.alloc(messageBytes);
  return { phase: 'body', bytes, filled: begun.copy(bytes) };
}

function violate(events: FramingEvent[], status: 400 | 413, problem: string, head?: Buffer): FramingState {
  events.push({ type: 'violation', status, problem, head });
  return { phase: 'broken' };
}
