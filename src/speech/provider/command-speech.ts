import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { SpeechProvider, SpeechProviderOptions } from '../../channel/playback/speech-provider.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { type OptionNames, optionsProblem } from '../../option-names.ts';
import { wavPieces } from './wav-pieces.ts';

/** What a command is asked to say. */
export type SpeechCommandRequest = { readonly text: string } & Omit<SpeechProviderOptions, 'signal'>;

/** A program that speaks: it writes a WAV file to its standard output. */
export interface CommandSpeechOptions {
  /** Name or path of the program. It is started directly and not by a shell. */
  command: string;
  /**
   * Its arguments. `{text}`, `{voice}`, `{language}` and `{rate}` in them are filled in; an argument with one that has no value is left
   * out. Or a function that makes them. The text goes to the standard input of the program unless an argument has it.
   */
  args?: readonly string[] | ((request: SpeechCommandRequest) => readonly string[]) | undefined;
  /** Environment variables besides those of this process. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Voice where none is asked for. */
  voice?: string | undefined;
  /** Language where none is asked for. */
  language?: string | undefined;
  /** For messages and the cache. Default: the command. */
  name?: string | undefined;
}

const NAMES: OptionNames<CommandSpeechOptions> = {
  args: true,
  command: true,
  env: true,
  language: true,
  name: true,
  voice: true,
};

/** What is kept of the complaints of a program. */
const MOST_COMPLAINT = 500;

/**
 * Speech of a program that is started for each text, reads it and writes a WAV file. It is killed when nobody wants the speech any more.
 * What it writes to its standard error is in the message when it fails.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when there is no command, or an option that there is not.
 * @example
 * ```ts
 * const piper = commandSpeech({ command: 'piper', args: ['--model', 'en_US-amy-medium.onnx', '--output_file', '-'] });
 * const agent = await UserAgent.start({ speech: { provider: piper } });
 * ```
 */
export function commandSpeech(options: CommandSpeechOptions): SpeechProvider {
  const problem = optionsProblem('commandSpeech()', options, NAMES);
  if (problem) throw problem;
  const { command, args = [], env, name = command } = options;
  if (typeof command !== 'string' || command === '' || command.includes('\0')) {
    throw new ChannelError('INVALID_ARGUMENT', `command must be the name of a program, not ${shown(command)}`);
  }
  return {
    name,
    async synthesize(text, { voice = options.voice, language = options.language, rate, signal }) {
      const request: SpeechCommandRequest = { text, voice, language, rate };
      const list = typeof args === 'function' ? args(request) : filled(args, request);
      const takesText = typeof args !== 'function' && args.some((argument) => argument.includes('{text}'));
      const { spawn } = await import('node:child_process');
      signal.throwIfAborted();
      const child = spawn(command, list, { env: { ...process.env, ...env }, windowsHide: true });
      return wavPieces(output(child, command, takesText ? '' : text, signal));
    },
  };
}

function filled(args: readonly string[], request: SpeechCommandRequest): readonly string[] {
  const values: Readonly<Record<string, string | undefined>> = {
    text: request.text,
    voice: request.voice,
    language: request.language,
    rate: String(request.rate),
  };
  return args.flatMap((argument) => {
    let isMissing = false;
    const whole = argument.replaceAll(/\{(text|voice|language|rate)\}/g, (_place, name: string) => {
      const value = values[name];
      isMissing ||= value === undefined;
      return value ?? '';
    });
    if (isMissing) return [];
    // What comes from a text must not be taken for an option.
    return whole.startsWith('-') && argument.startsWith('{') ? [` ${whole}`] : [whole];
  });
}

/** The bytes that a program writes; an error at their end when it failed. */
async function* output(
  child: ChildProcessWithoutNullStreams,
  command: string,
  input: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => {
    if (complaint.length < MOST_COMPLAINT) complaint += bytes.toString();
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `${command} is not installed, or not in the PATH` : error.message),
    );
    child.on('close', (code, by) => resolve(code === 0 ? undefined : `${command} ended with ${by ?? code}`));
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  // A program that does not read its input is no fault of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    for await (const bytes of child.stdout) yield bytes as Buffer;
    const failure = await ended;
    signal.throwIfAborted();
    if (failure === undefined) return;
    const said = complaint.trim().slice(0, MOST_COMPLAINT);
    throw new ChannelError('SPEECH_FAILED', `no speech: ${failure}${said === '' ? '' : `: ${said}`}`);
  } finally {
    kill();
    await ended;
    signal.removeEventListener('abort', kill);
  }
}
