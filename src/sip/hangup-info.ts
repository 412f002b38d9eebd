import type { Release } from '../channel/signaling-port.ts';
import type { HangupInfo } from '../errors.ts';
import type { SipMessage, SipRequest, SipResponse } from './message/message.ts';
import { formatReasons, parseReasons } from './reason-header.codec.ts';

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
  return { by: 'remote', status, reason, q850, text: text ?? `the far end answered ${status} ${reason}` };
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
