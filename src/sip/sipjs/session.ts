import { type IncomingInviteRequest, InviteServerTransaction, type SessionDialog } from 'sip.js/lib/core/index.js';
import type { LegRequest, OfferReply } from '../../channel/signaling-port.ts';
import { ChannelError, Hangup, type HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { hangupByRequest } from '../hangup-info.ts';
import type { SipRequest, SipUri } from '../message/message.ts';
import { nextHop } from '../routing.ts';
import { formatSdp } from '../sdp/format-sdp.codec.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallContext } from './call-context.ts';
import { DialogCredentials } from './dialog-credentials.ts';
import { type CredentialsHook, dialogStateOf, privatesOf, stopSessionTimer } from './hooks.ts';
import { RequestHop } from './hops.ts';
import { type IncomingRequest, WrittenUri } from './incoming-message.ts';
import { requestDelegate } from './incoming-requests.ts';
import { OutgoingRequests } from './outgoing-requests.ts';
import { Reinvite } from './reinvite.ts';
import { descriptionIn, sessionBody } from './session-body.ts';

/** What a leg wants to know of its dialog. */
export interface SessionEvents {
  /** The ACK of the initial 200 came. */
  acknowledged(request: SipRequest): void;
  ackTimedOut(): void;
  bye(info: HangupInfo): void;
  lost(info: HangupInfo): void;
  offered(description: SessionDescription | undefined, reply: OfferReply): void;
  answered(description: SessionDescription): void;
  /** INFO or MESSAGE came and was answered. */
  requested(request: LegRequest): void;
}

interface Theirs {
  readonly refuse: (status: number) => void;
  /** The ACK came, or the call is over. */
  readonly settle: () => void;
  /** They asked for our offer, so their answer is in the ACK. */
  readonly late: boolean;
}

/** One dialog of a call with everything that can happen in it: BYE, re-INVITE, INFO, MESSAGE, both ways. */
export class Session {
  readonly dialog: SessionDialog;
  /** For all requests but INVITE. */
  readonly credentials: CredentialsHook | undefined;
  readonly #context: CallContext;
  readonly #events: SessionEvents;
  readonly #origin: Flow;
  readonly #pinned: boolean;
  /** The target as of the last request that was accepted; a refused re-INVITE changes nothing (RFC 3261 §14.2). */
  #target: WrittenUri;
  #hop: { readonly to: string; readonly hop: RequestHop } | undefined;
  /** A re-INVITE of the peer that is not settled: unanswered, or accepted and its ACK missing. */
  #theirs: Theirs | undefined;
  #ours: Reinvite | undefined;
  readonly #requests: OutgoingRequests;

  /**
   * @param origin - by which the dialog was made.
   * @param pinned - everything in the dialog goes by `origin`: a connection, or a peer whose own addresses lead nowhere.
   */
  constructor(context: CallContext, dialog: SessionDialog, origin: Flow, pinned: boolean, events: SessionEvents) {
    this.#context = context;
    this.dialog = dialog;
    this.credentials = context.credentials && new DialogCredentials(context.credentials, dialog);
    this.#requests = new OutgoingRequests(context.core, this);
    this.#origin = origin;
    this.#pinned = pinned || origin.reliable;
    this.#events = events;
    this.#target = dialogStateOf(dialog).remoteTarget as WrittenUri;
    dialog.delegate = {
      onAck: ({ message }) => this.#onAck((message as IncomingRequest).sip),
      // Without it sip.js would send BYE by itself, from a timer.
      onAckTimeout: () => this.#events.ackTimedOut(),
      onBye: (bye) => {
        bye.accept();
        this.#events.bye(hangupByRequest((bye.message as IncomingRequest).sip));
      },
      ...requestDelegate((request) => this.#events.requested(request)),
      onInvite: (invite) => this.#onReinvite(invite),
    };
  }

  /** The way to the next hop of this dialog. */
  hop(): RequestHop {
    if (this.#pinned && !this.#origin.closed) return this.#hopTo(undefined);
    const { routeSet, remoteTarget } = dialogStateOf(this.dialog);
    const next = nextHop(routeSet, (remoteTarget as WrittenUri).uri);
    // Where a URI leads that needs another scheme we cannot know; the way that the dialog was made by is the best guess.
    return this.#hopTo(next.scheme === 'sip' ? next : undefined);
  }

  /** The far end can be reached at `uri` from now on. */
  refreshTarget(uri: SipUri | undefined): void {
    if (uri !== undefined) this.#target = new WrittenUri(uri);
    dialogStateOf(this.dialog).remoteTarget = this.#target;
  }

  bye(extraHeaders: string[], done: () => void): void {
    const { core } = this.#context;
    const { id } = this.dialog;
    if (core.agent.dialogs.get(id) !== this.dialog) {
      done();
      return;
    }
    const finish = (): void => {
      core.leaving.delete(id);
      done();
    };
    core.within(this.hop(), () => {
      const client = this.dialog.bye({ onAccept: finish, onRedirect: finish, onReject: finish }, { extraHeaders });
      core.authenticate(client, this.credentials);
    });
    core.leaving.set(id, finish);
  }

  reinvite(offer: () => SessionDescription): Promise<SessionDescription> {
    if (this.#ours !== undefined || this.#theirs !== undefined) {
      return Promise.reject(
        new ChannelError('BUSY', 'another change of the session is under way; wait until it has settled'),
      );
    }
    const reinvite = new Reinvite(this.#context, this, formatSdp(offer()));
    this.#ours = reinvite;
    reinvite.result.then(
      () => this.#settleOurs(reinvite),
      () => this.#settleOurs(reinvite),
    );
    return reinvite.result;
  }

  /** Sends a request that changes nothing in the dialog; resolves with the status of its final response. */
  send(request: LegRequest): Promise<number> {
    return this.#requests.send(request);
  }

  /** The dialog is broken: the peer does not know it, or does not answer in it. */
  lost(info: HangupInfo): void {
    this.#events.lost(info);
  }

  /** The call is over: nothing of it may keep running. */
  end(info: HangupInfo): void {
    this.#ours?.end(new Hangup(info));
    this.#requests.end(info);
    this.#theirs?.settle();
    this.#theirs?.refuse(487);
    this.#theirs = undefined;
  }

  #settleOurs(reinvite: Reinvite): void {
    if (this.#ours === reinvite) this.#ours = undefined;
  }

  #hopTo(uri: SipUri | undefined): RequestHop {
    const to = uri?.raw ?? '';
    if (this.#hop !== undefined && this.#hop.to === to && this.#hop.hop.usable) return this.#hop.hop;
    const { hops, router } = this.#context;
    const hop = new RequestHop(hops, this.#origin.transport, uri === undefined ? this.#origin : router.flowTo(uri));
    this.#hop = { to, hop };
    return hop;
  }

  #onAck(request: SipRequest): void {
    const theirs = this.#theirs;
    if (theirs === undefined) {
      this.#events.acknowledged(request);
      return;
    }
    this.#theirs = undefined;
    theirs.settle();
    if (!theirs.late) return;
    const answer = descriptionIn(request);
    if (answer.description !== undefined) this.#events.answered(answer.description);
    else this.lost({ by: 'network', text: 'the ACK of a re-INVITE held no usable answer to our offer' });
  }

  #onReinvite(invite: IncomingInviteRequest): void {
    const { core, logger } = this.#context;
    const request = (invite.message as IncomingRequest).sip;
    const server = this.dialog.reinviteUserAgentServer;
    const transaction = server?.transaction;
    if (!(transaction instanceof InviteServerTransaction)) return;
    const way = transaction.transport;
    let open = true;
    let repeating: Disposable | undefined;
    const refuse = (statusCode: number): void => {
      if (!open) return;
      open = false;
      this.#theirs = undefined;
      this.refreshTarget(undefined);
      core.within(way, () => invite.reject({ statusCode: statusCode >= 400 && statusCode <= 699 ? statusCode : 488 }));
    };
    const { description, problem } = descriptionIn(request);
    if (problem !== undefined) {
      refuse(problem);
      return;
    }
    const accept = (answer: SessionDescription): void => {
      if (!open) return;
      open = false;
      this.#target = dialogStateOf(this.dialog).remoteTarget as WrittenUri;
      const body = sessionBody(formatSdp(answer));
      core.within(way, () => invite.accept({ statusCode: 200, body, extraHeaders: [`Contact: ${core.contact}`] }));
      stopSessionTimer(this.dialog);
      repeating = core.repeater.repeat(transaction);
    };
    const settle = (): void => {
      repeating?.[Symbol.dispose]();
      // Timer L would keep the transaction for another half minute; the reliability layer absorbs what it would.
      privatesOf(transaction).timerL();
    };
    this.#theirs = { refuse, settle, late: description === undefined };
    invite.delegate = { onCancel: () => refuse(487) };
    transaction.addStateChangeListener(() => {
      if (transaction.state !== 'Terminated' || repeating === undefined) return;
      repeating[Symbol.dispose]();
      if (this.#theirs?.refuse !== refuse) return;
      this.lost({ by: 'network', text: 'the 200 to a re-INVITE was never acknowledged' });
    });
    try {
      this.#events.offered(description, { accept, refuse });
    } catch (error) {
      logger.error('an offer could not be handed over', { error });
      refuse(500);
    }
  }
}
