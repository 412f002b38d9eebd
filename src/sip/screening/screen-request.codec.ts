import type { SipRequest } from '../message/message.ts';
import { followsRfc3261 } from '../reliability/transaction-key.codec.ts';
import { accepts, parseMediaType } from './media-type.codec.ts';
import type { Refusal, ScreeningRules } from './rules.ts';
import { findPart } from './session-part.codec.ts';

/** What screening must know of the rest of the user agent. */
export interface ScreeningContext {
  /** Is there a dialog with these identifiers? `localTag` is the request's To tag, `remoteTag` its From tag. */
  knowsDialog(callId: string, localTag: string, remoteTag: string): boolean;
  /** Is there an INVITE that this CANCEL cancels? */
  cancels(request: SipRequest): boolean;
  /** Has the same request come by another way already (RFC 3261 §8.2.2.2)? */
  merged(request: SipRequest): boolean;
}

/** Methods of the RFCs: what is none of these is not recognised (501), what is one but not served is not allowed (405). */
const METHODS = new Set(
  'INVITE ACK CANCEL BYE OPTIONS REGISTER INFO PRACK UPDATE SUBSCRIBE NOTIFY REFER MESSAGE PUBLISH'.split(' '),
);
/** Methods that only have a meaning inside a dialog. */
const NEEDS_DIALOG = new Set(['BYE', 'PRACK', 'UPDATE', 'INFO', 'NOTIFY']);
/** Methods whose body is an offer or an answer. */
const DESCRIBES_SESSION = new Set(['INVITE', 'UPDATE', 'PRACK']);
const URI_SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/**
 * The response with which a request is refused before the core sees it, or `undefined` when it may pass. In the order of
 * RFC 3261 §8.2: method, header fields, content. Never asked about ACK, which has no response.
 */
export function screenRequest(
  request: SipRequest,
  rules: ScreeningRules,
  context: ScreeningContext,
): Refusal | undefined {
  if (request.method === 'CANCEL') return context.cancels(request) ? undefined : refuse(481);
  return (
    screenMethod(request, rules) ??
    screenRequestUri(request, rules) ??
    screenDialog(request, rules, context) ??
    screenRequire(request, rules) ??
    screenReplaces(request) ??
    screenContact(request) ??
    screenBody(request, rules) ??
    screenAccept(request, rules)
  );
}

function refuse(status: number, fields: Record<string, string> = {}, reason?: string): Refusal {
  return { status, reason, fields: Object.entries(fields).map(([name, value]) => ({ name, value })) };
}

function screenMethod({ method }: SipRequest, { allowedMethods }: ScreeningRules): Refusal | undefined {
  if (allowedMethods.includes(method)) return undefined;
  return refuse(METHODS.has(method) ? 405 : 501, { Allow: allowedMethods.join(', ') });
}

function screenRequestUri(request: SipRequest, rules: ScreeningRules): Refusal | undefined {
  if (Buffer.byteLength(request.uri) > rules.maxUriBytes) return refuse(414);
  const scheme = URI_SCHEME.exec(request.uri)?.[1]?.toLowerCase();
  if (scheme === undefined || !rules.schemes.includes(scheme)) return refuse(416);
  // The destination of a request need not look at Max-Forwards (RFC 4475 §3.3.8). Only the answer to an INVITE may be to pass it on, and
  // when calls are passed on in a circle this is what ends it.
  const spent =
    request.method === 'INVITE' && request.toTag === undefined && Number(request.first('Max-Forwards') ?? 70) === 0;
  return spent ? refuse(483) : undefined;
}

function screenDialog(
  request: SipRequest,
  { allowedMethods }: ScreeningRules,
  context: ScreeningContext,
): Refusal | undefined {
  const { callId, fromTag, method, toTag } = request;
  if (toTag !== undefined) return context.knowsDialog(callId, toTag, fromTag ?? '') ? undefined : refuse(481);
  if (NEEDS_DIALOG.has(method)) return refuse(481);
  // A message to nobody's call has nobody to read it.
  if (method === 'MESSAGE') return refuse(405, { Allow: allowedMethods.filter((name) => name !== method).join(', ') });
  // Nor does anybody call for a stranger.
  if (method === 'REFER') return refuse(403);
  return context.merged(request) ? refuse(482, {}, 'Loop Detected (merged request)') : undefined;
}

function screenRequire(request: SipRequest, { supported }: ScreeningRules): Refusal | undefined {
  const known = new Set(supported.map((tag) => tag.toLowerCase()));
  const unsupported = request.list('Require').filter((tag) => tag !== '' && !known.has(tag.toLowerCase()));
  return unsupported.length > 0 ? refuse(420, { Unsupported: unsupported.join(', ') }) : undefined;
}

/** Only a new call takes the place of another one (RFC 3891 §3). */
function screenReplaces(request: SipRequest): Refusal | undefined {
  const isMisplaced = request.method !== 'INVITE' && request.first('Replaces') !== undefined;
  return isMisplaced ? refuse(400, {}, 'Bad Request (Replaces is for INVITE)') : undefined;
}

/**
 * An INVITE has exactly one Contact with a SIP or SIPS URI (RFC 3261 §8.1.1.8). It may be missing in a dialog, where the target is
 * known, and from a peer of RFC 2543, which had no such rule.
 */
function screenContact(request: SipRequest): Refusal | undefined {
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return undefined;
  if (request.lines('Contact').length === 0) {
    const optional = request.method !== 'INVITE' || request.toTag !== undefined || !followsRfc3261(request.topVia);
    return optional ? undefined : refuse(400, {}, 'Bad Request (Contact is missing)');
  }
  const contact = firstContact(request);
  const usable =
    contact !== undefined && (contact.scheme === 'sip' || contact.scheme === 'sips') && contact.host !== '';
  return usable ? undefined : refuse(400, {}, 'Bad Request (Contact is not a SIP URI)');
}

function firstContact(request: SipRequest): { scheme: string; host: string } | undefined {
  try {
    const { contacts } = request;
    return contacts === '*' || contacts.length !== 1 ? undefined : contacts[0]?.uri;
  } catch {
    return undefined;
  }
}

function screenBody(request: SipRequest, rules: ScreeningRules): Refusal | undefined {
  const { body, method } = request;
  if (body.length > rules.maxBodyBytes) return refuse(413);
  if (body.length === 0) return undefined;
  const contentType = request.first('Content-Type');
  if (contentType === undefined) return refuse(400, {}, 'Bad Request (Content-Type is missing)');
  if (parseMediaType(contentType) === undefined) return refuse(400, {}, 'Bad Request (Content-Type is malformed)');
  const encoding = request.first('Content-Encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') return refuse(415, { 'Accept-Encoding': 'identity' });
  if (!DESCRIBES_SESSION.has(method) || findPart(contentType, body, rules.acceptedTypes) !== undefined)
    return undefined;
  return isOptional(request) ? undefined : refuse(415, { Accept: rules.acceptedTypes.join(', ') });
}

/** RFC 3261 §20.11: a body that need not be understood. */
function isOptional(request: SipRequest): boolean {
  return /;\s*handling\s*=\s*optional\s*(?:;|$)/i.test(request.first('Content-Disposition') ?? '');
}

/** The answer to an INVITE has a session description: it is of no use when the caller takes none. */
function screenAccept(request: SipRequest, rules: ScreeningRules): Refusal | undefined {
  if (request.method !== 'INVITE' || request.lines('Accept').length === 0) return undefined;
  const accepted = request.list('Accept');
  const common = rules.acceptedTypes.some((type) => accepted.some((range) => accepts(range, type)));
  return common ? undefined : refuse(406, { Accept: rules.acceptedTypes.join(', ') });
}
