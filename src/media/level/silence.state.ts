/** Bounds of the estimated background noise, in dBov. Above the upper one, sound is never taken for noise. */
const NOISE_MIN = -62;
const NOISE_MAX = -42;
/** How far above the noise a frame must be to count as sound, in dB. */
const MARGIN_DB = 10;
/** How fast the estimate follows sound upwards, in dB per second. It follows downwards at once. */
const NOISE_RISE_DB_PER_SECOND = 2;
/** Sound that lasts less than this is a click. */
const ONSET_MS = 40;
/** Gaps between syllables up to this long belong to the speech. */
const HANGOVER_MS = 200;

/** Tells sound from background noise by level alone, following the noise as it changes. */
export class SilenceDetector {
  #noise = NOISE_MIN;
  #loudMs = 0;
  #quietMs = 0;
  #speaking = false;
  #silenceMs = 0;
  #speechMs = 0;

  /**
   * Takes one frame.
   *
   * @param level - its level in dBov; -127 where nothing was received.
   * @param durationMs - its length.
   * @returns whether somebody is speaking (or anything else is sounding) now.
   */
  frame(level: number, durationMs = 20): boolean {
    const loud = level > this.threshold;
    this.#noise = Math.min(
      this.#noise + (NOISE_RISE_DB_PER_SECOND * durationMs) / 1000,
      NOISE_MAX,
      Math.max(level, NOISE_MIN),
    );
    if (loud) {
      this.#loudMs += durationMs;
      this.#quietMs = 0;
      if (!this.#speaking && this.#loudMs >= ONSET_MS) {
        this.#speaking = true;
        this.#speechMs += this.#loudMs - durationMs;
        this.#silenceMs = 0;
      }
    } else {
      this.#loudMs = 0;
      this.#quietMs += durationMs;
      if (this.#speaking && this.#quietMs > HANGOVER_MS) {
        this.#speaking = false;
        // The hangover turned out to be silence.
        this.#silenceMs = this.#quietMs - durationMs;
        this.#speechMs -= this.#silenceMs;
      }
    }
    if (this.#speaking) this.#speechMs += durationMs;
    else this.#silenceMs += durationMs;
    return this.#speaking;
  }

  /** Level in dBov that a frame must exceed to count as sound. */
  get threshold(): number {
    return this.#noise + MARGIN_DB;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Whether there was sound since the beginning. */
  get heard(): boolean {
    return this.#speechMs > 0;
  }

  /** How long it has been silent now, counted from the end of the last sound; 0 while there is sound. */
  get silenceMs(): number {
    return this.#silenceMs;
  }

  /** All the sound since the beginning. */
  get speechMs(): number {
    return this.#speechMs;
  }

  /** Takes over what another one knows. */
  copy(other: SilenceDetector): void {
    this.#noise = other.#noise;
    this.#loudMs = other.#loudMs;
    this.#quietMs = other.#quietMs;
    this.#speaking = other.#speaking;
    this.#silenceMs = other.#silenceMs;
    this.#speechMs = other.#speechMs;
  }

  /** Counts silence anew, as if nothing had come before; what was heard was heard. */
  restart(): void {
    this.#loudMs = 0;
    this.#quietMs = 0;
    this.#speaking = false;
    this.#silenceMs = 0;
  }

  /** Begins anew: counters at zero, noise unknown. */
  reset(): void {
    this.#noise = NOISE_MIN;
    this.#loudMs = 0;
    this.#quietMs = 0;
    this.#speaking = false;
    this.#silenceMs = 0;
    this.#speechMs = 0;
  }
}
