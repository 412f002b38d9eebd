import type {
  IncomingResponseMessage,
  ReInviteUserAgentClient,
  SessionDialog,
  Transport,
} from 'sip.js/lib/core/index.js';
import { ChannelError, type Hangup, type HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import type { SipUri } from '../message/message.ts';
import type { CallContext } from './call-context.ts';
import type { SipCore } from './core.ts';
import { credentialLines } from './credential-lines.ts';
import { InviteHop } from './hops.ts';
import { contactOf, IncomingResponse } from './incoming-message.ts';
import { descriptionIn, sessionBody } from './session-body.ts';

/** The dialog that is changed. */
export interface ReinviteDialog {
  readonly dialog: SessionDialog;
  hop(): Transport;
  refreshTarget(uri: SipUri | undefined): void;
  lost(info: HangupInfo): void;
}

/** One re-INVITE of ours (RFC 3261 §14.1). */
export class Reinvite {
  readonly result: Promise<SessionDescription>;
  readonly #session: ReinviteDialog;
  readonly #core: SipCore;
  readonly #hop: InviteHop;
  readonly #client: ReInviteUserAgentClient | undefined;
  #resolve: (description: SessionDescription) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(context: CallContext, session: ReinviteDialog, sdp: string) {
    this.#session = session;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const hop = new InviteHop(session.hop(), () => session.hop());
    this.#core = context.core;
    this.#hop = hop;
    try {
      const request = context.core.within(hop, () =>
        session.dialog.invite(
          {
            onAccept: ({ message, ack }) => {
              const response = message as IncomingResponse;
              // sip.js does not refresh the target by a 2xx to a re-INVITE (RFC 3261 §12.2.1.2).
              session.refreshTarget(contactOf(response.sip)?.uri);
              context.core.within(hop, () => ack({ extraHeaders: credentialLines(request.message) }));
              this.#accepted(response);
            },
            onReject: ({ message }) => this.#refused(message),
            onRedirect: ({ message }) => this.#refused(message),
          },
          { body: sessionBody(sdp), extraHeaders: [`Contact: ${context.core.contact}`] },
        ),
      );
      context.core.authenticate(request, context.credentials);
      this.#client = session.dialog.reinviteUserAgentClient;
    } catch (error) {
      this.#reject(
        new ChannelError('BUSY', 'another change of the session is under way; wait until it has settled', {
          cause: error,
        }),
      );
    }
  }

  /** The call is over. */
  end(error: Hangup): void {
    this.#reject(error);
    const { state } = this.#client?.transaction ?? {};
    if (state !== 'Calling' && state !== 'Proceeding') return;
    // An INVITE that got a provisional response could wait for ever; CANCEL puts an end to that (RFC 3261 §9.1).
    this.#core.within(this.#hop, () => this.#client?.cancel());
  }

  #accepted(response: IncomingResponse): void {
    const { description } = descriptionIn(response.sip);
    if (description !== undefined) this.#resolve(description);
    else
      this.#reject(
        new ChannelError(
          'MALFORMED_SDP',
          'the far end accepted the offer without a usable answer; the session stays as it was',
        ),
      );
  }

  #refused(message: IncomingResponseMessage): void {
    const status = message.statusCode ?? 0;
    const reason = message.reasonPhrase ?? '';
    const glare = status === 491;
    const text = glare
      ? 'both sides offered at the same time (491); offer again after a moment'
      : `the far end refused the offer with ${status} ${reason}; the session stays as it was`;
    this.#reject(new ChannelError(glare ? 'BUSY' : 'INVALID_STATE', text));
    // RFC 3261 §12.2.1.2: without a dialog at the other side there is none at this one.
    if (status !== 408 && status !== 481) return;
    const by = message instanceof IncomingResponse ? 'remote' : 'network';
    this.#session.lost({ by, status, reason, text: `a re-INVITE was answered ${status} ${reason}` });
  }
}
