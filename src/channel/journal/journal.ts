import type { Clock } from '../../clock.ts';
import type { JournalEntry, JournalFact } from './journal-entry.ts';
import { renderTimeline } from './timeline.codec.ts';

/** As many lines are kept; of a channel that goes on for ever the oldest are forgotten. */
const MOST_ENTRIES = 10_000;

/**
 * What happened on a channel, in order: what the far end did, what the program did and what came of it, and how each call ended
 * (`channel.journal`). Always kept, in memory, with the last 10,000 lines; the option `journal` of a user agent keeps it as a file too.
 * The text of `String(channel.journal)` is for people, {@link Journal.toJSONLines} for programs: `replay()` of `offhook/testing` makes a
 * fake call out of it.
 *
 * It holds what was pressed and sent in clear, and so perhaps PINs. Passwords, audio and signals are not in it.
 *
 * Both the lines and the text can be compared with snapshots. On a fake call all of it is the same from run to run, times, ids and time of
 * day included. On a real call `at`, `ms`, `wall`, `callId` and addresses differ, and the two ends may be interleaved differently. Messages
 * of errors and texts of a hang-up are for people: they may change with any version; names, codes and causes do not.
 *
 * @example
 * console.log(String(channel.journal));
 */
export class Journal {
  readonly #clock: Clock;
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #startedAt: number | undefined;
  #ids = 0;

  /** @internal */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The lines so far. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /**
   * Writes down a remark of the program, for who reads the journal later.
   *
   * @example
   * channel.journal.note('the account is locked');
   */
  note(text: string): void {
    this.add({ kind: 'note', text: String(text) });
  }

  /** The journal as a table for people; see `renderTimeline` of `offhook/testing`. */
  toString(): string {
    return renderTimeline(this.#entries);
  }

  /** The lines so far, for `JSON.stringify()` and for snapshots. */
  toJSON(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** The journal as text to keep, one JSON value a line; `parseJournal` of `offhook/testing` reads it. */
  toJSONLines(): string {
    return this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }

  /**
   * Calls `listener` with each further line; dispose of what is returned to end that.
   *
   * @internal
   */
  listen(listener: (entry: JournalEntry) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** @internal */
  add(fact: JournalFact): void {
    const now = this.#clock.now();
    this.#startedAt ??= now;
    const entry: JournalEntry = { at: Math.round((now - this.#startedAt) * 10) / 10, ...fact };
    if (this.#entries.length === MOST_ENTRIES) this.#entries.shift();
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** @internal A number for the next method. */
  nextId(): number {
    return ++this.#ids;
  }
}
