/** What `channel.sip` does (names of the Aculab UAS API). All values are their own names. */
export const SipState = {
  /** A request is on its way and has no final response yet. */
  BUSY: 'BUSY',
  IDLE: 'IDLE',
  /** Nothing is on its way, and the last request was refused or not answered. */
  ERROR: 'ERROR',
} as const;
/** One of the names in {@link SipState}. */
export type SipState = (typeof SipState)[keyof typeof SipState];
