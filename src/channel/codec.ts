import { ChannelError } from '../errors.ts';

/** The audio codecs that a call can use, by their RTP names (RFC 3551): G.711 µ-law and A-law. */
export type Codec = 'PCMU' | 'PCMA';

/** All of them, in the order of preference that holds unless told otherwise. */
export const DEFAULT_CODECS: readonly Codec[] = ['PCMU', 'PCMA'];

/** Checks a list of codecs. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkCodecs(codecs: unknown): readonly Codec[] {
  if (!Array.isArray(codecs) || codecs.length === 0) throw badCodecs(codecs);
  for (const codec of codecs) {
    if (codec !== 'PCMU' && codec !== 'PCMA') throw badCodecs(codecs);
  }
  return codecs as readonly Codec[];
}

function badCodecs(codecs: unknown): ChannelError {
  return new ChannelError(
    'INVALID_ARGUMENT',
    `codecs must be a list of at least one of 'PCMU' and 'PCMA', most wanted first, not ${JSON.stringify(codecs)}`,
  );
}
