/** A language tag in its usual form: `de_at` becomes `de-AT`. */
export function languageTag(language: string): string {
  const [first = '', ...rest] = language.split(/[-_]/);
  return [first.toLowerCase(), ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join('-');
}

/** The language without region and the like: `de` of `de-AT`. */
export function primaryLanguage(language: string): string {
  return language.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';
}

/**
 * Which of the languages that there are serves for the one that is asked for: this one; or with one part less, `de` for `de-AT`; or, when
 * no region was asked for, the first of any, `de-AT` for `de`. `undefined` when none does.
 *
 * @param available - tags in their usual form.
 */
export function languageFor(language: string, available: readonly string[]): string | undefined {
  const parts = languageTag(language).split('-');
  for (let count = parts.length; count > 0; count--) {
    const tag = parts.slice(0, count).join('-');
    if (available.includes(tag)) return tag;
  }
  if (parts.length > 1) return undefined;
  return [...available].sort().find((tag) => primaryLanguage(tag) === parts[0]);
}

/** Made when a directory is read: it takes half as long as everything else that an import does. */
let names: Intl.DisplayNames | undefined;

/**
 * The language that a folder of sounds is for: `en`, `pt_BR`, and `en` for `en_US_f_Allison`, which is named for a voice as well.
 * `undefined` for every other folder, such as `digits`.
 */
export function folderLanguage(folder: string): string | undefined {
  const [, language = '', region, voice] = /^([a-z]{2})(?:[-_]([A-Z]{2}|[a-z]{2}))?(?:_([fm]_.+))?$/.exec(folder) ?? [];
  if (language === '') return undefined;
  names ??= new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  if (names.of(language) === undefined) return undefined;
  return voice === undefined && region !== undefined ? languageTag(`${language}-${region}`) : language;
}
