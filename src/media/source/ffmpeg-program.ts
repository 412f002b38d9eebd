import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { ChannelError } from '../../errors.ts';

const ADVICE =
  'Install it (for example apt-get install ffmpeg, or brew install ffmpeg) or name it in the environment variable FFMPEG_PATH';

/**
 * Finds ffmpeg: what the environment variable `FFMPEG_PATH` names, otherwise what is on the `PATH`.
 * Rejects with `ChannelError` `DECODER_MISSING`.
 */
export async function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = environment['FFMPEG_PATH'];
  if (named) {
    if (await isProgram(named)) return resolve(named);
    throw missing(`FFMPEG_PATH names ${named}, which is no program that can be run`);
  }
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (await isProgram(path)) return resolve(path);
  }
  throw missing('what is no plain WAV file is decoded by ffmpeg, which is not on the PATH');
}

/** For a program that was there and could not be started. */
export function unusable(program: string, cause: unknown): ChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  return missing(`${program} cannot be started (${code ?? 'unknown reason'})`, cause);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function missing(what: string, cause?: unknown): ChannelError {
  return new ChannelError('DECODER_MISSING', `${what}. ${ADVICE}`, { cause });
}
