import type { Body } from 'sip.js/lib/core/index.js';
import type { SessionDescription } from '../../media-description.ts';
import type { SipMessage } from '../message/message.ts';
import { parseSdp } from '../sdp/parse-sdp.codec.ts';
import { sessionPart } from './incoming-message.ts';

/** A session description as a body for sip.js, which throws for text that is no Unicode. */
export function sessionBody(sdp: string): Body {
  return { contentDisposition: 'session', contentType: 'application/sdp', content: sdp.toWellFormed() };
}

/** The description of the session in a message; `problem` is the status for a request whose description cannot be read. */
export function descriptionIn(sip: SipMessage): { description?: SessionDescription; problem?: number } {
  const part = sessionPart(sip);
  if (part === undefined) return {};
  try {
    return { description: parseSdp(part) };
  } catch {
    return { problem: 400 };
  }
}
