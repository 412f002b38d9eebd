import { checkFieldName, checkFieldValue } from '../header-field.codec.ts';

/**
 * A header field of a SIP message: a name with one or several values. Received ones come from
 * {@link ChannelSip.requestHeaderField}; those in {@link ChannelSip.headerFieldsToSend} are sent.
 *
 * @example
 * const account = new SIPHeaderField('X-Account', '42');
 * account.addValue('43');
 * channel.sip.headerFieldsToSend.push(account);
 */
export class SIPHeaderField {
  /** As it was written. Upper and lower case are the same to SIP. */
  readonly name: string;
  readonly #values: string[] = [];

  /**
   * @param name - one or more of a-z, A-Z, 0-9 and - . ! % * _ + ` ' ~
   * @param value - text without line breaks, or several.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(name: string, value: string | readonly string[]) {
    checkFieldName(name);
    this.name = name;
    for (const one of typeof value === 'string' ? [value] : value) this.addValue(one);
  }

  /** The values, in order. Each makes a line of its own. */
  get values(): readonly string[] {
    return this.#values;
  }

  /**
   * Adds a value after those that are there.
   *
   * @throws ChannelError `INVALID_ARGUMENT` for a line break or a NUL.
   */
  addValue(value: string): void {
    this.#values.push(checkFieldValue(this.name, value));
  }
}
