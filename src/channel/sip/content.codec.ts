import { ChannelError } from '../../errors.ts';

/** RFC 3261 §25.1: m-type "/" m-subtype *( ";" m-parameter ). */
const MEDIA_TYPE = /^[\w.!%*+`'~-]+\/[\w.!%*+`'~-]+(?:[ \t]*;[ \t]*[\w.!%*+`'~-]+=(?:[\w.!%*+`'~-]+|"[^"\r\n\0]*"))*$/u;
const ASCII = /^[\0-\x7f]*$/u;

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkBody(body: unknown): asserts body is string {
  if (typeof body === 'string') return;
  throw new ChannelError('INVALID_ARGUMENT', `the body of a request must be a string, not ${typeof body}`);
}

/** The content type of a text, or the one given for it; none for an empty text. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function contentTypeFor(body: string, given: unknown): string | undefined {
  if (given === undefined) {
    if (body === '') return undefined;
    return ASCII.test(body) ? 'text/plain; charset=ascii' : 'text/plain; charset=UTF-8';
  }
  if (typeof given === 'string' && MEDIA_TYPE.test(given)) return given;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(given)} is no content type; write it like text/plain; charset=UTF-8`,
  );
}
