import {
  type IncomingInviteRequest,
  InviteServerTransaction,
  type SessionDialog,
  SignalingState,
  type UserAgentServer,
} from 'sip.js/lib/core/index.js';
import type { OfferReply } from '../../channel/signaling-port.ts';
import type { HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { overlapDelay } from '../glare.codec.ts';
import type { SipRequest, SipUri } from '../message/message.ts';
import { formatSdp } from '../sdp/format-sdp.codec.ts';
import type { CallContext } from './call-context.ts';
import { privatesOf, stopSessionTimer } from './hooks.ts';
import { contactOf, type IncomingRequest, sessionPart } from './incoming-message.ts';
import { descriptionIn, sessionBody } from './session-body.ts';

/** What offers of the far end need of their dialog. */
export interface AskedDialog {
  readonly dialog: SessionDialog;
  /** The far end is reached at `uri` from now on; without one where it was, whatever sip.js has noted meanwhile. */
  refreshTarget(uri: SipUri | undefined): void;
  offered(description: SessionDescription | undefined, reply: OfferReply): void;
  answered(description: SessionDescription): void;
  /** Nothing of the far end is open any more. */
  settled(): void;
  lost(info: HangupInfo): void;
}

interface Open {
  readonly refuse: (status: number) => void;
  /** The ACK came, or the call is over. */
  readonly settle: () => void;
  /** They asked for our offer, so their answer is in the ACK. */
  readonly isLate: boolean;
}

/** The far end's changes of one session, one at a time: re-INVITE (RFC 3261 §14.2) and UPDATE (RFC 3311 §5.2). */
export class TheirOffers {
  readonly #context: CallContext;
  readonly #session: AskedDialog;
  /** Unanswered, or accepted and its ACK missing. */
  #open: Open | undefined;

  constructor(context: CallContext, session: AskedDialog) {
    this.#context = context;
    this.#session = session;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** An ACK; false when it is not that of a re-INVITE. */
  acknowledged(request: SipRequest): boolean {
    const open = this.#open;
    if (open === undefined) return false;
    // First of all: what settles it would be taken for an ACK that never came.
    this.#open = undefined;
    open.settle();
    if (open.isLate) {
      const { description } = descriptionIn(request);
      if (description !== undefined) this.#session.answered(description);
      else this.#session.lost({ by: 'network', text: 'the ACK of a re-INVITE held no usable answer to our offer' });
    }
    this.#session.settled();
    return true;
  }

  invited(invite: IncomingInviteRequest): void {
    const { core } = this.#context;
    const { dialog } = this.#session;
    const target = contactOf((invite.message as IncomingRequest).sip)?.uri;
    const transaction = dialog.reinviteUserAgentServer?.transaction;
    if (!(transaction instanceof InviteServerTransaction)) return;
    const way = transaction.transport;
    if (this.#open !== undefined) {
      core.within(way, () => invite.reject({ statusCode: 500, extraHeaders: [this.#retryAfter()] }));
      return;
    }
    let repeating: Disposable | undefined;
    const open = this.#ask((invite.message as IncomingRequest).sip, {
      accept: (answer) => {
        this.#session.refreshTarget(target);
        const body = sessionBody(formatSdp(answer));
        core.within(way, () => invite.accept({ statusCode: 200, body, extraHeaders: [`Contact: ${core.contact}`] }));
        stopSessionTimer(dialog);
        repeating = core.repeater.repeat(transaction);
        return true;
      },
      refuse: (statusCode) => {
        this.#session.refreshTarget(undefined);
        core.within(way, () => invite.reject({ statusCode }));
      },
      settle: () => {
        repeating?.[Symbol.dispose]();
        // Timer L would keep the transaction for another half minute; the reliability layer absorbs what it would.
        privatesOf(transaction).timerL();
      },
    });
    invite.delegate = { onCancel: () => open.refuse(487) };
    transaction.addStateChangeListener(() => {
      if (transaction.state !== 'Terminated' || repeating === undefined) return;
      repeating[Symbol.dispose]();
      if (this.#open === open)
        this.#session.lost({ by: 'network', text: 'the 200 to a re-INVITE was never acknowledged' });
    });
  }

  /** An UPDATE needs no ACK, and must not come between an offer and its answer. */
  updated(server: UserAgentServer): void {
    const { core } = this.#context;
    const { sip } = server.message as IncomingRequest;
    const way = server.transaction.transport;
    const target = contactOf(sip)?.uri;
    const accept = (answer?: SessionDescription): boolean => {
      if (target !== undefined) this.#session.refreshTarget(target);
      const extraHeaders = [`Contact: ${core.contact}`];
      const body = answer && sessionBody(formatSdp(answer));
      core.within(way, () => server.accept({ statusCode: 200, extraHeaders, ...(body && { body }) }));
      return false;
    };
    const refuse = (statusCode: number, ...extraHeaders: string[]): void => {
      core.within(way, () => server.reject({ statusCode, extraHeaders }));
    };
    const { signalingState, early } = this.#session.dialog;
    if (sessionPart(sip) === undefined) accept();
    else if (this.#open !== undefined || early || signalingState === SignalingState.HaveRemoteOffer)
      refuse(500, this.#retryAfter());
    else if (signalingState === SignalingState.HaveLocalOffer) refuse(491);
    else this.#ask(sip, { accept, refuse, settle: () => undefined });
  }

  /** The call is over: nothing of it may keep running. */
  end(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.settle();
    open?.refuse(487);
  }

  #ask(
    request: SipRequest,
    messages: {
      /** True when the ACK of it is still to come. */
      readonly accept: (answer: SessionDescription) => boolean;
      readonly refuse: (status: number) => void;
      readonly settle: () => void;
    },
  ): Open {
    let isAnswered = false;
    const refuse = (status: number): void => {
      if (isAnswered) return;
      isAnswered = true;
      messages.refuse(status >= 400 && status <= 699 ? status : 488);
      this.#close(open);
    };
    const accept = (answer: SessionDescription): void => {
      if (isAnswered) return;
      isAnswered = true;
      if (!messages.accept(answer)) this.#close(open);
    };
    const { description, problem } = descriptionIn(request);
    const open: Open = { refuse, settle: messages.settle, isLate: description === undefined };
    this.#open = open;
    if (problem !== undefined) {
      refuse(problem);
      return open;
    }
    try {
      this.#session.offered(description, { accept, refuse });
    } catch (error) {
      this.#context.logger.error('an offer could not be handed over', { error });
      refuse(500);
    }
    return open;
  }

  #close(open: Open): void {
    if (this.#open !== open) return;
    this.#open = undefined;
    this.#session.settled();
  }

  #retryAfter(): string {
    return `Retry-After: ${overlapDelay(this.#context.random())}`;
  }
}
