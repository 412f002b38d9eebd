/** Who answered an outbound call, as far as its sound tells (names of the Aculab UAS API). Each is a probability and no certainty. */
export const FarEndType = {
  /** Somebody who said a few words and waits. */
  LIVE: 'LIVE',
  /** A machine that goes on speaking, or beeps. */
  ANSWER_MACHINE: 'ANSWER_MACHINE',
  /** A fax machine or modem. */
  FAX_MACHINE: 'FAX_MACHINE',
  /** Nobody has tried to find out, or it could not be told in time. */
  UNKNOWN: 'UNKNOWN',
} as const;
/** One of the names in {@link FarEndType}. */
export type FarEndType = (typeof FarEndType)[keyof typeof FarEndType];
