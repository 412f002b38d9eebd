import { ChannelError } from '../../errors.ts';
import type { RecordingMetadata } from './recording-storage.ts';

/** What stores carry in header fields is lower case, and short. */
const NAME = /^[a-z][a-z\d-]{0,63}$/;
/** All of it, in bytes of UTF-8 that are counted three times when they are not printable ASCII: what an S3 store takes. */
const MOST_BYTES = 2048;

/** Checks metadata. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkMetadata(metadata: unknown): RecordingMetadata {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw bad(`metadata must be an object of strings, such as { caller: '305' }, not ${JSON.stringify(metadata)}`);
  }
  let size = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!NAME.test(name) || name.startsWith('offhook-')) {
      throw bad(
        `${JSON.stringify(name.slice(0, 80))} is no name for metadata: take lower-case letters, digits and -, 64 at most; what begins with offhook- is taken`,
      );
    }
    if (typeof value !== 'string' || !isText(value)) {
      throw bad(`metadata ${JSON.stringify(name)} must be a string without control characters`);
    }
    size += name.length + encodeURIComponent(value).length;
  }
  if (size > MOST_BYTES) throw bad(`metadata take ${size} bytes where ${MOST_BYTES} are possible; write less down`);
  return { ...metadata };
}

function isText(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return value.isWellFormed();
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
