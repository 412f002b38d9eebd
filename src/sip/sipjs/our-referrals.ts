import type { OutgoingReferRequest, IncomingResponse as SipResponse } from 'sip.js/lib/core/index.js';
import type { Referral } from '../../channel/signaling-port.ts';
import type { SipRequest } from '../message/message.ts';
import { isTerminated, parseEvent } from '../refer/event.codec.ts';
import { statusIn } from '../refer/sipfrag.codec.ts';
import type { SipCore } from './core.ts';
import { isOvertaken } from './hooks.ts';
import { IncomingResponse } from './incoming-message.ts';
import { SUPPORTED } from './outgoing.ts';
import type { RequestDialog } from './outgoing-requests.ts';

/** One REFER and the subscription that it has made. */
class Sent {
  readonly accepted = Promise.withResolvers<number>();
  readonly outcome = Promise.withResolvers<number | undefined>();
  client: OutgoingReferRequest | undefined;

  get id(): number | undefined {
    return this.client?.message.cseq;
  }

  end(status: number): void {
    this.accepted.resolve(status);
    this.outcome.resolve(undefined);
  }
}

/** REFERs of ours in one dialog (RFC 3515), each with what the far end says about it. */
export class OurReferrals {
  readonly #core: SipCore;
  readonly #session: RequestDialog;
  /** In the order of sending; those that the far end may still say something about. */
  readonly #open = new Set<Sent>();

  constructor(core: SipCore, session: RequestDialog) {
    this.#core = core;
    this.#session = session;
  }

  /** @param lines - header fields of the REFER. */
  send(lines: readonly string[]): Referral {
    const sent = new Sent();
    this.#transmit(sent, lines, (response) => {
      // It may be out of sequence for no other reason than that the network has lost it once: that is worth one more.
      const { client } = sent;
      const isLate = response.message.statusCode === 500 && client && isOvertaken(this.#session.dialog, client);
      if (isLate && this.#open.has(sent)) this.#again(sent, lines);
      else this.#refused(sent, response);
    });
    this.#open.add(sent);
    return { accepted: sent.accepted.promise, outcome: sent.outcome.promise };
  }

  #again(sent: Sent, lines: readonly string[]): void {
    this.#transmit(sent, lines, (response) => this.#refused(sent, response));
  }

  #transmit(sent: Sent, lines: readonly string[], refused: (response: SipResponse) => void): void {
    const { dialog, credentials } = this.#session;
    const extraHeaders = [...lines, `Contact: ${this.#core.contact}`, SUPPORTED];
    sent.client = this.#core.within(this.#session.hop(), () =>
      dialog.refer(
        { onAccept: (response) => this.#accepted(sent, response), onRedirect: refused, onReject: refused },
        { extraHeaders },
      ),
    );
    this.#core.authenticate(sent.client, credentials);
  }

  /** A NOTIFY about a REFER came and was answered. What fits to none is passed over. */
  notified(request: SipRequest): void {
    const sent = this.#about(parseEvent(request.first('Event') ?? '')?.id);
    if (sent === undefined) return;
    const status = statusIn(request.body.toString('latin1')) ?? 0;
    if (status >= 200) sent.outcome.resolve(status);
    if (!isTerminated(request.first('Subscription-State'))) return;
    this.#open.delete(sent);
    sent.outcome.resolve(undefined);
  }

  /** The call is over. */
  end(): void {
    for (const sent of this.#open) sent.end(487);
    this.#open.clear();
  }

  /** Many leave the number out while there is but one REFER (RFC 3515 §2.4.6). */
  #about(id: number | undefined): Sent | undefined {
    const [first, ...others] = this.#open;
    return id === undefined ? first : [first, ...others].find((sent) => sent?.id === id);
  }

  #accepted(sent: Sent, { message }: SipResponse): void {
    sent.accepted.resolve(message.statusCode ?? 202);
    // Without a subscription nothing will be said (RFC 4488 §4).
    if (message.getHeader('Refer-Sub')?.trim().toLowerCase().startsWith('false') !== true) return;
    this.#open.delete(sent);
    sent.outcome.resolve(undefined);
  }

  #refused(sent: Sent, { message }: SipResponse): void {
    const status = message.statusCode ?? 500;
    this.#open.delete(sent);
    sent.end(status);
    // Deviation: RFC 3261 §12.2.1.2 would end the call for 408 and for silence too, as with INFO; here only when the far end does not know it.
    if (status !== 481 || !(message instanceof IncomingResponse)) return;
    this.#session.lost({ by: 'remote', status, text: 'the far end answered REFER with 481' });
  }
}
