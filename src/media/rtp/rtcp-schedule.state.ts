/** Least time between reports, before it is randomised (RFC 3550 §6.2). Half of it before the first. */
const MIN_INTERVAL_MS = 5000;
/** Makes up for what timer reconsideration shortens the interval by: e - 3/2 (RFC 3550 §6.3.1). */
const COMPENSATION = Math.E - 1.5;
/** Part of the session's bandwidth that RTCP may take (RFC 3550 §6.2). */
const RTCP_SHARE = 0.05;
/** Bytes of IP and UDP headers, which count as well. */
const LOWER_LAYERS = 28;
/** A call has two members, and their parts of the bandwidth are equal whoever sends. */
const MEMBERS = 2;
/** Size that is assumed before any packet was seen: RR and SDES with a short name. */
const FIRST_SIZE = 100;

/** When the next RTCP report of a call of two is due (RFC 3550 §6.2 and §6.3). Random values are drawn by the caller. */
export class RtcpSchedule {
  readonly #bytesPerMs: number;
  #averageSize = FIRST_SIZE + LOWER_LAYERS;
  #initial = true;
  #lastSent = 0;
  #next = Number.POSITIVE_INFINITY;

  /** @param bandwidth - of the session in bits per second, headers included; that of G.711 with 20 ms when left out. */
  constructor(bandwidth = 80_000) {
    this.#bytesPerMs = (bandwidth * RTCP_SHARE) / 8 / 1000;
  }

  /** Begins to count. @param random - from 0 to 1. */
  begin(now: number, random: number): void {
    this.#initial = true;
    this.#lastSent = now;
    this.#next = now + this.#interval(random);
  }

  /** When to ask {@link RtcpSchedule.due} again; infinite before the beginning. */
  get nextAt(): number {
    return this.#next;
  }

  /**
   * Whether a report is to be sent now. The interval is considered once more when it is over, as it may have grown.
   *
   * @param random - from 0 to 1; a new one for each call.
   */
  due(now: number, random: number): boolean {
    if (now < this.#next) return false;
    const reconsidered = this.#lastSent + this.#interval(random);
    if (reconsidered > now) {
      this.#next = reconsidered;
      return false;
    }
    return true;
  }

  /** A report of `size` bytes was sent. @param random - from 0 to 1. */
  sent(now: number, size: number, random: number): void {
    this.#average(size);
    this.#initial = false;
    this.#lastSent = now;
    this.#next = now + this.#interval(random);
  }

  /** A compound packet of `size` bytes came in. */
  received(size: number): void {
    this.#average(size);
  }

  #average(size: number): void {
    this.#averageSize += (size + LOWER_LAYERS - this.#averageSize) / 16;
  }

  #interval(random: number): number {
    const least = this.#initial ? MIN_INTERVAL_MS / 2 : MIN_INTERVAL_MS;
    const needed = (MEMBERS * this.#averageSize) / this.#bytesPerMs;
    return (Math.max(least, needed) * (random + 0.5)) / COMPENSATION;
  }
}
