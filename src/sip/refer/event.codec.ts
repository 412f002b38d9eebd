import { parseParams } from '../message/params.codec.ts';
import { parseDecimal, tokenEnd } from '../message/token.codec.ts';

/** What a NOTIFY is about (RFC 6665 §8.2.1). */
export interface Event {
  /** In lower case. */
  readonly name: string;
  /** Of `refer`: the CSeq number of the REFER (RFC 3515 §2.4.6). */
  readonly id?: number | undefined;
}

/** The value of an Event header field; `undefined` when it is malformed. */
export function parseEvent(value: string): Event | undefined {
  const end = tokenEnd(value, 0);
  const params = parseParams(value, end);
  if (end === 0 || params === undefined) return undefined;
  return { name: value.slice(0, end).toLowerCase(), id: parseDecimal(params.get('id') ?? '', 2 ** 31 - 1) };
}

/** Whether a Subscription-State says that no NOTIFY follows (RFC 6665 §8.2.3). */
export function isTerminated(subscriptionState: string | undefined): boolean {
  return /^terminated[ \t]*(?:;|$)/iu.test(subscriptionState ?? '');
}
