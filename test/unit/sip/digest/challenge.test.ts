import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../../src/sip/digest/challenge.codec.ts';

describe('parseChallenges', () => {
  it('reads every parameter of RFC 3261 §22.4', () => {
    expect(
      parseChallenges(
        'Digest realm="biloxi.com", domain="sip:biloxi.com", qop="auth,auth-int", nonce="dcd98b", opaque="5ccc", stale=TRUE, algorithm=MD5, charset=UTF-8',
      ),
    ).toEqual([
      {
        realm: 'biloxi.com',
        nonce: 'dcd98b',
        opaque: '5ccc',
        algorithm: 'MD5',
        qop: ['auth', 'auth-int'],
        stale: true,
      },
    ]);
  });

  it('fills in what is left out', () => {
    expect(parseChallenges('Digest realm="r",nonce="n"')).toEqual([
      { realm: 'r', nonce: 'n', opaque: undefined, algorithm: undefined, qop: [], stale: false },
    ]);
  });

  it('knows the scheme and the names in any case, and any spacing', () => {
    expect(parseChallenges(' DIGEST  Realm = "r" ,\t NONCE="n" , Stale=false,, Algorithm="SHA-256" ')).toMatchObject([
      { realm: 'r', nonce: 'n', algorithm: 'SHA-256', stale: false },
    ]);
  });

  it('undoes escapes in quoted strings', () => {
    expect(parseChallenges('Digest realm="a \\"b\\" \\\\c, Digest x=y", nonce="n\\1"')).toMatchObject([
      { realm: 'a "b" \\c, Digest x=y', nonce: 'n1' },
    ]);
  });

  it('keeps an empty opaque and an empty realm apart from none', () => {
    expect(parseChallenges('Digest realm="", nonce="n", opaque=""')).toMatchObject([{ realm: '', opaque: '' }]);
  });

  it.each([
    ['qop=auth', ['auth']],
    ['qop="auth"', ['auth']],
    ['qop="auth, auth-int"', ['auth', 'auth-int']],
    ['qop=auth,auth-int', ['auth', 'auth-int']],
    ['qop=auth-int, auth', ['auth-int', 'auth']],
    ['qop="AUTH"', ['auth']],
    ['qop=""', []],
    ['qop="token"', ['token']],
  ])('reads %s', (qop, expected) => {
    expect(parseChallenges(`Digest realm="r", ${qop}, nonce="n"`)).toMatchObject([{ qop: expected, nonce: 'n' }]);
    expect(parseChallenges(`Digest realm="r", nonce="n", ${qop}`)).toMatchObject([{ qop: expected, nonce: 'n' }]);
    expect(parseChallenges(`Digest realm="r", nonce="n", ${qop}, Digest realm="s", nonce="m"`)).toMatchObject([
      { qop: expected },
      { realm: 's', qop: [] },
    ]);
  });

  it('reads several challenges in one value and leaves out other schemes', () => {
    const value =
      'Basic realm="x", Digest realm="r", nonce="1", algorithm=SHA-256, Negotiate, Bearer abc==, Digest realm="r", nonce="2"';
    expect(parseChallenges(value)).toMatchObject([
      { nonce: '1', algorithm: 'SHA-256' },
      { nonce: '2', algorithm: undefined },
    ]);
  });

  it('takes a nonce without quotes', () => {
    expect(parseChallenges('Digest realm=r, nonce=a+/b==, opaque=x')).toMatchObject([
      { realm: 'r', nonce: 'a+/b==', opaque: 'x' },
    ]);
  });

  it.each([
    ['no realm', 'Digest nonce="n"'],
    ['no nonce', 'Digest realm="r"'],
    ['an empty nonce', 'Digest realm="r", nonce=""'],
    ['no scheme', 'realm="r", nonce="n"'],
    ['a line break in a value', 'Digest realm="r", nonce="n\r\nX: y"'],
    ['an open quote', 'Digest realm="r, nonce="n"'],
    ['nothing', ''],
  ])('leaves out a challenge with %s', (_what, value) => {
    expect(parseChallenges(value)).toEqual([]);
  });

  it('never throws and always ends', () => {
    const pieces = fc.array(
      fc.constantFrom('Digest', ' ', ',', '=', '"', '\\', 'realm', 'nonce', 'qop', 'auth', 'x', '\r\n', 'ü', '\0'),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((list) => list.join('')),
        ),
        (value) => void parseChallenges(value),
      ),
      { numRuns: 1000 },
    );
  });
});
