/** When something was so: from one moment to another, over and over; the last time may go on. */
export class Times {
  readonly #all: { readonly from: number; until: number }[] = [];

  /** Whether it goes on. */
  get isOn(): boolean {
    return this.#all.at(-1)?.until === Number.POSITIVE_INFINITY;
  }

  /** From now on it is so, or not. */
  set(now: number, isOn: boolean): void {
    const last = this.#all.at(-1);
    if (isOn && !this.isOn) this.#all.push({ from: now, until: Number.POSITIVE_INFINITY });
    else if (!isOn && last && this.isOn) last.until = now;
  }

  /** Whether it was so at this moment. */
  has(at: number): boolean {
    return this.#all.some(({ from, until }) => from <= at && at < until);
  }
}
