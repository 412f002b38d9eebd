import { shownAddress } from '../../shown-address.codec.ts';
import { parseFileName } from '../file-name.codec.ts';
import type { MediaItem } from './media.ts';

/** How messages, the journal and tests call a medium that has been checked. */
export function mediaName(item: MediaItem): string {
  if ('file' in item) return parseFileName(item.file).join('/');
  if ('tone' in item) return item.tone;
  if ('url' in item) return shownAddress(item.url);
  if ('sound' in item) return `sound:${item.sound}`;
  if ('recording' in item) return `recording:${item.recording}`;
  if ('number' in item) return `number:${item.number}`;
  if ('digits' in item) return `digits:${item.digits}`;
  if ('characters' in item) return `characters:${item.characters}`;
  if ('silence' in item) return `silence:${item.silence}`;
  if ('text' in item) return `text:${item.text}`;
  return 'buffer' in item ? 'buffer' : 'stream';
}
