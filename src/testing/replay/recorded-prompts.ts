import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { fileOf, playedBy } from './recorded-steps.ts';

/** How much longer than what was heard of it a prompt is taken to be that was always cut short, in milliseconds. */
const UNHEARD_MS = 1000;
/** How long a ringtone is taken to be whose length the journal does not tell, in milliseconds. */
const RINGTONE_MS = 3000;

type Entry<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;

/**
 * How long each prompt of a journal plays, in milliseconds: as long as it was when it was played to its end; otherwise a second longer
 * than the longest time that it was. What the call itself has recorded is no prompt.
 */
export function recordedPrompts(entries: readonly JournalEntry[]): Readonly<Record<string, number>> {
  const lengths = new Lengths();
  for (const entry of entries) lengths.take(entry);
  return lengths.all();
}

class Lengths {
  readonly #whole = new Map<string, number>();
  readonly #least = new Map<string, number>();
  readonly #recorded = new Set<string>();
  /** What is being played: the names of its parts. */
  readonly #playing = new Map<number, { readonly names: readonly string[]; readonly begin: Entry<'begin'> }>();
  /** How long each part of a list is at a guess: of the length of the whole, as much as all others. */
  readonly #shares = new Map<string, number>();
  #ring: { readonly file: string; readonly begin: Entry<'begin'> } | undefined;
  #lastAt = 0;

  take(entry: JournalEntry): void {
    this.#lastAt = entry.at;
    if (entry.kind === 'begin') this.#began(entry);
    else if (entry.kind === 'played') this.#played(entry);
    else if (entry.kind === 'failed') this.#playing.delete(entry.id);
    else if (entry.kind === 'done' && this.#ring?.begin.id === entry.id) this.#rang(entry);
  }

  all(): Readonly<Record<string, number>> {
    // What was playing when the journal broke off.
    for (const { names, begin } of this.#playing.values()) {
      for (const name of names) this.#atLeast(name, (this.#lastAt - begin.at) / names.length);
    }
    const cut = [...this.#least].map(([file, ms]) => [file, ms + UNHEARD_MS] as const);
    return Object.fromEntries([...cut, ...this.#shares, ...this.#whole]);
  }

  #began(begin: Entry<'begin'>): void {
    if (begin.method === 'ring') {
      const { ringtone } = optionsOf(begin, 0);
      if (typeof ringtone === 'string') this.#ring = { file: ringtone, begin };
    }
    const file = fileOf(begin);
    if (file !== undefined) this.#recorded.add(file);
    const names = playedBy(begin).flatMap((name) => (name === undefined || this.#recorded.has(name) ? [] : [name]));
    if (names.length > 0) this.#playing.set(begin.id, { names, begin });
  }

  #played({ id, cause, ms }: Entry<'played'>): void {
    const playing = this.#playing.get(id);
    if (!playing) return;
    this.#playing.delete(id);
    const { names, begin } = playing;
    const isWhole = cause === 'NORMAL' && optionsOf(begin, 1).loop !== true;
    const [only] = names;
    if (names.length === 1 && only !== undefined) {
      if (isWhole) this.#whole.set(only, Math.max(ms, this.#whole.get(only) ?? 0));
      else this.#atLeast(only, optionsOf(begin, 1).loop === true ? 0 : ms);
      return;
    }
    for (const name of names) {
      if (isWhole) this.#shares.set(name, ms / names.length);
      else this.#atLeast(name, 0);
    }
  }

  #rang({ at }: Entry<'done'>): void {
    if (!this.#ring) return;
    const { file, begin } = this.#ring;
    const isWhole = optionsOf(begin, 0).duration === 'ringtone' && at > begin.at;
    if (!this.#whole.has(file)) this.#whole.set(file, isWhole ? at - begin.at : RINGTONE_MS);
  }

  #atLeast(file: string, ms: number): void {
    this.#least.set(file, Math.max(ms, this.#least.get(file) ?? 0));
  }
}

interface KnownOptions {
  readonly loop?: unknown;
  readonly ringtone?: unknown;
  readonly duration?: unknown;
}

function optionsOf(begin: Entry<'begin'>, position: number): KnownOptions {
  return (begin.arguments[position] ?? {}) as KnownOptions;
}
