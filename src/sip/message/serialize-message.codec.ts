import { ChannelError } from '../../errors.ts';
import { canonicalName } from './header-names.codec.ts';
import type { Field, SipRequest } from './message.ts';
import { refuseLineBreaks } from './quoted-string.codec.ts';
import { reasonPhrase } from './status.codec.ts';
import { isToken } from './token.codec.ts';

/** A request to be sent. A Content-Length among the fields is replaced by the right one. */
export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  readonly fields: readonly Field[];
  readonly body?: Buffer | string | undefined;
}

/** A response to be sent; without `reason` it gets the phrase of its status. */
export interface ResponseParts {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly fields: readonly Field[];
  readonly body?: Buffer | string | undefined;
}

/** What a response adds to the header fields that it copies from its request. */
export interface ResponseAdditions {
  readonly reason?: string | undefined;
  /** Goes into To unless the request had a tag there or the response is 100. */
  readonly toTag?: string | undefined;
  readonly fields?: readonly Field[] | undefined;
  readonly body?: Buffer | string | undefined;
}

/**
 * Bytes of a request, header fields in the given order.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for anything that would not be one request: CR, LF or NUL, a name that is no token.
 */
export function serializeRequest(parts: RequestParts): Buffer {
  if (!isToken(parts.method))
    throw invalid(`${JSON.stringify(parts.method)} is not a SIP method; a method is one token`);
  refuseLineBreaks(parts.uri, 'a Request-URI');
  if (parts.uri === '' || parts.uri.includes(' '))
    throw invalid(`${JSON.stringify(parts.uri)} is not a Request-URI; escape spaces as %20`);
  return joined(`${parts.method} ${parts.uri} SIP/2.0\r\n${headerLines(parts.fields)}`, parts.body);
}

/**
 * Bytes of a response, header fields in the given order.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for anything that would not be one response.
 */
export function serializeResponse(parts: ResponseParts): Buffer {
  return joined(statusLine(parts.status, parts.reason) + headerLines(parts.fields), parts.body);
}

/**
 * The response to a request (RFC 3261 §8.2.6.2): Via, From, To, Call-ID and CSeq are copied as they came, Record-Route too
 * where the response can make a dialog (§12.1.1), Timestamp into 100. Good for answerable malformed requests as well.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a bad status, reason, tag or additional field.
 */
export function responseTo(request: SipRequest, status: number, additions: ResponseAdditions = {}): Buffer {
  const makesDialog = status > 100 && status < 300;
  const tag = status === 100 || request.to.params.has('tag') ? undefined : additions.toTag;
  if (tag !== undefined && !isToken(tag)) throw invalid(`${JSON.stringify(tag)} is not a tag; a tag is one token`);
  let text = statusLine(status, additions.reason);
  for (const value of request.lines('Via')) text += `Via: ${value}\r\n`;
  if (makesDialog) for (const value of request.lines('Record-Route')) text += `Record-Route: ${value}\r\n`;
  text += `From: ${request.first('From') ?? ''}\r\nTo: ${request.first('To') ?? ''}${tag === undefined ? '' : `;tag=${tag}`}\r\n`;
  text += `Call-ID: ${request.first('Call-ID') ?? ''}\r\nCSeq: ${request.first('CSeq') ?? ''}\r\n`;
  const timestamp = status === 100 ? request.first('Timestamp') : undefined;
  if (timestamp !== undefined) text += `Timestamp: ${timestamp}\r\n`;
  return joined(text + headerLines(additions.fields ?? []), additions.body);
}

function statusLine(status: number, reason: string | undefined): string {
  if (!Number.isInteger(status) || status < 100 || status > 699)
    throw invalid(`${status} is not a SIP status; use 100 to 699`);
  const phrase = reason ?? reasonPhrase(status);
  refuseLineBreaks(phrase, 'a reason phrase');
  return `SIP/2.0 ${status} ${phrase}\r\n`;
}

function headerLines(fields: readonly Field[]): string {
  let text = '';
  for (const { name, value } of fields) {
    if (!isToken(name)) throw invalid(`${JSON.stringify(name)} is not a header field name; a name is one token`);
    refuseLineBreaks(value, `header field ${name}`);
    if (canonicalName(name) !== 'Content-Length') text += `${name}: ${value}\r\n`;
  }
  return text;
}

function joined(head: string, body: Buffer | string | undefined): Buffer {
  if (body === undefined || typeof body === 'string') {
    const text = body ?? '';
    return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
}

function invalid(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
