import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, encodeG711, type Law, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** Frames that are kept: the last one, and as many before it as are needed to conceal one that is lost. */
const KEPT = 4;
const HISTORY = KEPT - 1;
/** What a frame is decoded into; shared by all calls. */
const LINEAR = new Int16Array(FRAME);

/** What the far end of one call says, for other calls to hear. It is kept as it came, and only while there is somebody to hear it. */
export class Voice {
  /** Law of {@link Voice.bytes}. */
  law: Law = PCMU;
  readonly bytes: Uint8Array = new Uint8Array(KEPT * FRAME);
  /** How many frames there have been. */
  count = 0;
  readonly #isSilent = new Uint8Array(KEPT).fill(1);
  readonly #concealment = new Concealment();
  #isConcealing = false;
  #hearers = 0;

  /** Somebody wants to hear it from now on. */
  open(): void {
    if (this.#hearers++ > 0) return;
    this.bytes.fill(silenceOf(this.law));
    this.#isSilent.fill(1);
    this.#isConcealing = false;
  }

  /** One of those is gone. */
  close(): void {
    this.#hearers--;
  }

  /** What came in this tick, of which kind. */
  heard(kind: number, law: Law, frame: Uint8Array): void {
    if (this.#hearers === 0) return;
    if (law !== this.law) this.#translate(law);
    const slot = this.count % KEPT;
    if (kind === FRAME_VOICE) this.#voice(frame, slot);
    else if (kind === FRAME_LOST && !this.#isSilent[(slot + HISTORY) % KEPT]) this.#lost(slot);
    else this.#nothing(slot);
    this.count++;
  }

  /** Where in {@link Voice.bytes} a frame begins, one of the last that there have been; below zero when nothing was said in it. */
  at(frame: number): number {
    const slot = frame % KEPT;
    return this.#isSilent[slot] ? -1 : slot * FRAME;
  }

  /** How many frames back one still is there. */
  get kept(): number {
    return KEPT;
  }

  #voice(frame: Uint8Array, slot: number): void {
    this.#isSilent[slot] = 0;
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
    this.#isSilent[slot] = 0;
    this.#concealment.conceal(LINEAR);
    encodeG711(this.law, LINEAR, 0, this.bytes, slot * FRAME, FRAME);
  }

  #nothing(slot: number): void {
    this.#isConcealing = false;
    if (this.#isSilent[slot]) return;
    this.#isSilent[slot] = 1;
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

  #translate(law: Law): void {
    translateG711(this.law, law, this.bytes, 0, this.bytes, 0, this.bytes.length);
    this.law = law;
  }
}
