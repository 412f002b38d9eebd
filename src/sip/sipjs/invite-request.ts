import type { OutgoingRequestMessage } from 'sip.js/lib/core/index.js';
import type { DialRequest, HeaderField, InviteInfo } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import type { SipUri } from '../message/message.ts';
import { quote } from '../message/quoted-string.codec.ts';
import { parseUri } from '../message/uri.codec.ts';
import { formatReplaces } from '../refer/replaces.codec.ts';
import { referredByLine } from '../refer/write-refer.codec.ts';
import { fieldLines } from '../request-fields.ts';
import type { SipCore } from './core.ts';
import { WrittenUri } from './incoming-message.ts';
import { ACCEPT, ALLOW, SUPPORTED } from './outgoing.ts';
import { sessionBody } from './session-body.ts';

/** A dial request that was found sound, before anything was done for it. */
export interface CheckedDial {
  readonly to: SipUri;
  readonly from: SipUri | undefined;
  readonly displayName: string | undefined;
  readonly fields: readonly string[];
  readonly maxRedirects: number;
  readonly maxForwards: number | undefined;
}

/** Header fields that say how a call came about; the program gives them as values of their own. */
const WRITTEN = ['Replaces', 'Referred-By'];

/** @throws ChannelError `INVALID_ARGUMENT` */
export function checkDial(request: DialRequest): CheckedDial {
  const to = parseUri(request.to);
  if (to === undefined || (to.scheme !== 'sip' && to.scheme !== 'sips')) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(request.to)} is not a sip: URI; write it like sip:user@host`,
    );
  }
  const from = request.from === undefined || request.from === '' ? undefined : parseUri(request.from);
  if (request.from !== undefined && request.from !== '' && from === undefined) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(request.from)} is not a URI to call from; write it like sip:user@host`,
    );
  }
  if (request.fromDisplayName !== undefined) quote(request.fromDisplayName);
  const { maxForwards, maxRedirects = 0 } = request;
  if (!Number.isInteger(maxRedirects) || maxRedirects < 0)
    throw new ChannelError('INVALID_ARGUMENT', `maxRedirects must be a whole number of 0 or more, not ${maxRedirects}`);
  return { to, from, displayName: request.fromDisplayName, fields: fieldsOf(request), maxForwards, maxRedirects };
}

function fieldsOf({ replaces, referredBy, headers }: DialRequest): string[] {
  const given = fieldLines(
    headers,
    WRITTEN.filter((name) => (name === 'Replaces' ? replaces : referredBy) !== undefined),
  );
  if (referredBy !== undefined) given.unshift(referredByLine(referredBy));
  if (replaces !== undefined) given.unshift(`Replaces: ${formatReplaces(replaces)}`, 'Require: replaces');
  return given;
}

/** What an INVITE says besides what was dialled. */
export interface InviteParts {
  readonly dial: CheckedDial;
  /** URI of ours, for want of another. */
  readonly own: string;
  readonly displayName: string | undefined;
  readonly proxy: SipUri | undefined;
  readonly callId: string;
  readonly fromTag: string;
  readonly sdp: string;
  /** Where a 3xx has sent it; who was dialled when left out. */
  readonly target?: SipUri | undefined;
  readonly cseq?: number | undefined;
}

type Said = Pick<InviteInfo, 'requestUri' | 'from' | 'fromDisplayName' | 'to' | 'callId'>;

/** The INVITE for sip.js, what it says, and its header fields that the program may ask for. */
export function inviteRequest(
  core: SipCore,
  parts: InviteParts,
): { message: OutgoingRequestMessage; said: Said; fields: HeaderField[] } {
  const { dial, own, proxy, callId, fromTag, sdp, cseq = 1 } = parts;
  const from = dial.from ?? parseUri(own);
  if (from === undefined) throw new ChannelError('INVALID_ARGUMENT', `${own} is no URI; check user and publicAddress`);
  const to = new WrittenUri(dial.to);
  const displayName = dial.displayName ?? parts.displayName;
  const options = {
    callId,
    fromTag,
    cseq,
    // sip.js puts it between quotes as it is.
    fromDisplayName: displayName === undefined ? '' : quote(displayName).slice(1, -1),
    routeSet: proxy === undefined ? [] : [`<${proxy.params.has('lr') ? proxy.raw : `${proxy.raw};lr`}>`],
  };
  const lines = [`Contact: ${core.contact}`, ALLOW, ACCEPT, SUPPORTED, ...dial.fields];
  const message = core.agent.makeOutgoingRequestMessage(
    'INVITE',
    parts.target === undefined ? to : new WrittenUri(parts.target),
    new WrittenUri(from),
    to,
    options,
    lines,
    sessionBody(sdp),
  );
  if (dial.maxForwards !== undefined) message.setHeader('Max-Forwards', `${dial.maxForwards}`);
  const said = { requestUri: to.toRaw(), from: from.raw, fromDisplayName: displayName, to: dial.to.raw, callId };
  const shown = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'].map((name) => ({
    name,
    value: message.getHeader(name) ?? '',
  }));
  const fields = dial.fields.map((line) => ({
    name: line.slice(0, line.indexOf(':')),
    value: line.slice(line.indexOf(':') + 2),
  }));
  return { message, said, fields: [...shown, ...fields] };
}
