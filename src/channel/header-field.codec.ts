import { ChannelError } from '../errors.ts';
import type { HeaderField } from './signaling-port.ts';

/** Header fields to send: a value or several for each name. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

/** RFC 3261 §25.1: token. */
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** Fields that make up the message itself. Setting them would break the call, so they cannot be given. */
const RESERVED: ReadonlySet<string> = new Set([
  'via',
  'v',
  'from',
  'f',
  'to',
  't',
  'call-id',
  'i',
  'cseq',
  'max-forwards',
  'contact',
  'm',
  'route',
  'record-route',
  'content-length',
  'l',
  'content-type',
  'c',
  'content-disposition',
  'content-encoding',
  'e',
  'allow',
  'supported',
  'k',
  'user-agent',
  'authorization',
  'proxy-authorization',
]);

/** Whether a header field makes up the message itself, by its name in any case. */
export function isReservedField(name: string): boolean {
  return RESERVED.has(name.toLowerCase());
}

/** Checks header fields that the application gives. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkHeaderFields(headers: HeaderFields | undefined): readonly HeaderField[] {
  if (headers === undefined) return [];
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new ChannelError('INVALID_ARGUMENT', `headers must be an object such as { 'X-Account': '42' }`);
  }
  const fields: HeaderField[] = [];
  for (const [name, values] of Object.entries(headers)) {
    checkFieldName(name);
    if (isReservedField(name)) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `the header field ${name} is made by the user agent and cannot be given`,
      );
    }
    for (const value of Array.isArray(values) ? values : [values])
      fields.push({ name, value: checkFieldValue(name, value) });
  }
  return fields;
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkFieldName(name: unknown): void {
  if (typeof name === 'string' && TOKEN.test(name)) return;
  throw new ChannelError('INVALID_ARGUMENT', `${JSON.stringify(name)} is no name of a header field (RFC 3261 §25.1)`);
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkFieldValue(name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new ChannelError('INVALID_ARGUMENT', `the value of the header field ${name} must be a string`);
  }
  if (/[\r\n\0]/.test(value)) {
    throw new ChannelError('INVALID_ARGUMENT', `the value of the header field ${name} holds a line break or a NUL`);
  }
  return value;
}
