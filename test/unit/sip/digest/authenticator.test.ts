import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../../src/errors.ts';
import { Authenticator } from '../../../../src/sip/digest/authenticator.ts';

const INVITE = { method: 'INVITE', uri: 'sip:bob@example.com' };
const BYE = { method: 'BYE', uri: 'sip:bob@192.0.2.4' };
const CREDENTIALS = [{ username: 'alice', password: 'secret' }];

function create(credentials: ConstructorParameters<typeof Authenticator>[0] = CREDENTIALS): Authenticator {
  let count = 0;
  return new Authenticator(credentials, () => `c${++count}`);
}

function challenge(nonce: string, { realm = 'r', proxy = false, stale = false, algorithm = 'MD5' } = {}) {
  return {
    proxy,
    value: `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=${algorithm}${stale ? ', stale=true' : ''}`,
  };
}

/** What an answer says, in short: `A r n1 #1` for Authorization, realm, nonce, nonce count; P for a proxy. */
function summary(fields: ReturnType<Authenticator['answer']>): string[] | undefined {
  return fields?.map(({ name, value }) => {
    const param = (key: string) => new RegExp(`${key}="?([^",]*)`).exec(value)?.[1];
    return `${name === 'Authorization' ? 'A' : 'P'} ${param('realm')} ${param(' nonce')} #${Number.parseInt(param('nc') ?? '', 16)}`;
  });
}

describe('Authenticator', () => {
  it('answers a 401 with Authorization and a 407 with Proxy-Authorization', () => {
    expect(summary(create().answer([challenge('n1')], INVITE))).toEqual(['A r n1 #1']);
    expect(summary(create().answer([challenge('n1', { proxy: true })], INVITE))).toEqual(['P r n1 #1']);
  });

  it('draws a cnonce for each field', () => {
    const authenticator = create();
    expect(authenticator.answer([challenge('n1')], INVITE)?.[0]?.value).toContain('cnonce="c1"');
    expect(authenticator.refresh(BYE)[0]?.value).toContain('cnonce="c2"');
  });

  it('counts each use of a nonce, and starts again with a new one (RFC 7616 §3.4)', () => {
    const authenticator = create();
    expect(authenticator.refresh(BYE)).toEqual([]);
    authenticator.answer([challenge('n1')], INVITE);
    expect(summary(authenticator.refresh(BYE))).toEqual(['A r n1 #2']);
    expect(summary(authenticator.refresh(BYE))).toEqual(['A r n1 #3']);
    expect(summary(authenticator.answer([challenge('n2')], BYE))).toEqual(['A r n2 #1']);
    expect(summary(authenticator.refresh(BYE))).toEqual(['A r n2 #2']);
  });

  it('answers 407 and then 401, and keeps both (RFC 3261 §22.3)', () => {
    const authenticator = create();
    expect(summary(authenticator.answer([challenge('p1', { proxy: true })], INVITE))).toEqual(['P r p1 #1']);
    expect(summary(authenticator.answer([challenge('u1')], INVITE))).toEqual(['P r p1 #2', 'A r u1 #1']);
    expect(summary(authenticator.refresh(BYE))).toEqual(['P r p1 #3', 'A r u1 #2']);
  });

  it('answers several realms at once, each with its own credentials (RFC 3261 §22.3, forking)', () => {
    const authenticator = create([
      { username: 'a', password: 'x', realm: 'one' },
      { username: 'b', password: 'y', realm: 'two' },
    ]);
    const fields = authenticator.answer(
      [
        challenge('1', { realm: 'one', proxy: true }),
        challenge('2', { realm: 'two', proxy: true }),
        challenge('3', { realm: 'three', proxy: true }),
      ],
      INVITE,
    );
    expect(summary(fields)).toEqual(['P one 1 #1', 'P two 2 #1']);
    expect(fields?.map(({ value }) => /username="(.)"/.exec(value)?.[1])).toEqual(['a', 'b']);
  });

  it('answers one challenge of a realm only, the strongest', () => {
    const offers = ['MD5', 'SHA-512-256', 'SHA-256', 'X'].map((algorithm) => challenge(algorithm, { algorithm }));
    expect(summary(create().answer(offers, INVITE))).toEqual(['A r SHA-512-256 #1']);
  });

  it('tries again with the new nonce when the old one was only stale', () => {
    const authenticator = create();
    authenticator.answer([challenge('n1')], INVITE);
    expect(summary(authenticator.answer([challenge('n2', { stale: true })], INVITE))).toEqual(['A r n2 #1']);
  });

  it('gives up when the same nonce is refused again, whether called stale or not', () => {
    for (const stale of [false, true]) {
      const authenticator = create();
      authenticator.answer([challenge('n1')], INVITE);
      expect(authenticator.answer([challenge('n1', { stale })], INVITE)).toBeUndefined();
    }
  });

  it('gives up when the credentials are refused with a new nonce', () => {
    const authenticator = create();
    authenticator.answer([challenge('n1')], INVITE);
    expect(authenticator.answer([challenge('n2')], INVITE)).toBeUndefined();
  });

  it('takes a request of another method for a new one, which a server may challenge anew', () => {
    const authenticator = create();
    authenticator.answer([challenge('n1')], INVITE);
    expect(summary(authenticator.answer([challenge('n2')], BYE))).toEqual(['A r n2 #1']);
    expect(authenticator.answer([challenge('n3')], BYE)).toBeUndefined();
  });

  it('answers a second request of the same method after refresh', () => {
    const authenticator = create();
    authenticator.answer([challenge('n1')], INVITE);
    authenticator.refresh(INVITE);
    expect(summary(authenticator.answer([challenge('n2')], INVITE))).toEqual(['A r n2 #1']);
  });

  it('gives up when one realm of several refuses', () => {
    const authenticator = create();
    authenticator.answer([challenge('1', { realm: 'one' })], INVITE);
    expect(
      authenticator.answer([challenge('1', { realm: 'one' }), challenge('2', { realm: 'two' })], INVITE),
    ).toBeUndefined();
  });

  it('gives up on a server that finds every nonce stale', () => {
    const authenticator = create();
    let rounds = 0;
    while (authenticator.answer([challenge(`n${rounds}`, { stale: rounds > 0 })], INVITE)) rounds += 1;
    expect(rounds).toBe(8);
    expect(summary(authenticator.refresh(BYE))).toEqual(['A r n7 #2']);
    expect(authenticator.answer([challenge('n9')], BYE)).toBeDefined();
  });

  it('takes the same realm of a proxy and of the far end for two', () => {
    const authenticator = create();
    authenticator.answer([challenge('n')], INVITE);
    expect(summary(authenticator.answer([challenge('n', { proxy: true })], INVITE))).toEqual(
      ['A r n #1', 'P r n #1'].map((field, index) => (index === 0 ? field.replace('#1', '#2') : field)),
    );
  });

  it.each([
    ['no credentials', [], [challenge('n')]],
    ['credentials of another realm', [{ username: 'a', password: 'b', realm: 'other' }], [challenge('n')]],
    ['no challenge', CREDENTIALS, []],
    ['a challenge that cannot be read', CREDENTIALS, [{ proxy: false, value: 'Digest realm' }]],
    ['an unknown algorithm', CREDENTIALS, [challenge('n', { algorithm: 'SHA-1' })]],
    ['another scheme', CREDENTIALS, [{ proxy: true, value: 'Basic realm="r"' }]],
  ])('gives up with %s', (_what, credentials, challenges) => {
    expect(create(credentials).answer(challenges, INVITE)).toBeUndefined();
  });

  it('hashes the body for auth-int', () => {
    const value = 'Digest realm="r", nonce="n", qop="auth-int"';
    const answer = (body: string) => create().answer([{ proxy: false, value }], { ...INVITE, body })?.[0]?.value;
    expect(answer('v=0')).not.toBe(answer('v=1'));
  });

  it.each(['', 'a\r\nb', 'a\0'])('refuses the user name %j before anything is sent', (username) => {
    try {
      create([{ username, password: 'x' }]);
      expect.unreachable();
    } catch (error) {
      expect(isChannelError(error) && error.code).toBe('INVALID_ARGUMENT');
    }
  });
});
