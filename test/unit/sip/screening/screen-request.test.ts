import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type Refusal, type ScreeningRules } from '../../../../src/sip/screening/rules.ts';
import { type ScreeningContext, screenRequest } from '../../../../src/sip/screening/screen-request.codec.ts';
import { type RequestText, requestOf, requestText } from '../../../support/sip-text.ts';

const OPEN: ScreeningContext = { knowsDialog: () => true, cancels: () => true, merged: () => false };
const SDP = { fields: { 'Content-Type': 'application/sdp' }, body: 'v=0\r\n' };

function screen(
  method: string,
  wanted: RequestText = {},
  context: Partial<ScreeningContext> = {},
  rules: Partial<ScreeningRules> = {},
): Refusal | undefined {
  return screenRequest(requestOf(requestText(method, wanted)), { ...DEFAULT_RULES, ...rules }, { ...OPEN, ...context });
}

function statusOf(...wanted: Parameters<typeof screen>): number | undefined {
  return screen(...wanted)?.status;
}

function field(refusal: Refusal | undefined, name: string): string | undefined {
  return refusal?.fields.find((candidate) => candidate.name === name)?.value;
}

describe('a request passes', () => {
  it.each([
    ['INVITE', SDP],
    ['INVITE', {}],
    ['OPTIONS', {}],
    ['MESSAGE', { toTag: 'bob', fields: { 'Content-Type': 'text/plain' }, body: 'hello' }],
    ['BYE', { toTag: 'bob' }],
    ['CANCEL', {}],
    ['INVITE', { uri: 'sips:bob@example.com' }],
    ['INVITE', { uri: 'TEL:+123' }],
  ] as [string, RequestText][])('%s %j', (method, wanted) => {
    expect(screen(method, wanted)).toBeUndefined();
  });
});

describe('by method (RFC 3261 §8.2.1)', () => {
  it('405 for a MESSAGE of no call, with an Allow that leaves it out', () => {
    const refusal = screen('MESSAGE');
    expect(refusal?.status).toBe(405);
    expect(field(refusal, 'Allow')).toBe(DEFAULT_RULES.allowedMethods.filter((name) => name !== 'MESSAGE').join(', '));
  });

  it('405 with Allow for a method that is known but not served', () => {
    const refusal = screen('REGISTER');
    expect(refusal?.status).toBe(405);
    expect(field(refusal, 'Allow')).toBe(DEFAULT_RULES.allowedMethods.join(', '));
  });

  it('501 for a method that nobody knows, and for one in another case', () => {
    expect(statusOf('FROBNICATE')).toBe(501);
    expect(statusOf('invite')).toBe(501);
  });
});

describe('by Request-URI (§8.2.2.1)', () => {
  it('416 for an unknown scheme', () => {
    expect(statusOf('OPTIONS', { uri: 'unknown:thing' })).toBe(416);
  });

  it('414 for one that is too long', () => {
    expect(statusOf('OPTIONS', { uri: `sip:${'a'.repeat(5000)}@example.com` })).toBe(414);
    expect(statusOf('OPTIONS', { uri: 'sip:12345@h' }, {}, { maxUriBytes: 10 })).toBe(414);
  });

  it('483 for a new INVITE that may go no further, but not for other requests (RFC 4475 §3.3.8)', () => {
    const spent = { fields: { 'Max-Forwards': '0' } };
    expect(statusOf('INVITE', spent)).toBe(483);
    expect(statusOf('INVITE', { ...spent, toTag: 'bob' })).toBeUndefined();
    expect(statusOf('OPTIONS', spent)).toBeUndefined();
    expect(statusOf('INVITE', { fields: { 'Max-Forwards': undefined } })).toBeUndefined();
  });
});

describe('by dialog (§12.2.2, §9.2, §8.2.2.2)', () => {
  const stranger = { knowsDialog: () => false };

  it.each(['INVITE', 'BYE', 'INFO', 'UPDATE', 'PRACK', 'OPTIONS', 'NOTIFY'])(
    '481 for a %s in a dialog that is not',
    (method) => {
      expect(statusOf(method, { toTag: 'bob' }, stranger)).toBe(481);
      expect(statusOf(method, { toTag: 'bob' })).toBeUndefined();
    },
  );

  it.each(['BYE', 'INFO', 'UPDATE', 'PRACK'])('481 for a %s without a dialog', (method) => {
    expect(statusOf(method)).toBe(481);
  });

  it('asks for the dialog with Call-ID, To tag and From tag', () => {
    const asked: string[][] = [];
    screen('BYE', { toTag: 'bob', fromTag: 'alice', callId: 'c9' }, { knowsDialog: (...ids) => asked.push(ids) > 0 });
    expect(asked).toEqual([['c9', 'bob', 'alice']]);
  });

  it('481 for a CANCEL of nothing; a CANCEL is not asked for anything else', () => {
    expect(statusOf('CANCEL', {}, { cancels: () => false })).toBe(481);
    expect(statusOf('CANCEL', { fields: { Require: 'x' } })).toBeUndefined();
  });

  it('482 for a request that came by another way before, but never in a dialog', () => {
    expect(statusOf('INVITE', {}, { merged: () => true })).toBe(482);
    expect(statusOf('INVITE', { toTag: 'bob' }, { merged: () => true })).toBeUndefined();
  });
});

describe('by extension (§8.2.2.3)', () => {
  it('420 that names what is not supported, of several header fields', () => {
    const refusal = screen(
      'INVITE',
      { fields: { Require: '100rel, timer', rEqUiRe: 'foo' } },
      {},
      { supported: ['timer'] },
    );
    expect(refusal?.status).toBe(420);
    expect(field(refusal, 'Unsupported')).toBe('100rel, foo');
    expect(statusOf('INVITE', { fields: { Require: 'Timer' } }, {}, { supported: ['timer'] })).toBeUndefined();
  });

  it('does not mind Proxy-Require, which is for proxies', () => {
    expect(statusOf('INVITE', { fields: { 'Proxy-Require': 'foo' } })).toBeUndefined();
  });
});

describe('by Contact (§8.1.1.8)', () => {
  it.each([undefined, '*', '<tel:+123>', '<sip:a@b>, <sip:c@d>', '<sip:'])(
    '400 for an INVITE with Contact %s',
    (contact) => {
      expect(statusOf('INVITE', { fields: { Contact: contact } })).toBe(400);
    },
  );

  it('does without in a dialog and from a peer of RFC 2543', () => {
    expect(statusOf('INVITE', { toTag: 'bob', fields: { Contact: undefined } })).toBeUndefined();
    expect(statusOf('INVITE', { via: 'SIP/2.0/UDP old.example.com', fields: { Contact: undefined } })).toBeUndefined();
    expect(statusOf('OPTIONS', { fields: { Contact: undefined } })).toBeUndefined();
  });
});

describe('by content (§8.2.3)', () => {
  it.each(['INVITE', 'MESSAGE', 'BYE', 'INFO'])('400 for a %s with a body but no Content-Type', (method) => {
    expect(statusOf(method, { toTag: 'bob', body: 'x' })).toBe(400);
    expect(statusOf(method, { toTag: 'bob', body: 'x', fields: { 'Content-Type': 'nonsense' } })).toBe(400);
  });

  it('413 for a body that is too long', () => {
    expect(statusOf('INVITE', { ...SDP, body: 'v=0\r\n'.repeat(10) }, {}, { maxBodyBytes: 49 })).toBe(413);
  });

  it('415 with Accept for an offer in a format that is not understood', () => {
    const refusal = screen('INVITE', { fields: { 'Content-Type': 'application/unknown' }, body: 'x' });
    expect(refusal?.status).toBe(415);
    expect(field(refusal, 'Accept')).toBe('application/sdp');
  });

  it('415 with Accept-Encoding for a body that is packed', () => {
    const refusal = screen('INVITE', { ...SDP, fields: { ...SDP.fields, 'Content-Encoding': 'gzip' } });
    expect(refusal?.status).toBe(415);
    expect(field(refusal, 'Accept-Encoding')).toBe('identity');
    expect(statusOf('INVITE', { ...SDP, fields: { ...SDP.fields, 'Content-Encoding': 'Identity' } })).toBeUndefined();
  });

  it('takes a body that need not be understood', () => {
    const fields = { 'Content-Type': 'application/unknown', 'Content-Disposition': 'icon;handling=optional' };
    expect(statusOf('INVITE', { fields, body: 'x' })).toBeUndefined();
  });

  it('takes a multipart body with a session description in it, and no other', () => {
    const multipart = (type: string): RequestText => ({
      fields: { 'Content-Type': 'multipart/mixed;boundary="b1"' },
      body: `--b1\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b1\r\nContent-Type: ${type}\r\n\r\nv=0\r\n--b1--\r\n`,
    });
    expect(statusOf('INVITE', multipart('application/sdp'))).toBeUndefined();
    expect(statusOf('INVITE', multipart('application/xml'))).toBe(415);
  });

  it.each([
    ['text/plain', 406],
    ['application/sdp;q=0', 406],
    ['', 406],
    ['application/sdp', undefined],
    ['text/plain, Application/SDP;q=0.5', undefined],
    ['application/*', undefined],
    ['*/*', undefined],
  ])('Accept: %s yields %s', (accept, status) => {
    expect(statusOf('INVITE', { fields: { Accept: accept } })).toBe(status);
    expect(statusOf('OPTIONS', { fields: { Accept: accept } })).toBeUndefined();
  });
});

it('asks in the order of §8.2: method, URI, dialog, Require, content', () => {
  const bad: RequestText = { uri: 'x:y', fields: { Require: 'z', 'Content-Type': 'a/b' }, body: 'x' };
  expect(statusOf('NONSENSE', bad, { merged: () => true })).toBe(501);
  expect(statusOf('INVITE', bad, { merged: () => true })).toBe(416);
  expect(statusOf('INVITE', { ...bad, uri: 'sip:x@y' }, { merged: () => true })).toBe(482);
  expect(statusOf('INVITE', { ...bad, uri: 'sip:x@y' })).toBe(420);
  expect(statusOf('INVITE', { ...bad, uri: 'sip:x@y' }, {}, { supported: ['z'] })).toBe(415);
});
