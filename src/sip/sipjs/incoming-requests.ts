import type { IncomingRequestMessage, SessionDelegate } from 'sip.js/lib/core/index.js';
import type { Leg, LegRequest } from '../../channel/signaling-port.ts';
import type { SipRequest } from '../message/message.ts';
import type { IncomingRequest } from './incoming-message.ts';

/** The response to a request. */
interface Responder {
  accept(options?: { readonly statusCode: number }): unknown;
  reject(options: { readonly statusCode: number }): unknown;
}

/**
 * Takes INFO and MESSAGE within a dialog, an early one too (RFC 6086 §4.2.2, RFC 3428 §7): answers 200, or what the leg has to say, and hands
 * them over. We ask for no info packages, so an INFO of one is refused (RFC 6086 §4.2.2); INFO without is of the kind that RFC 2976 had.
 */
export function requestDelegate(onRequest: (request: LegRequest) => void, leg?: Pick<Leg, 'respond'>): SessionDelegate {
  const take = (responder: Responder, request: LegRequest): void => {
    const response = leg?.respond?.(request);
    if (response === undefined) responder.accept();
    else void answerWith(response, responder);
    onRequest(request);
  };
  return {
    onInfo: (info) => {
      const request = sipOf(info.message);
      if (request.first('Info-Package') !== undefined) {
        info.reject({ statusCode: 469, reasonPhrase: 'Bad Info Package', extraHeaders: ['Recv-Info:'] });
        return;
      }
      take(info, legRequest('INFO', request));
    },
    onMessage: (message) => take(message, legRequest('MESSAGE', sipOf(message.message))),
  };
}

async function answerWith(response: Promise<number>, responder: Responder): Promise<void> {
  const statusCode = await response;
  try {
    if (statusCode < 300) responder.accept({ statusCode });
    else responder.reject({ statusCode });
  } catch {
    // It came too late: nobody waits for it any more.
  }
}

function sipOf(message: IncomingRequestMessage): SipRequest {
  return (message as IncomingRequest).sip;
}

function legRequest(method: LegRequest['method'], request: SipRequest): LegRequest {
  return {
    method,
    contentType: request.first('Content-Type'),
    body: request.body.toString('utf8'),
    headers: request.fields,
  };
}
