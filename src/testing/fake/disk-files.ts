import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChannelError } from '../../errors.ts';

/** Reads a prompt of a real media directory. Rejects with `ChannelError` `FILE_INVALID` for a directory, `FILE_UNREADABLE`. */
export async function readWavFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR') {
      throw new ChannelError('FILE_INVALID', `${file} cannot be played: it is not a regular file`, { cause });
    }
    throw new ChannelError('FILE_UNREADABLE', `${file} cannot be read; check its permissions`, { cause });
  }
}

/** Writes recordings into a directory. Rejects with `ChannelError` `FILE_UNWRITABLE`. */
export async function writeFiles(
  directory: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  for (const { name, bytes } of files) {
    const file = path.join(directory, ...name.split('/'));
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    } catch (cause) {
      throw new ChannelError('FILE_UNWRITABLE', `${file} cannot be written; check the permissions of ${directory}`, {
        cause,
      });
    }
  }
}
