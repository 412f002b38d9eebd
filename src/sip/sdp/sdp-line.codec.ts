import { ChannelError } from '../../errors.ts';
import type { Attribute, ConnectionAddress, SessionDescription } from '../../media-description.ts';

/** One line of a session description: `type=value`, and where it stands for messages. */
export interface SdpLine {
  readonly number: number;
  readonly type: string;
  readonly value: string;
}

/** Far above what any telephone sends, and small enough that nobody can keep us busy with one. */
const MAX_LENGTH = 65_536;
const MAX_LINES = 2_000;

/** The error for a line that is wrong; `problem` completes "SDP line 3 (o=...): ". */
export function malformed(line: SdpLine, problem: string): ChannelError {
  const text = `${line.type}=${line.value}`;
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new ChannelError('MALFORMED_SDP', `SDP line ${line.number} (${shown}): ${problem}`);
}

/** Cuts a description into lines. Takes LF alone, and a last line without an end (both are common). */
export function splitLines(text: string): SdpLine[] {
  if (text.length > MAX_LENGTH) {
    throw new ChannelError('MALFORMED_SDP', `SDP of ${text.length} characters: at most ${MAX_LENGTH} are taken`);
  }
  const raw = text.split(/\r?\n/u);
  while (raw.at(-1) === '') raw.pop();
  if (raw.length > MAX_LINES) {
    throw new ChannelError('MALFORMED_SDP', `SDP of ${raw.length} lines: at most ${MAX_LINES} are taken`);
  }
  return raw.map((line, index) => splitLine(line, index + 1));
}

function splitLine(text: string, number: number): SdpLine {
  const line = { number, type: text.slice(0, 1), value: text.slice(2) };
  if (text.includes('\0') || text.includes('\r')) {
    throw new ChannelError('MALFORMED_SDP', `SDP line ${number}: holds a NUL or a CR without LF`);
  }
  if (!/^[a-z]=/iu.test(text)) {
    const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
    throw new ChannelError('MALFORMED_SDP', `SDP line ${number} (${shown}): is not of the form <letter>=<value>`);
  }
  return line;
}

/** `IN IP4 192.0.2.1`, the last three words of `o=` and the value of `c=`. A multicast suffix (`/127/3`) is dropped. */
function parseAddress(line: SdpLine, network: string, type: string, address: string): ConnectionAddress {
  if (network.toUpperCase() !== 'IN') throw malformed(line, 'the network type must be IN');
  const family = /^IP([46])$/iu.exec(type)?.[1];
  if (family === undefined) throw malformed(line, 'the address type must be IP4 or IP6');
  const plain = address.split('/', 1)[0] ?? '';
  if (!/^[\w.:%-]+$/u.test(plain))
    throw malformed(line, 'the address is missing or holds a character that no address has');
  return { family: family === '4' ? 4 : 6, address: plain };
}

/** `c=` (RFC 4566 §5.7). */
export function parseConnection(line: SdpLine): ConnectionAddress {
  const words = line.value.trim().split(/\s+/u);
  if (words.length !== 3) throw malformed(line, 'must be "IN IP4|IP6 <address>"');
  const [network = '', type = '', address = ''] = words;
  return parseAddress(line, network, type, address);
}

/** `o=` (RFC 4566 §5.2). The five words at the end are counted from there, since some devices put spaces into the user name. */
export function parseOrigin(line: SdpLine): SessionDescription['origin'] {
  const words = line.value.trim().split(/\s+/u);
  if (words.length < 5) throw malformed(line, 'must be "<user> <session id> <version> IN IP4|IP6 <address>"');
  const [sessionId = '', sessionVersion = '', network = '', type = '', address = ''] = words.slice(-5);
  if (!/^\d+$/u.test(sessionId)) throw malformed(line, 'the session id must be decimal digits');
  if (!/^\d+$/u.test(sessionVersion)) throw malformed(line, 'the session version must be decimal digits');
  return {
    username: words.slice(0, -5).join(' ') || '-',
    sessionId,
    sessionVersion,
    ...parseAddress(line, network, type, address),
  };
}

/** `a=` (RFC 4566 §5.13); `undefined` for one without a name, which says nothing. */
export function parseAttribute(line: SdpLine): Attribute | undefined {
  const colon = line.value.indexOf(':');
  if (colon < 0) return line.value.trim() === '' ? undefined : { name: line.value.trim() };
  const name = line.value.slice(0, colon).trim();
  return name === '' ? undefined : { name, value: line.value.slice(colon + 1) };
}
