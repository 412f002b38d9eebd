import { digitOfEvent } from './event.codec.ts';

/** How many presses are remembered, so that late and repeated packets of an earlier one are known again. */
const REMEMBERED = 8;
/** A press that nothing was heard of for this long is over; the same timestamp after that is a new one. */
const FORGOTTEN_AFTER_MS = 5000;
/** Longest duration that one report can hold; a longer press goes on in a new segment (RFC 4733 §2.5.1.3). */
const SEGMENT = 0xffff;
/** Segments in a row that may have been lost altogether. */
const LOST_SEGMENTS = 8;

/**
 * Turns telephone-event reports into key presses: one digit for each press, at the first packet of it that arrives,
 * whichever of its packets are lost, repeated or out of order.
 */
export class EventReceiver {
  readonly #timestamp = new Uint32Array(REMEMBERED);
  readonly #event = new Int8Array(REMEMBERED).fill(-1);
  readonly #ended = new Uint8Array(REMEMBERED);
  readonly #duration = new Uint16Array(REMEMBERED);
  readonly #heardAt = new Float64Array(REMEMBERED);
  #next = 0;

  /**
   * Takes one report.
   *
   * @param timestamp - RTP timestamp of the packet: when the key went down.
   * @param now - time in milliseconds.
   * @returns the digit when this is the first that is heard of a press; empty otherwise, and for events that are no keys.
   */
  receive(timestamp: number, event: number, end: boolean, duration: number, now: number): string {
    const digit = digitOfEvent(event);
    if (digit === '') return '';
    for (let slot = 0; slot < REMEMBERED; slot++) {
      if (this.#event[slot] !== event || now - (this.#heardAt[slot] as number) > FORGOTTEN_AFTER_MS) continue;
      if (this.#belongs(slot, timestamp, duration)) {
        this.#update(slot, timestamp, end, duration, now);
        return '';
      }
    }
    this.#remember(timestamp, event, end, duration, now);
    return digit;
  }

  /** Whether a report with this timestamp is about the press in `slot`. */
  #belongs(slot: number, timestamp: number, duration: number): boolean {
    const ahead = (timestamp - (this.#timestamp[slot] as number)) >>> 0;
    if (ahead === 0) return true;
    const behind = -ahead >>> 0;
    if (behind % SEGMENT === 0 && behind / SEGMENT <= LOST_SEGMENTS) return true;
    if (this.#ended[slot] === 1) return false;
    if (ahead % SEGMENT === 0 && ahead / SEGMENT <= LOST_SEGMENTS) return true;
    // Some gateways move the timestamp on with each report. Two presses can not overlap so that both agree to the tick.
    return ahead < SEGMENT && duration === (this.#duration[slot] as number) + ahead;
  }

  #update(slot: number, timestamp: number, end: boolean, duration: number, now: number): void {
    const ahead = (timestamp - (this.#timestamp[slot] as number)) | 0;
    this.#heardAt[slot] = now;
    if (end) this.#ended[slot] = 1;
    if (ahead > 0) {
      this.#timestamp[slot] = timestamp;
      this.#duration[slot] = duration;
    } else if (ahead === 0 && duration > (this.#duration[slot] as number)) {
      this.#duration[slot] = duration;
    }
  }

  #remember(timestamp: number, event: number, end: boolean, duration: number, now: number): void {
    const slot = this.#next;
    this.#next = (slot + 1) % REMEMBERED;
    this.#timestamp[slot] = timestamp;
    this.#event[slot] = event;
    this.#ended[slot] = end ? 1 : 0;
    this.#duration[slot] = duration;
    this.#heardAt[slot] = now;
  }

  /** Forgets all presses: the sender is another one now. */
  reset(): void {
    this.#event.fill(-1);
  }
}
