interface Span {
  readonly from: number;
  readonly to: number;
}

/** Which samples of a playing have been heard, however often it was rewound. */
export class HeardSpans {
  /** Apart from each other, in order, without the one that grows. */
  #others: readonly Span[] = [];
  #from = 0;
  #to = 0;

  /** The next `count` samples from `position` on were heard. */
  add(position: number, count: number): void {
    if (position !== this.#to) {
      this.#others = this.#all();
      this.#from = position;
    }
    this.#to = position + count;
  }

  /** How many samples were heard, each counted once. */
  get samples(): number {
    return this.#all().reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Where, from this position on, the first sample is that was not heard. */
  newFrom(position: number): number {
    return this.#all().find(({ from, to }) => from <= position && position < to)?.to ?? position;
  }

  #all(): readonly Span[] {
    const joined: Span[] = [];
    const spans = [...this.#others, { from: this.#from, to: this.#to }].filter(({ from, to }) => to > from);
    for (const span of spans.sort((one, other) => one.from - other.from)) {
      const last = joined.at(-1);
      if (!last || span.from > last.to) joined.push(span);
      else if (span.to > last.to) joined[joined.length - 1] = { from: last.from, to: span.to };
    }
    return joined;
  }
}
