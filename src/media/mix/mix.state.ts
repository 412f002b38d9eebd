import type { MixSettings } from '../../channel/mix-port.ts';
import { type MixSum, Seat } from './seat.state.ts';
import { type TalkEvent, Talkers } from './talkers.state.ts';
import type { Voice } from './voice.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;

/**
 * Calls that hear each other. There is one sum of all: with each frame a call takes its last one out of it and puts the new one in, and
 * it hears the sum without its own part. So a frame costs the same however many take part.
 */
export class AudioMix implements MixSum {
  readonly total: Int32Array = new Int32Array(FRAME);
  readonly speaking: Seat[] = [];
  frames = 0;
  readonly #seats = new Map<number, Seat>();
  #talkers: Talkers | undefined;

  get size(): number {
    return this.#seats.size;
  }

  join(call: number, voice: Voice, settings: MixSettings): Seat {
    const seat = new Seat(this, voice, settings);
    this.#seats.set(call, seat);
    return seat;
  }

  change(call: number, settings: Partial<MixSettings>): void {
    const seat = this.#seats.get(call);
    if (!seat) return;
    seat.change(settings);
    if (!seat.isHeard) this.#talkers?.gone(call);
  }

  /** @returns the place that it had. */
  leave(call: number): Seat | undefined {
    const seat = this.#seats.get(call);
    this.#seats.delete(call);
    seat?.leave();
    this.#talkers?.gone(call);
    return seat;
  }

  /** What each says just now, in dBov. */
  get levels(): (readonly [number, number])[] {
    return Array.from(this.#seats, ([call, { level }]) => [call, level] as const);
  }

  /** From now on it is looked who talks. */
  watch(tell: (event: TalkEvent) => void): void {
    this.#talkers ??= new Talkers(tell);
  }

  /** A call has given a frame. */
  spoke(call: number, seat: Seat): void {
    seat.spoke();
    if (this.#talkers && seat.isHeard) this.#talkers.frame(call, seat.level);
  }
}
