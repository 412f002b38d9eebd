import { ChannelError } from '../errors.ts';
import { checkTimeout, shown } from '../operation.ts';
import type { RecordFormat, RecordRate, RecordRequest } from './record-port.ts';

/** What the options of every recorder say about when it ends and what it writes. */
export interface RecordLimits {
  readonly timeout?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxSilence?: number | undefined;
  readonly initialSilence?: number | undefined;
  readonly format?: RecordFormat | undefined;
  readonly rate?: RecordRate | undefined;
  readonly ifExists?: RecordRequest['ifExists'] | undefined;
  readonly removeDigits?: boolean | undefined;
}

/** Checks them and says them as media knows them. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkRecordLimits(options: RecordLimits, longest: number): Omit<RecordRequest, 'path' | 'bargeIn'> {
  const { timeout = longest, maxBytes, maxSilence, initialSilence, removeDigits = true } = options;
  const { format = 'PCM16', rate = 8000, ifExists = 'overwrite' } = options;
  checkTimeout(timeout);
  checkTimeout(maxSilence, 'maxSilence');
  checkTimeout(initialSilence, 'initialSilence');
  if (maxBytes !== undefined && !(typeof maxBytes === 'number' && maxBytes >= 0)) {
    throw wrong(`maxBytes must be a number of bytes of at least 0, not ${shown(maxBytes)}`);
  }
  checkOneOf('format', format, ['PCM16', 'PCMU', 'PCMA', 'OGG_OPUS']);
  checkOneOf('rate', rate, [8000, 16_000]);
  checkOneOf('ifExists', ifExists, ['overwrite', 'fail', 'append']);
  checkOneOf('removeDigits', removeDigits, [true, false]);
  if (rate === 16_000 && (format === 'PCMU' || format === 'PCMA')) {
    throw wrong(
      `rate 16000 goes with format 'PCM16' or 'OGG_OPUS', not with '${format}', which has 8000 samples per second`,
    );
  }
  if (format === 'OGG_OPUS' && ifExists === 'append') {
    throw wrong("format 'OGG_OPUS' cannot be appended to: it is encoded as a whole. Use 'PCM16', 'PCMU' or 'PCMA'");
  }
  if (format === 'OGG_OPUS' && maxBytes) {
    throw wrong("maxBytes cannot be kept with format 'OGG_OPUS', which is encoded at the end; limit it by timeout");
  }
  return {
    format,
    rate,
    ifExists,
    removeDigits,
    maxDurationMs: limit(timeout),
    maxBytes: limit(maxBytes || undefined),
    maxSilenceMs: limit(maxSilence || undefined),
    initialSilenceMs: limit(initialSilence || undefined),
  };
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless the value is one of these. */
export function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const names = allowed.map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
  const last = names.pop();
  throw wrong(`${name} must be ${names.join(', ')} or ${last}, not ${shown(value)}`);
}

function wrong(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}

/** A limit as media knows it: a finite number or none. */
function limit(value: number | undefined): number | undefined {
  return value === Number.POSITIVE_INFINITY ? undefined : value;
}
