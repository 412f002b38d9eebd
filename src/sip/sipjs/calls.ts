import type { InviteUserAgentServer } from 'sip.js/lib/core/index.js';
import type { Credentials, DialRequest, Leg } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import type { LegBase } from '../leg.ts';
import type { NameAddr, SipRequest, SipResponse, SipUri } from '../message/message.ts';
import { NO_PARAMS } from '../message/params.codec.ts';
import { responseTo } from '../message/serialize-message.codec.ts';
import { formatUri, parseUri } from '../message/uri.codec.ts';
import { startRedirection } from '../redirection.state.ts';
import { inviteKey } from '../reliability/transaction-key.codec.ts';
import { formatSdp } from '../sdp/format-sdp.codec.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallContext } from './call-context.ts';
import { SipCore } from './core.ts';
import { DigestHook } from './digest-hook.ts';
import { setToTag } from './hooks.ts';
import { ResponseHop } from './hops.ts';
import { InboundCall } from './inbound-call.ts';
import { contactOf, IncomingRequest, IncomingResponse, type WrittenUri } from './incoming-message.ts';
import { outboundInvite } from './invite-info.ts';
import { checkDial, inviteRequest } from './invite-request.ts';
import { OutboundCall } from './outbound-call.ts';
import { sentBy } from './outgoing.ts';
import { Replacements } from './replacements.ts';
import { descriptionIn } from './session-body.ts';

export interface CallsOptions extends Omit<CallContext, 'core' | 'credentials' | 'onEnd'> {
  readonly userAgentHeader: string;
  readonly user: string | undefined;
  readonly displayName: string | undefined;
  readonly proxy: SipUri | undefined;
  readonly credentials: readonly Credentials[];
  readonly maxCalls: number;
  readonly retryAfter: number;
  readonly newCallId: () => string;
  readonly newToken: (bytes: number) => string;
}

/** All calls of one user agent: makes the legs, and brings messages to sip.js in a shape that it understands. */
export class Calls {
  readonly core: SipCore;
  readonly #options: CallsOptions;
  readonly #legs = new Set<LegBase>();
  readonly #replacements: Replacements;
  #onIncoming: ((leg: Leg) => void) | undefined;
  #onEmpty: () => void = () => undefined;
  #closing = false;
  /** The way back of the request that sip.js is handed, for the call that it makes of it. */
  #hop: ResponseHop | undefined;

  constructor(options: CallsOptions) {
    this.#options = options;
    const { clock, logger, timings, userAgentHeader, user, newToken } = options;
    this.core = new SipCore({
      clock,
      logger,
      timings,
      userAgentHeader,
      user,
      branchPrefix: newToken(8),
      onInvite: (server) => this.#onInvite(server),
    });
    this.#replacements = new Replacements(this.core, clock);
  }

  set onIncoming(handler: (leg: Leg) => void) {
    this.#onIncoming = handler;
  }

  /** Calls that are not over. */
  get size(): number {
    return this.#legs.size;
  }

  receiveRequest(request: SipRequest, key: string, replyFlow: Flow): void {
    if (this.#bothLeave(request, key, replyFlow)) return;
    const uri = parseUri(request.uri);
    // Screening has looked at the Request-URI.
    if (uri === undefined) throw new ChannelError('MALFORMED_SIP', `${request.uri} is no URI; refuse the request`);
    this.#hop = new ResponseHop(this.#options.hops, key, replyFlow);
    const contact = this.#contactOfCaller(request, replyFlow);
    const incoming = new IncomingRequest(request, uri, this.#transactionKey(request, key), contact);
    this.core.receiveRequest(incoming, this.#hop);
  }

  receiveResponse(response: SipResponse): void {
    this.core.receiveResponse(new IncomingResponse(response, contactOf(response) ?? this.#contactOfCallee(response)));
  }

  /** @param key - of a transaction in the reliability layer, which begins with the branch. */
  timeOut(key: string, method: string): void {
    this.core.timeOut(key.slice(0, key.indexOf('|')), method);
  }

  async dial(request: DialRequest): Promise<Leg> {
    const { router, proxy, hops, newTag, newCallId, localAddress, user, displayName, credentials } = this.#options;
    const dial = checkDial(request);
    const flow = await router.flowTo(proxy ?? dial.to);
    const sdp = formatSdp(await request.offer(localAddress(flow)));
    if (this.#closing) throw new ChannelError('STOPPED', 'the user agent was stopped before the INVITE was sent');
    const own = `sip:${user === undefined ? '' : `${user}@`}${sentBy(hops.reachable(flow))}`;
    const parts = { dial, own, displayName, proxy, callId: newCallId(), fromTag: newTag(), sdp };
    const { message, said, fields } = inviteRequest(this.core, parts);
    const leg = new OutboundCall(
      this.#contextFor(request.credentials === undefined ? credentials : [request.credentials]),
      outboundInvite(said, flow, fields),
      flow,
      {
        state: startRedirection(dial.to, dial.maxRedirects),
        inviteTo: async (target, cseq) => ({
          flow: await router.flowTo(proxy ?? target),
          message: inviteRequest(this.core, { ...parts, target, cseq }).message,
        }),
      },
    );
    this.#legs.add(leg);
    try {
      await leg.start(message);
    } catch (error) {
      this.#legs.delete(leg);
      throw error instanceof ChannelError
        ? error
        : new ChannelError('UNREACHABLE', `the INVITE to ${request.to} could not be sent`, { cause: error });
    }
    return leg;
  }

  /** Takes and makes no call any more, and says goodbye in every one. */
  releaseAll(): void {
    this.#closing = true;
    for (const leg of [...this.#legs]) leg.release({ status: 503, text: 'the user agent was stopped' });
  }

  /** Resolves when no call is left whose far end has not confirmed its end. */
  whenEmpty(): Promise<void> {
    if (this.#legs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  close(): void {
    for (const leg of [...this.#legs]) leg.abandon();
    this.core.close();
    this.#replacements.close();
  }

  /**
   * A BYE that crosses ours is answered as any other (RFC 3261 §15.1.2), although sip.js has forgotten the dialog by then, and so is the
   * last word about a transfer, which often does.
   */
  #bothLeave(request: SipRequest, key: string, replyFlow: Flow): boolean {
    if (request.method !== 'BYE' && request.method !== 'NOTIFY') return false;
    const gone = this.core.leaving.get(`${request.callId}${request.toTag}${request.fromTag}`);
    if (gone === undefined) return false;
    const { hops, logger } = this.#options;
    hops.reliability.sendResponse(key, 200, responseTo(request, 200), replyFlow).catch((error: unknown) => {
      logger.debug('a SIP response could not be sent', { remote: replyFlow.remote.address, error });
    });
    if (request.method === 'BYE') gone();
    return true;
  }

  #contextFor(credentials: readonly Credentials[]): CallContext {
    const { router, hops, clock, timings, logger, newTag, newToken, random, localAddress } = this.#options;
    const hook = credentials.length === 0 ? undefined : new DigestHook(credentials, () => newToken(12));
    const onEnd = (leg: LegBase): void => {
      this.#legs.delete(leg);
      this.#replacements.remember(leg);
      if (this.#legs.size === 0) this.#onEmpty();
    };
    return {
      core: this.core,
      router,
      hops,
      clock,
      timings,
      logger,
      newTag,
      random,
      localAddress,
      credentials: hook,
      onEnd,
    };
  }

  /** Some answer an INVITE without Contact; then they are reached where they were called. */
  #contactOfCallee(response: SipResponse): NameAddr | undefined {
    if (response.cseq.method !== 'INVITE' || response.status <= 100 || response.status >= 300) return undefined;
    const called = this.core.agent.userAgentClients.get(`${response.topVia.branch}INVITE`)?.message.ruri.toRaw();
    const uri = called === undefined ? undefined : parseUri(called);
    return uri && { uri, params: NO_PARAMS };
  }

  /** Under which sip.js shall look for a transaction. */
  #transactionKey(request: SipRequest, key: string): string {
    if (request.method === 'CANCEL') return inviteKey(request);
    if (request.method !== 'ACK') return key;
    // Peers of RFC 2543, and some others, acknowledge a 2xx in the transaction of the INVITE. sip.js drops that ACK.
    const invite = this.core.agent.userAgentServers.get(key);
    return invite?.transaction.state === 'Accepted' ? `${key}|2xx` : key;
  }

  /**
   * A re-INVITE without Contact keeps the target (RFC 3261 §12.2.2); sip.js throws for it. An INVITE without one is of RFC 2543:
   * its sender is reached where it came from.
   */
  #contactOfCaller(request: SipRequest, flow: Flow): NameAddr | undefined {
    if (request.method !== 'INVITE' || request.first('Contact') !== undefined) return undefined;
    if (request.toTag === undefined) {
      const { address: host, port } = flow.remote;
      const { user } = request.from.uri;
      const uri = parseUri(formatUri({ user, host, port }));
      return uri && { uri, params: NO_PARAMS };
    }
    const dialog = this.core.findDialog(request.callId, request.toTag, request.fromTag ?? '');
    return dialog && { uri: (dialog.remoteTarget as WrittenUri).uri, params: NO_PARAMS };
  }

  #onInvite(server: InviteUserAgentServer): void {
    const hop = this.#hop as ResponseHop;
    const { sip } = server.message as IncomingRequest;
    const { maxCalls, retryAfter, newTag, logger } = this.#options;
    setToTag(server, newTag());
    if (this.#closing || this.#legs.size >= maxCalls) {
      server.reject({ statusCode: 503, extraHeaders: [`Retry-After: ${retryAfter}`] });
      return;
    }
    if (this.#onIncoming === undefined) {
      server.reject({ statusCode: 480 });
      return;
    }
    const { description, problem } = descriptionIn(sip);
    if (problem !== undefined) {
      server.reject({ statusCode: problem, reasonPhrase: 'Malformed Session Description' });
      return;
    }
    const replaced = this.#replacements.find(sip);
    if (replaced.status !== undefined) {
      server.reject({ statusCode: replaced.status });
      return;
    }
    const leg = new InboundCall(this.#contextFor(this.#options.credentials), server, hop, description, replaced.leg);
    this.#legs.add(leg);
    try {
      this.#onIncoming(leg);
    } catch (error) {
      logger.error('the handler of incoming calls threw', { callId: sip.callId, error });
      leg.release({ status: 500 });
    }
  }
}
