import type { AwaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { handled, shown } from '../../operation.ts';
import { checkLanguage } from '../language.codec.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import { languageFor, languageTag } from './language-choice.codec.ts';
import { readSoundDirectory } from './sound-directory.ts';
import { type Sound, type SoundFolder, SoundIndex, type SoundVariant } from './sound-index.ts';

/** Which language a sound is looked for in. */
export interface SoundLanguage {
  /** Such as `en` or `de-AT`; what is in `de` serves for `de-AT`. */
  language?: string | undefined;
}

/** Which sounds to list. What is left out, leaves all. */
export interface SoundFilter extends SoundLanguage {
  /** One that is there in this format, such as `wav`. With a language: in both at once. */
  format?: string | undefined;
  /** One whose name begins so, such as `digits/`. */
  prefix?: string | undefined;
}

/** What the sounds of a user agent need. */
export interface SoundsSetup {
  readonly directories: readonly string[];
  readonly language: string;
  readonly awaitDisk: AwaitDisk;
}

const LANGUAGE: OptionNames<SoundLanguage> = { language: true };
const FILTER: OptionNames<SoundFilter> = { format: true, language: true, prefix: true };

/**
 * The sounds that are installed (`ua.sounds`): recorded prompts by name, in one language or several. They are looked for once, when the user
 * agent starts, and again with {@link Sounds.reload}. To play one: `channel.filePlayer.play({ sound: 'vm-intro' })`.
 *
 * @example
 * const ua = await UserAgent.start({ sounds: { directories: ['my-sounds', '/usr/share/asterisk/sounds'] }, language: 'fr' });
 * ua.sounds.require('vm-intro');
 * console.log(ua.sounds.list({ prefix: 'digits/', language: 'fr' }).map(({ id, text }) => `${id}: ${text}`));
 */
export class Sounds {
  readonly #setup: SoundsSetup;
  #index: SoundIndex;

  private constructor(setup: SoundsSetup, index: SoundIndex) {
    this.#setup = setup;
    this.#index = index;
  }

  /** @internal */
  static async open(setup: SoundsSetup): Promise<Sounds> {
    return new Sounds(setup, await read(setup));
  }

  /** @internal Those that somebody else has found. */
  static of(setup: SoundsSetup, folders: readonly SoundFolder[]): Sounds {
    return new Sounds(setup, new SoundIndex(folders, setup.language));
  }

  /**
   * A sound with all its files, in whatever language and format.
   *
   * @throws ChannelError `SOUND_NOT_FOUND`, `INVALID_ARGUMENT`.
   */
  get(id: string): Sound {
    checkId(id);
    const sound = this.#index.get(id);
    if (sound) return sound;
    const { directories } = this.#setup;
    const where =
      directories.length === 0
        ? ': the option sounds of UserAgent.start() names no directory'
        : ` in ${directories.join(', ')}`;
    throw new ChannelError('SOUND_NOT_FOUND', `there is no sound ${shown(id)}${where}`);
  }

  /**
   * Whether there is such a sound; with a language, whether it can be played in that.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  has(id: string, options: SoundLanguage = {}): boolean {
    const language = checkOptions('sounds.has()', options, LANGUAGE);
    checkId(id);
    return language === undefined ? this.#index.get(id) !== undefined : this.#index.variant(id, language) !== undefined;
  }

  /**
   * As {@link Sounds.get}, for a program that cannot do without it in a language: that of the user agent unless said otherwise.
   *
   * @throws ChannelError `SOUND_NOT_FOUND`; `SOUND_LANGUAGE_MISSING` when it is there, but not in this language; `INVALID_ARGUMENT`.
   */
  require(id: string, options: SoundLanguage = {}): Sound {
    const language = checkOptions('sounds.require()', options, LANGUAGE);
    this.variant(id, language);
    return this.get(id);
  }

  /**
   * The sounds that there are, by name; an empty list when none fits.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  list(filter: SoundFilter = {}): readonly Sound[] {
    const language = checkOptions('sounds.list()', filter, FILTER);
    const { format, prefix = '' } = filter;
    checkText('format', format);
    checkText('prefix', prefix);
    return this.#index.all().filter(({ id, variants }) => {
      if (!id.startsWith(prefix)) return false;
      const tags = variants.map((variant) => variant.language);
      const spoken = language === undefined ? undefined : languageFor(language, tags);
      if (language !== undefined && spoken === undefined) return false;
      return variants.some(
        (variant) =>
          (spoken === undefined || variant.language === spoken) && (format === undefined || variant.format === format),
      );
    });
  }

  /**
   * Looks again for what is installed. Until it has, and when it fails, everything stays as it was.
   *
   * @throws ChannelError `INVALID_ARGUMENT` when a directory is gone.
   */
  reload(): Promise<void> {
    return handled(this.#reload());
  }

  /**
   * @internal The file to play in a language. Throws `ChannelError` `SOUND_NOT_FOUND`, `SOUND_LANGUAGE_MISSING`.
   */
  variant(id: string, language: string = this.#setup.language): SoundVariant {
    const { variants } = this.get(id);
    const variant = this.#index.variant(id, language);
    if (variant) return variant;
    const languages = [...new Set(variants.map((one) => one.language))].join(', ');
    throw new ChannelError(
      'SOUND_LANGUAGE_MISSING',
      `the sound ${shown(id)} is not installed in ${languageTag(language)}, only in ${languages}`,
    );
  }

  async #reload(): Promise<void> {
    this.#index = await read(this.#setup);
  }
}

async function read({ directories, language, awaitDisk }: SoundsSetup): Promise<SoundIndex> {
  const folders = await awaitDisk(Promise.all(directories.map((directory) => readSoundDirectory(directory, language))));
  return new SoundIndex(folders, language);
}

function checkId(id: unknown): void {
  if (typeof id !== 'string' || id === '') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the name of a sound must be a string that is not empty, not ${shown(id)}`,
    );
  }
}

function checkOptions(
  method: string,
  options: SoundLanguage,
  names: Readonly<Record<string, true>>,
): string | undefined {
  const problem = optionsProblem(method, options, names);
  if (problem) throw problem;
  return options.language === undefined ? undefined : checkLanguage(options.language);
}

function checkText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') {
    throw new ChannelError('INVALID_ARGUMENT', `${name} must be a string, not ${shown(value)}`);
  }
}
