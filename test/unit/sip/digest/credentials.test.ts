import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../../src/errors.ts';
import { type Challenge, parseChallenges } from '../../../../src/sip/digest/challenge.codec.ts';
import { answerChallenge, selectChallenge } from '../../../../src/sip/digest/credentials.codec.ts';
import { nodeHash } from '../../../../src/sip/digest/hash.ts';

interface Vector {
  readonly source: string;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly algorithm: string;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly qop?: string;
  readonly opaque?: string;
  readonly body?: string;
  readonly response: string;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/digest.json', import.meta.url), 'utf8'),
) as { cases: Vector[] };

const CHALLENGE: Challenge = { realm: 'r', nonce: 'n', qop: ['auth'], stale: false };
const CREDENTIALS = { username: 'u', password: 'p' };

function answer(
  challenge: Partial<Challenge>,
  rest: { username?: string; nonceCount?: number; body?: string | Buffer } = {},
): string {
  const { username = 'u', nonceCount = 1, body } = rest;
  return answerChallenge({
    challenge: { ...CHALLENGE, ...challenge },
    credentials: { username, password: 'p' },
    method: 'INVITE',
    uri: 'sip:x@y',
    body,
    nonceCount,
    cnonce: 'c',
    hash: nodeHash,
  });
}

describe('answerChallenge', () => {
  it('has all vectors', () => {
    expect(cases).toHaveLength(16);
  });

  it.each(cases.map((vector, index) => [`${index + 1}: ${vector.source}`, vector] as const))(
    'gives the response of vector %s',
    (_name, vector) => {
      const {
        username,
        password,
        realm,
        nonce,
        opaque,
        algorithm,
        qop,
        method,
        uri,
        body,
        nc = '1',
        cnonce = 'unused',
      } = vector;
      const challenge = { realm, nonce, opaque, algorithm, qop: qop === undefined ? [] : [qop], stale: false };
      const value = answerChallenge({
        challenge,
        credentials: { username, password },
        method,
        uri,
        body,
        nonceCount: Number.parseInt(nc, 16),
        cnonce,
        hash: nodeHash,
      });
      expect(value).toContain(`response="${vector.response}"`);
    },
  );

  it('writes the parameters that the challenge asks for, with quotes where RFC 7616 §3.4 wants them', () => {
    expect(answer({ opaque: '', algorithm: 'md5' }, { nonceCount: 26 })).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="sip:x@y", response="[0-9a-f]{32}", algorithm=md5, cnonce="c", opaque="", qop=auth, nc=0000001a$/,
    );
  });

  it('writes none of qop, nc and cnonce when the challenge has no qop, but cnonce for a session algorithm', () => {
    expect(answer({ qop: [] })).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="sip:x@y", response="[0-9a-f]{32}"$/,
    );
    expect(answer({ qop: [], algorithm: 'MD5-sess' })).toMatch(/algorithm=MD5-sess, cnonce="c"$/);
  });

  it('escapes quotes and backslashes, and reads back what it wrote', () => {
    const value = answer({ realm: 'a "b" \\' }, { username: 'x"y' });
    expect(value).toContain('username="x\\"y", realm="a \\"b\\" \\\\"');
    expect(parseChallenges(value)[0]?.realm).toBe('a "b" \\');
  });

  it('prefers auth to auth-int, and hashes the body, bytes too, for auth-int', () => {
    expect(answer({ qop: ['auth-int', 'auth'] })).toContain('qop=auth,');
    expect(answer({ qop: ['auth-int'] }, { body: 'ü' })).toBe(
      answer({ qop: ['auth-int'] }, { body: Buffer.from('ü') }),
    );
    expect(answer({ qop: ['auth-int'] }, { body: 'a' })).not.toBe(answer({ qop: ['auth-int'] }, { body: 'b' }));
    expect(answer({ qop: ['auth'] }, { body: 'a' })).toBe(answer({ qop: ['auth'] }, { body: 'b' }));
  });

  it.each([
    ['an unknown algorithm', () => answer({ algorithm: 'AKAv1-MD5' })],
    ['an unknown qop', () => answer({ qop: ['token'] })],
    ['a line break in a user name', () => answer({}, { username: 'u\r\nVia: x' })],
  ])('refuses %s', (_what, run) => {
    try {
      run();
      expect.unreachable();
    } catch (error) {
      expect(isChannelError(error) && error.code).toBe('INVALID_ARGUMENT');
    }
  });

  it('puts no secret and no line break into the header field', () => {
    const text = fc.stringMatching(/^[ -~äß]{1,20}$/);
    fc.assert(
      fc.property(text, text, (realm, nonce) => {
        const value = answerChallenge({
          challenge: { ...CHALLENGE, realm, nonce },
          credentials: { username: 'u', password: '\u0001secret' },
          method: 'BYE',
          uri: 'sip:x',
          nonceCount: 1,
          cnonce: 'c',
          hash: nodeHash,
        });
        expect(value).not.toMatch(/secret|[\r\n]/);
        expect(parseChallenges(value)).toMatchObject([{ realm, nonce }]);
      }),
    );
  });
});

describe('selectChallenge', () => {
  const offered = (...algorithms: (string | undefined)[]) =>
    algorithms.map((algorithm) => ({ ...CHALLENGE, algorithm }));
  const selected = (...parameters: Parameters<typeof selectChallenge>) =>
    selectChallenge(...parameters)?.challenge.algorithm;

  it('takes the strongest algorithm, wherever it stands', () => {
    expect(selected(offered('MD5', 'SHA-256', 'SHA-512-256'), [CREDENTIALS])).toBe('SHA-512-256');
    expect(selected(offered('SHA-256', 'MD5'), [CREDENTIALS])).toBe('SHA-256');
    expect(selected(offered('MD5', 'sha-256-SESS', 'SHA-256'), [CREDENTIALS])).toBe('sha-256-SESS');
  });

  it('takes only what is supported', () => {
    expect(selected(offered('MD5', 'SHA-256', 'SHA-512-256'), [CREDENTIALS], ['MD5', 'SHA-256'])).toBe('SHA-256');
    expect(selectChallenge(offered('SHA-512-256'), [CREDENTIALS], ['MD5'])).toBeUndefined();
  });

  it('passes over unknown algorithms and protections', () => {
    expect(selected(offered('SHA-1', 'AKAv1-MD5', 'MD5'), [CREDENTIALS])).toBe('MD5');
    expect(selectChallenge(offered('SHA-1', '-sess', ''), [CREDENTIALS])).toBeUndefined();
    expect(selectChallenge([{ ...CHALLENGE, qop: ['token'] }], [CREDENTIALS])).toBeUndefined();
    expect(selectChallenge([{ ...CHALLENGE, qop: ['token', 'auth-int'] }], [CREDENTIALS])).toBeDefined();
  });

  it('takes credentials of the realm before those of any, and none of another', () => {
    const own = { username: 'own', password: 'p', realm: 'r' };
    const other = { username: 'other', password: 'p', realm: 'R' };
    expect(selectChallenge([CHALLENGE], [CREDENTIALS, other, own])?.credentials).toBe(own);
    expect(selectChallenge([CHALLENGE], [other, CREDENTIALS])?.credentials).toBe(CREDENTIALS);
    expect(selectChallenge([CHALLENGE], [other])).toBeUndefined();
    expect(selectChallenge([], [CREDENTIALS])).toBeUndefined();
  });
});
