import { isToken, parseDecimal } from './token.codec.ts';

/** The first line of a message (RFC 3261 §7.1, §7.2). `version` is what follows `SIP/`. */
export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly version: string;
      readonly wellFormed: boolean;
    }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string };

/**
 * Reads `Method SP Request-URI SP SIP-Version` or `SIP-Version SP Status-Code SP Reason-Phrase`. `undefined` for what is
 * not SIP at all. A request line with surplus spaces keeps its method and version, so that it can be answered, but is not
 * `wellFormed`. A response of another version than 2.0 or with a status outside of 100 to 699 is not read.
 */
export function parseStartLine(line: string): StartLine | undefined {
  if (isSipSlash(line, 0)) return parseStatusLine(line);
  const methodEnd = line.indexOf(' ');
  let lineEnd = line.length;
  while (line.charCodeAt(lineEnd - 1) === 32) lineEnd -= 1;
  const versionStart = line.lastIndexOf(' ', lineEnd - 1) + 1;
  if (methodEnd <= 0 || versionStart <= methodEnd + 1 || !isSipSlash(line, versionStart)) return undefined;
  const method = line.slice(0, methodEnd);
  const version = line.slice(versionStart + 4, lineEnd);
  const uri = line.slice(methodEnd + 1, versionStart - 1);
  if (!isToken(method) || !isVersion(version)) return undefined;
  return {
    kind: 'request',
    method,
    uri,
    version,
    wellFormed: lineEnd === line.length && uri.length > 0 && !uri.includes(' '),
  };
}

function parseStatusLine(line: string): StartLine | undefined {
  if (!line.startsWith('2.0 ', 4)) return undefined;
  const status = line.length === 11 || line.charCodeAt(11) === 32 ? threeDigits(line, 8) : 0;
  if (status < 100 || status > 699) return undefined;
  return { kind: 'response', status, reason: line.slice(12) };
}

/** `SIP/` in any case: the version string is compared without regard to case. */
function isSipSlash(line: string, at: number): boolean {
  return line.startsWith('SIP/', at) || line.slice(at, at + 4).toUpperCase() === 'SIP/';
}

/** `1*DIGIT "." 1*DIGIT` */
function isVersion(text: string): boolean {
  if (text === '2.0') return true;
  const [major, minor, ...rest] = text.split('.');
  return (
    rest.length === 0 && parseDecimal(major ?? '', 99) !== undefined && parseDecimal(minor ?? '', 99) !== undefined
  );
}

function threeDigits(line: string, at: number): number {
  const first = line.charCodeAt(at);
  const second = line.charCodeAt(at + 1);
  const third = line.charCodeAt(at + 2);
  return isDigit(first) && isDigit(second) && isDigit(third)
    ? (first - 48) * 100 + (second - 48) * 10 + (third - 48)
    : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
