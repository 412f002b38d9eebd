import type { HeaderFields } from '../header-field.codec.ts';
import { checkBody, contentTypeFor } from './content.codec.ts';
import { SIPRequest } from './sip-request.ts';

/**
 * A MESSAGE request within a call, for people to read (RFC 3428): to send with {@link ChannelSip.send}, or received and fetched with
 * {@link ChannelSip.getMessages}.
 *
 * @example
 * await channel.sip.send(new SIPMessage('<b>Hello</b>', 'text/html'));
 */
export class SIPMessage extends SIPRequest {
  /** What kind of request it is. */
  readonly method = 'MESSAGE';

  /**
   * @param body - the text.
   * @param contentType - `text/plain; charset=ascii` by default, or `text/plain; charset=UTF-8` for a text that is not ASCII.
   * @param headers - further header fields.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(body: string, contentType?: string, headers?: HeaderFields) {
    checkBody(body);
    super(body, contentTypeFor(body, contentType), headers);
  }
}

/**
 * A MESSAGE with plain text.
 *
 * @example
 * await channel.sip.send(new SIPMessagePlainText('Your ticket number is 42'));
 */
export class SIPMessagePlainText extends SIPMessage {
  /** @throws ChannelError `INVALID_ARGUMENT`. */
  constructor(text: string) {
    checkBody(text);
    super(text, contentTypeFor(text, undefined));
  }
}
