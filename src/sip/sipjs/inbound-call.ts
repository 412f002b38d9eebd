import {
  InviteServerTransaction,
  type InviteUserAgentServer,
  SessionDialog,
  type Session as SipSession,
} from 'sip.js/lib/core/index.js';
import type { HeaderField, InviteInfo, Leg, Release } from '../../channel/signaling-port.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { hangupByRequest } from '../hangup-info.ts';
import { LegBase, type LegMessage } from '../leg.ts';
import type { SipRequest } from '../message/message.ts';
import { contactLines, fieldLines, releaseLines } from '../request-fields.ts';
import { formatSdp } from '../sdp/format-sdp.codec.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallContext } from './call-context.ts';
import { privatesOf, stopSessionTimer } from './hooks.ts';
import type { ResponseHop } from './hops.ts';
import { contactOf, type IncomingRequest } from './incoming-message.ts';
import { inboundInvite } from './invite-info.ts';
import { SUPPORTED } from './outgoing.ts';
import { Session } from './session.ts';
import { descriptionIn, sessionBody } from './session-body.ts';

/** RFC 3261 §13.3.1.1: a call that rings on must say so every minute, or proxies give it up. */
const RING_AGAIN = 60_000;

/** A call that the far end makes. */
export class InboundCall extends LegBase {
  readonly direction = 'inbound';
  readonly invite: InviteInfo;
  override readonly offer: SessionDescription | undefined;
  override readonly replaces: Leg | undefined;
  readonly localAddress: string;
  readonly #context: CallContext;
  readonly #server: InviteUserAgentServer;
  readonly #request: SipRequest;
  readonly #hop: ResponseHop;
  protected session: Session | undefined;
  #ringing: Disposable | undefined;
  #repeating: Disposable | undefined;
  #acceptance:
    | {
        readonly sdp: string;
        readonly fields: string[];
        readonly resolve: (answer: SessionDescription | undefined) => void;
      }
    | undefined;

  constructor(
    context: CallContext,
    server: InviteUserAgentServer,
    hop: ResponseHop,
    offer: SessionDescription | undefined,
    replaces: Leg | undefined,
  ) {
    super('incoming', context.logger, context.onEnd);
    this.#context = context;
    this.#server = server;
    this.#request = (server.message as IncomingRequest).sip;
    this.#hop = hop;
    this.offer = offer;
    this.replaces = replaces;
    this.invite = inboundInvite(this.#request, hop.flow);
    this.localAddress = context.localAddress(hop.flow);
    server.delegate = {
      onCancel: (cancel) => this.input({ type: 'cancel', info: hangupByRequest((cancel as IncomingRequest).sip) }),
    };
  }

  ring(description?: SessionDescription): void {
    if (this.phase !== 'incoming') return;
    const body = description && sessionBody(formatSdp(description));
    const ring = (): void => {
      const options = { statusCode: body === undefined ? 180 : 183, ...(body && { body }) };
      this.#attach(this.#context.core.within(this.#hop, () => this.#server.progress(options)).session);
      const { clock } = this.#context;
      this.#ringing = clock.schedule(clock.now() + RING_AGAIN, () => this.#guarded('ring', ring));
    };
    this.#ringing?.[Symbol.dispose]();
    this.#guarded('ring', ring);
  }

  answer(description: SessionDescription, headers?: readonly HeaderField[]): Promise<SessionDescription | undefined> {
    if (this.hangup !== undefined) return Promise.resolve(undefined);
    if (this.phase !== 'incoming')
      return Promise.reject(new ChannelError('INVALID_STATE', 'the call was answered already; answer a call once'));
    return new Promise((resolve) => {
      this.#acceptance = { sdp: formatSdp(description), fields: fieldLines(headers), resolve };
      this.input({ type: 'accept' });
    });
  }

  protected apply(effect: LegMessage): void {
    switch (effect.type) {
      case 'send-200':
        this.#accept();
        break;
      case 'refuse':
        this.#refuse(this.released);
        break;
      case 'terminate-invite':
        this.#refuse({ status: 487 });
        break;
      case 'established':
      case 'report-progress':
      case 'acknowledge':
      case 'acknowledge-and-bye':
      case 'cancel':
        break;
    }
  }

  protected settle(info: HangupInfo): void {
    this.#ringing?.[Symbol.dispose]();
    this.session?.end(info);
    this.#acceptance?.resolve(undefined);
  }

  #accept(): void {
    this.#ringing?.[Symbol.dispose]();
    const { core } = this.#context;
    const { transaction } = this.#server;
    if (this.#acceptance === undefined || !(transaction instanceof InviteServerTransaction)) return;
    const { sdp, fields } = this.#acceptance;
    try {
      const { session } = core.within(this.#hop, () =>
        this.#server.accept({ statusCode: 200, body: sessionBody(sdp), extraHeaders: [...fields, SUPPORTED] }),
      );
      this.#attach(session);
      this.#repeating = core.repeater.repeat(transaction);
    } catch (error) {
      this.logger.error('a call could not be answered', { callId: this.invite.callId, error });
      this.#refuse({ status: 500 });
      this.input({ type: 'lost', info: { by: 'local', status: 500, text: 'the call could not be answered' } });
    }
  }

  #refuse(release: Release): void {
    const wanted = release.status ?? 603;
    const statusCode = wanted >= 300 && wanted <= 699 ? wanted : 603;
    const extraHeaders = [...releaseLines(release), ...contactLines(release)];
    const options = { statusCode, extraHeaders, ...(release.reason !== undefined && { reasonPhrase: release.reason }) };
    this.#context.core.within(this.#hop, () =>
      statusCode < 400 ? this.#server.redirect([], options) : this.#server.reject(options),
    );
  }

  #attach(session: SipSession): void {
    if (!(session instanceof SessionDialog)) return;
    stopSessionTimer(session);
    if (this.session !== undefined) return;
    this.session = new Session(
      this.#context,
      this,
      session,
      this.#hop.flow,
      isBehindNat(this.#request, this.#hop.flow),
      {
        acknowledged: (request) => this.#acknowledged(request),
        ackTimedOut: () =>
          this.input({
            type: 'ack-timeout',
            info: { by: 'network', status: 408, text: 'the 200 was never acknowledged' },
          }),
        bye: (info) => {
          this.#repeating?.[Symbol.dispose]();
          this.input({ type: 'bye', info });
        },
        lost: (info) => this.input({ type: 'lost', info }),
        offered: (description, reply) => this.emit({ type: 'offer', description, reply }),
        answered: (description) => this.emit({ type: 'answer', description }),
        requested: (request) => this.emit({ type: 'request', request }),
        referred: (request, reply) => this.emit({ type: 'refer', request, reply }),
      },
    );
  }

  #acknowledged(request: SipRequest): void {
    this.#repeating?.[Symbol.dispose]();
    const acceptance = this.#acceptance;
    const { description } = this.offer === undefined ? descriptionIn(request) : {};
    this.input({ type: 'ack' });
    // Timer L would keep the transaction for another half minute; the reliability layer absorbs what it would.
    privatesOf(this.#server.transaction).timerL();
    if (this.hangup !== undefined || acceptance === undefined) return;
    this.#acceptance = undefined;
    if (this.offer === undefined && description === undefined) {
      this.input({ type: 'lost', info: { by: 'network', text: 'the ACK held no usable answer to our offer' } });
      acceptance.resolve(undefined);
    } else {
      acceptance.resolve(description);
    }
  }

  #guarded(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.logger.error('a call leg failed to act', { effect: what, callId: this.invite.callId, error });
    }
  }
}

/**
 * A peer that wrote addresses into its messages which are not where they come from, without a proxy between that would repair
 * it: requests in the dialog go back to where its INVITE came from.
 */
function isBehindNat(request: SipRequest, flow: Flow): boolean {
  if (request.vias.length > 1 || request.first('Record-Route') !== undefined) return false;
  const contact = contactOf(request)?.uri;
  const { host, port = 5060 } = request.topVia;
  const wrote = contact?.host === host && (contact.port ?? 5060) === port;
  return wrote && (host !== flow.remote.address || port !== flow.remote.port);
}
