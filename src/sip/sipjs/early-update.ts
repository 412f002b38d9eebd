import type { UserAgentServer } from 'sip.js/lib/core/index.js';
import type { SipCore } from './core.ts';
import { type IncomingRequest, sessionPart } from './incoming-message.ts';

/** Answers an UPDATE to a call of ours that is not answered: our offer has no answer yet that counts, so none may cross it (RFC 3311 §5.2). */
export function answerEarlyUpdate(core: SipCore, server: UserAgentServer): void {
  const { sip } = server.message as IncomingRequest;
  if (sessionPart(sip) !== undefined) server.reject({ statusCode: 491 });
  else server.accept({ statusCode: 200, extraHeaders: [`Contact: ${core.contact}`] });
}
