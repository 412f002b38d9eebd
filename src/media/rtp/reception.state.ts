import { compactNtp } from './ntp.codec.ts';
import type { RtcpReportBlock } from './rtcp.codec.ts';

/** Packets in a row that a new source must send to be believed (RFC 3550 appendix A.1). */
const MIN_SEQUENTIAL = 2;
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const SEQUENCE_MOD = 0x1_0000;
/** No sequence number: what the restart is compared with when no jump was seen. */
const NO_SEQUENCE = SEQUENCE_MOD + 1;
/** A step of ten seconds in the transit time is a new numbering of the timestamps, not jitter. */
const MAX_TRANSIT_STEP = 80_000;
/** Sequence numbers below the highest of which is known whether they came. */
const HISTORY = 128;

/**
 * - `probation`: the source has not yet sent two packets in a row; it is not counted.
 * - `accepted`: next in order, with or without a gap before it.
 * - `reordered`: older than what came before it.
 * - `duplicate`: came before already.
 * - `restarted`: the second in a row after a jump; the source has begun a new numbering, and counting begins anew.
 * - `stale`: far away from what was expected; not counted.
 */
export type Verdict = 'probation' | 'accepted' | 'reordered' | 'duplicate' | 'restarted' | 'stale';

/** What is known about one source of RTP packets: RFC 3550 appendices A.1, A.3 and A.8. */
export class Reception {
  /** SSRC of the source. */
  readonly ssrc: number;
  #probation = MIN_SEQUENTIAL;
  #begun = false;
  #highest = 0;
  #cycles = 0;
  #base = 0;
  #restartAt = NO_SEQUENCE;
  #received = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;
  /** Transit time of the last packet: 32 bits, in timestamp units. */
  #transit = 0;
  #transitKnown = false;
  /** Sixteen times the jitter, as appendix A.8 keeps it. */
  #jitter16 = 0;
  #lastSr = 0;
  #lastSrAt = 0;
  #heard = false;
  /** Which of the last sequence numbers came: the extended sequence number stands at its place. */
  readonly #seen = new Float64Array(HISTORY).fill(Number.NaN);

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /**
   * Takes note of a packet.
   *
   * @param arrivalTicks - time of arrival in timestamp units, of any epoch.
   * @param timed - false for a packet whose timestamp is not the time of its making, as in a telephone-event: it is counted,
   * but left out of the jitter.
   */
  receive(sequence: number, timestamp: number, arrivalTicks: number, timed = true): Verdict {
    const verdict = this.#validate(sequence);
    if (verdict === 'stale' || verdict === 'probation') return verdict;
    this.#received++;
    this.#heard = true;
    if (timed && verdict !== 'duplicate') this.#measureJitter(timestamp, arrivalTicks);
    return verdict;
  }

  #validate(sequence: number): Verdict {
    if (!this.#begun) {
      this.#begun = true;
      this.#restart(sequence);
      this.#highest = (sequence - 1) & 0xffff;
    }
    const ahead = (sequence - this.#highest) & 0xffff;
    if (this.#probation > 0) return this.#prove(sequence, ahead);
    if (ahead === 0) return 'duplicate';
    if (ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += SEQUENCE_MOD;
      this.#highest = sequence;
      this.#mark(this.highestSequence);
      return 'accepted';
    }
    if (ahead <= SEQUENCE_MOD - MAX_MISORDER) {
      if (sequence !== this.#restartAt) {
        this.#restartAt = (sequence + 1) & 0xffff;
        return 'stale';
      }
      this.#restart(sequence);
      return 'restarted';
    }
    const extended = this.highestSequence - (SEQUENCE_MOD - ahead);
    if (this.#seen[this.#place(extended)] === extended) return 'duplicate';
    this.#mark(extended);
    return 'reordered';
  }

  #prove(sequence: number, ahead: number): Verdict {
    this.#probation = ahead === 1 ? this.#probation - 1 : MIN_SEQUENTIAL - 1;
    this.#highest = sequence;
    if (this.#probation > 0) return 'probation';
    this.#restart(sequence);
    return 'accepted';
  }

  #restart(sequence: number): void {
    this.#base = sequence;
    this.#highest = sequence;
    this.#restartAt = NO_SEQUENCE;
    this.#cycles = 0;
    this.#received = 0;
    this.#receivedPrior = 0;
    this.#expectedPrior = 0;
    this.#transitKnown = false;
    this.#seen.fill(Number.NaN);
    this.#mark(sequence);
  }

  #place(extended: number): number {
    return ((extended % HISTORY) + HISTORY) % HISTORY;
  }

  #mark(extended: number): void {
    this.#seen[this.#place(extended)] = extended;
  }

  #measureJitter(timestamp: number, arrivalTicks: number): void {
    const transit = (arrivalTicks - timestamp) | 0;
    if (this.#transitKnown) {
      const difference = Math.abs((transit - this.#transit) | 0);
      if (difference < MAX_TRANSIT_STEP) this.#jitter16 += difference - ((this.#jitter16 + 8) >> 4);
    }
    this.#transit = transit;
    this.#transitKnown = true;
  }

  /** Takes note of a sender report of this source. @param now - time in milliseconds. */
  senderReport(ntpSeconds: number, ntpFraction: number, now: number): void {
    this.#lastSr = compactNtp(ntpSeconds, ntpFraction);
    this.#lastSrAt = now;
  }

  /** Whether the source has proved to be one. */
  get valid(): boolean {
    return this.#begun && this.#probation === 0;
  }

  /** Packets counted, duplicates included. */
  get received(): number {
    return this.#received;
  }

  /** Extended highest sequence number. */
  get highestSequence(): number {
    return this.#cycles + this.#highest;
  }

  /** Expected less received; negative when there were more duplicates than losses. */
  get lost(): number {
    return this.valid ? this.#expected - this.#received : 0;
  }

  /** Interarrival jitter in timestamp units. */
  get jitter(): number {
    return this.#jitter16 >> 4;
  }

  get #expected(): number {
    return this.highestSequence - this.#base + 1;
  }

  /**
   * Makes the report block about this source and begins the next interval.
   *
   * @param now - time in milliseconds.
   * @returns undefined when nothing was heard of the source since the last report (RFC 3550 §6.4).
   */
  report(now: number): RtcpReportBlock | undefined {
    if (!this.#heard) return undefined;
    this.#heard = false;
    const expected = this.#expected - this.#expectedPrior;
    const lost = expected - (this.#received - this.#receivedPrior);
    this.#expectedPrior = this.#expected;
    this.#receivedPrior = this.#received;
    return {
      source: this.ssrc,
      fractionLost: expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected)),
      cumulativeLost: this.lost,
      highestSequence: this.highestSequence >>> 0,
      jitter: this.jitter,
      lastSr: this.#lastSr,
      delaySinceLastSr: this.#lastSr === 0 ? 0 : Math.round(((now - this.#lastSrAt) * 65536) / 1000) >>> 0,
    };
  }
}
