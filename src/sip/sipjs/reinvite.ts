import type {
  IncomingResponseMessage,
  ReInviteUserAgentClient,
  SessionDialog,
  Transport,
} from 'sip.js/lib/core/index.js';
import type { SessionDescription } from '../../media-description.ts';
import type { SipUri } from '../message/message.ts';
import type { CallContext } from './call-context.ts';
import type { SipCore } from './core.ts';
import { credentialLines } from './credential-lines.ts';
import { isOvertaken } from './hooks.ts';
import { InviteHop } from './hops.ts';
import { contactOf, IncomingResponse } from './incoming-message.ts';
import { descriptionIn, sessionBody } from './session-body.ts';

/** The dialog that is changed. */
export interface ReinviteDialog {
  readonly dialog: SessionDialog;
  hop(): Transport;
  refreshTarget(uri: SipUri | undefined): void;
}

/** What has become of a re-INVITE. */
export type ReinviteOutcome =
  | { readonly type: 'answered'; readonly description: SessionDescription }
  /** A 2xx without a description that can be read. */
  | { readonly type: 'unusable' }
  | {
      readonly type: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly retryAfter?: string | undefined;
      /** A later request of the dialog was sent before this answer came, and may have come first. */
      readonly isOvertaken: boolean;
      /** False when nobody has answered, or nothing could be sent. */
      readonly isTheirs: boolean;
    };

/** One re-INVITE of ours on its way (RFC 3261 §14.1). Throws when the dialog cannot send one. */
export class Reinvite {
  readonly #core: SipCore;
  readonly #hop: InviteHop;
  readonly #client: ReInviteUserAgentClient | undefined;
  readonly #done: (outcome: ReinviteOutcome) => void;

  constructor(context: CallContext, session: ReinviteDialog, sdp: string, done: (outcome: ReinviteOutcome) => void) {
    const { core } = context;
    this.#done = done;
    const hop = new InviteHop(session.hop(), () => session.hop());
    this.#core = core;
    this.#hop = hop;
    const request = core.within(hop, () =>
      session.dialog.invite(
        {
          onAccept: ({ message, ack }) => {
            const response = message as IncomingResponse;
            // sip.js does not refresh the target by a 2xx to a re-INVITE (RFC 3261 §12.2.1.2).
            session.refreshTarget(contactOf(response.sip)?.uri);
            core.within(hop, () => ack({ extraHeaders: credentialLines(request.message) }));
            const { description } = descriptionIn(response.sip);
            done(description === undefined ? { type: 'unusable' } : { type: 'answered', description });
          },
          onReject: ({ message }) => this.#refused(message, isOvertaken(session.dialog, request)),
          onRedirect: ({ message }) => this.#refused(message, false),
        },
        { body: sessionBody(sdp), extraHeaders: [`Contact: ${core.contact}`] },
      ),
    );
    core.authenticate(request, context.credentials);
    this.#client = session.dialog.reinviteUserAgentClient;
  }

  /** The call is over. */
  end(): void {
    const { state } = this.#client?.transaction ?? {};
    if (state !== 'Calling' && state !== 'Proceeding') return;
    // An INVITE that got a provisional response could wait for ever; CANCEL puts an end to that (RFC 3261 §9.1).
    this.#core.within(this.#hop, () => this.#client?.cancel());
  }

  #refused(message: IncomingResponseMessage, isOvertaken: boolean): void {
    const status = message.statusCode ?? 500;
    const reason = message.reasonPhrase ?? '';
    const isTheirs = message instanceof IncomingResponse;
    const retryAfter = isTheirs ? message.sip.first('Retry-After') : undefined;
    this.#done({ type: 'refused', status, reason, retryAfter, isOvertaken, isTheirs });
  }
}
