import { ChannelError } from '../errors.ts';
import { shown } from '../operation.ts';
import type { InbandDtmf } from './media-port.ts';

// Options of a call's media that a user agent and a fake call have in common.

const DEFAULT_MEDIA_TIMEOUT_MS = 300_000;
/** Reports come every five seconds and can get lost: what is shorter than this would end good calls. */
const LEAST_MEDIA_TIMEOUT_MS = 1000;

/** @returns undefined for never. */
export function checkMediaTimeout(value: unknown): number | undefined {
  if (value === undefined) return DEFAULT_MEDIA_TIMEOUT_MS;
  if (value === 0 || value === Number.POSITIVE_INFINITY) return undefined;
  if (typeof value === 'number' && value >= LEAST_MEDIA_TIMEOUT_MS) return value;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `mediaTimeout must be a number of milliseconds of at least ${LEAST_MEDIA_TIMEOUT_MS}, or 0 or Infinity for never, not ${shown(value)}`,
  );
}

/** When to search audio for keys; `'auto'` when nothing is said. */
export function checkInbandDtmf(value: unknown): InbandDtmf {
  if (value === undefined) return 'auto';
  if (value === 'auto' || value === 'always' || value === 'never') return value;
  throw new ChannelError('INVALID_ARGUMENT', `inbandDtmf must be 'auto', 'always' or 'never', not ${shown(value)}`);
}
