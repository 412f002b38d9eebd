/** Hash functions of RFC 7616 §3.2 and RFC 8760. */
export type HashName = 'MD5' | 'SHA-256' | 'SHA-512-256';

/** Hash of text (UTF-8) or bytes, as lower-case hex. Injected, so that what uses it stays pure. */
export type Hash = (name: HashName, data: string | Uint8Array) => string;

export interface DigestAlgorithm {
  readonly hash: HashName;
  /** The key is derived once for a session, from the first nonce and cnonce. */
  readonly session: boolean;
}

/** Strongest first. */
const HASHES: readonly HashName[] = ['SHA-512-256', 'SHA-256', 'MD5'];

/** What an `algorithm` parameter names; `undefined` for one that is not known here. Without the parameter it is MD5. */
export function readAlgorithm(name = 'MD5'): DigestAlgorithm | undefined {
  const upper = name.toUpperCase();
  const session = upper.endsWith('-SESS');
  const base = session ? upper.slice(0, -'-SESS'.length) : upper;
  const hash = HASHES.find((known) => known === base);
  return hash && { hash, session };
}

/** 0 is the strongest. */
export function rankOf(hash: HashName): number {
  return HASHES.indexOf(hash);
}
