const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)/gi;
const DIGITS = /^\d{1,9}$/;

/**
 * The Content-Length of a message's head, in long or compact form, folded or not; a text that names the problem when there is none,
 * more than one, or no number. On a stream it is mandatory (RFC 3261 §20.14), and two that disagree would let one message
 * be smuggled inside another.
 */
export function contentLengthOf(head: string): number | string {
  let found: string | undefined;
  for (const [, raw] of head.matchAll(CONTENT_LENGTH)) {
    if (found !== undefined) return 'more than one Content-Length';
    found = (raw ?? '').trim();
  }
  if (found === undefined) return 'no Content-Length, which is needed on a stream';
  return DIGITS.test(found) ? Number(found) : 'Content-Length is not a number of bytes';
}
