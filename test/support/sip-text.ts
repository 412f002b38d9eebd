import type { SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse-message.codec.ts';

/** What a test wants to be different from a plain request. `undefined` leaves a header field out. */
export interface RequestText {
  readonly uri?: string;
  readonly branch?: string | undefined;
  readonly via?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** Added or, with a name that is there already, put in its place. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** Text of a good request, with the differences asked for. */
export function requestText(method: string, wanted: RequestText = {}): string {
  const {
    uri = 'sip:bob@192.0.2.1',
    branch = 'z9hG4bKa1',
    fromTag = 'alice',
    toTag,
    callId = 'c1',
    cseq = 1,
    body = '',
  } = wanted;
  const fields: Record<string, string | undefined> = {
    Via: wanted.via ?? `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}`,
    'Max-Forwards': '70',
    From: `<sip:alice@192.0.2.9>;tag=${fromTag}`,
    To: `<sip:bob@192.0.2.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    'Call-ID': callId,
    CSeq: `${cseq} ${method}`,
    Contact: method === 'INVITE' ? '<sip:alice@192.0.2.9>' : undefined,
    'Content-Length': String(Buffer.byteLength(body)),
    ...wanted.fields,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `${method} ${uri} SIP/2.0\r\n${lines.join('')}\r\n${body}`;
}

/** Text of a response to {@link requestText} of the same method and differences. */
export function responseText(status: number, method: string, wanted: RequestText = {}): string {
  const { branch = 'z9hG4bKa1', fromTag = 'alice', toTag = 'bob', callId = 'c1', cseq = 1 } = wanted;
  return [
    `SIP/2.0 ${status} Some Reason`,
    `Via: ${wanted.via ?? `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}`}`,
    `From: <sip:alice@192.0.2.9>;tag=${fromTag}`,
    `To: <sip:bob@192.0.2.1>;tag=${toTag}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
}

export function requestOf(text: string): SipRequest {
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok || parsed.message.kind !== 'request')
    throw new Error(`no request: ${parsed.ok ? 'a response' : parsed.problem}`);
  return parsed.message;
}

export function responseOf(text: string): SipResponse {
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok || parsed.message.kind !== 'response')
    throw new Error(`no response: ${parsed.ok ? 'a request' : parsed.problem}`);
  return parsed.message;
}
