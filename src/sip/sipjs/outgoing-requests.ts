import type {
  Body,
  OutgoingRequestDelegate,
  SessionDialog,
  IncomingResponse as SipResponse,
  Transport,
} from 'sip.js/lib/core/index.js';
import type { LegRequest } from '../../channel/signaling-port.ts';
import { Hangup, type HangupInfo } from '../../errors.ts';
import { refuseLineBreaks } from '../message/quoted-string.codec.ts';
import { fieldLines } from '../request-fields.ts';
import type { SipCore } from './core.ts';
import type { CredentialsHook } from './hooks.ts';
import { IncomingResponse } from './incoming-message.ts';

/** The dialog that requests are sent in. */
export interface RequestDialog {
  readonly dialog: SessionDialog;
  readonly credentials: CredentialsHook | undefined;
  hop(): Transport;
  lost(info: HangupInfo): void;
}

/** INFO and MESSAGE of ours in one dialog (RFC 6086 §4.2.1, RFC 3428 §5). */
export class OutgoingRequests {
  readonly #core: SipCore;
  readonly #session: RequestDialog;
  /** Rejects those that have no final response. */
  readonly #pending = new Set<(error: Hangup) => void>();

  constructor(core: SipCore, session: RequestDialog) {
    this.#core = core;
    this.#session = session;
  }

  /** Resolves with the status of the final response; 408 when none came, 503 when the network took none. */
  send(request: LegRequest): Promise<number> {
    return new Promise((resolve, reject) => {
      const settled = ({ message }: SipResponse): void => {
        if (!this.#pending.delete(reject)) return;
        const status = message.statusCode ?? 500;
        resolve(status);
        // Deviation: RFC 3261 §12.2.1.2 would end the call for 408 and for silence too. Some peers pass over methods that they do not know.
        if (status !== 481 || !(message instanceof IncomingResponse)) return;
        this.#session.lost({ by: 'remote', status, text: `the far end answered ${request.method} with 481` });
      };
      this.#pending.add(reject);
      try {
        this.#transmit(request, { onAccept: settled, onRedirect: settled, onReject: settled });
      } catch (error) {
        this.#pending.delete(reject);
        throw error;
      }
    });
  }

  /** The call is over. Requests that are on their way cannot be called back; nobody waits for them any more. */
  end(info: HangupInfo): void {
    for (const reject of this.#pending) reject(new Hangup(info));
    this.#pending.clear();
  }

  #transmit({ method, headers, contentType, body }: LegRequest, delegate: OutgoingRequestDelegate): void {
    const { dialog, credentials } = this.#session;
    const options = { extraHeaders: fieldLines(headers), ...(body !== '' && { body: textBody(contentType, body) }) };
    const client = this.#core.within(this.#session.hop(), () =>
      method === 'INFO' ? dialog.info(delegate, options) : dialog.message(delegate, options),
    );
    this.#core.authenticate(client, credentials);
  }
}

/** sip.js throws for text that is no Unicode. */
function textBody(contentType = 'text/plain', text: string): Body {
  refuseLineBreaks(contentType, 'a content type');
  return { contentDisposition: 'render', contentType, content: text.toWellFormed() };
}
