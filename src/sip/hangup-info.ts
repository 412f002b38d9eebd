import type { Release } from '../channel/signaling-port.ts';
import type { HangupInfo } from '../errors.ts';
import type { NameAddr, SipMessage, SipRequest, SipResponse } from './message/message.ts';
import { parseNameAddr } from './message/name-addr.codec.ts';
import { formatReasons, parseReasons } from './reason-header.codec.ts';
import { urisOf } from './redirection.state.ts';

/** The Q.850 cause and the text of a Reason header field (RFC 3326), as far as they are there. */
function reasonIn(sip: SipMessage): { q850?: number | undefined; text?: string | undefined } {
  const reasons = sip.lines('Reason').flatMap(parseReasons);
  const q850 = reasons.find(
    ({ protocol, cause = 0 }) => protocol.toUpperCase() === 'Q.850' && cause >= 1 && cause <= 127,
  )?.cause;
  return { q850, text: reasons.find(({ text }) => text !== undefined)?.text };
}

/** What a BYE or a CANCEL says about the end of the call. */
export function hangupByRequest(request: SipRequest): HangupInfo {
  const { q850, text } = reasonIn(request);
  return { by: 'remote', reason: text, q850, text: text ?? `the far end sent ${request.method}` };
}

/** What a final response above 299 says. */
export function hangupByResponse(response: SipResponse): HangupInfo {
  const { q850, text } = reasonIn(response);
  const { status, reason } = response;
  const contacts = contactsIn(response);
  const pointed = contacts.length > 0 && { contacts: urisOf(contacts) };
  return { by: 'remote', status, reason, q850, ...pointed, text: text ?? `the far end answered ${status} ${reason}` };
}

/** Where a 3xx points to; empty for any other response, and for Contacts that cannot be read. */
export function contactsIn(response: SipResponse): readonly NameAddr[] {
  if (response.status < 300 || response.status > 399) return [];
  return response.list('Contact').flatMap((contact) => parseNameAddr(contact) ?? []);
}

/**
 * The value of a Reason header field for what we send, if there is something to say.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a text that cannot be sent.
 */
export function reasonOf(release: Release): string | undefined {
  if (release.q850 === undefined) return undefined;
  return formatReasons([{ protocol: 'Q.850', cause: release.q850, text: release.text ?? release.reason }]);
}
