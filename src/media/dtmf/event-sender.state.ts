import { eventOfDigit, writeEvent } from './event.codec.ts';

/** Timestamp units of a tick of 20 ms at 8 kHz. */
const TICK = 160;
const TICKS_PER_MS = 8;
/** The last packet of an event is sent this often (RFC 4733 §2.5.1.4). */
const END_PACKETS = 3;
/** Longest duration that one packet can report; a longer event goes on in a new segment (RFC 4733 §2.5.1.3). */
const SEGMENT = 0xffff;
/** Level of the tones in -dBm0. */
const DEFAULT_VOLUME = 10;
/** Length of the pause that a comma stands for. */
const DEFAULT_PAUSE_MS = 500;

/** How a run of digits is sent. Durations are in milliseconds. */
export interface EventTiming {
  /** Length of a digit. */
  readonly onMs: number;
  /** Gap after a digit; at least as long as the repeated end packets take, 40 ms. */
  readonly offMs: number;
  /** Length of a comma; 500 when left out. */
  readonly pauseMs?: number | undefined;
  /** Level in -dBm0, 0 to 63; 10 when left out. */
  readonly volume?: number | undefined;
}

type Phase = 'idle' | 'event' | 'end' | 'gap';

/**
 * Sends digits as telephone-events, at most one packet for each tick of 20 ms: reports while the key is down, the last one
 * three times.
 *
 * After a {@link EventSender.tick} that returned true, the fields say what the packet has to hold. Its sequence number is
 * the next of the stream, its timestamp is {@link EventSender.timestamp} and not that of the tick.
 */
export class EventSender {
  /** RTP timestamp of the packet: when the event, or this segment of it, began. */
  timestamp = 0;
  /** Set on the first packet of an event, and never on the first of a later segment. */
  marker = false;
  event = 0;
  end = false;
  /** Length of the event (of the segment) so far, in timestamp units. */
  duration = 0;
  volume = DEFAULT_VOLUME;

  #phase: Phase = 'idle';
  #digits = '';
  #position = 0;
  /** Lengths of a digit, of the gap after one and of a comma, in timestamp units. */
  #on = 0;
  #off = 0;
  #pause = 0;
  /** Length of the present gap. */
  #gap = 0;
  /** Timestamp units since the present event or gap began. */
  #elapsed = 0;
  #eventTimestamp = 0;
  /** Where in the event the present segment began. */
  #segmentStart = 0;
  #endsLeft = 0;

  /**
   * Begins to send. What was being sent before is forgotten, so wait until {@link EventSender.active} is false.
   *
   * @param digits - `0`-`9`, `*`, `#`, `A`-`D`, and comma for a pause; anything else is left out.
   */
  start(digits: string, timing: EventTiming): void {
    this.#digits = digits;
    this.#position = 0;
    this.#on = Math.max(1, Math.round(timing.onMs * TICKS_PER_MS));
    this.#off = Math.max((END_PACKETS - 1) * TICK, Math.round(timing.offMs * TICKS_PER_MS));
    this.#pause = Math.round((timing.pauseMs ?? DEFAULT_PAUSE_MS) * TICKS_PER_MS);
    this.volume = timing.volume ?? DEFAULT_VOLUME;
    this.#beginGap(0);
  }

  /** Whether there is something left to send, the gap after the last digit included. */
  get active(): boolean {
    return this.#phase !== 'idle';
  }

  /** Drops the digits that have not begun. One that has gets its end packets from the next tick on, and no gap after them. */
  stop(): void {
    this.#position = this.#digits.length;
    this.#gap = 0;
    this.#off = 0;
    if (this.#phase === 'event') this.#on = this.#elapsed;
    else if (this.#phase === 'gap') this.#phase = 'idle';
  }

  /**
   * Moves on by 20 ms.
   *
   * @param timestamp - RTP timestamp of this tick.
   * @returns true when a packet is to be sent instead of audio.
   */
  tick(timestamp: number): boolean {
    if (this.#phase === 'gap') {
      if (this.#elapsed < this.#gap) {
        this.#elapsed += TICK;
        return false;
      }
      this.#next(timestamp);
    }
    if (this.#phase === 'event') {
      this.#report();
      return true;
    }
    if (this.#phase === 'end') {
      this.#repeatEnd();
      return true;
    }
    return false;
  }

  /** Writes the payload of the packet that the last tick asked for. */
  write(target: Uint8Array, offset: number): void {
    writeEvent(target, offset, this.event, this.end, this.volume, this.duration);
  }

  #beginGap(length: number): void {
    this.#phase = 'gap';
    this.#gap = length;
    this.#elapsed = 0;
  }

  #next(timestamp: number): void {
    while (this.#position < this.#digits.length) {
      const digit = this.#digits[this.#position++] as string;
      if (digit === ',') {
        this.#beginGap(this.#pause);
        this.#elapsed = TICK;
        return;
      }
      const event = eventOfDigit(digit);
      if (event >= 0) {
        this.event = event;
        this.#eventTimestamp = timestamp;
        this.#segmentStart = 0;
        this.#elapsed = 0;
        this.#phase = 'event';
        return;
      }
    }
    this.#phase = 'idle';
  }

  #report(): void {
    this.marker = this.#elapsed === 0;
    this.#elapsed = Math.min(this.#elapsed + TICK, this.#on);
    const length = this.#elapsed - this.#segmentStart;
    this.timestamp = (this.#eventTimestamp + this.#segmentStart) >>> 0;
    this.end = this.#elapsed === this.#on && length <= SEGMENT;
    this.duration = Math.min(length, SEGMENT);
    if (this.end) {
      this.#phase = 'end';
      this.#endsLeft = END_PACKETS - 1;
      this.#gap = this.#off;
      this.#elapsed = 0;
    } else if (length >= SEGMENT) {
      this.#segmentStart += SEGMENT;
    }
  }

  /** The end packets that follow the first take the place of the beginning of the gap. */
  #repeatEnd(): void {
    this.marker = false;
    this.#elapsed += TICK;
    this.#endsLeft--;
    if (this.#endsLeft === 0) this.#phase = this.#gap === 0 ? 'idle' : 'gap';
  }
}
