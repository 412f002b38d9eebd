/** What `channel.transferCause` can be: how the last transfer came out. The values are their own names, so a literal works too. */
export const TransferCause = {
  /** There was no transfer yet, or it is not finished. */
  NONE: 'NONE',
  /** The call was transferred. */
  NORMAL: 'NORMAL',
  /** It took too long. */
  TIMEOUT: 'TIMEOUT',
  /** The call that was to be transferred ended first. */
  HANGUP: 'HANGUP',
  /** Whom it was to be transferred to would not: is busy, has declined. */
  TARGETREJECT: 'TARGETREJECT',
  /** Whom it was to be transferred to hung up first. */
  TARGETHANGUP: 'TARGETHANGUP',
  /** It failed for any other reason. */
  FAIL: 'FAIL',
} as const;

export type TransferCause = (typeof TransferCause)[keyof typeof TransferCause];
