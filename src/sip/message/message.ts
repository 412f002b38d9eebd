/**
 * A SIP message as values (RFC 3261 §7). Parsed lazily: what nobody asks for is never parsed.
 * Header names are matched without regard to case and in long or compact form.
 */

/** Parameters in wire order; names in lower case, values as written without quotes; `undefined` for a flag. */
export type Params = ReadonlyMap<string, string | undefined>;

export interface Via {
  /** `UDP`, `TCP`, `TLS`, `WS`, in upper case. */
  readonly transport: string;
  /** Host of sent-by as written, IPv6 without brackets. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly branch?: string | undefined;
  readonly params: Params;
}

/** `sip:`, `sips:` or any other URI. Parts are as written: escapes are neither decoded nor added. */
export interface SipUri {
  /** In lower case. For a scheme that is neither sip nor sips only `scheme` and `raw` say anything. */
  readonly scheme: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly params: Params;
  /** What follows `?`, as written. */
  readonly headers?: string | undefined;
  readonly raw: string;
}

/** From, To, Contact, Route, Record-Route, Refer-To. */
export interface NameAddr {
  /** Unquoted and unescaped; `undefined` when there is none. */
  readonly displayName?: string | undefined;
  readonly uri: SipUri;
  /** Parameters of the header field, not of the URI. */
  readonly params: Params;
}

export interface Field {
  /** Canonical long form: `Via`, `Call-ID`, `CSeq`, `WWW-Authenticate`. */
  readonly name: string;
  /** Unfolded and trimmed. */
  readonly value: string;
}

interface Head {
  /** Every header line in wire order. */
  readonly fields: readonly Field[];
  /** Values of all lines of that name, not split at commas. */
  lines(name: string): readonly string[];
  /** Value of the first line of that name. */
  first(name: string): string | undefined;
  /** Values of all lines of that name, split at the commas that separate list elements. */
  list(name: string): readonly string[];
  readonly vias: readonly Via[];
  readonly topVia: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
  /** `'*'` for `Contact: *`. Throws `ChannelError` `MALFORMED_SIP` when the header field is malformed. */
  readonly contacts: readonly NameAddr[] | '*';
  /** Bytes: a body need not be text. */
  readonly body: Buffer;
}

export interface SipRequest extends Head {
  readonly kind: 'request';
  /** As written; methods are case-sensitive. */
  readonly method: string;
  /** Request-URI as written. */
  readonly uri: string;
}

export interface SipResponse extends Head {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/**
 * What parsing yields. `answerable` is a request of which Via, From, To, Call-ID and CSeq are good enough to be copied
 * into a response with `status`; without it a bad message can only be dropped. ACK and responses are never answerable.
 */
export type Parsed =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly answerable?: { readonly status: 400 | 505; readonly request: SipRequest } | undefined;
    };
