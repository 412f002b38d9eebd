import { ChannelError } from '../../errors.ts';
import { firstValue, valuesOf } from './fields.codec.ts';
import { splitList } from './list.codec.ts';
import type { MandatoryFields } from './mandatory-fields.codec.ts';
import type { Field, NameAddr, SipRequest, SipResponse, Via } from './message.ts';
import { parseContacts } from './name-addr.codec.ts';
import { detached } from './token.codec.ts';

/** What every accepted message was checked for; the rest is read from `fields` when asked for. */
export interface Checked extends Pick<MandatoryFields, 'vias' | 'topVia' | 'from' | 'to' | 'callId' | 'cseq'> {
  readonly fields: readonly Field[];
  readonly body: Buffer;
}

/** The part that requests and responses have in common. */
class HeadView {
  readonly fields: readonly Field[];
  readonly vias: readonly Via[];
  readonly topVia: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
  readonly body: Buffer;
  #contacts: readonly NameAddr[] | '*' | undefined;

  constructor(checked: Checked) {
    this.fields = checked.fields;
    this.vias = checked.vias;
    this.topVia = checked.topVia;
    this.from = checked.from;
    this.to = checked.to;
    this.fromTag = tagOf(checked.from);
    this.toTag = tagOf(checked.to);
    this.callId = detached(checked.callId);
    this.cseq = checked.cseq;
    this.body = checked.body;
  }

  lines(name: string): readonly string[] {
    return valuesOf(this.fields, name);
  }

  first(name: string): string | undefined {
    return firstValue(this.fields, name);
  }

  list(name: string): readonly string[] {
    return this.lines(name).flatMap(splitList);
  }

  get contacts(): readonly NameAddr[] | '*' {
    this.#contacts ??= parseContacts(this.lines('Contact'));
    if (this.#contacts === undefined) {
      throw new ChannelError('MALFORMED_SIP', 'the Contact header field is malformed; answer 400 or drop the message');
    }
    return this.#contacts;
  }
}

/** A tag outlives its message in a dialog, so it is copied out of the header block. */
function tagOf(address: NameAddr): string | undefined {
  const tag = address.params.get('tag');
  return tag === undefined ? undefined : detached(tag);
}

/** @internal Made by `parseMessage` only. */
export class RequestView extends HeadView implements SipRequest {
  readonly kind = 'request';
  readonly method: string;
  readonly uri: string;

  constructor(method: string, uri: string, checked: Checked) {
    super(checked);
    this.method = method;
    this.uri = uri;
  }
}

/** @internal Made by `parseMessage` only. */
export class ResponseView extends HeadView implements SipResponse {
  readonly kind = 'response';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, checked: Checked) {
    super(checked);
    this.status = status;
    this.reason = reason;
  }
}
