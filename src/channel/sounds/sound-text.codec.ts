/** Lists of what is said in sounds come with sets of them: `core-sounds-en.txt`, `extra-sounds-fr.txt`. */
const LIST = /^(?:core|extra)-sounds-([a-z]{2}(?:[-_][a-z]{2})?)\.txt$/i;

/** The language of a list of what is said; `undefined` when the file is none. */
export function listLanguage(file: string): string | undefined {
  return LIST.exec(file)?.[1];
}

/** What is said in each sound, by its name: a line `name: text` for each. Lines that begin with `;`, and all that are something else, are left out. */
export function parseSoundList(text: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, id, said] = /^([^\s:;]+):[ \t]*(\S.*)$/.exec(line) ?? [];
    if (id !== undefined && said !== undefined && !texts.has(id)) texts.set(id, said.trimEnd());
  }
  return texts;
}
