import { ChannelError } from '../../errors.ts';
import type {
  Attribute,
  ConnectionAddress,
  MediaLine,
  PayloadFormat,
  SessionDescription,
} from '../../media-description.ts';

/**
 * Writes a session description (RFC 4566), always in the same order and with CRLF. Every direction and every payload format is
 * written out, static ones too, as peers differ in what they take for granted.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when a value holds a line break or NUL: it would become a line of its own.
 */
export function formatSdp(description: SessionDescription): string {
  const { origin, connection } = description;
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} ${formatAddress(origin)}`,
    `s=${description.name}`,
  ];
  if (connection) lines.push(`c=${formatAddress(connection)}`);
  lines.push('t=0 0');
  for (const attribute of description.attributes) lines.push(formatAttribute(attribute));
  for (const line of description.media) formatMediaLine(line, connection, lines);
  for (const line of lines) {
    if (/[\r\n\0]/u.test(line)) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `a session description cannot hold a line break or NUL: ${JSON.stringify(line)}`,
      );
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

function formatMediaLine(line: MediaLine, session: ConnectionAddress | undefined, lines: string[]): void {
  lines.push(
    ['m=', line.kind, ' ', line.port, ' ', line.protocol, ...line.formats.map((format) => ` ${format}`)].join(''),
  );
  if (line.connection && !sameAddress(line.connection, session)) lines.push(`c=${formatAddress(line.connection)}`);
  for (const payload of line.payloads) {
    lines.push(formatRtpmap(payload));
    if (payload.parameters !== undefined) lines.push(`a=fmtp:${payload.payloadType} ${payload.parameters}`);
  }
  if (line.ptime !== undefined) lines.push(`a=ptime:${line.ptime}`);
  if (line.maxptime !== undefined) lines.push(`a=maxptime:${line.maxptime}`);
  if (line.rtcpPort !== undefined) lines.push(`a=rtcp:${line.rtcpPort}`);
  if (line.rtcpMux) lines.push('a=rtcp-mux');
  lines.push(`a=${line.direction}`);
  for (const attribute of line.attributes) lines.push(formatAttribute(attribute));
}

function formatRtpmap({ payloadType, encoding, clockRate, channels }: PayloadFormat): string {
  return `a=rtpmap:${payloadType} ${encoding}/${clockRate}${channels === 1 ? '' : `/${channels}`}`;
}

function formatAddress({ family, address }: ConnectionAddress): string {
  return `IN IP${family} ${address}`;
}

function formatAttribute({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`;
}

function sameAddress(one: ConnectionAddress, other: ConnectionAddress | undefined): boolean {
  return one.family === other?.family && one.address === other.address;
}
