import type { Credentials } from '../../channel/signaling-port.ts';
import { type Challenge, parseChallenges } from './challenge.codec.ts';
import { answerChallenge, selectChallenge } from './credentials.codec.ts';
import type { Hash } from './digest-algorithm.codec.ts';

/** A WWW-Authenticate or Proxy-Authenticate header field of a 401 or 407. */
export interface ChallengeField {
  readonly proxy: boolean;
  readonly value: string;
}

export interface AuthorizationField {
  readonly name: 'Authorization' | 'Proxy-Authorization';
  readonly value: string;
}

/** The request that is to be sent (again). */
export interface ChallengedRequest {
  readonly method: string;
  /** The Request-URI exactly as it stands in the start line. */
  readonly uri: string;
  readonly body?: string | Uint8Array | undefined;
}

/** What one server or proxy wants, and how far we are with it. */
interface Protection {
  readonly proxy: boolean;
  readonly challenge: Challenge;
  readonly credentials: Credentials;
  /** How often the nonce has been used. */
  nonceCount: number;
  /** The request under way carries an answer to a challenge that came for it. */
  tried: boolean;
}

/** A server that finds every nonce stale would keep us asking for ever. */
const MAX_ROUNDS = 8;

/**
 * What a dialog, or one request outside of any, knows about the servers that challenged it: one nonce and its count for each
 * realm, of the far end and of proxies. All of them are answered in every request (RFC 3261 §22.3).
 */
export class DigestSession {
  readonly #credentials: readonly Credentials[];
  readonly #hash: Hash;
  readonly #protections = new Map<string, Protection>();
  #rounds = 0;
  #method = '';

  constructor(credentials: readonly Credentials[], hash: Hash) {
    this.#credentials = credentials;
    this.#hash = hash;
  }

  /**
   * Takes the challenges of a 401 or 407 and gives the header fields to send the request again with, those for earlier challenges
   * included. `undefined` means give up: no usable challenge, no credentials for any of them, or the credentials were refused.
   * A request of another method than the last is taken for a new one; one of the same method begins with {@link refresh}.
   */
  answer(
    fields: readonly ChallengeField[],
    request: ChallengedRequest,
    createCnonce: () => string,
  ): AuthorizationField[] | undefined {
    if (request.method !== this.#method) this.#begin(request);
    this.#rounds += 1;
    if (this.#rounds > MAX_ROUNDS) return undefined;
    let taken = false;
    for (const [key, { proxy, challenges }] of groupByRealm(fields)) {
      const known = this.#protections.get(key);
      const fresh = known ? challenges.filter((challenge) => isWorthAnother(known, challenge)) : challenges;
      const selected = selectChallenge(fresh, this.#credentials);
      if (selected) {
        this.#protections.set(key, { proxy, ...selected, nonceCount: 0, tried: true });
        taken = true;
      } else if (known) {
        return undefined;
      }
    }
    return taken ? this.#authorize(request, createCnonce) : undefined;
  }

  /** The header fields for a new request in the same dialog, so that it need not be challenged first; none when nothing ever was. */
  refresh(request: ChallengedRequest, createCnonce: () => string): AuthorizationField[] {
    this.#begin(request);
    return this.#authorize(request, createCnonce);
  }

  /** Another request may be challenged again by who has taken the credentials for the one before. */
  #begin({ method }: ChallengedRequest): void {
    this.#method = method;
    this.#rounds = 0;
    for (const protection of this.#protections.values()) protection.tried = false;
  }

  #authorize(request: ChallengedRequest, createCnonce: () => string): AuthorizationField[] {
    return [...this.#protections.values()].map((protection) => {
      protection.nonceCount += 1;
      const { challenge, credentials, nonceCount } = protection;
      return {
        name: protection.proxy ? 'Proxy-Authorization' : 'Authorization',
        value: answerChallenge({
          challenge,
          credentials,
          ...request,
          nonceCount,
          cnonce: createCnonce(),
          hash: this.#hash,
        }),
      };
    });
  }
}

/**
 * Whether a realm that we have answered may be answered again: never with the nonce that it has just refused, with a new one
 * when only the old nonce was stale, or when it is the first challenge that this request meets there.
 */
function isWorthAnother(known: Protection, challenge: Challenge): boolean {
  return challenge.nonce !== known.challenge.nonce && (challenge.stale || !known.tried);
}

/** Of one realm several challenges may come, one for each algorithm; only one of them is answered. */
function groupByRealm(fields: readonly ChallengeField[]): Map<string, { proxy: boolean; challenges: Challenge[] }> {
  const groups = new Map<string, { proxy: boolean; challenges: Challenge[] }>();
  for (const { proxy, value } of fields) {
    for (const challenge of parseChallenges(value)) {
      const key = `${proxy ? 'proxy' : 'user'} ${challenge.realm}`;
      const group = groups.get(key) ?? { proxy, challenges: [] };
      group.challenges.push(challenge);
      groups.set(key, group);
    }
  }
  return groups;
}
