/**
 * Names of transactions (RFC 3261 §17.1.3 and §17.2.3): branch, sent-by and method of the request, where an ACK counts as INVITE.
 * A CANCEL is a transaction of its own; {@link inviteKey} names the one that it cancels.
 */
import type { SipRequest, SipResponse, Via } from '../message/message.ts';

const MAGIC_COOKIE = 'z9hG4bK';

/** Peers of RFC 3261 begin every branch with a cookie; those of RFC 2543 know no branch, or a weaker one (§8.1.1.7). */
export function followsRfc3261(via: Pick<Via, 'branch'>): boolean {
  return via.branch?.startsWith(MAGIC_COOKIE) ?? false;
}

/** The key of a transaction whose request is ours. `via` is the top Via of what we send. */
export function clientKey(via: Pick<Via, 'host' | 'port' | 'branch'>, method: string): string {
  return `${via.branch ?? ''}|${via.host.toLowerCase()}:${via.port ?? ''}|${method === 'ACK' ? 'INVITE' : method}`;
}

/** The key of the client transaction that a response answers. */
export function responseKey(response: SipResponse): string {
  return clientKey(response.topVia, response.cseq.method);
}

/** The key of the server transaction that a request starts, repeats or, as ACK, ends. */
export function requestKey(request: SipRequest): string {
  return keyFor(request, request.method === 'ACK' ? 'INVITE' : request.method);
}

/** The key of the INVITE that a CANCEL or an ACK is about. */
export function inviteKey(request: SipRequest): string {
  return keyFor(request, 'INVITE');
}

function keyFor(request: SipRequest, method: string): string {
  const via = request.topVia;
  if (followsRfc3261(via)) return clientKey(via, method);
  // RFC 2543 peers: §17.2.3 compares these instead. The To tag is left out for INVITE, whose ACK has one that it has not.
  const toTag = method === 'INVITE' ? '' : (request.toTag ?? '');
  const parts = [
    request.uri,
    request.callId,
    request.cseq.number,
    request.fromTag ?? '',
    toTag,
    via.host.toLowerCase(),
    via.port ?? '',
    via.branch ?? '',
  ];
  return `2543|${parts.join('|')}|${method}`;
}

/** The key of the INVITE that our CANCEL with the key `cancelKey` is about. */
export function cancelledKey(cancelKey: string): string {
  return `${cancelKey.slice(0, cancelKey.lastIndexOf('|') + 1)}INVITE`;
}
