import {
  type AckableIncomingResponseWithSession,
  type IncomingResponseMessage,
  type InviteUserAgentClient,
  type OutgoingRequestMessage,
  type PrackableIncomingResponseWithSession,
  SessionDialog,
} from 'sip.js/lib/core/index.js';
import type { HeaderField, InviteInfo } from '../../channel/signaling-port.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { contactsIn, hangupByResponse, reasonOf } from '../hangup-info.ts';
import { LegBase, type LegMessage } from '../leg.ts';
import type { SipUri } from '../message/message.ts';
import { type Redirection, type RedirectionInput, stepRedirection } from '../redirection.state.ts';
import { releaseLines } from '../request-fields.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallContext } from './call-context.ts';
import { credentialLines } from './credential-lines.ts';
import { answerEarlyUpdate } from './early-update.ts';
import { terminate } from './hooks.ts';
import { InviteHop, RequestHop } from './hops.ts';
import { contactOf, IncomingResponse } from './incoming-message.ts';
import { requestDelegate } from './incoming-requests.ts';
import { Session } from './session.ts';
import { descriptionIn } from './session-body.ts';

/** Where a call may be sent by a 3xx. */
export interface Elsewhere {
  readonly state: Redirection;
  /** The INVITE of the same call to somebody else, and the way there. */
  readonly inviteTo: (
    target: SipUri,
    cseq: number,
  ) => Promise<{ readonly flow: Flow; readonly message: OutgoingRequestMessage }>;
}

const TO_TAG = /^To: .*;tag=([^;\r\n]+)/mu;

/** A call that we make. */
export class OutboundCall extends LegBase {
  readonly direction = 'outbound';
  readonly invite: InviteInfo;
  readonly localAddress: string;
  answerHeaders: readonly HeaderField[] | undefined;
  readonly #context: CallContext;
  #flow: Flow;
  #hop: InviteHop;
  readonly #elsewhere: Elsewhere;
  #redirection: Redirection;
  #client: InviteUserAgentClient | undefined;
  /** Of the last INVITE. */
  #cseq = 0;
  /** By the tag of the far end: more than one when the INVITE was forked and several answered. */
  readonly #sessions = new Map<string, Session>();
  protected session: Session | undefined;
  #response: IncomingResponse | undefined;
  #success: AckableIncomingResponseWithSession | undefined;
  #described = false;

  constructor(context: CallContext, invite: InviteInfo, flow: Flow, elsewhere: Elsewhere) {
    super('calling', context.logger, context.onEnd);
    this.#context = context;
    this.invite = invite;
    this.#flow = flow;
    this.localAddress = context.localAddress(flow);
    this.#hop = this.#hopBy(flow);
    this.#elsewhere = elsewhere;
    this.#redirection = elsewhere.state;
  }

  /** Sends the INVITE; rejects with `UNREACHABLE` when it cannot be sent. */
  async start(message: OutgoingRequestMessage): Promise<void> {
    this.#send(message);
    await this.#hop.firstSent;
  }

  #hopBy(flow: Flow): InviteHop {
    const first = new RequestHop(this.#context.hops, flow.transport, flow);
    return new InviteHop(first, (ack) => this.#sessions.get(TO_TAG.exec(ack)?.[1] ?? '')?.hop() ?? first);
  }

  #send(message: OutgoingRequestMessage): void {
    const { core } = this.#context;
    const client = core.within(this.#hop, () =>
      core.agent.invite(message, {
        onTrying: () => this.input({ type: 'provisional' }),
        onProgress: (progress) => this.#progressed(progress),
        onAccept: (success) => this.#succeeded(success),
        onRedirect: ({ message: response }) => this.#failed(response),
        onReject: ({ message: response }) => this.#failed(response),
      }),
    ) as InviteUserAgentClient;
    this.#client = client;
    core.authenticate(client, this.#context.credentials);
    core.observe(client, {
      beforeResponse: (response) => this.#beforeResponse(response),
      afterTimeout: () => this.input({ type: 'cancel-timeout' }),
    });
  }

  ring(): void {
    throw new ChannelError('INVALID_STATE', 'only an inbound call can be rung');
  }

  answer(): Promise<SessionDescription | undefined> {
    return Promise.reject(new ChannelError('INVALID_STATE', 'only an inbound call can be answered'));
  }

  protected apply(effect: LegMessage): void {
    switch (effect.type) {
      case 'report-progress':
        this.#reportProgress();
        break;
      case 'acknowledge':
        this.#acknowledge();
        break;
      case 'acknowledge-and-bye':
        this.#acknowledgeAndBye();
        break;
      case 'cancel': {
        const { core } = this.#context;
        const reason = reasonOf(this.released);
        core.within(this.#hop, () => this.#client?.cancel(reason));
        break;
      }
      case 'send-200':
      case 'refuse':
      case 'terminate-invite':
      case 'established':
        break;
    }
  }

  protected settle(info: HangupInfo): void {
    for (const session of this.#sessions.values()) session.end(info);
  }

  /** Responses without To tag come from RFC 2543 peers; sip.js drops them and would wait for ever. */
  #beforeResponse(response: IncomingResponse): boolean {
    const { status, toTag } = response.sip;
    if (toTag !== undefined || status <= 100 || status >= 300) return false;
    if (status < 200) {
      this.#response = response;
      this.input({ type: 'provisional' });
      return false;
    }
    this.input({
      type: 'failure',
      info: { by: 'network', status, text: 'the far end answered without a tag, which makes no dialog' },
    });
    if (this.#client !== undefined) terminate(this.#client.transaction);
    return true;
  }

  #progressed({ message, session: early }: PrackableIncomingResponseWithSession): void {
    this.#response = message as IncomingResponse;
    // Requests may come in an early dialog (RFC 6086 §4.1): from any branch of a forked call until one of them has answered.
    early.delegate = requestDelegate((request) => {
      if (this.session === undefined) this.emit({ type: 'request', request });
    });
    this.#context.core.owners.set(early as SessionDialog, {
      leg: this,
      updated: (server) => answerEarlyUpdate(this.#context.core, server),
    });
    this.input({ type: 'provisional' });
  }

  #reportProgress(): void {
    const response = this.#response;
    this.#response = undefined;
    if (response === undefined) return;
    const { description } = descriptionIn(response.sip);
    this.#described ||= description !== undefined;
    this.emit({ type: 'progress', status: response.sip.status, description });
  }

  #succeeded(success: AckableIncomingResponseWithSession): void {
    const response = success.message as IncomingResponse;
    const { session: dialog } = success;
    if (!(dialog instanceof SessionDialog)) return;
    const session: Session = new Session(this.#context, this, dialog, this.#flow, false, {
      acknowledged: () => undefined,
      ackTimedOut: () => undefined,
      bye: (info) => this.#ofCurrent(session, () => this.input({ type: 'bye', info })),
      lost: (info) => this.#ofCurrent(session, () => this.input({ type: 'lost', info })),
      offered: (description, reply) =>
        this.session === session ? this.emit({ type: 'offer', description, reply }) : reply.refuse(488),
      answered: (description) => this.#ofCurrent(session, () => this.emit({ type: 'answer', description })),
      requested: (request) => this.#ofCurrent(session, () => this.emit({ type: 'request', request })),
      referred: (request, reply) =>
        this.session === session ? this.emit({ type: 'refer', request, reply }) : reply.refuse(481),
    });
    // sip.js keeps the target of the 180 (RFC 3261 §13.2.2.4 wants that of the 2xx).
    session.refreshTarget(contactOf(response.sip)?.uri);
    this.#sessions.set(response.toTag, session);
    this.#success = success;
    this.input({ type: 'success' });
    this.#success = undefined;
  }

  #ofCurrent(session: Session, run: () => void): void {
    if (this.session === session) run();
  }

  #acknowledge(): void {
    const success = this.#success;
    if (success === undefined) return;
    const response = success.message as IncomingResponse;
    this.session = this.#sessions.get(response.toTag);
    this.#sendAck(success);
    const { description, problem } = descriptionIn(response.sip);
    if (problem !== undefined || (description === undefined && !this.#described)) {
      const text = 'the far end answered without a usable session description';
      this.input({ type: 'lost', info: { by: 'network', status: 488, text } });
      return;
    }
    this.answerHeaders = response.sip.fields;
    this.emit({ type: 'answered', description });
  }

  #acknowledgeAndBye(): void {
    const success = this.#success;
    if (success === undefined) return;
    const tag = (success.message as IncomingResponse).toTag;
    this.#sendAck(success);
    this.#sessions.get(tag)?.bye(releaseLines(this.released), () => undefined);
  }

  #sendAck(success: AckableIncomingResponseWithSession): void {
    const extraHeaders = this.#client === undefined ? [] : credentialLines(this.#client.message);
    this.#context.core.within(this.#hop, () => success.ack({ extraHeaders }));
  }

  #failed(message: IncomingResponseMessage): void {
    if (message instanceof IncomingResponse) {
      const { sip } = message;
      this.#goOn({ type: 'response', status: sip.status, contacts: contactsIn(sip) }, hangupByResponse(sip));
      return;
    }
    // Made by sip.js itself: nobody answered, or nothing could be sent.
    const { statusCode: status, reasonPhrase: reason } = message;
    const text = status === 408 ? 'nobody answered the INVITE' : 'the INVITE could not be sent';
    this.#goOn({ type: 'unreachable' }, { by: 'network', status, reason, text });
  }

  /** Calls the next of those that a 3xx has named, or ends the call as `info` says. */
  #goOn(input: RedirectionInput, info: HangupInfo): void {
    this.#cseq = this.#client?.message.cseq ?? this.#cseq;
    const { state, next } =
      this.hangup === undefined ? stepRedirection(this.#redirection, input) : { state: this.#redirection };
    this.#redirection = state;
    if (next === undefined) {
      this.input({ type: 'failure', info: { ...info, ...(state.contacts && { contacts: state.contacts }) } });
      return;
    }
    this.#client = undefined;
    this.#described = false;
    this.emit({ type: 'redirected', to: next.raw });
    void this.#callElsewhere(next, info);
  }

  async #callElsewhere(next: SipUri, info: HangupInfo): Promise<void> {
    try {
      const { flow, message } = await this.#elsewhere.inviteTo(next, this.#cseq + 1);
      if (this.hangup !== undefined) return;
      this.#flow = flow;
      this.#hop = this.#hopBy(flow);
      this.#send(message);
    } catch (error) {
      this.logger.debug('a call could not be redirected', { to: next.raw, callId: this.invite.callId, error });
      if (this.hangup === undefined) this.#goOn({ type: 'unreachable' }, info);
    }
  }
}
