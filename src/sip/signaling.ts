import { nextTick } from 'node:process';
import type { DialRequest, Leg, SignalingPort } from '../channel/signaling-port.ts';
import type { Clock } from '../clock.ts';
import { ChannelError } from '../errors.ts';
import { RandomTokens } from './random-tokens.ts';
import { Reception } from './reception.ts';
import { ReliabilityLayer } from './reliability/reliability-layer.ts';
import { DEFAULT_TIMINGS } from './reliability/timings.ts';
import { Router } from './routing.ts';
import { checkOptions, type SipSignalingOptions } from './signaling-options.ts';
import { Calls } from './sipjs/calls.ts';
import { ALLOWED_METHODS, type Reachable, SUPPORTED_OPTIONS } from './sipjs/outgoing.ts';
import type { Flow } from './transport/flow.ts';
import { lookupHost } from './transport/host-lookup.ts';
import type { Network } from './transport/network.ts';
import { openTransports } from './transport/open-transports.ts';
import { lookupServices } from './transport/service-lookup.ts';
import { systemNetwork } from './transport/system-network.ts';
import { Tracer } from './transport/trace.ts';
import type { Listen, Transports } from './transport/transports.ts';

/** What is alive inside; all zero when nothing happens. */
export interface SignalingStats {
  /** Calls that are not over. */
  readonly legs: number;
  readonly dialogs: number;
  readonly clientTransactions: number;
  readonly serverTransactions: number;
  readonly timers: number;
  /** Transactions that the reliability layer remembers, up to half a minute longer than the rest. */
  readonly remembered: number;
}

/** Tries for a port that is free for all transports. */
const PORT_TRIES = 20;

/** Calls over real sockets: sip.js between our transports and the legs. */
export class SipSignaling implements SignalingPort {
  readonly #clock: Clock;
  readonly #calls: Calls;
  readonly #reliability: ReliabilityLayer;
  readonly #reception: Reception;
  #transports: Transports | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: SipSignalingOptions) {
    const { clock, logger, publicAddress } = options;
    this.#clock = clock;
    const { proxy } = checkOptions(options);
    const transports = options.transports.map((transport) => (transport === 'udp' ? 'UDP' : 'TCP'));
    const timings = { ...DEFAULT_TIMINGS, ...options.timings };
    const tokens = new RandomTokens(options.random);
    const localAddress = (flow: Flow): string => publicAddress ?? flow.local.address;
    const reachable = (flow: Flow): Reachable => ({
      host: localAddress(flow),
      port: flow.local.port,
      transport: flow.transport,
    });
    const flowTo: Transports['flowTo'] = (target) => this.#open().flowTo(target);
    this.#reliability = new ReliabilityLayer({
      clock,
      logger,
      timings,
      onTimeout: (key, method) => this.#calls.timeOut(key, method),
    });
    this.#calls = new Calls({
      router: new Router({
        transports,
        lookup: options.lookup ?? lookupHost,
        services: options.services ?? (options.lookup ? () => Promise.resolve([]) : lookupServices),
        random: () => tokens.fraction(),
        flowTo,
        reaches: (target) => this.#open().reaches(target),
      }),
      hops: { reliability: this.#reliability, reachable },
      clock,
      timings,
      logger,
      newToken: (bytes) => tokens.next(bytes),
      newTag: () => tokens.next(6),
      random: () => tokens.fraction(),
      newCallId: () => `${tokens.next(12)}@${publicAddress ?? this.listening[0]?.address ?? 'localhost'}`,
      localAddress,
      userAgentHeader: options.userAgentHeader,
      user: options.user,
      displayName: options.displayName,
      proxy,
      credentials: options.credentials === undefined ? [] : [options.credentials].flat(),
      maxCalls: options.maxCalls ?? Number.POSITIVE_INFINITY,
      retryAfter: options.retryAfter ?? 5,
    });
    this.#reception = new Reception({
      clock,
      logger,
      rules: {
        allowedMethods: options.acceptRegistrations ? [...ALLOWED_METHODS, 'REGISTER'] : ALLOWED_METHODS,
        supported: SUPPORTED_OPTIONS,
        ...options.rules,
      },
      reliability: this.#reliability,
      replyFlow: (request, flow) => this.#open().replyFlow(request, flow),
      knowsDialog: (callId, localTag, remoteTag) => this.#calls.core.knowsDialog(callId, localTag, remoteTag),
      onRequest: (request, key, flow) => this.#calls.receiveRequest(request, key, flow),
      onResponse: (response) => this.#calls.receiveResponse(response),
      newTag: () => tokens.next(6),
    });
  }

  /** Rejects with `INVALID_ARGUMENT`, `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`; nothing is left open then. */
  static async start(options: SipSignalingOptions): Promise<SipSignaling> {
    const signaling = new SipSignaling(options);
    try {
      signaling.#transports = await openAll(options, signaling.#reception);
    } catch (error) {
      await signaling.close();
      throw error;
    }
    return signaling;
  }

  get listening(): readonly Listen[] {
    return this.#transports?.listening ?? [];
  }

  onIncoming(handler: (leg: Leg) => void): void {
    this.#calls.onIncoming = handler;
  }

  dial(request: DialRequest): Promise<Leg> {
    if (this.#closing !== undefined) return Promise.reject(stopped());
    return this.#calls.dial(request);
  }

  stats(): SignalingStats {
    const { clients, servers } = this.#reliability.stats();
    return { legs: this.#calls.size, ...this.#calls.core.stats(), remembered: clients + servers };
  }

  /**
   * Says goodbye in every call that is up, and closes everything: as soon as all far ends have confirmed it, and after `patience`
   * milliseconds at the latest. Meanwhile a goodbye that was lost is repeated. By default it waits for nobody.
   */
  close(patience = 0): Promise<void> {
    this.#closing ??= this.#close(patience);
    return this.#closing;
  }

  async #close(patience: number): Promise<void> {
    this.#calls.releaseAll();
    if (patience > 0) await this.#confirmed(patience);
    // A datagram leaves one tick after it was handed over, or two when its way has to be found first.
    for (let ticks = 0; ticks < 3; ticks += 1) await new Promise<void>((resolve) => nextTick(resolve));
    this.#calls.close();
    this.#reception.close();
    this.#reliability.close();
    await this.#transports?.close();
    this.#transports = undefined;
  }

  /** Resolves when nobody has to be told anything any more: all BYEs, CANCELs and refusals are settled. */
  async #confirmed(patience: number): Promise<void> {
    const settled = this.#calls.whenEmpty().then(() => this.#reliability.whenSettled());
    let timer: Disposable | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = this.#clock.schedule(this.#clock.now() + patience, resolve);
    });
    await Promise.race([settled, elapsed]);
    timer?.[Symbol.dispose]();
  }

  #open(): Transports {
    if (this.#transports === undefined) throw stopped();
    return this.#transports;
  }
}

function stopped(): ChannelError {
  return new ChannelError('STOPPED', 'the user agent was stopped; start another one');
}

/** Opens all transports at the same port, also when any free port will do. */
async function openAll(options: SipSignalingOptions, reception: Reception): Promise<Transports> {
  const { address, port, clock, logger, network = systemNetwork } = options;
  const tracer = options.trace && new Tracer(options.trace, logger);
  const onBytes = tracer ? tracer.receiving(reception.receive) : reception.receive;
  const open = async (number: number): Promise<Transports> => {
    const listen = options.transports.map(
      (transport): Listen => ({ transport: transport === 'udp' ? 'UDP' : 'TCP', address, port: number }),
    );
    const transports = await openTransports({
      listen,
      network,
      clock,
      logger,
      onBytes,
      onUnframed: reception.receiveUnframed,
    });
    return tracer ? tracer.sending(transports) : transports;
  };
  if (port !== 0 || options.transports.length === 1) return open(port);
  for (let tries = 1; ; tries += 1) {
    try {
      return await open(await findFreePort(network, address));
    } catch (error) {
      if (tries === PORT_TRIES || !(error instanceof ChannelError) || error.code !== 'PORT_IN_USE') throw error;
    }
  }
}

async function findFreePort(network: Network, address: string): Promise<number> {
  const probe = await network.openUdp({ address, port: 0 }, () => undefined);
  await probe.close();
  return probe.local.port;
}
