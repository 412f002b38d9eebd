import { ChannelError } from '../../errors.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

/** Where sounds are installed. */
export interface SoundsOptions {
  /**
   * The directory of the sounds, or several: what an earlier one has goes before what a later one has. In each the sounds of a language are
   * in a folder of its name, as in the sets of Asterisk: `en/vm-intro.wav`, `fr/digits/1.wav`, also `en_US_f_Allison/…`. What is in no
   * such folder is in the `language` of the user agent. The name of a sound is its path in there without the extension.
   */
  directories: string | readonly string[];
}

/** The option with a list in any case. */
export interface CheckedSounds {
  readonly directories: readonly string[];
}

const OPTIONS: OptionNames<SoundsOptions> = { directories: true };

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkSounds(sounds: unknown): CheckedSounds {
  const problem = optionsProblem('sounds', sounds, OPTIONS);
  if (problem) throw problem;
  const { directories } = sounds as Partial<Record<keyof SoundsOptions, unknown>>;
  const all: readonly unknown[] = Array.isArray(directories) ? directories : [directories];
  const known = all.filter(
    (entry): entry is string => typeof entry === 'string' && entry !== '' && !entry.includes('\0'),
  );
  if (known.length > 0 && known.length === all.length) return { directories: known };
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `sounds.directories must be the path of a directory or a list of such, not ${JSON.stringify(directories)}`,
  );
}
