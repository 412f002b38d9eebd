import { describe, expect, it } from 'vitest';
import {
  formatNameAddr,
  parseContacts,
  parseNameAddr,
  parseNameAddrs,
  quoteDisplayName,
} from '../../../../src/sip/message/name-addr.codec.ts';

describe('parseNameAddr', () => {
  it.each([
    ['<sip:a@b>', undefined],
    ['sip:a@b', undefined],
    ['Alice <sip:a@b>', 'Alice'],
    ['caller<sip:a@b>', 'caller'],
    ['A. B. Bell  <sip:a@b>', 'A. B. Bell'],
    ['"Bell, Alexander" <sip:a@b>', 'Bell, Alexander'],
    ['"J \\"Rose\\" \\\\" <sip:a@b>', 'J "Rose" \\'],
    ['"" <sip:a@b>', ''],
    ['"a<b>c"<sip:a@b>', 'a<b>c'],
    ['Jürgen (Büro) <sip:a@b>', 'Jürgen (Büro)'],
    ['"\u{1F600}" <sip:a@b>', '\u{1F600}'],
  ])('%s has the display name %j', (text, displayName) => {
    const address = parseNameAddr(text);
    expect(address?.displayName).toBe(displayName);
    expect(address?.uri.raw).toBe('sip:a@b');
  });

  it('gives parameters behind the brackets to the header field, those within to the URI (RFC 4475 3.3.12, 3.3.13)', () => {
    const address = parseNameAddr('<sip:a@b;x=1>;tag=t;Y="a;b"');
    expect(address?.uri.params).toEqual(new Map([['x', '1']]));
    expect(address?.params).toEqual(
      new Map([
        ['tag', 't'],
        ['y', 'a;b'],
      ]),
    );
    expect(parseNameAddr('sip:a@b;x=1')).toMatchObject({ uri: { raw: 'sip:a@b' }, params: new Map([['x', '1']]) });
  });

  it('takes a tel URI and unknown schemes', () => {
    expect(parseNameAddr('<tel:+4930123>;tag=1')?.uri.scheme).toBe('tel');
    expect(parseNameAddr('isbn:2983792873')?.uri.scheme).toBe('isbn');
  });

  it.each([
    '',
    'Alice',
    '"Alice <sip:a@b>',
    '"Alice" sip:a@b',
    'Bell, Alexander <sip:a@b>',
    'Al"ice <sip:a@b>',
    '<sip:a@b',
    '<sip:a@b>x',
    '<sip:a@b>;',
    '<sip:a@b>;;x',
    '<sip:a@b>;tag=1;tag=2',
    '<>',
    'sip:a@b?x=y',
    'sip:a@b c',
    '<sip:a@b>;x="y',
    '<sip:a@b>;x=a"b',
  ])('refuses %j', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });
});

describe('lists of addresses', () => {
  it('are split at commas outside of quotes and brackets', () => {
    const addresses = parseNameAddrs(['"a, \\"b" <sip:a,b@c>;q=1 , <sip:d@e>', 'sip:f@g']);
    expect(addresses?.map((address) => address.uri.raw)).toEqual(['sip:a,b@c', 'sip:d@e', 'sip:f@g']);
  });

  it('are malformed when one element is', () => {
    expect(parseNameAddrs(['<sip:a@b>, nothing'])).toBeUndefined();
  });

  it('may be a star, but only alone', () => {
    expect(parseContacts(['*'])).toBe('*');
    expect(parseContacts([])).toEqual([]);
    expect(parseContacts(['*', '<sip:a@b>'])).toBeUndefined();
    expect(parseContacts(['*, <sip:a@b>'])).toBeUndefined();
  });
});

describe('formatNameAddr', () => {
  it('quotes what must be quoted', () => {
    const params = new Map([
      ['tag', 'a1'],
      ['text', 'two words'],
      ['received', '[::1]'],
      ['flag', undefined],
    ]);
    expect(formatNameAddr({ displayName: 'A "B" \\', uri: 'sip:a@b', params })).toBe(
      '"A \\"B\\" \\\\" <sip:a@b>;tag=a1;text="two words";received=[::1];flag',
    );
    expect(formatNameAddr({ displayName: '', uri: 'sip:a@b' })).toBe('<sip:a@b>');
  });

  it.each(['a\rb', 'a\nb', 'a\0b'])('refuses %j wherever it stands', (text) => {
    const refusal = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    expect(() => quoteDisplayName(text)).toThrow(refusal);
    expect(() => formatNameAddr({ uri: `sip:${text}` })).toThrow(refusal);
    expect(() => formatNameAddr({ uri: 'sip:a@b', params: new Map([['x', text]]) })).toThrow(refusal);
  });
});
