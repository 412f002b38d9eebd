/** Bytes of a telephone-event payload (RFC 4733 §2.3). */
export const EVENT_PAYLOAD_SIZE = 4;

/** A telephone-event report as it goes over the wire. One object is made once and filled again. */
export interface TelephoneEvent {
  /** Event number; 0 to 15 are the keys. */
  event: number;
  /** The event is over. */
  end: boolean;
  /** Power level of the tone in -dBm0, 0 to 63. */
  volume: number;
  /** Length so far in timestamp units, 16 bits. */
  duration: number;
}

const DIGITS = '0123456789*#ABCD';

export function newTelephoneEvent(): TelephoneEvent {
  return { event: 0, end: false, volume: 0, duration: 0 };
}

/** Key of an event number; empty for an event that is no key. */
export function digitOfEvent(event: number): string {
  return DIGITS[event] ?? '';
}

/** Event number of a key (`0`-`9`, `*`, `#`, `A`-`D` in either case); -1 when it is none. */
export function eventOfDigit(digit: string): number {
  return digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
}

/** Reads a telephone-event payload. @returns false when the payload is not of exactly one event. */
export function readEvent(packet: Uint8Array, offset: number, length: number, into: TelephoneEvent): boolean {
  if (length !== EVENT_PAYLOAD_SIZE || offset + length > packet.length) return false;
  const flags = packet[offset + 1] as number;
  into.event = packet[offset] as number;
  into.end = (flags & 0x80) !== 0;
  into.volume = flags & 0x3f;
  into.duration = ((packet[offset + 2] as number) << 8) | (packet[offset + 3] as number);
  return true;
}

/** Writes the four bytes of a telephone-event payload; the reserved bit is 0. */
export function writeEvent(
  target: Uint8Array,
  offset: number,
  event: number,
  end: boolean,
  volume: number,
  duration: number,
): void {
  target[offset] = event;
  target[offset + 1] = (end ? 0x80 : 0) | (volume & 0x3f);
  target[offset + 2] = duration >>> 8;
  target[offset + 3] = duration;
}
