import type {
  Attribute,
  ConnectionAddress,
  MediaDirection,
  MediaLine,
  PayloadFormat,
} from '../../media-description.ts';
import { malformed, type SdpLine } from './sdp-line.codec.ts';
import { STATIC_PAYLOAD_TYPES } from './static-payload-types.ts';

/** An `m=` line with the `c=` and `a=` lines that follow it. */
export interface MediaSection {
  readonly line: SdpLine;
  connection?: ConnectionAddress | undefined;
  readonly attributes: Attribute[];
}

/** What a section takes from the session when it says nothing itself. */
export interface SessionDefaults {
  readonly connection?: ConnectionAddress | undefined;
  readonly direction: MediaDirection;
}

/** What the known attributes of a section say. The first of each counts; the others stay among the unknown ones. */
interface KnownAttributes {
  /** A key for every payload type that has a name; parameters of the others stay as they are. */
  readonly parameters: Map<number, string | undefined>;
  direction?: MediaDirection;
  ptime?: number;
  maxptime?: number;
  rtcpPort?: number;
  rtcpMux: boolean;
}

const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies MediaDirection[];

/** Whether an attribute is `a=sendrecv` or one of its siblings (RFC 4566 §6). */
export function asDirection(attribute: Attribute): MediaDirection | undefined {
  return attribute.value === undefined && DIRECTIONS.includes(attribute.name)
    ? (attribute.name as MediaDirection)
    : undefined;
}

/** Turns a section into a media line: formats named, what the session says filled in. */
export function parseMediaSection(section: MediaSection, session: SessionDefaults): MediaLine {
  const { kind, port, protocol, formats } = parseMediaValue(section.line);
  const connection = section.connection ?? session.connection;
  if (connection === undefined && port !== 0)
    throw malformed(section.line, 'has no c= line, and the session has none either');

  const payloadTypes = isRtp(protocol) ? listPayloadTypes(formats) : new Set<number>();
  const rtpmaps = new Map<number, PayloadFormat>();
  const unmapped = section.attributes.filter((attribute) => !takeRtpmap(attribute, payloadTypes, rtpmaps));
  const named = [...payloadTypes].flatMap((payloadType) => rtpmaps.get(payloadType) ?? staticFormat(payloadType) ?? []);

  const known: KnownAttributes = {
    parameters: new Map(named.map(({ payloadType }) => [payloadType, undefined])),
    rtcpMux: false,
  };
  const attributes = unmapped.filter((attribute) => !take(attribute, known));
  const payloads = named.map((format) => {
    const parameters = known.parameters.get(format.payloadType);
    return parameters === undefined ? format : { ...format, parameters };
  });
  return {
    kind,
    port,
    protocol,
    formats,
    payloads,
    direction: known.direction ?? session.direction,
    ...(connection && { connection }),
    ...(known.ptime !== undefined && { ptime: known.ptime }),
    ...(known.maxptime !== undefined && { maxptime: known.maxptime }),
    ...(known.rtcpPort !== undefined && { rtcpPort: known.rtcpPort }),
    rtcpMux: known.rtcpMux,
    attributes,
  };
}

/** `m=audio 49170/2 RTP/AVP 0 8`. The number of ports after the slash is for layered streams, which nobody uses in calls. */
function parseMediaValue(line: SdpLine): Pick<MediaLine, 'kind' | 'port' | 'protocol' | 'formats'> {
  const [kind = '', ports = '', protocol = '', ...formats] = line.value.trim().split(/\s+/u);
  if (protocol === '') throw malformed(line, 'must be "<kind> <port> <protocol> <format> ..."');
  const port = /^(\d{1,5})(?:\/\d+)?$/u.exec(ports)?.[1];
  if (port === undefined || Number(port) > 65_535) throw malformed(line, 'the port must be a number from 0 to 65535');
  if (formats.length === 0 && Number(port) !== 0) throw malformed(line, 'has no format');
  return { kind, port: Number(port), protocol, formats };
}

function isRtp(protocol: string): boolean {
  return /(?:^|\/)RTP\//iu.test(protocol);
}

function listPayloadTypes(formats: readonly string[]): Set<number> {
  return new Set(formats.filter((format) => /^\d{1,3}$/u.test(format) && Number(format) <= 127).map(Number));
}

function staticFormat(payloadType: number): PayloadFormat | undefined {
  const format = STATIC_PAYLOAD_TYPES.get(payloadType);
  return format && { payloadType, ...format };
}

function takeRtpmap(
  attribute: Attribute,
  payloadTypes: ReadonlySet<number>,
  rtpmaps: Map<number, PayloadFormat>,
): boolean {
  if (attribute.name !== 'rtpmap') return false;
  const match = /^\s*(\d{1,3})\s+([^\s/]+)\/(\d{1,9})(?:\/(\d{1,3}))?\s*$/u.exec(attribute.value ?? '');
  if (!match) return false;
  const payloadType = Number(match[1]);
  const clockRate = Number(match[3]);
  const channels = Number(match[4] ?? 1);
  if (!payloadTypes.has(payloadType) || rtpmaps.has(payloadType) || clockRate === 0 || channels === 0) return false;
  rtpmaps.set(payloadType, { payloadType, encoding: match[2] ?? '', clockRate, channels });
  return true;
}

/** Puts an attribute into its field; false when it has none, or when an earlier one has filled the field. */
function take(attribute: Attribute, known: KnownAttributes): boolean {
  const { name, value } = attribute;
  if (value === undefined) return takeFlag(attribute, known);
  switch (name) {
    case 'fmtp':
      return takeParameters(value, known.parameters);
    case 'ptime':
    case 'maxptime':
      return takeTime(name, value, known);
    case 'rtcp':
      return takeRtcp(value, known);
    default:
      return false;
  }
}

function takeFlag(attribute: Attribute, known: KnownAttributes): boolean {
  if (attribute.name === 'rtcp-mux') {
    known.rtcpMux = true;
    return true;
  }
  const direction = asDirection(attribute);
  if (direction === undefined || known.direction !== undefined) return false;
  known.direction = direction;
  return true;
}

function takeParameters(value: string, parameters: Map<number, string | undefined>): boolean {
  const match = /^\s*(\d{1,3})\s+(\S.*)$/u.exec(value);
  if (!match) return false;
  const payloadType = Number(match[1]);
  if (!parameters.has(payloadType) || parameters.get(payloadType) !== undefined) return false;
  parameters.set(payloadType, match[2]?.trimEnd());
  return true;
}

function takeTime(name: 'ptime' | 'maxptime', value: string, known: KnownAttributes): boolean {
  const milliseconds = /^\s*\d{1,5}(?:\.\d{1,3})?\s*$/u.test(value) ? Number(value) : 0;
  if (milliseconds === 0 || known[name] !== undefined) return false;
  known[name] = milliseconds;
  return true;
}

/** The port alone is used (RFC 3605): RTCP goes to the host that RTP goes to, which spares a way to point us at a third party. */
function takeRtcp(value: string, known: KnownAttributes): boolean {
  const port = Number(/^\s*(\d{1,5})(?:\s|$)/u.exec(value)?.[1] ?? 0);
  if (port === 0 || port > 65_535 || known.rtcpPort !== undefined) return false;
  known.rtcpPort = port;
  return true;
}
