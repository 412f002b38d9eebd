import { languageFor, languageTag } from './language-choice.codec.ts';
import { formatRank } from './sound-format.codec.ts';

/** A file of a sound. */
export interface SoundVariant {
  /** Language tag such as `en` or `pt-BR`. */
  readonly language: string;
  /** `wav`, `ulaw`, `alaw`, `sln`, `gsm`, … */
  readonly format: string;
  /** Absolute path of the file. */
  readonly path: string;
}

/** A sound that is installed. */
export interface Sound {
  /** Its name: the path of its files in the folder of the language, without extension. */
  readonly id: string;
  /** What is said in it, when the sounds came with a list of that: in the language of the user agent, or else in English or any other. */
  readonly text?: string | undefined;
  /** All of its files, by language and then from the format that is played first to the last. */
  readonly variants: readonly SoundVariant[];
}

/** A file that was found in one of the directories. */
export interface FoundSound extends SoundVariant {
  readonly id: string;
}

/** What one directory holds. Of several files of a sound in one language and format the first counts. */
export interface SoundFolder {
  readonly files: readonly FoundSound[];
  /** What is said in sounds, by language and name. */
  readonly texts: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

interface Entry {
  readonly sound: Sound;
  /** The file to be played in each language: of the first directory that has any, in the best of its formats. */
  readonly played: ReadonlyMap<string, SoundVariant>;
}

/** The sounds of several directories, of which earlier ones go before later ones. */
export class SoundIndex {
  readonly #entries = new Map<string, Entry>();

  constructor(folders: readonly SoundFolder[], language: string) {
    const found = new Map<
      string,
      { readonly variants: Map<string, SoundVariant>; readonly played: Map<string, SoundVariant> }
    >();
    for (const { files } of folders) {
      const here = new Map<string, SoundVariant>();
      for (const { id, ...variant } of files) {
        const entry = found.get(id) ?? { variants: new Map(), played: new Map() };
        found.set(id, entry);
        const key = `${variant.language}/${variant.format}`;
        if (!entry.variants.has(key)) entry.variants.set(key, variant);
        const place = `${variant.language}/${id}`;
        const before = here.get(place);
        if (!before || formatRank(variant.format) < formatRank(before.format)) here.set(place, variant);
      }
      for (const [place, variant] of here) {
        const entry = found.get(place.slice(variant.language.length + 1));
        if (entry && !entry.played.has(variant.language)) entry.played.set(variant.language, variant);
      }
    }
    const texts = textsByPreference(folders, language);
    for (const [id, { variants, played }] of found) {
      const text = texts.find((list) => list.has(id))?.get(id);
      this.#entries.set(id, { sound: { id, text, variants: [...variants.values()].sort(byLanguageAndRank) }, played });
    }
  }

  get(id: string): Sound | undefined {
    return this.#entries.get(id)?.sound;
  }

  /** The file to be played in a language. */
  variant(id: string, language: string): SoundVariant | undefined {
    const played = this.#entries.get(id)?.played;
    const chosen = played && languageFor(language, [...played.keys()]);
    return chosen === undefined ? undefined : played?.get(chosen);
  }

  /** All sounds, by name. */
  all(): readonly Sound[] {
    return [...this.#entries.values()].map(({ sound }) => sound).sort((a, b) => compare(a.id, b.id));
  }
}

/** The lists of what is said, from the one that is wanted most to the last. */
function textsByPreference(folders: readonly SoundFolder[], language: string): readonly ReadonlyMap<string, string>[] {
  const lists = folders.flatMap(({ texts }) => [...texts]);
  const wanted = languageFor(language, [...new Set(lists.map(([tag]) => tag))]) ?? languageTag(language);
  const rank = (tag: string): number => (tag === wanted ? 0 : tag === 'en' ? 1 : 2);
  return lists.sort(([a], [b]) => rank(a) - rank(b)).map(([, list]) => list);
}

function byLanguageAndRank(a: SoundVariant, b: SoundVariant): number {
  return compare(a.language, b.language) || formatRank(a.format) - formatRank(b.format);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
