/**
 * sip.js makes the text of a message before it is known how it will travel. It is given marks for what depends on that, and
 * here they are filled in. Some of the text comes from the far end (a display name may hold any character), so the marks are of a
 * kind that nobody can guess.
 */
import { randomBytes } from 'node:crypto';
import { clientKey } from '../reliability/transaction-key.codec.ts';
import { DEFAULT_RULES } from '../screening/rules.ts';
import { hostPort } from '../transport/address-family.codec.ts';
import { SIPJS_ALLOW } from './hooks.ts';

const UNGUESSABLE = randomBytes(8).toString('hex');
/** Stands for sent-by in Via. */
export const SENT_BY_MARK = `via.${UNGUESSABLE}.invalid`;
/** Stands for host, port and transport in Contact. */
export const CONTACT_MARK = `contact.${UNGUESSABLE}.invalid`;

/** Where the peer on the other side of a flow reaches us. */
export interface Reachable {
  /** Numeric or a name; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'UDP' | 'TCP';
}

/** What the program serves. */
export const ALLOWED_METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'INFO',
  'MESSAGE',
  'UPDATE',
  'REFER',
  'NOTIFY',
] as const;
/** Extensions: to take the place of a call (RFC 3891), and REFER of which nothing is to be heard (RFC 4488). */
export const SUPPORTED_OPTIONS = ['replaces', 'norefersub'] as const;
export const SUPPORTED = `Supported: ${SUPPORTED_OPTIONS.join(', ')}`;
/** Written instead of the list that sip.js has built in. */
export const ALLOW = `Allow: ${ALLOWED_METHODS.join(', ')}`;
/** For an INVITE: what may come in the response and in requests within the call (RFC 3261 §13.2.1). */
export const ACCEPT = `Accept: ${[...DEFAULT_RULES.acceptedTypes, ...DEFAULT_RULES.requestTypes].join(', ')}`;

export interface OutgoingRequest {
  /** Key of the transaction in the reliability layer. */
  readonly key: string;
  readonly method: string;
  readonly branch: string;
  readonly bytes: Buffer;
}

/** `host:port`, an IPv6 address in brackets. */
export function sentBy({ host, port }: Reachable): string {
  return hostPort({ address: host, port });
}

function contactAddress(reachable: Reachable): string {
  return reachable.transport === 'UDP'
    ? sentBy(reachable)
    : `${sentBy(reachable)};transport=${reachable.transport.toLowerCase()}`;
}

/** Method and branch of a request text of sip.js, before its marks are filled in. */
export function requestHead(text: string): { method: string; branch: string } {
  const mark = text.indexOf(SENT_BY_MARK);
  const start = mark + SENT_BY_MARK.length + ';branch='.length;
  const semicolon = text.indexOf(';', start);
  const lineEnd = text.indexOf('\r\n', start);
  const end = semicolon >= 0 && semicolon < lineEnd ? semicolon : lineEnd;
  return { method: text.slice(0, text.indexOf(' ')), branch: text.slice(start, end) };
}

export function finishRequest(text: string, reachable: Reachable): OutgoingRequest {
  const { method, branch } = requestHead(text);
  const mark = text.indexOf(SENT_BY_MARK);
  // The transport of the Via was guessed before the flow was known.
  const viaStart = text.lastIndexOf('SIP/2.0/', mark);
  let finished = `${text.slice(0, viaStart)}SIP/2.0/${reachable.transport} ${sentBy(reachable)}${text.slice(mark + SENT_BY_MARK.length)}`;
  finished = finished.replace('Supported: \r\n', '').replace(CONTACT_MARK, contactAddress(reachable));
  return {
    key: clientKey({ host: reachable.host, port: reachable.port, branch }, method),
    method,
    branch,
    bytes: Buffer.from(finished),
  };
}

export function finishResponse(
  text: string,
  reachable: Reachable,
): { readonly status: number; readonly bytes: Buffer } {
  const finished = text.replace(CONTACT_MARK, contactAddress(reachable)).replace(SIPJS_ALLOW, ALLOW);
  return { status: Number(text.slice(8, 11)), bytes: Buffer.from(finished) };
}
