import type { Credentials } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import { quote } from '../message/quoted-string.codec.ts';
import type { Challenge } from './challenge.codec.ts';
import { type DigestAlgorithm, type Hash, type HashName, rankOf, readAlgorithm } from './digest-algorithm.codec.ts';

const ALL_HASHES: readonly HashName[] = ['MD5', 'SHA-256', 'SHA-512-256'];

export interface ChallengeAnswer {
  readonly challenge: Challenge;
  readonly credentials: Credentials;
  readonly method: string;
  /** Digest URI: the Request-URI exactly as it stands in the start line. */
  readonly uri: string;
  /** Only hashed for `qop=auth-int`. */
  readonly body?: string | Uint8Array | undefined;
  /** How often this nonce has been used, this time included; from 1. */
  readonly nonceCount: number;
  /** Random text of ours. */
  readonly cnonce: string;
  readonly hash: Hash;
}

/**
 * Of several challenges of one realm the one to answer: the strongest algorithm that is `supported`, the first of equals
 * (RFC 8760 §2.4 leaves the server to put its best first), together with the credentials for its realm.
 */
export function selectChallenge(
  challenges: readonly Challenge[],
  credentials: readonly Credentials[],
  supported: readonly HashName[] = ALL_HASHES,
): { readonly challenge: Challenge; readonly credentials: Credentials } | undefined {
  let best: { challenge: Challenge; credentials: Credentials } | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const challenge of challenges) {
    const algorithm = readAlgorithm(challenge.algorithm);
    const matching = findCredentials(credentials, challenge.realm);
    if (!algorithm || !matching || !supported.includes(algorithm.hash) || chooseQop(challenge) === 'unknown') continue;
    const rank = rankOf(algorithm.hash);
    if (rank >= bestRank) continue;
    best = { challenge, credentials: matching };
    bestRank = rank;
  }
  return best;
}

/** Those for this very realm go before those for any. */
function findCredentials(credentials: readonly Credentials[], realm: string): Credentials | undefined {
  return credentials.find((each) => each.realm === realm) ?? credentials.find((each) => each.realm === undefined);
}

/** `auth` goes before `auth-int`: a body that a gateway on the way has touched would fail the latter. */
function chooseQop({ qop }: Challenge): 'auth' | 'auth-int' | 'unknown' | undefined {
  if (qop.length === 0) return undefined;
  return (['auth', 'auth-int'] as const).find((known) => qop.includes(known)) ?? 'unknown';
}

/**
 * The value of the Authorization or Proxy-Authorization header field that answers a challenge (RFC 7616 §3.4).
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a challenge that {@link selectChallenge} would not have chosen.
 */
export function answerChallenge(answer: ChallengeAnswer): string {
  const { challenge, credentials, uri, cnonce } = answer;
  const algorithm = readAlgorithm(challenge.algorithm);
  const qop = chooseQop(challenge);
  if (!algorithm || qop === 'unknown') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `no way to answer a challenge with algorithm ${challenge.algorithm} and qop ${challenge.qop.join(',')}`,
    );
  }
  const nc = answer.nonceCount.toString(16).padStart(8, '0');
  const response = respond(answer, algorithm, qop, nc);
  const parts = [
    `username=${quote(credentials.username)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (challenge.algorithm !== undefined) parts.push(`algorithm=${challenge.algorithm}`);
  if (qop !== undefined || algorithm.session) parts.push(`cnonce=${quote(cnonce)}`);
  if (challenge.opaque !== undefined) parts.push(`opaque=${quote(challenge.opaque)}`);
  if (qop !== undefined) parts.push(`qop=${qop}`, `nc=${nc}`);
  return `Digest ${parts.join(', ')}`;
}

/** The `response` parameter (RFC 7616 §3.4.1 to §3.4.3). The values that go into it are those without quotes and escapes. */
function respond(
  answer: ChallengeAnswer,
  algorithm: DigestAlgorithm,
  qop: 'auth' | 'auth-int' | undefined,
  nc: string,
): string {
  const { challenge, credentials, method, uri, body, cnonce, hash } = answer;
  const { nonce, realm } = challenge;
  const h = (data: string | Uint8Array): string => hash(algorithm.hash, data);

  const secret = h(`${credentials.username}:${realm}:${credentials.password}`);
  const ha1 = algorithm.session ? h(`${secret}:${nonce}:${cnonce}`) : secret;
  const ha2 = h(qop === 'auth-int' ? `${method}:${uri}:${h(body ?? '')}` : `${method}:${uri}`);
  return h(qop === undefined ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}
