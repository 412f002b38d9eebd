import { describe, expect, it } from 'vitest';
import { formatUriHeader, isHarmless, parseUriHeaders } from '../../../../src/sip/refer/uri-headers.codec.ts';

describe('header fields in a URI (RFC 3261 §19.1.1)', () => {
  it('are unescaped, in order, also without a value', () => {
    expect(parseUriHeaders('Replaces=1%40h%3Bto-tag%3Da&x-Y=gr%C3%BCn+&Empty=&None')).toEqual([
      { name: 'Replaces', value: '1@h;to-tag=a' },
      { name: 'x-Y', value: 'grün+' },
      { name: 'Empty', value: '' },
      { name: 'None', value: '' },
    ]);
  });

  it.each(['', 'a=%', 'a=%0d%0aEvil:x', 'a=%00', 'a%3Ab=1', '=1', 'a=1&&b=2', 'a=%C3', `a=${'x'.repeat(3000)}`])(
    'are none in %j',
    (text) => {
      expect(parseUriHeaders(text)).toBeUndefined();
    },
  );

  it('are escaped so that nothing of them ends the URI, the header field or its value', () => {
    const value = '1@h;to-tag=a b&c?d"<e>,f%\r\n';
    const text = formatUriHeader('Replaces', value);
    expect(text).toBe('Replaces=1%40h%3Bto-tag%3Da%20b%26c%3Fd%22%3Ce%3E%2Cf%25%0D%0A');
    expect(decodeURIComponent(text.slice(9))).toBe(value);
  });

  it.each(['Subject', 's', 'X-Tenant', 'priority', 'Alert-Info', 'User-to-User'])('%s is harmless', (name) => {
    expect(isHarmless({ name, value: 'x' })).toBe(true);
  });

  it.each([
    ...'Via v Route Record-Route From f To t Call-ID i CSeq Contact m Max-Forwards Authorization Proxy-Authorization'.split(
      ' ',
    ),
    ...'Content-Type c Content-Length l body Replaces Require Supported k Accept Allow User-Agent Organization Date'.split(
      ' ',
    ),
    ...'P-Asserted-Identity P-Anything Privacy Identity Referred-By b Refer-To r Event o Session-Expires x Reason'.split(
      ' ',
    ),
  ])('%s is not (RFC 3261 §19.1.5)', (name) => {
    expect(isHarmless({ name, value: 'x' })).toBe(false);
  });
});
