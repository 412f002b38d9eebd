import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { ALL_DIGITS } from '../bargein.codec.ts';
import type { HeaderFields } from '../header-field.codec.ts';
import { checkBody, contentTypeFor } from './content.codec.ts';
import { formatDtmfInfo } from './dtmf-info.codec.ts';
import { SIPRequest } from './sip-request.ts';

/** How long a key is said to be pressed unless told otherwise, in milliseconds. */
const KEY_MS = 250;
const SHORTEST_KEY_MS = 100;
const LONGEST_KEY_MS = 5000;

/**
 * An INFO request within a call (RFC 6086, without info packages; RFC 2976): to send with {@link ChannelSip.send}, or received and
 * fetched with {@link ChannelSip.getInfos}.
 *
 * @example
 * const status = await channel.sip.send(new SIPInfo('{"agent":7}', 'application/json'));
 */
export class SIPInfo extends SIPRequest {
  /** What kind of request it is. */
  readonly method = 'INFO';

  /**
   * @param body - the text. A single key, 0-9 A-D * #, without a content type becomes the INFO of {@link SIPInfoDTMFRelay}.
   * @param contentType - `text/plain; charset=ascii` by default, or `text/plain; charset=UTF-8` for a text that is not ASCII.
   * @param headers - further header fields.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(body: string, contentType?: string, headers?: HeaderFields) {
    checkBody(body);
    const isKey = contentType === undefined && body.length === 1 && ALL_DIGITS.includes(body);
    const key = isKey ? formatDtmfInfo(body, KEY_MS) : undefined;
    super(key?.body ?? body, key?.contentType ?? contentTypeFor(body, contentType), headers);
  }
}

/**
 * An INFO that says a key was pressed, as `application/dtmf-relay`. Most far ends want RFC 4733 instead: {@link DtmfPlayer}.
 *
 * @example
 * await channel.sip.send(new SIPInfoDTMFRelay('5', 500));
 */
export class SIPInfoDTMFRelay extends SIPInfo {
  /**
   * @param digit - one of 0-9, A-D, * and #.
   * @param ms - how long it is pressed in milliseconds, 100 to 5000. Default 250.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(digit: string, ms: number = KEY_MS) {
    const key = typeof digit === 'string' && digit.length === 1 ? digit.toUpperCase() : '';
    if (key === '' || !ALL_DIGITS.includes(key)) {
      throw new ChannelError('INVALID_ARGUMENT', `digit must be one of 0-9, A-D, * and #, not ${shown(digit)}`);
    }
    if (!Number.isInteger(ms) || ms < SHORTEST_KEY_MS || ms > LONGEST_KEY_MS) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `ms must be a whole number of milliseconds from ${SHORTEST_KEY_MS} to ${LONGEST_KEY_MS}, not ${shown(ms)}`,
      );
    }
    const { body, contentType } = formatDtmfInfo(key, ms);
    super(body, contentType);
  }
}

/**
 * An INFO with plain text, also when the text is a single key.
 *
 * @example
 * await channel.sip.send(new SIPInfoPlainText('5'));
 */
export class SIPInfoPlainText extends SIPInfo {
  /** @throws ChannelError `INVALID_ARGUMENT`. */
  constructor(text: string) {
    checkBody(text);
    super(text, contentTypeFor(text, undefined));
  }
}
