import {
  type Dialog,
  type IncomingInviteRequest,
  InviteUserAgentServer,
  NonInviteServerTransaction,
  ReInviteUserAgentServer,
  type Transport,
  URI,
  UserAgentClient,
  UserAgentCore,
  type UserAgentCoreConfiguration,
  UserAgentServer,
} from 'sip.js/lib/core/index.js';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { longest, type Timings } from '../reliability/timings.ts';
import type { DialogOwner } from './dialog-owner.ts';
import {
  type ClientObserver,
  type CredentialsHook,
  clientPrivatesOf,
  privatesOf,
  replaceBranchSource,
  takeSequence,
  terminate,
} from './hooks.ts';
import type { IncomingRequest, IncomingResponse } from './incoming-message.ts';
import { CONTACT_MARK, SENT_BY_MARK } from './outgoing.ts';
import { ResponseRepeater } from './response-repeater.ts';
import { SilentLoggerFactory } from './silent-logger-factory.ts';
import { TransactionTimers } from './transaction-timers.ts';
import { ClientMap, ServerMap } from './user-agent-maps.ts';

/** Makes the branches of the core whose call into sip.js is under way: sip.js has one source of them for the whole process. */
let nextBranch = (): string => {
  throw new Error('sip.js may make requests only within SipCore.within()');
};
replaceBranchSource(() => nextBranch());

export interface CoreOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: Timings;
  readonly userAgentHeader: string;
  /** Unlike that of any other core; unique is all that branches have to be. */
  readonly branchPrefix: string;
  /** User part of our Contact; none when left out. */
  readonly user?: string | undefined;
  /** A new INVITE outside of any dialog. */
  readonly onInvite: (server: InviteUserAgentServer, request: IncomingRequest) => void;
}

/** The only place where a sip.js core is made. Every call into sip.js goes through {@link SipCore.within}. */
export class SipCore {
  readonly agent: UserAgentCore;
  /** Contact header field of ours, with the mark that the hop fills in. */
  readonly contact: string;
  readonly repeater: ResponseRepeater;
  /** Dialogs whose BYE of ours has no final response yet, which sip.js has forgotten already, and what tells of its end. */
  readonly leaving = new Map<string, () => void>();
  readonly owners = new WeakMap<Dialog, DialogOwner>();
  readonly #timers: TransactionTimers;
  readonly #logger: Logger;
  readonly #nextBranch: () => string;
  #transport: Transport | undefined;
  #requestUser: string | undefined;

  constructor(options: CoreOptions) {
    this.#logger = options.logger;
    let branches = 0;
    this.#nextBranch = () => `z9hG4bK${options.branchPrefix}.${(branches++).toString(36)}`;
    this.#timers = new TransactionTimers(options.clock, options.logger, longest(options.timings));
    this.repeater = new ResponseRepeater(options.clock, options.timings);
    this.contact = options.user === undefined ? `<sip:${CONTACT_MARK}>` : `<sip:${options.user}@${CONTACT_MARK}>`;
    this.agent = new UserAgentCore(this.#configuration(options), {
      onInvite: (server: IncomingInviteRequest) => {
        if (server instanceof InviteUserAgentServer) options.onInvite(server, server.message as IncomingRequest);
      },
    });
    this.agent.userAgentClients = new ClientMap(this.#timers);
    this.agent.userAgentServers = new ServerMap(this.#timers);
  }

  /** Runs `run` with `transport` as the one that new transactions and stateless replies take. */
  within<T>(transport: Transport, run: () => T): T {
    const before = this.#transport;
    const branchesBefore = nextBranch;
    this.#transport = transport;
    nextBranch = this.#nextBranch;
    try {
      return run();
    } finally {
      this.#transport = before;
      nextBranch = branchesBefore;
    }
  }

  receiveRequest(request: IncomingRequest, transport: Transport): void {
    this.#requestUser = request.ruri?.user;
    // sip.js answers every CANCEL and passes it on, but not to a re-INVITE.
    const cancelled = request.method === 'CANCEL' ? this.agent.userAgentServers.get(request.viaBranch) : undefined;
    this.within(transport, () => {
      if (request.method === 'UPDATE') return this.#receiveUpdate(request);
      this.agent.receiveIncomingRequestFromTransport(request);
      if (cancelled instanceof ReInviteUserAgentServer && cancelled.transaction.state === 'Proceeding')
        cancelled.receiveCancel(request);
    });
  }

  receiveResponse(response: IncomingResponse): void {
    const client = this.agent.userAgentClients.get(response.viaBranch + response.method);
    if (client === undefined) return;
    if (clientPrivatesOf(client).observer?.beforeResponse?.(response) === true) return;
    // sip.js takes a second challenge for a loop, although 407 after 401 is none; the credentials know better when to give up.
    if (response.statusCode === 401 || response.statusCode === 407) clientPrivatesOf(client).challenged = false;
    this.within(client.transaction.transport, () => this.agent.receiveIncomingResponseFromTransport(response));
  }

  /** The reliability layer gave a request of ours up: Timer B or F, or 64·T1 after a CANCEL. */
  timeOut(branch: string, method: string): void {
    const client = this.agent.userAgentClients.get(branch + method);
    if (client === undefined) return;
    const { transaction } = client;
    this.within(transaction.transport, () => {
      if (transaction.kind === 'nict') return privatesOf(transaction).timerF();
      if (transaction.state === 'Calling') return privatesOf(transaction).timerB();
      terminate(transaction);
      clientPrivatesOf(client).observer?.afterTimeout?.();
    });
  }

  /** Gives a request of ours what a challenge is answered with. Right after it was made: the response cannot have come yet. */
  authenticate(client: unknown, credentials: CredentialsHook | undefined): void {
    if (client instanceof UserAgentClient) clientPrivatesOf(client).credentials = credentials;
  }

  observe(client: unknown, observer: ClientObserver): void {
    if (client instanceof UserAgentClient) clientPrivatesOf(client).observer = observer;
  }

  /** Whether there is such a dialog, or one whose BYE of ours is on its way. */
  knowsDialog(callId: string, localTag: string, remoteTag: string): boolean {
    const id = callId + localTag + remoteTag;
    return this.agent.dialogs.has(id) || this.leaving.has(id);
  }

  findDialog(callId: string, localTag: string, remoteTag: string): Dialog | undefined {
    return this.agent.dialogs.get(callId + localTag + remoteTag);
  }

  stats(): { dialogs: number; clientTransactions: number; serverTransactions: number; timers: number } {
    const { dialogs, userAgentClients, userAgentServers } = this.agent;
    return {
      dialogs: dialogs.size,
      clientTransactions: userAgentClients.size,
      serverTransactions: userAgentServers.size,
      timers: this.#timers.size + this.repeater.size,
    };
  }

  close(): void {
    try {
      this.agent.reset();
    } catch (error) {
      this.#logger.error('the SIP core could not be reset', { error });
    }
    this.leaving.clear();
    this.#timers.close();
    this.repeater.close();
  }

  /** sip.js knows no UPDATE (RFC 3311). */
  #receiveUpdate(request: IncomingRequest): void {
    const dialog = this.findDialog(request.callId, request.toTag, request.fromTag);
    const owner = dialog && this.owners.get(dialog);
    if (owner === undefined) this.agent.replyStateless(request, { statusCode: 481 });
    else if (takeSequence(dialog as Dialog, request))
      owner.updated(new UserAgentServer(NonInviteServerTransaction, this.agent, request));
  }

  #configuration(options: CoreOptions): UserAgentCoreConfiguration {
    // sip.js answers 404 unless the user of the Request-URI is this one's, so it is always that of the request in hand.
    const anybody = new URI('sip', '', 'anybody.invalid');
    Object.defineProperty(anybody, 'user', { get: () => this.#requestUser });
    return {
      aor: anybody,
      contact: { uri: anybody, pubGruu: undefined, tempGruu: undefined, toString: () => this.contact },
      displayName: '',
      loggerFactory: new SilentLoggerFactory(),
      hackViaTcp: false,
      routeSet: [],
      sipjsId: '',
      supportedOptionTags: [],
      // Its type wants a list, but a list writes a Supported header field, also an empty one.
      supportedOptionTagsResponse: undefined as unknown as string[],
      userAgentHeaderFieldValue: options.userAgentHeader,
      viaForceRport: true,
      viaHost: SENT_BY_MARK,
      authenticationFactory: () => undefined,
      transportAccessor: () => this.#transport,
    };
  }
}
