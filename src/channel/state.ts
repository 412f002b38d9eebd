/**
 * Where a channel's call stands (names of the Aculab UAS API). The values are their own names, so `'ANSWERED'` works as well as
 * `State.ANSWERED`.
 *
 * @example
 * if (channel.state === State.CALL_INCOMING) await channel.answer();
 */
export const State = {
  /** Waiting for an inbound call. */
  WAITING: 'WAITING',
  /** An inbound call has come and does not ring yet. */
  CALL_INCOMING: 'CALL_INCOMING',
  /** The caller has been told that it rings. */
  RING_INCOMING: 'RING_INCOMING',
  /** The call is being answered: the 200 is on its way or waits for its ACK. */
  ANSWERING: 'ANSWERING',
  /** Connected, inbound or outbound. A far end that puts us on hold leaves the call in this state. */
  ANSWERED: 'ANSWERED',
  /** An outbound call has been placed. */
  CALL_OUTGOING: 'CALL_OUTGOING',
  /** It rings at the far end of an outbound call. */
  RING_OUTGOING: 'RING_OUTGOING',
  /** The call is being put on hold by this side. */
  HOLDING: 'HOLDING',
  /** On hold by this side. */
  ON_HOLD: 'ON_HOLD',
  /** The call is being transferred. */
  TRANSFERRING: 'TRANSFERRING',
  /** The call has been transferred. */
  TRANSFERRED: 'TRANSFERRED',
  /** A transferred call is being taken back. */
  RECONNECTING: 'RECONNECTING',
  /** The channel is out of order. */
  ERROR: 'ERROR',
  /** No call. */
  IDLE: 'IDLE',
} as const;

/** One of the names in {@link State}. */
export type State = (typeof State)[keyof typeof State];
