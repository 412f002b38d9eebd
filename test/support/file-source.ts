import { basename } from 'node:path';
import type { PlaySource } from '../../src/channel/play-port.ts';

/** A file as something to be played. */
export function fileSource(path: string): Extract<PlaySource, { readonly kind: 'file' }> {
  return { kind: 'file', name: basename(path), path };
}
