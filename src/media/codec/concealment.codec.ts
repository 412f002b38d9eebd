/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** Past audio that is kept: three frames, enough for three periods of the lowest pitch and the piece before them. */
const HISTORY = 3 * FRAME;
/** Bounds of the pitch period: 200 Hz to 66 Hz (G.711 Appendix I). */
const PITCH_MIN = 40;
const PITCH_MAX = 120;
/** Length of the piece that is looked for in the past. */
const WINDOW = FRAME;
/** Loss is made in steps of 10 ms: each takes one pitch period more, up to three, and is quieter than the one before. */
const STEP = 80;
const MAX_PERIODS = 3;
/** Samples from the beginning of a loss until the fade begins, and until it has become silence. */
const FADE_BEGIN = 80;
const FADE_END = 480;
/** Over this many samples a break at the beginning of a loss is smoothed. */
const REPAIR = 32;
/** Crossing over to what arrives after a loss: 10 ms, as Appendix I has it for losses of 20 ms and more. */
const REENTRY = 80;

function clip(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

/**
 * Packet-loss concealment in the manner of G.711 Appendix I: repeats the last pitch periods, fades to silence within 60 ms and
 * crosses over into what arrives next. Adds no delay: instead of holding audio back for a smooth beginning of a loss, a break there
 * is bent away over the first samples.
 *
 * Give it every frame of 160 samples in order: {@link Concealment.good} when there is one, {@link Concealment.conceal} when not.
 */
export class Concealment {
  /** The last three frames that went out, as a ring of frames. */
  readonly #ring = new Int16Array(HISTORY);
  #ringAt = 0;
  /** The same in order of time, made at the beginning of a loss. */
  readonly #past = new Float64Array(HISTORY);
  /** The piece that is being repeated, smoothed where its end meets its beginning. */
  #cycle = new Float64Array(MAX_PERIODS * PITCH_MAX);
  #cycleAt = 0;
  #periods = 0;
  /** The piece before that, of one period less, which is faded out. */
  #oldCycle = new Float64Array(MAX_PERIODS * PITCH_MAX);
  #oldCycleAt = 0;
  #oldCycleLeft = 0;
  #pitch = PITCH_MIN;
  /** Samples made since the beginning of the loss; 0 while there is none. */
  #lost = 0;
  /** Difference between the last good sample and what the repetition would have had there. */
  #break = 0;

  /** Takes a frame that has arrived; after a loss, its beginning is changed to cross over into it. */
  good(frame: Int16Array): void {
    if (this.#lost > 0) this.#reenter(frame);
    this.#ring.set(frame, this.#ringAt);
    this.#ringAt = (this.#ringAt + FRAME) % HISTORY;
  }

  /** Makes a frame in place of one that is missing. */
  conceal(into: Int16Array): void {
    if (this.#lost >= FADE_END) {
      into.fill(0, 0, FRAME);
    } else {
      if (this.#lost === 0) this.#begin();
      for (let index = 0; index < FRAME; index++) into[index] = clip(Math.round(this.#sample()));
    }
    this.#ring.set(into, this.#ringAt);
    this.#ringAt = (this.#ringAt + FRAME) % HISTORY;
  }

  /** Forgets the past: what comes next has nothing to do with it. */
  reset(): void {
    this.#ring.fill(0);
    this.#lost = 0;
  }

  #begin(): void {
    const end = HISTORY - this.#ringAt;
    for (let index = 0; index < end; index++) this.#past[index] = this.#ring[this.#ringAt + index] as number;
    for (let index = end; index < HISTORY; index++) this.#past[index] = this.#ring[index - end] as number;
    this.#pitch = findPitch(this.#past);
    this.#periods = 0;
    this.#break = (this.#past[HISTORY - 1] as number) - (this.#past[HISTORY - 1 - this.#pitch] as number);
    this.#addPeriod();
    this.#oldCycleLeft = 0;
  }

  /** Makes the repeated piece one period longer, so that a long loss does not buzz, and fades over to it at the same phase. */
  #addPeriod(): void {
    const kept = this.#cycle;
    this.#cycle = this.#oldCycle;
    this.#oldCycle = kept;
    this.#oldCycleAt = this.#cycleAt;
    this.#oldCycleLeft = this.#quarter;
    this.#cycleAt = this.#periods === 0 ? 0 : this.#cycleAt % this.#pitch;
    this.#periods++;

    const length = this.#periods * this.#pitch;
    const start = HISTORY - length;
    const overlap = this.#quarter;
    for (let index = 0; index < length; index++) {
      const own = this.#past[start + index] as number;
      const into = index - (length - overlap);
      if (into < 0) {
        this.#cycle[index] = own;
      } else {
        // The last quarter of a period turns into what came before the piece, so that its beginning follows smoothly.
        const weight = (into + 1) / (overlap + 1);
        this.#cycle[index] = own * (1 - weight) + (this.#past[start - overlap + into] as number) * weight;
      }
    }
  }

  get #quarter(): number {
    return this.#pitch >> 2;
  }

  /** The next sample of the repetition, fade included. */
  #sample(): number {
    const lost = this.#lost;
    if (lost >= FADE_END) return 0;
    if (lost > 0 && lost % STEP === 0 && this.#periods < MAX_PERIODS) this.#addPeriod();
    let value = this.#cycle[this.#cycleAt] as number;
    this.#cycleAt = (this.#cycleAt + 1) % (this.#periods * this.#pitch);
    if (this.#oldCycleLeft > 0) {
      const weight = this.#oldCycleLeft / (this.#quarter + 1);
      value = value * (1 - weight) + (this.#oldCycle[this.#oldCycleAt] as number) * weight;
      this.#oldCycleAt = (this.#oldCycleAt + 1) % ((this.#periods - 1) * this.#pitch);
      this.#oldCycleLeft--;
    }
    if (lost < REPAIR) value += this.#break * (1 - (lost + 1) / (REPAIR + 1));
    if (lost > FADE_BEGIN) value *= (FADE_END - lost) / (FADE_END - FADE_BEGIN);
    this.#lost++;
    return value;
  }

  #reenter(frame: Int16Array): void {
    for (let index = 0; index < REENTRY; index++) {
      const weight = (index + 1) / (REENTRY + 1);
      frame[index] = clip(Math.round((frame[index] as number) * weight + this.#sample() * (1 - weight)));
    }
    this.#lost = 0;
  }
}

/** Product of every second sample of the last window with what was `lag` before it. */
function product(past: Float64Array, lag: number): number {
  // Four sums, so that no addition has to wait for the one before it.
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let index = HISTORY - WINDOW; index < HISTORY; index += 8) {
    const before = index - lag;
    one += (past[index] as number) * (past[before] as number);
    two += (past[index + 2] as number) * (past[before + 2] as number);
    three += (past[index + 4] as number) * (past[before + 4] as number);
    four += (past[index + 6] as number) * (past[before + 6] as number);
  }
  return one + two + three + four;
}

/** Energy of every second sample of the window that was `lag` before the last one. */
function energyBefore(past: Float64Array, lag: number): number {
  let sum = 0;
  for (let index = HISTORY - WINDOW - lag; index < HISTORY - lag; index += 2) sum += (past[index] as number) ** 2;
  return sum;
}

/** The lag at which the past resembles itself most, whatever its energy was there. */
function findPitch(past: Float64Array): number {
  let pitch = PITCH_MAX;
  let best = 0;
  // Of this lag and of the next one.
  let energy = energyBefore(past, PITCH_MIN);
  let nextEnergy = energyBefore(past, PITCH_MIN + 1);
  for (let lag = PITCH_MIN; lag <= PITCH_MAX; lag++) {
    const found = energy > 0 ? product(past, lag) / Math.sqrt(energy) : 0;
    if (found > best) {
      best = found;
      pitch = lag;
    }
    // Two samples further back, the window has another first one and has lost its last one.
    const first = past[HISTORY - WINDOW - lag - 2] as number;
    const last = past[HISTORY - lag - 2] as number;
    const after = energy + first * first - last * last;
    energy = nextEnergy;
    nextEnergy = after;
  }
  return pitch;
}
