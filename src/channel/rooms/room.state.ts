/**
 * Who is in a conference room, and whether they hear each other, as a pure machine. As the rooms of Aculab UAS: a room comes to be with its
 * first party, and is gone with its last one or when a party leaves that takes it along.
 */

/** What a room has to know of a party. */
export interface PartyRole {
  /** Different for each party. */
  readonly id: number;
  /** Whether the others can hear it. */
  readonly isTalker: boolean;
  /** Whether the room starts when it enters. */
  readonly startOnEntry: boolean;
  /** Whether the room is destroyed when it leaves. */
  readonly destroyOnExit: boolean;
}

export interface RoomState {
  /** STOPPED: nobody hears anybody. STARTED: they talk. GONE: there is no such room any more. */
  readonly name: 'STOPPED' | 'STARTED' | 'GONE';
  /** In the order in which they came. */
  readonly parties: readonly PartyRole[];
  /** Those who have a place and are about to enter. */
  readonly expected: readonly number[];
}

export type RoomInput =
  /** Somebody calls, who enters when the call is answered. */
  | { readonly type: 'call'; readonly id: number }
  | { readonly type: 'enter'; readonly party: PartyRole }
  | { readonly type: 'leave'; readonly id: number }
  /** The program closes the room. */
  | { readonly type: 'close' };

export type RoomEffect =
  /** There is a place for this party. */
  | { readonly type: 'accept'; readonly id: number }
  /** There is none. */
  | { readonly type: 'refuse'; readonly id: number }
  /** This party hears nobody and nobody hears it. It may be told first that another one has gone. */
  | { readonly type: 'wait'; readonly id: number; readonly gone?: number }
  /** This party hears the others and is heard from now on. */
  | { readonly type: 'join'; readonly id: number }
  /** The others are told that this party has come. */
  | { readonly type: 'announce entry'; readonly id: number }
  /** The others are told that this party has gone. */
  | { readonly type: 'announce exit'; readonly id: number }
  /** This party is hung up. */
  | { readonly type: 'hang up'; readonly id: number }
  /** The room is gone. The last effect of every room. */
  | { readonly type: 'gone' };

export interface RoomStep {
  readonly state: RoomState;
  readonly effects: readonly RoomEffect[];
}

/** A room that nobody has called yet. */
export const emptyRoom: RoomState = { name: 'STOPPED', parties: [], expected: [] };

/** With fewer nobody has anybody to talk to. */
const FEWEST = 2;

/** @param size - how many parties it holds. */
export function step(state: RoomState, input: RoomInput, size: number): RoomStep {
  switch (input.type) {
    case 'call':
      return call(state, input.id, size);
    case 'enter':
      return enter(state, input.party);
    case 'leave':
      return leave(state, input.id);
    case 'close':
      return state.name === 'GONE' ? { state, effects: [] } : destroy(state);
  }
}

function call(state: RoomState, id: number, size: number): RoomStep {
  if (state.name === 'GONE' || state.parties.length + state.expected.length >= size) {
    return { state, effects: [{ type: 'refuse', id }] };
  }
  return { state: { ...state, expected: [...state.expected, id] }, effects: [{ type: 'accept', id }] };
}

function enter(state: RoomState, party: PartyRole): RoomStep {
  const { id } = party;
  // The room was destroyed meanwhile, and everybody in it hung up.
  if (!state.expected.includes(id)) return { state, effects: [] };
  const parties = [...state.parties, party];
  const expected = state.expected.filter((each) => each !== id);
  const announcement: RoomEffect = { type: 'announce entry', id };
  if (state.name === 'STARTED') {
    return { state: { ...state, parties, expected }, effects: [{ type: 'join', id }, announcement] };
  }
  const starts = party.startOnEntry && parties.length >= FEWEST && parties.some(({ isTalker }) => isTalker);
  if (!starts) return { state: { ...state, parties, expected }, effects: [{ type: 'wait', id }] };
  return {
    state: { name: 'STARTED', parties, expected },
    effects: [...parties.map((each): RoomEffect => ({ type: 'join', id: each.id })), announcement],
  };
}

function leave(state: RoomState, id: number): RoomStep {
  const leaving = state.parties.find((party) => party.id === id);
  const parties = state.parties.filter((party) => party.id !== id);
  const expected = state.expected.filter((each) => each !== id);
  const after = { ...state, parties, expected };
  if (!leaving && expected.length === state.expected.length) return { state, effects: [] };
  if (parties.length + expected.length === 0 || leaving?.destroyOnExit) return destroy(after);
  if (state.name === 'STOPPED' || !leaving) return { state: after, effects: [] };
  if (parties.length >= FEWEST) return { state: after, effects: [{ type: 'announce exit', id }] };
  return {
    state: { ...after, name: 'STOPPED' },
    effects: parties.map((each): RoomEffect => ({ type: 'wait', id: each.id, gone: id })),
  };
}

function destroy({ parties, expected }: RoomState): RoomStep {
  const ids = [...parties.map(({ id }) => id), ...expected];
  return {
    state: { name: 'GONE', parties: [], expected: [] },
    effects: [...ids.map((id): RoomEffect => ({ type: 'hang up', id })), { type: 'gone' }],
  };
}
