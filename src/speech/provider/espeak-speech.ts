import type { SpeechProvider } from '../../channel/playback/speech-provider.ts';
import { ChannelError } from '../../errors.ts';
import { type OptionNames, optionsProblem } from '../../option-names.ts';
import { type CommandSpeechOptions, commandSpeech } from './command-speech.ts';

/** How to speak with eSpeak NG. */
export interface EspeakSpeechOptions {
  /** Name or path of the program. Default `'espeak-ng'`. */
  command?: string | undefined;
  /** Voice where none is asked for, such as `en-us` or `de+f2`. Default: that of the language. */
  voice?: string | undefined;
  /** Language where none is asked for. Default `'en'`. */
  language?: string | undefined;
}

const NAMES: OptionNames<EspeakSpeechOptions> = { command: true, language: true, voice: true };

const WORDS_PER_MINUTE = 175;

/**
 * Speech of eSpeak NG, a program for more than a hundred languages that has to be installed (`apt-get install espeak-ng`). Its sound is
 * that of a machine.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a command that is none, or an option that there is not.
 * @example
 * ```ts
 * const agent = await UserAgent.start({ speech: { provider: espeakSpeech(), language: 'de' } });
 * ```
 */
export function espeakSpeech(options: EspeakSpeechOptions = {}): SpeechProvider {
  const problem = optionsProblem('espeakSpeech()', options, NAMES);
  if (problem) throw problem;
  const { command = 'espeak-ng', voice, language } = options;
  const args: CommandSpeechOptions['args'] = (request) => {
    const name = request.voice ?? request.language?.replaceAll('_', '-').toLowerCase() ?? 'en';
    // It takes the path of a file as well.
    if (!/^[\w-]+(\+[\w-]+)?$/.test(name)) {
      throw new ChannelError('SPEECH_FAILED', `${JSON.stringify(name)} is no name of a voice of ${command}`);
    }
    return ['-v', name, '-s', String(Math.round(WORDS_PER_MINUTE * request.rate)), '-b', '1', '--stdin', '--stdout'];
  };
  return commandSpeech({ command, args, voice, language, name: 'espeak-ng' });
}
