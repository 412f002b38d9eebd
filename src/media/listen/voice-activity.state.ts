/** Bounds of the estimated background noise, in dBov. Above the upper one, sound is never taken for noise. */
const NOISE_MIN = -62;
const NOISE_MAX = -42;
/** What noise is assumed to be before anything is known. */
const NOISE_FIRST = -52;
/** Where the estimate is above the sound, it goes half of the way with each frame; it follows sound upwards so fast, in dB per second. */
const NOISE_FALL = 0.5;
const NOISE_RISE_DB_PER_SECOND = 3;
/** How far above the noise speech is, in dB. */
const MARGIN_DB = 9;
/** Quieter than this is never speech, in dBov: -41 dBm0. */
const GATE_DBOV = -47;
const FRAME_MS = 20;
/** So many frames of voice are speech; less is a click. */
const ONSET_FRAMES = 3;
/** So many frames of tones in a row are a tone, and what went before was its beginning. */
const TONE_FRAMES = 3;
/** Gaps between words up to this long belong to the speech. */
const HANGOVER_MS = 200;
/** Whoever says nothing for so long after the beginning was not speaking then. */
const UNKNOWN_MS = 100;

/** Tells whether somebody speaks, by the level of frames and by which of them are tones; it follows the background noise. */
export class VoiceActivity {
  #noise = NOISE_FIRST;
  #voiceFrames = 0;
  #toneFrames = 0;
  #quietMs = 0;
  #stateMs = 0;
  #isSpeaking = false;
  #isKnown = false;
  #isOnset = false;
  #sinceMs = 0;
  #lastedMs = 0;

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** How long what changed last had lasted when it was noticed. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** How long it was the other way before the last change. */
  get lastedMs(): number {
    return this.#lastedMs;
  }

  /** Whether the speech that was noticed last began while this listened: the far end was silent before. */
  get isOnset(): boolean {
    return this.#isOnset;
  }

  /** Level in dBov that speech must exceed now. */
  get threshold(): number {
    return Math.max(GATE_DBOV, this.#noise + MARGIN_DB);
  }

  /**
   * Takes one frame of 20 ms.
   *
   * @param level - in dBov; -127 where nothing came.
   * @param isTone - whether it is a tone and so no voice, however loud.
   * @returns whether somebody has begun to speak or has fallen silent.
   */
  frame(level: number, isTone: boolean): boolean {
    const isLoud = level > this.threshold;
    this.#followNoise(level);
    this.#stateMs += FRAME_MS;
    if (isLoud && !isTone) {
      this.#voiceFrames++;
      this.#toneFrames = 0;
      this.#quietMs = 0;
    } else {
      // A frame of speech can look like a tone: it does not count, but does not break off what has begun.
      if (!isLoud || ++this.#toneFrames >= TONE_FRAMES) this.#voiceFrames = 0;
      this.#quietMs += FRAME_MS;
    }
    if (!this.#isSpeaking) {
      if (this.#voiceFrames >= ONSET_FRAMES) return this.#become(true, ONSET_FRAMES * FRAME_MS);
      if (this.#quietMs >= UNKNOWN_MS) this.#isKnown = true;
      return false;
    }
    return this.#quietMs >= HANGOVER_MS && this.#become(false, this.#quietMs);
  }

  #become(isSpeaking: boolean, sinceMs: number): true {
    this.#isOnset = isSpeaking && this.#isKnown;
    this.#isKnown = true;
    this.#isSpeaking = isSpeaking;
    this.#voiceFrames = 0;
    this.#sinceMs = sinceMs;
    this.#lastedMs = Math.max(0, this.#stateMs - sinceMs);
    this.#stateMs = sinceMs;
    return true;
  }

  #followNoise(level: number): void {
    const noise =
      level < this.#noise
        ? this.#noise + (level - this.#noise) * NOISE_FALL
        : this.#noise + (NOISE_RISE_DB_PER_SECOND * FRAME_MS) / 1000;
    this.#noise = Math.max(NOISE_MIN, Math.min(NOISE_MAX, noise));
  }
}
