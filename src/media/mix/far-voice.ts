import type { Law } from '../codec/g711.codec.ts';
import type { Speaker } from './speaker.ts';
import { KEPT, VoiceMemory } from './voice-memory.ts';

/** A voice that another thread writes. Who hears it is none of its business: the program tells the other thread. */
export class FarVoice implements Speaker {
  readonly kept = KEPT;
  readonly #memory: VoiceMemory;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new VoiceMemory(memory);
  }

  get law(): Law {
    return this.#memory.law;
  }

  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get count(): number {
    return this.#memory.count;
  }

  /** Whether it is there to be heard, silent or not. */
  get isThere(): boolean {
    return this.#memory.isThere;
  }

  at(frame: number): number {
    return this.#memory.at(frame);
  }

  open(): void {
    // See above.
  }

  close(): void {
    // See above.
  }
}
