import { ChannelError } from '../errors.ts';
import { checkTimeout, shown } from '../operation.ts';
import type { RecordFormat, RecordRequest } from './media-port.ts';

/** What the options of every recorder say about when it ends and what it writes. */
export interface RecordLimits {
  readonly timeout?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxSilence?: number | undefined;
  readonly initialSilence?: number | undefined;
  readonly format?: RecordFormat | undefined;
  readonly ifExists?: 'overwrite' | 'fail' | undefined;
}

/** Checks them and says them as media knows them. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkRecordLimits(options: RecordLimits, longest: number): Omit<RecordRequest, 'path' | 'bargeIn'> {
  const { timeout = longest, maxBytes, maxSilence, initialSilence, format = 'PCM16', ifExists = 'overwrite' } = options;
  checkTimeout(timeout);
  checkTimeout(maxSilence, 'maxSilence');
  checkTimeout(initialSilence, 'initialSilence');
  if (maxBytes !== undefined && !(typeof maxBytes === 'number' && maxBytes >= 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `maxBytes must be a number of bytes of at least 0, not ${shown(maxBytes)}`,
    );
  }
  if (format !== 'PCM16' && format !== 'PCMU' && format !== 'PCMA') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `format must be 'PCM16', 'PCMU' or 'PCMA', not ${JSON.stringify(format)}`,
    );
  }
  if (ifExists !== 'overwrite' && ifExists !== 'fail') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `ifExists must be 'overwrite' or 'fail', not ${JSON.stringify(ifExists)}`,
    );
  }
  return {
    format,
    ifExists,
    maxDurationMs: limit(timeout),
    maxBytes: limit(maxBytes || undefined),
    maxSilenceMs: limit(maxSilence || undefined),
    initialSilenceMs: limit(initialSilence || undefined),
  };
}

/** A limit as media knows it: a finite number or none. */
function limit(value: number | undefined): number | undefined {
  return value === Number.POSITIVE_INFINITY ? undefined : value;
}
