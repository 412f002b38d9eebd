import { type MediaType, parseMediaType } from './media-type.codec.ts';

/** Parts that are looked at; more are not sent by anybody with good intentions. */
const MAX_PARTS = 16;
const BLANK_LINE = Buffer.from('\r\n\r\n');

/**
 * The part of a body that has one of the types `wanted` (in lower case): the body itself, or a part of a multipart body
 * (RFC 2046 §5.1, RFC 5621). `undefined` when there is none.
 */
export function findPart(contentType: string, body: Buffer, wanted: readonly string[]): Buffer | undefined {
  const media = parseMediaType(contentType);
  if (!media) return undefined;
  if (wanted.includes(nameOf(media))) return body;
  if (media.type !== 'multipart') return undefined;
  for (const part of partsOf(media.params.get('boundary') ?? '', body)) {
    const headEnd = part.indexOf(BLANK_LINE);
    if (headEnd < 0) continue;
    const type = /(?:^|\r\n)content-type[ \t]*:([^\r\n]*)/i.exec(part.toString('latin1', 0, headEnd))?.[1];
    const partMedia = parseMediaType(type ?? '');
    if (partMedia && wanted.includes(nameOf(partMedia))) return part.subarray(headEnd + BLANK_LINE.length);
  }
  return undefined;
}

function nameOf({ type, subtype }: MediaType): string {
  return `${type}/${subtype}`;
}

/** What stands between the boundary lines, header fields included, without the line ends that belong to the boundaries. */
function partsOf(boundary: string, body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  if (boundary === '') return parts;
  const delimiter = Buffer.from(`--${boundary}`);
  let at = body.indexOf(delimiter);
  while (at >= 0 && parts.length < MAX_PARTS) {
    const start = body.indexOf('\r\n', at + delimiter.length);
    if (start < 0) break;
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), start);
    if (next < 0) break;
    parts.push(body.subarray(start + 2, next));
    at = next + 2;
  }
  return parts;
}
