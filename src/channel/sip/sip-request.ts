import { checkHeaderFields, type HeaderFields } from '../header-field.codec.ts';
import type { HeaderField, LegRequest } from '../signaling-port.ts';

/** What {@link SIPInfo} and {@link SIPMessage} have in common: a request within a call, of this side or of the far end. */
export abstract class SIPRequest {
  /** What kind of request it is. */
  abstract readonly method: 'INFO' | 'MESSAGE';
  /** The text; on the wire it is UTF-8. Empty for none. */
  readonly body: string;
  /** What the body is, for example `text/plain; charset=UTF-8`. Undefined when there is no body. */
  readonly contentType: string | undefined;
  /** @internal */
  readonly fields: readonly HeaderField[];

  /** @internal */
  constructor(body: string, contentType: string | undefined, headers: HeaderFields | undefined) {
    this.body = body;
    this.contentType = contentType;
    this.fields = checkHeaderFields(headers);
  }

  /** All values of a header field, in order; the name in any case. Empty when there is none. */
  header(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.fields.filter((field) => field.name.toLowerCase() === wanted).map(({ value }) => value);
  }

  /** @internal Becomes what came from the far end, which may be what this side would never send. */
  received({ body, contentType, headers }: LegRequest): this {
    return Object.assign(this, { body, contentType, fields: headers });
  }
}
