import { describe, expect, it } from 'vitest';
import type { SipMessage } from '../../../../src/sip/message/message.ts';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';

const HEADERS: Readonly<Record<string, string>> = {
  Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  From: '<sip:a@example.com>;tag=a-long-tag-of-the-caller',
  To: '<sip:b@example.com>',
  'Call-ID': 'a-long-call-identifier@192.0.2.1',
  CSeq: '1 INVITE',
  'Max-Forwards': '70',
};

interface Variation {
  readonly startLine?: string;
  readonly change?: Readonly<Record<string, string | undefined>>;
  readonly extra?: readonly string[];
  readonly body?: string;
}

function message({
  startLine = 'INVITE sip:b@example.com SIP/2.0',
  change = {},
  extra = [],
  body = '',
}: Variation): Buffer {
  const headers = Object.entries({ ...HEADERS, ...change }).filter(([, value]) => value !== undefined);
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`), ...extra];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function accepted(variation: Variation): SipMessage {
  const parsed = parseMessage(message(variation));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.message;
}

/** 400 or 505 when answerable, `dropped` when not, `accepted` when there is no fault. */
function fate(variation: Variation): number | 'dropped' | 'accepted' {
  const parsed = parseMessage(message(variation));
  if (parsed.ok) return 'accepted';
  return parsed.answerable?.status ?? 'dropped';
}

describe('a request', () => {
  it('is read with its mandatory parts', () => {
    const request = accepted({ extra: ['Contact: <sip:a@192.0.2.1>', 'Content-Length: 3'], body: 'abc' });
    expect(request).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:b@example.com',
      fromTag: 'a-long-tag-of-the-caller',
      toTag: undefined,
      callId: 'a-long-call-identifier@192.0.2.1',
      cseq: { number: 1, method: 'INVITE' },
    });
    expect(request.topVia.host).toBe('192.0.2.1');
    expect(request.body.toString()).toBe('abc');
    expect(request.contacts).toMatchObject([{ uri: { host: '192.0.2.1' } }]);
  });

  it('gives lines as they are and lists split', () => {
    const request = accepted({ extra: ['Allow: INVITE, ACK', 'allow: BYE', 'k: timer,,100rel'] });
    expect(request.lines('Allow')).toEqual(['INVITE, ACK', 'BYE']);
    expect(request.list('ALLOW')).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(request.first('supported')).toBe('timer,,100rel');
    expect(request.list('Supported')).toEqual(['timer', '100rel']);
    expect(request.list('Require')).toEqual([]);
  });

  it('with the star for Contact says so', () => {
    const change = { CSeq: '1 REGISTER' };
    expect(accepted({ startLine: 'REGISTER sip:example.com SIP/2.0', change, extra: ['m: *'] }).contacts).toBe('*');
  });

  it('with a malformed Contact is accepted, and throws MALFORMED_SIP when it is asked for', () => {
    const request = accepted({ extra: ['Contact: <sip:a@b'] });
    expect(() => request.contacts).toThrow(expect.objectContaining({ code: 'MALFORMED_SIP' }));
  });

  it.each<[string, Variation]>([
    ['a malformed Date', { extra: ['Date: yesterday'] }],
    ['no Max-Forwards (RFC 2543)', { change: { 'Max-Forwards': undefined } }],
    ['no tag in From (RFC 2543)', { change: { From: 'sip:a@example.com' } }],
    ['header names that are properties of objects', { extra: ['__proto__: x', 'constructor: y'] }],
    ['a tel Request-URI', { startLine: 'INVITE tel:+4930123 SIP/2.0' }],
    ['sip/2.0 in lower case', { startLine: 'INVITE sip:b@example.com sip/2.0' }],
  ])('is accepted with %s', (_what, variation) => {
    expect(fate(variation)).toBe('accepted');
  });

  it.each<[string, Variation]>([
    ['two From', { extra: ['f: <sip:c@d>;tag=2'] }],
    ['two To', { extra: ['To: <sip:c@d>'] }],
    ['two Call-ID', { extra: ['i: other'] }],
    ['two CSeq', { extra: ['CSeq: 2 INVITE'] }],
    ['two Max-Forwards', { extra: ['max-forwards: 70'] }],
    ['two equal Content-Length', { extra: ['Content-Length: 0', 'l: 0'] }],
    ['two Content-Type', { extra: ['c: application/sdp', 'Content-Type: text/plain'] }],
    ['two Expires', { extra: ['Expires: 1', 'Expires: 2'] }],
    ['Max-Forwards above 255', { change: { 'Max-Forwards': '256' } }],
    ['Max-Forwards below zero', { change: { 'Max-Forwards': '-1' } }],
    ['CSeq 2^31', { change: { CSeq: '2147483648 INVITE' } }],
    ['another method in CSeq', { change: { CSeq: '1 BYE' } }],
    ['a method in CSeq of other case', { change: { CSeq: '1 invite' } }],
    ['white space in Call-ID', { change: { 'Call-ID': 'a b' } }],
    ['a malformed From', { change: { From: '"a <sip:a@b>;tag=1' } }],
    ['an empty From tag', { change: { From: '<sip:a@b>;tag=' } }],
    ['a To tag without value', { change: { To: '<sip:a@b>;tag' } }],
    ['two different From tags', { change: { From: '<sip:a@b>;tag=1;tag=2' } }],
    ['a malformed second Via', { extra: ['Via: nonsense'] }],
    ['a header line without colon', { extra: ['nonsense'] }],
    ['Content-Length beyond the datagram', { extra: ['Content-Length: 4'], body: 'abc' }],
    ['Content-Length in hexadecimal', { extra: ['Content-Length: 0x0'] }],
    ['an empty Content-Length', { extra: ['Content-Length:'] }],
    ['a Content-Length list', { extra: ['Content-Length: 3, 3'], body: 'abc' }],
    ['spaces in the Request-URI', { startLine: 'INVITE sip:b@example.com; lr SIP/2.0' }],
    ['brackets around the Request-URI', { startLine: 'INVITE <sip:b@example.com> SIP/2.0' }],
    ['a space behind the version', { startLine: 'INVITE sip:b@example.com SIP/2.0 ' }],
    ['a Request-URI that is none', { startLine: 'INVITE nothing SIP/2.0' }],
  ])('with %s gets 400', (_what, variation) => {
    expect(fate(variation)).toBe(400);
  });

  it.each(['SIP/7.0', 'SIP/1.0', 'SIP/2.1', 'SIP/3.0'])('of version %s gets 505', (version) => {
    expect(fate({ startLine: `INVITE sip:b@example.com ${version}` })).toBe(505);
  });

  it.each<[string, Variation]>([
    ['Via', { change: { Via: undefined } }],
    ['From', { change: { From: undefined } }],
    ['To', { change: { To: undefined } }],
    ['Call-ID', { change: { 'Call-ID': undefined } }],
    ['CSeq', { change: { CSeq: undefined } }],
    ['a readable top Via', { change: { Via: 'SIP/2.0/UDP ;branch=1' } }],
    ['a readable CSeq', { change: { CSeq: 'abc' } }],
    ['a version', { startLine: 'INVITE sip:b@example.com' }],
    ['a token for a method', { startLine: 'IN(VITE sip:b@example.com SIP/2.0' }],
    ['the protocol SIP', { startLine: 'GET / HTTP/1.1' }],
    ['CRLF at every line end', { extra: ['X: a\nY: b'] }],
    ['a body of a start line', { startLine: '' }],
  ])('without %s is dropped', (_what, variation) => {
    expect(fate(variation)).toBe('dropped');
  });

  it('is dropped with NUL in its header block, unless it is escaped (RFC 4475 3.1.1.2)', () => {
    expect(fate({ extra: ['X: a\0b'] })).toBe('dropped');
    expect(fate({ change: { To: '"a\\\0b" <sip:b@c>' } })).toBe('accepted');
  });

  it('that is an ACK is never answerable', () => {
    expect(fate({ startLine: 'ACK sip:b@example.com SIP/2.0' })).toBe('dropped');
    expect(fate({ startLine: 'ACK sip:b@example.com SIP/2.0', change: { CSeq: '1 ACK' } })).toBe('accepted');
  });

  it('that is answerable has its address fields as written even where they are malformed', () => {
    const parsed = parseMessage(message({ change: { To: '"b <sip:b@c>' } }));
    expect(parsed).toMatchObject({ ok: false, problem: 'To is malformed' });
    expect(!parsed.ok && parsed.answerable?.request.to).toEqual({
      uri: { scheme: '', host: '', params: new Map(), raw: '"b <sip:b@c>' },
      params: new Map(),
    });
  });
});

describe('Content-Length', () => {
  it('counts bytes', () => {
    expect(accepted({ extra: ['Content-Length: 5'], body: 'é€xyz' }).body.toString()).toBe('é€');
  });

  it('cuts the body, and what follows is ignored (RFC 4475 3.1.1.8)', () => {
    expect(accepted({ extra: ['l: 003'], body: 'abcdef' }).body.toString()).toBe('abc');
  });

  it('may be absent: then the body is all that follows', () => {
    expect(accepted({ body: 'abcdef' }).body.toString()).toBe('abcdef');
  });
});

describe('a response', () => {
  it.each([
    ['SIP/2.0 200 OK', 200, 'OK'],
    ['SIP/2.0 100 ', 100, ''],
    ['SIP/2.0 100', 100, ''],
    ['SIP/2.0 699 Много слов  ', 699, 'Много слов  '],
  ])('%j has status %d and reason %j', (startLine, status, reason) => {
    expect(accepted({ startLine })).toMatchObject({ kind: 'response', status, reason });
  });

  it.each<[string, Variation]>([
    ['a status of four digits', { startLine: 'SIP/2.0 2000 OK' }],
    ['a status below 100', { startLine: 'SIP/2.0 099 OK' }],
    ['a status above 699', { startLine: 'SIP/2.0 700 OK' }],
    ['no status', { startLine: 'SIP/2.0 OK' }],
    ['another version', { startLine: 'SIP/3.0 200 OK' }],
    ['two To', { startLine: 'SIP/2.0 200 OK', extra: ['To: <sip:c@d>'] }],
    ['a malformed From', { startLine: 'SIP/2.0 200 OK', change: { From: '<' } }],
    ['too large a Content-Length', { startLine: 'SIP/2.0 200 OK', extra: ['Content-Length: 1'] }],
  ])('with %s is dropped', (_what, variation) => {
    expect(fate(variation)).toBe('dropped');
  });
});

describe('limits', () => {
  it('32 KiB of header block', () => {
    expect(fate({ extra: [`X: ${'y'.repeat(32_000)}`] })).toBe('accepted');
    expect(fate({ extra: [`X: ${'y'.repeat(33_000)}`] })).toBe('dropped');
  });

  it('64 Via elements, however they are spread over lines', () => {
    const line = `Via: ${Array.from({ length: 21 }, () => 'SIP/2.0/UDP h').join(',')}`;
    expect(fate({ extra: [line, line, line] })).toBe('accepted');
    expect(fate({ extra: [line, line, line, 'v: SIP/2.0/UDP h'] })).toBe('dropped');
  });

  it('a message without the empty line gets 400', () => {
    const parsed = parseMessage(message({}).subarray(0, -2));
    expect(parsed).toMatchObject({ ok: false, answerable: { status: 400 } });
  });

  it.each(['', '\r\n', '\r\n\r\n', '\0', 'INVITE'])('%j is no message', (text) => {
    expect(parseMessage(Buffer.from(text))).toMatchObject({ ok: false });
  });
});
