/** Samples of a frame of 20 ms at 8000 Hz, and of its halves. */
const LENGTH = 160;
const HALF = LENGTH / 2;
const RATE = 8000;
/** A rough frequency is at most 50 Hz off at 15 dB of noise, which the halves still tell without doubt; the second round is for precision. */
const ROUNDS = 2;
/** What a sine that is 50 Hz off still explains of the halves is 0.4: with less there is none. */
const LEAST = 0.3;

/**
 * The one sine that fits a frame of 20 ms best, and how much of the frame it is.
 *
 * Linear prediction of the second order gives a rough frequency, which noise draws towards 2000 Hz. How far the phase moves from one half
 * of the frame to the other then gives the precise one.
 */
export class SineFit {
  hertz = 0;
  /** By linear prediction alone: of two tones, between them. */
  roughHertz = 0;
  /** The part of the frame's power that the sine has: 1 for nothing else. */
  purity = 0;
  /** Angle per sample. */
  #omega = 0;
  /** Correlation of the two halves with the sine. */
  #firstRe = 0;
  #firstIm = 0;
  #secondRe = 0;
  #secondIm = 0;

  /** @param energy - sum of the squares of the samples; more than 0. */
  fit(frame: Int16Array, energy: number): void {
    this.#omega = predicted(frame);
    this.roughHertz = (this.#omega * RATE) / (2 * Math.PI);
    this.hertz = this.roughHertz;
    this.#correlate(frame);
    this.purity = this.#roughly() / energy;
    if (this.purity < LEAST) return;
    for (let round = 0; round < ROUNDS; round++) {
      this.#omega += this.#drift();
      this.#correlate(frame);
    }
    this.hertz = (this.#omega * RATE) / (2 * Math.PI);
    this.purity = this.#explained() / energy;
  }

  #correlate(frame: Int16Array): void {
    const turnRe = Math.cos(this.#omega);
    const turnIm = Math.sin(this.#omega);
    let re = 1;
    let im = 0;
    let firstRe = 0;
    let firstIm = 0;
    let secondRe = 0;
    let secondIm = 0;
    for (let index = 0; index < HALF; index++) {
      const first = frame[index] as number;
      const second = frame[index + HALF] as number;
      firstRe += first * re;
      firstIm -= first * im;
      secondRe += second * re;
      secondIm -= second * im;
      const next = re * turnRe - im * turnIm;
      im = re * turnIm + im * turnRe;
      re = next;
    }
    this.#firstRe = firstRe;
    this.#firstIm = firstIm;
    this.#secondRe = secondRe;
    this.#secondIm = secondIm;
  }

  /** About the energy of the frame that the sine explains, whatever its phase in each half. */
  #roughly(): number {
    const first = this.#firstRe * this.#firstRe + this.#firstIm * this.#firstIm;
    const second = this.#secondRe * this.#secondRe + this.#secondIm * this.#secondIm;
    return ((first + second) * 2) / HALF;
  }

  /** By how much the angle per sample is wrong. */
  #drift(): number {
    const re = this.#secondRe * this.#firstRe + this.#secondIm * this.#firstIm;
    const im = this.#secondIm * this.#firstRe - this.#secondRe * this.#firstIm;
    const off = Math.atan2(im, re) - this.#omega * HALF;
    return (off - 2 * Math.PI * Math.round(off / (2 * Math.PI))) / HALF;
  }

  /** The energy of the frame that a sine of this frequency explains, by least squares. */
  #explained(): number {
    const omega = this.#omega;
    const turnRe = Math.cos(omega * HALF);
    const turnIm = -Math.sin(omega * HALF);
    const cosine = this.#firstRe + this.#secondRe * turnRe - this.#secondIm * turnIm;
    const sine = -(this.#firstIm + this.#secondRe * turnIm + this.#secondIm * turnRe);
    // Sums over the frame of cos(2wn) and sin(2wn).
    const step = Math.sin(omega);
    const ratio = Math.abs(step) < 1e-9 ? LENGTH : Math.sin(omega * LENGTH) / step;
    const doubleCos = ratio * Math.cos(omega * (LENGTH - 1));
    const doubleSin = ratio * Math.sin(omega * (LENGTH - 1));
    const cc = (LENGTH + doubleCos) / 2;
    const ss = (LENGTH - doubleCos) / 2;
    const cs = doubleSin / 2;
    const determinant = cc * ss - cs * cs;
    if (determinant < 1) return 0;
    return (cosine * cosine * ss - 2 * cosine * sine * cs + sine * sine * cc) / determinant;
  }
}

/** The angle per sample of the sine that predicts each sample best from the two before it. */
function predicted(frame: Int16Array): number {
  let product = 0;
  let square = 0;
  let before = frame[0] as number;
  let middle = frame[1] as number;
  for (let index = 2; index < LENGTH; index++) {
    const after = frame[index] as number;
    product += (before + after) * middle;
    square += middle * middle;
    before = middle;
    middle = after;
  }
  if (square === 0) return 0;
  return Math.acos(Math.max(-1, Math.min(1, product / square / 2)));
}
