import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, encodeG711, type Law, silenceOf } from '../codec/g711.codec.ts';
import { FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import type { FrameReader, Frames, Speaker } from './speaker.ts';
import { KEPT, VoiceMemory } from './voice-memory.ts';
import { VoiceReader } from './voice-reader.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
const HISTORY = KEPT - 1;
/** What a frame is decoded into; shared by all calls. */
const LINEAR = new Int16Array(FRAME);

/** What the far end of one call says, for other calls to hear. It is kept as it came, and only while there is somebody to hear it. */
export class Voice implements Speaker, Frames {
  readonly kept = KEPT;
  #memory = new VoiceMemory();
  readonly #concealment = new Concealment();
  #isConcealing = false;
  #hearers = 0;

  get law(): Law {
    return this.#memory.law;
  }

  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get count(): number {
    return this.#memory.count;
  }

  /** Whether it is there to be heard; only for those who look into its memory. */
  set isThere(isThere: boolean) {
    this.#memory.isThere = isThere;
  }

  /** Goes on in memory that another thread looks into. */
  moveTo(shared: SharedArrayBuffer): void {
    const memory = new VoiceMemory(shared);
    memory.take(this.#memory);
    this.#memory = memory;
  }

  open(): void {
    if (this.#hearers++ > 0) return;
    this.#memory.silence();
    this.#isConcealing = false;
  }

  close(): void {
    this.#hearers--;
  }

  /** What came in this tick, of which kind. */
  heard(kind: number, law: Law, frame: Uint8Array): void {
    if (this.#hearers === 0) return;
    if (law !== this.law) this.#memory.change(law);
    const slot = this.count % KEPT;
    if (kind === FRAME_VOICE) this.#voice(frame, slot);
    else if (kind === FRAME_LOST && !this.#memory.isSilent((slot + HISTORY) % KEPT)) this.#lost(slot);
    else this.#nothing(slot);
    this.#memory.next();
  }

  at(frame: number): number {
    return this.#memory.at(frame);
  }

  reader(): FrameReader {
    return new VoiceReader(this);
  }

  #voice(frame: Uint8Array, slot: number): void {
    this.#memory.mark(slot, false);
    if (!this.#isConcealing) {
      this.bytes.set(frame, slot * FRAME);
      return;
    }
    this.#isConcealing = false;
    decodeG711(this.law, frame, 0, LINEAR, 0, FRAME);
    this.#concealment.good(LINEAR);
    encodeG711(this.law, LINEAR, 0, this.bytes, slot * FRAME, FRAME);
  }

  #lost(slot: number): void {
    if (!this.#isConcealing) this.#remember();
    this.#isConcealing = true;
    this.#memory.mark(slot, false);
    this.#concealment.conceal(LINEAR);
    encodeG711(this.law, LINEAR, 0, this.bytes, slot * FRAME, FRAME);
  }

  #nothing(slot: number): void {
    this.#isConcealing = false;
    if (this.#memory.isSilent(slot)) return;
    this.#memory.mark(slot, true);
    this.bytes.fill(silenceOf(this.law), slot * FRAME, (slot + 1) * FRAME);
  }

  /** The past is decoded when the first frame of it is lost, and not before. */
  #remember(): void {
    this.#concealment.reset();
    for (let age = HISTORY; age > 0; age--) {
      const slot = (this.count + KEPT - age) % KEPT;
      decodeG711(this.law, this.bytes, slot * FRAME, LINEAR, 0, FRAME);
      this.#concealment.good(LINEAR);
    }
  }
}
