import { ChannelError } from '../../errors.ts';
import { BACKSLASH, DOUBLE_QUOTE } from './token.codec.ts';

/** Position after the quoted string that opens at `from`, or -1 when it is never closed (RFC 3261 §25.1 quoted-string). */
export function quotedEnd(text: string, from: number): number {
  for (let position = from + 1; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === DOUBLE_QUOTE) return position + 1;
    if (code === BACKSLASH) position += 1;
  }
  return -1;
}

/** What a quoted string says: without the quotes, with every quoted pair replaced by its second character. */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  let text = '';
  let copied = 0;
  for (let backslash = inner.indexOf('\\'); backslash >= 0; backslash = inner.indexOf('\\', backslash + 2)) {
    text += inner.slice(copied, backslash);
    copied = backslash + 1;
  }
  return text + inner.slice(copied);
}

/**
 * `text` as a quoted string.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when it contains CR, LF or NUL, which no quoting makes safe.
 */
export function quote(text: string): string {
  refuseLineBreaks(text, 'quoted text');
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * Refuses what would end a header line early: a value from the program must never become a header of its own.
 *
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function refuseLineBreaks(text: string, what: string): void {
  if (text.includes('\r') || text.includes('\n') || text.includes('\0')) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${what} must not contain CR, LF or NUL; remove them before passing it on`,
    );
  }
}
