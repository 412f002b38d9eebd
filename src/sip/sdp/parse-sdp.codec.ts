import { ChannelError } from '../../errors.ts';
import type { Attribute, ConnectionAddress, MediaDirection, SessionDescription } from '../../media-description.ts';
import { asDirection, type MediaSection, parseMediaSection } from './media-section.codec.ts';
import { malformed, parseAttribute, parseConnection, parseOrigin, type SdpLine, splitLines } from './sdp-line.codec.ts';

/** More than one call ever has; each one costs an answer line. */
const MAX_MEDIA_LINES = 64;

interface Draft {
  origin?: SessionDescription['origin'];
  name?: string;
  connection?: ConnectionAddress;
  direction?: MediaDirection;
  readonly attributes: Attribute[];
  readonly sections: MediaSection[];
}

/**
 * Reads a session description (RFC 4566).
 *
 * Strict where a mistake would change the meaning: `v=0` first, one sound `o=`, sound `c=` and `m=` lines, session lines before
 * the first `m=`. Tolerant of what real devices do: LF alone, no last line end, no `s=` or `t=`, session lines out of order,
 * attributes that make no sense (kept as they are) and lines of unknown types (ignored). Times, bandwidths and the other
 * lines that a call has no use for are ignored too.
 *
 * @throws ChannelError `MALFORMED_SDP`, with the number of the line and what is wrong with it.
 */
export function parseSdp(text: string | Buffer): SessionDescription {
  const lines = splitLines(typeof text === 'string' ? text : text.toString('utf8'));
  const [version, ...rest] = lines;
  if (!version) throw new ChannelError('MALFORMED_SDP', 'SDP line 1: the session description is empty');
  if (version.type !== 'v') throw malformed(version, 'the first line must be v=0');
  if (version.value.trim() !== '0') throw malformed(version, 'only version 0 is known');

  const draft: Draft = { attributes: [], sections: [] };
  for (const line of rest) {
    const section = draft.sections.at(-1);
    if (line.type === 'm') addSection(draft, line);
    else if (section) readMediaLine(section, line);
    else readSessionLine(draft, line);
  }
  if (!draft.origin)
    throw new ChannelError('MALFORMED_SDP', `SDP line ${lines.length}: the description ends without an o= line`);

  const { origin, connection, direction = 'sendrecv' } = draft;
  const media = draft.sections.map((section) => parseMediaSection(section, { connection, direction }));
  return { origin, name: draft.name ?? '-', ...(connection && { connection }), attributes: draft.attributes, media };
}

function addSection(draft: Draft, line: SdpLine): void {
  if (draft.sections.length === MAX_MEDIA_LINES) throw malformed(line, `more than ${MAX_MEDIA_LINES} media lines`);
  draft.sections.push({ line, attributes: [] });
}

function readSessionLine(draft: Draft, line: SdpLine): void {
  switch (line.type) {
    case 'v':
      throw malformed(line, 'there is a v= line already');
    case 'o':
      if (draft.origin) throw malformed(line, 'there is an o= line already');
      draft.origin = parseOrigin(line);
      return;
    case 's':
      if (draft.name !== undefined) throw malformed(line, 'there is an s= line already');
      draft.name = line.value === '' ? '-' : line.value;
      return;
    case 'c':
      draft.connection ??= parseConnection(line);
      return;
    case 'a':
      readSessionAttribute(draft, line);
      return;
    default:
      return;
  }
}

function readSessionAttribute(draft: Draft, line: SdpLine): void {
  const attribute = parseAttribute(line);
  if (!attribute) return;
  const direction = asDirection(attribute);
  if (direction) draft.direction ??= direction;
  else draft.attributes.push(attribute);
}

function readMediaLine(section: MediaSection, line: SdpLine): void {
  switch (line.type) {
    case 'v':
    case 'o':
    case 's':
    case 't':
      throw malformed(line, `${line.type}= belongs to the session and must stand before the first m= line`);
    case 'c':
      section.connection ??= parseConnection(line);
      return;
    case 'a': {
      const attribute = parseAttribute(line);
      if (attribute) section.attributes.push(attribute);
      return;
    }
    default:
      return;
  }
}
