import { parseFileName } from '../../channel/file-name.codec.ts';
import type { PlaySource } from '../../channel/play-port.ts';
import type { MediaServices, RecordingSources, SpeechRequest } from '../../channel/playback/media-services.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { shownAddress } from '../../shown-address.codec.ts';
import { checkTextLength } from '../../text-length.ts';
import type { MemoryFiles } from './memory-files.ts';

/** How long a character takes to be spoken, in milliseconds, and the shortest text. */
const CHARACTER_MS = 70;
const SHORTEST_MS = 300;

/**
 * Stands for everything that can be played besides files: text is spoken in a time that its length tells, sounds and recordings are the
 * prompts of that name, and a file of any kind is as long as the test says.
 */
export function fakeServices(files: MemoryFiles, recordings: RecordingSources): MediaServices {
  return {
    speech: { say: async (text, request) => [spoken(files, text, request)] },
    sounds: {
      source: (id) => named(files, `sound:${id}`, soundNames(id), 'SOUND_NOT_FOUND'),
      hasAll: (ids) => ids.every((id) => soundNames(id).some((name) => files.isKnown(name))),
    },
    recordings: {
      async source(name) {
        try {
          return await recordings.source(name);
        } catch (error) {
          if (!isChannelError(error) || error.code !== 'RECORDING_NOT_FOUND') throw error;
          return named(files, `recording:${name}`, [name], 'RECORDING_NOT_FOUND');
        }
      },
    },
    decoder: {
      file: async (path, name) => ({ kind: 'file', name, path }),
      async bytes(bytes, name) {
        files.addWav(name, bytes);
        return { kind: 'file', name, path: name };
      },
      url: (url) => named(files, shownAddress(url), [url, shownAddress(url)], 'URL_FAILED'),
    },
  };
}

function spoken(files: MemoryFiles, text: string, { rate = 1 }: SpeechRequest): PlaySource {
  checkTextLength(text);
  const name = `text:${text}`;
  const characters = text.replaceAll(/<[^>]*>/g, '').length;
  files.addBlank(name, Math.max(SHORTEST_MS, Math.round((characters * CHARACTER_MS) / rate)));
  return { kind: 'file', name, path: name };
}

/** A sound is looked for by its name and not by a path: what could be no file is no prompt either. */
function soundNames(id: string): readonly string[] {
  return [`sound:${id}`, ...[id, `${id}.wav`].filter(isFileName)];
}

function isFileName(name: string): boolean {
  try {
    parseFileName(name);
    return true;
  } catch {
    return false;
  }
}

async function named(
  files: MemoryFiles,
  name: string,
  names: readonly string[],
  missing: 'SOUND_NOT_FOUND' | 'RECORDING_NOT_FOUND' | 'URL_FAILED',
): Promise<PlaySource> {
  const path = await files.firstOf(names);
  if (path !== undefined) return { kind: 'file', name, path };
  throw new ChannelError(
    missing,
    `there is no ${JSON.stringify(name)} on this fake call; name its length in { prompts }, or that of all in { anyPrompt }`,
  );
}
