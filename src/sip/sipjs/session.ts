import type { IncomingNotifyRequest, SessionDialog, UserAgentServer } from 'sip.js/lib/core/index.js';
import type { LegRequest, OfferReply, ReferReply, Referral, ReferredTo } from '../../channel/signaling-port.ts';
import type { HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { hangupByRequest } from '../hangup-info.ts';
import type { LegBase } from '../leg.ts';
import type { SipRequest, SipUri } from '../message/message.ts';
import { parseEvent } from '../refer/event.codec.ts';
import type { FarEnd } from '../refer/write-refer.codec.ts';
import { nextHop } from '../routing.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallContext } from './call-context.ts';
import { DialogCredentials } from './dialog-credentials.ts';
import type { DialogOwner } from './dialog-owner.ts';
import { type CredentialsHook, dialogStateOf } from './hooks.ts';
import { RequestHop } from './hops.ts';
import { type IncomingRequest, WrittenUri } from './incoming-message.ts';
import { requestDelegate } from './incoming-requests.ts';
import { OurOffers } from './our-offers.ts';
import { OurReferrals } from './our-referrals.ts';
import { OutgoingRequests } from './outgoing-requests.ts';
import { TheirOffers } from './their-offers.ts';
import { TheirReferrals } from './their-referrals.ts';

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
  /** REFER came. */
  referred(request: ReferredTo, reply: ReferReply): void;
}

/** One dialog of a call with everything that can happen in it: BYE, re-INVITE, UPDATE, INFO, MESSAGE, REFER, NOTIFY. */
export class Session implements DialogOwner {
  readonly leg: LegBase;
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
  #isOver = false;
  readonly #theirs: TheirOffers;
  readonly #ours: OurOffers;
  readonly #requests: OutgoingRequests;
  readonly #ourReferrals: OurReferrals;
  readonly #theirReferrals: TheirReferrals;

  /**
   * @param origin - by which the dialog was made.
   * @param pinned - everything in the dialog goes by `origin`: a connection, or a peer whose own addresses lead nowhere.
   */
  constructor(
    context: CallContext,
    leg: LegBase,
    dialog: SessionDialog,
    origin: Flow,
    pinned: boolean,
    events: SessionEvents,
  ) {
    this.leg = leg;
    this.#context = context;
    this.dialog = dialog;
    this.credentials = context.credentials && new DialogCredentials(context.credentials, dialog);
    this.#requests = new OutgoingRequests(context.core, this);
    this.#ours = new OurOffers(context, this);
    this.#theirs = new TheirOffers(context, this);
    this.#ourReferrals = new OurReferrals(context.core, this);
    this.#theirReferrals = new TheirReferrals(context, this, (request, reply) => {
      if (this.#isOver) reply.refuse(487);
      else events.referred(request, reply);
    });
    this.#origin = origin;
    this.#pinned = pinned || origin.reliable;
    this.#events = events;
    this.#target = dialogStateOf(dialog).remoteTarget as WrittenUri;
    dialog.delegate = {
      onAck: ({ message }) => {
        const { sip } = message as IncomingRequest;
        if (!this.#theirs.acknowledged(sip)) this.#events.acknowledged(sip);
      },
      // Without it sip.js would send BYE by itself, from a timer.
      onAckTimeout: () => this.#events.ackTimedOut(),
      onBye: (bye) => {
        bye.accept();
        this.#events.bye(hangupByRequest((bye.message as IncomingRequest).sip));
      },
      ...requestDelegate((request) => this.#events.requested(request), leg),
      onInvite: (invite) => this.#theirs.invited(invite),
      onNotify: (notify) => this.#onNotify(notify),
      onRefer: (refer) => this.#theirReferrals.received(refer),
    };
    context.core.owners.set(dialog, this);
  }

  get ownsCallId(): boolean {
    return this.leg.direction === 'outbound';
  }

  get isAsked(): boolean {
    return this.#theirs.isOpen;
  }

  /** The far end as somebody else finds it who is to call it in the place of this side (RFC 3891 §3: the tags as it sees them). */
  get farEnd(): FarEnd {
    const { callId, localTag, remoteTag, remoteTarget } = this.dialog;
    return {
      uri: remoteTarget.toRaw(),
      replaces: { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false },
    };
  }

  get id(): string {
    return this.dialog.id;
  }

  /** URI of this side as the dialog has it. */
  get ownUri(): string {
    return this.dialog.localURI.toRaw();
  }

  updated(server: UserAgentServer): void {
    this.#theirs.updated(server);
  }

  offered(description: SessionDescription | undefined, reply: OfferReply): void {
    if (this.#isOver) reply.refuse(487);
    else this.#events.offered(description, reply);
  }

  answered(description: SessionDescription): void {
    this.#events.answered(description);
  }

  settled(): void {
    // After the message in hand: it is not dealt with yet.
    queueMicrotask(() => this.#ours.proceed());
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
    if (!this.#isKnown) {
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
    return this.#ours.make(offer);
  }

  /** Sends a REFER with these header fields. */
  refer(lines: readonly string[]): Referral {
    return this.#ourReferrals.send(lines);
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
    this.#isOver = true;
    this.#ours.end(info);
    this.#requests.end(info);
    this.#ourReferrals.end();
    this.#theirReferrals.end(info.by === 'local' && this.#isKnown);
    this.#theirs.end();
  }

  /** sip.js still has the dialog. */
  get #isKnown(): boolean {
    return this.#context.core.agent.dialogs.get(this.dialog.id) === this.dialog;
  }

  #hopTo(uri: SipUri | undefined): RequestHop {
    const to = uri?.raw ?? '';
    if (this.#hop !== undefined && this.#hop.to === to && this.#hop.hop.usable) return this.#hop.hop;
    const { hops, router } = this.#context;
    const hop = new RequestHop(hops, this.#origin.transport, uri === undefined ? this.#origin : router.flowTo(uri));
    this.#hop = { to, hop };
    return hop;
  }

  #onNotify(notify: IncomingNotifyRequest): void {
    const { sip } = notify.message as IncomingRequest;
    if (parseEvent(sip.first('Event') ?? '')?.name !== 'refer') {
      notify.reject({ statusCode: 489, extraHeaders: ['Allow-Events: refer'] });
      return;
    }
    notify.accept();
    this.#ourReferrals.notified(sip);
  }
}
