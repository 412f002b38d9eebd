import type { Law } from '../codec/g711.codec.ts';
import { FarReader } from './far-reader.state.ts';
import type { Speaker } from './speaker.ts';
import { VoiceMemory } from './voice-memory.ts';

/** A voice that another thread writes. Who hears it is none of its business: the program tells the other thread. */
export class FarVoice implements Speaker {
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

  /** Whether it is there to be heard, silent or not. */
  get isThere(): boolean {
    return this.#memory.isThere;
  }

  /** The frame that begins there. */
  frame(at: number): Uint8Array {
    return this.#memory.frame(at);
  }

  reader(): FarReader {
    return new FarReader(this.#memory);
  }

  open(): void {
    // See above.
  }

  close(): void {
    // See above.
  }
}
