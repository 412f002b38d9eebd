import { describe, expect, it } from 'vitest';
import { escapeUser, formatUri, parseUri } from '../../../../src/sip/message/uri.codec.ts';

describe('parseUri', () => {
  it('reads every part of a sip URI', () => {
    const text = 'sip:alice:secret@atlanta.example.com:5070;transport=TCP;lr?subject=project%20x&priority=urgent';
    expect(parseUri(text)).toEqual({
      scheme: 'sip',
      user: 'alice',
      password: 'secret',
      host: 'atlanta.example.com',
      port: 5070,
      params: new Map([
        ['transport', 'TCP'],
        ['lr', undefined],
      ]),
      headers: 'subject=project%20x&priority=urgent',
      raw: text,
    });
  });

  it.each([
    ['sip:my_host', 'my_host'],
    ['sip:3com', '3com'],
    ['sip:7f3b2c1d0e9a:5060', '7f3b2c1d0e9a'],
    ['sip:alice@example.com.', 'example.com.'],
    ['sip:[2001:db8::1]:5070', '2001:db8::1'],
    ['sip:[::ffff:192.0.2.1]', '::ffff:192.0.2.1'],
    ['SIPS:bob@example.com', 'example.com'],
  ])('%s has the host %s', (text, host) => {
    expect(parseUri(text)?.host).toBe(host);
  });

  it.each(['+1212;npdi;rn=+1', '100%25', '%00', 'a?b/c&d=e+f$g,h', 'sips%3Auser%40example.com', '*97#'])(
    'keeps the user part %s as written',
    (user) => {
      expect(parseUri(`sip:${user}@example.com;user=phone`)).toMatchObject({ user, host: 'example.com' });
    },
  );

  it.each([
    ['tel:+1-201-555-0123;phone-context=example.com', 'tel'],
    ['isbn:2983792873', 'isbn'],
    ['soap.beep://192.0.2.103:3002', 'soap.beep'],
    ['urn:service:sos', 'urn'],
  ])('keeps %s, whose scheme is %s, unread', (raw, scheme) => {
    expect(parseUri(raw)).toEqual({ scheme, host: '', params: new Map(), raw });
  });

  it('reads parameter names without regard to case and skips empty parameters', () => {
    expect([...(parseUri('sip:a@b;;LR;Transport=udp;')?.params ?? [])]).toEqual([
      ['lr', undefined],
      ['transport', 'udp'],
    ]);
  });

  it.each([
    '',
    'sip',
    'sip:',
    ':a@b',
    'sip:@b',
    'sip::pw@b',
    'sip:a@',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b:',
    'sip:a@b:x',
    'sip:a@b:65536',
    'sip:2001:db8::10',
    'sip:[::1',
    'sip:[zz::1]',
    'sip:[1]',
    'sip:a@b c',
    'sip:a@b;x y',
    'sip:a@b;=v',
    'sip:a@b;transport=udp;transport=tcp',
    'sip:a@b#c',
    '<sip:a@b>',
    'sip:a@b\r\nX: y',
    'tel:',
    'tel:1 2',
    '1sip:a@b',
  ])('refuses %j', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe('formatUri', () => {
  it('prints parts as they are, IPv6 in brackets', () => {
    const params = new Map([
      ['transport', 'tcp'],
      ['lr', undefined],
    ]);
    expect(formatUri({ scheme: 'sips', user: 'a;b', host: '2001:db8::1', port: 5061, params, headers: 'x=y' })).toBe(
      'sips:a;b@[2001:db8::1]:5061;transport=tcp;lr?x=y',
    );
    expect(formatUri({ host: 'example.com' })).toBe('sip:example.com');
  });

  it.each([
    { host: '' },
    { host: 'a b' },
    { host: 'example.com\r\nX: y' },
    { host: 'example.com;lr' },
    { user: 'a@b', host: 'c' },
    { user: '', host: 'c' },
    { user: 'a b', host: 'c' },
    { host: 'c', params: new Map([['a;b', 'c']]) },
    { host: 'c', port: 70_000 },
  ])('refuses %j', (parts) => {
    expect(() => formatUri(parts)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('takes any user that escapeUser has escaped', () => {
    expect(escapeUser('é@b c%:\ud800')).toBe('%C3%A9%40b%20c%25%3A%EF%BF%BD');
    expect(parseUri(formatUri({ user: escapeUser('a@b:c d'), host: 'e' }))?.user).toBe('a%40b%3Ac%20d');
  });
});
