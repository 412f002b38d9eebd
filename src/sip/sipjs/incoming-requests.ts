import type { IncomingRequestMessage, SessionDelegate } from 'sip.js/lib/core/index.js';
import type { LegRequest } from '../../channel/signaling-port.ts';
import type { SipRequest } from '../message/message.ts';
import type { IncomingRequest } from './incoming-message.ts';

/**
 * Takes INFO and MESSAGE within a dialog, an early one too (RFC 6086 §4.2.2, RFC 3428 §7): answers 200 and hands them over. We ask for no
 * info packages, so an INFO of one is refused (RFC 6086 §4.2.2); INFO without is of the kind that RFC 2976 had.
 */
export function requestDelegate(onRequest: (request: LegRequest) => void): SessionDelegate {
  return {
    onInfo: (info) => {
      const request = sipOf(info.message);
      if (request.first('Info-Package') !== undefined) {
        info.reject({ statusCode: 469, reasonPhrase: 'Bad Info Package', extraHeaders: ['Recv-Info:'] });
        return;
      }
      info.accept();
      onRequest(legRequest('INFO', request));
    },
    onMessage: (message) => {
      message.accept();
      onRequest(legRequest('MESSAGE', sipOf(message.message)));
    },
  };
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
