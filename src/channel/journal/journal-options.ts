import { ChannelError } from '../../errors.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

/**
 * How to keep the journals of all calls. A journal tells who called whom, what the program did, and which keys were pressed: digits may be
 * PINs and card numbers, recordings are what people said. Keep the directory as safe as those; only the owner of the process may read
 * the files.
 */
export interface JournalOptions {
  /** Directory for the files, one `<channel.id>.jsonl` for each channel. It is made if it is not there. */
  directory: string;
  /** Puts each finished recording into the journal as well, up to 16 MB, so that a replay can say it again. Default false. */
  audio?: boolean | undefined;
  /** `'masked'` writes `?` for each of 0-9, of the far end and of this side; a replay needs them filled in. Default `'plain'`. */
  digits?: 'plain' | 'masked' | undefined;
}

/** The options with everything filled in. */
export type CheckedJournalOptions = {
  readonly [Name in keyof JournalOptions]-?: Exclude<JournalOptions[Name], undefined>;
};

const OPTIONS: OptionNames<JournalOptions> = { audio: true, digits: true, directory: true };

/** Checks the option `journal`. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkJournalOptions(value: unknown): CheckedJournalOptions {
  const problem = optionsProblem('journal', value, OPTIONS);
  if (problem) throw problem;
  const { directory, audio = false, digits = 'plain' } = value as Partial<JournalOptions>;
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw bad(`journal.directory must be the name of a directory, not ${JSON.stringify(directory)}`);
  }
  if (typeof audio !== 'boolean') throw bad(`journal.audio must be true or false, not ${JSON.stringify(audio)}`);
  if (digits !== 'plain' && digits !== 'masked') {
    throw bad(`journal.digits must be 'plain' or 'masked', not ${JSON.stringify(digits)}`);
  }
  return { directory, audio, digits };
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
