/** Notices that the far end has fallen silent. It is looked at now and then, so it costs nothing for each packet. */
export class MediaWatch {
  /** How long nothing may come, in milliseconds. */
  readonly timeoutMs: number;
  #packets = -1;
  /** When packets were last seen to have come, or could not be expected. */
  #since: number;

  constructor(timeoutMs: number, now: number) {
    this.timeoutMs = timeoutMs;
    this.#since = now;
  }

  /**
   * Looks.
   *
   * @param packets - how many have come so far.
   * @param expected - whether any should come: not while the call is held.
   * @returns whether nothing has come for too long.
   */
  look(packets: number, expected: boolean, now: number): boolean {
    // What came before the first look came before the time began.
    if ((packets !== this.#packets && this.#packets >= 0) || !expected) this.#since = now;
    this.#packets = packets;
    return now - this.#since >= this.timeoutMs;
  }
}
