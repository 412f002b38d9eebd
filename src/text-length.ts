import { ChannelError } from './errors.ts';

/** The longest text that may be spoken at once: about twenty minutes. */
const MOST_CHARACTERS = 20_000;

/** Throws `ChannelError` `TEXT_TOO_LONG`. */
export function checkTextLength(text: string): void {
  if (text.length <= MOST_CHARACTERS) return;
  throw new ChannelError(
    'TEXT_TOO_LONG',
    `the text has ${text.length} characters; ${MOST_CHARACTERS} may be said at once, so cut it into pieces`,
  );
}
