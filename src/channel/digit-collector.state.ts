/**
 * Collecting digits for one `getDigits()`: pure, time comes in as `now`.
 */

/** As many digits are kept or collected, unless more are asked for. */
export const MOST_DIGITS = 1000;

export interface CollectRequest {
  /** How many digits end it; 0 for {@link MOST_DIGITS}, so that nobody can fill the memory. */
  readonly count: number;
  /** Milliseconds to wait for the first digit; 0 takes only what is there already. */
  readonly predigitsTimeout: number;
  /** Milliseconds from one digit to the next. */
  readonly interdigitTimeout: number;
  /** Digits of which each ends it. */
  readonly end: string;
}

export type CollectState =
  /** Waits for a digit until the deadline; `Infinity` for ever. */
  | { readonly name: 'collecting'; readonly digits: string; readonly deadline: number }
  | { readonly name: 'done'; readonly digits: string; readonly cause: 'COUNT' | 'END' | 'TIMEOUT' };

export interface CollectStart {
  readonly state: CollectState;
  /** What was not needed of the buffer. */
  readonly rest: string;
}

/** Begins with the digits that were pressed before. */
export function begin(request: CollectRequest, buffered: string, now: number): CollectStart {
  let state: CollectState = { name: 'collecting', digits: '', deadline: now + request.predigitsTimeout };
  let used = 0;
  while (state.name === 'collecting' && used < buffered.length) {
    state = press(state, request, buffered.charAt(used), now);
    used++;
  }
  if (state.name === 'collecting' && request.predigitsTimeout === 0) {
    state = { name: 'done', digits: state.digits, cause: 'TIMEOUT' };
  }
  return { state, rest: buffered.slice(used) };
}

/** A digit was pressed. Must not be called when done: the digit belongs to the buffer then. */
export function press(
  state: Extract<CollectState, { name: 'collecting' }>,
  request: CollectRequest,
  digit: string,
  now: number,
): CollectState {
  const digits = state.digits + digit;
  if (request.end.includes(digit)) return { name: 'done', digits, cause: 'END' };
  if (digits.length >= (request.count || MOST_DIGITS)) return { name: 'done', digits, cause: 'COUNT' };
  return { name: 'collecting', digits, deadline: now + request.interdigitTimeout };
}

/** Time has passed. */
export function expire(state: CollectState, now: number): CollectState {
  if (state.name === 'done' || now < state.deadline) return state;
  return { name: 'done', digits: state.digits, cause: 'TIMEOUT' };
}
