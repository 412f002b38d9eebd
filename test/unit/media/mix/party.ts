import type { MixSettings } from '../../../../src/channel/mix-port.ts';
import { decodeG711, encodeG711, type Law, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { Joined } from '../../../../src/media/mix/joined.state.ts';
import type { AudioMix } from '../../../../src/media/mix/mix.state.ts';
import type { Seat } from '../../../../src/media/mix/seat.state.ts';
import { FRAME_EMPTY, FRAME_VOICE } from '../../../../src/media/rtp/jitter-buffer.state.ts';

const FRAME = 160;

export const ALL_HEARD: MixSettings = { isHeard: true, hears: true, gain: 0, volume: 0 };

/** Somebody in a mix without a call around it. */
export class Party {
  readonly joined: Joined = new Joined();
  readonly law: Law;
  readonly #mix: AudioMix;
  readonly #call: number;
  readonly #seat: Seat;

  constructor(mix: AudioMix, call: number, settings: Partial<MixSettings> = {}, law: Law = PCMU) {
    this.law = law;
    this.#mix = mix;
    this.#call = call;
    this.#seat = mix.join(call, this.joined.voice, { ...ALL_HEARD, ...settings });
    this.joined.add(this.#seat);
    this.joined.onSpoken = () => mix.spoke(call, this.#seat);
  }

  /** Its frame of 20 ms: says this, or nothing. */
  says(bytes?: Uint8Array): void {
    this.joined.heard(bytes ? FRAME_VOICE : FRAME_EMPTY, this.law, bytes ?? new Uint8Array(FRAME));
  }

  /** The bytes of what it hears next. */
  get hears(): Uint8Array {
    this.joined.next(this.law);
    return this.joined.frame.slice();
  }

  leave(): void {
    this.#mix.leave(this.#call);
    this.joined.onSpoken = undefined;
    this.joined.remove(this.#seat);
  }
}

/** A frame of these samples. */
export function encoded(samples: Int16Array, law: Law = PCMU): Uint8Array {
  const bytes = new Uint8Array(FRAME);
  encodeG711(law, samples, 0, bytes, 0, FRAME);
  return bytes;
}

/** The samples of a frame. */
export function decoded(bytes: Uint8Array, law: Law = PCMU): Int16Array {
  const samples = new Int16Array(FRAME);
  decodeG711(law, bytes, 0, samples, 0, FRAME);
  return samples;
}

/** A frame of a tone that goes on from frame to frame. */
export function toneFrame(frequency: number, frame: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: FRAME }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * (frame * FRAME + index)) / 8000)),
  );
}
