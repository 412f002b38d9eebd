import type { Leg, LegEvent } from '../../src/channel/signaling-port.ts';
import type { Logger } from '../../src/logger.ts';
import type { SessionDescription } from '../../src/media-description.ts';
import { formatSdp } from '../../src/sip/sdp/format-sdp.codec.ts';
import { SipSignaling } from '../../src/sip/signaling.ts';
import type { SipSignalingOptions } from '../../src/sip/signaling-options.ts';
import { VirtualClock } from '../../src/virtual-clock.ts';
import { SipPeer } from './sip-peer.ts';
import { until } from './until.ts';

/** A description of one audio line with PCMU. */
export function description(address = '127.0.0.1', port = 40_000, version = '1'): SessionDescription {
  const payloads = [{ payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 }];
  const line = {
    kind: 'audio',
    port,
    protocol: 'RTP/AVP',
    formats: ['0'],
    payloads,
    direction: 'sendrecv' as const,
    rtcpMux: false,
    attributes: [],
  };
  const family = address.includes(':') ? 6 : 4;
  return {
    origin: { username: '-', sessionId: '1', sessionVersion: version, family, address },
    name: '-',
    connection: { family, address },
    attributes: [],
    media: [line],
  };
}

export const SDP = formatSdp(description());
export const WITH_SDP = { 'Content-Type': 'application/sdp' };

/** A leg with all that it has told. */
export interface Watched {
  readonly leg: Leg;
  readonly events: LegEvent[];
  /** Waits for the first event of that type and gives it. */
  event<Type extends LegEvent['type']>(type: Type): Promise<Extract<LegEvent, { type: Type }>>;
}

export function watch(leg: Leg): Watched {
  const events: LegEvent[] = [];
  leg.listen((event) => events.push(event));
  return {
    leg,
    events,
    event: async <Type extends LegEvent['type']>(type: Type) =>
      (await until(`the event ${type}`, () => events.find((event) => event.type === type), 5_000)) as Extract<
        LegEvent,
        { type: Type }
      >,
  };
}

/** The stack on a loopback socket and a clock that stands still, with a scripted peer. */
export interface Bench extends AsyncDisposable {
  readonly signaling: SipSignaling;
  readonly clock: VirtualClock;
  readonly peer: SipPeer;
  readonly port: number;
  /** What was logged at `error`: nothing, in every test that does not say otherwise. */
  readonly faults: unknown[];
  readonly calls: Watched[];
  /** The nth inbound call, waited for. */
  call(index?: number): Promise<Watched>;
  /** A second peer. */
  another(): Promise<SipPeer>;
  /** Lets all timers run out and waits until nothing is left inside. */
  drained(): Promise<void>;
}

export async function startBench(options: Partial<SipSignalingOptions> = {}): Promise<Bench> {
  const clock = new VirtualClock();
  const faults: unknown[] = [];
  const quiet = (): undefined => undefined;
  const logger: Logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (message, fields) => faults.push({ message, ...fields }),
  };
  const signaling = await SipSignaling.start({
    address: '127.0.0.1',
    port: 0,
    transports: ['udp'],
    userAgentHeader: 'offhook-test',
    logger,
    clock,
    ...options,
  });
  const calls: Watched[] = [];
  signaling.onIncoming((leg) => calls.push(watch(leg)));
  const port = signaling.listening[0]?.port ?? 0;
  const peers: SipPeer[] = [];
  const another = async (): Promise<SipPeer> => {
    const peer = await SipPeer.open(() => port, options.address === '0.0.0.0' ? '127.0.0.1' : options.address);
    peers.push(peer);
    return peer;
  };
  return {
    signaling,
    clock,
    peer: await another(),
    port,
    faults,
    calls,
    another,
    call: (index = 0) => until(`inbound call ${index}`, () => calls[index], 5_000),
    drained: () =>
      until(
        `nothing to be left of ${JSON.stringify(signaling.stats())}`,
        () => {
          clock.advance(5_000);
          return Object.values(signaling.stats()).every((count) => count === 0);
        },
        5_000,
      ).then(() => undefined),
    async [Symbol.asyncDispose]() {
      await signaling.close();
      for (const peer of peers) await peer[Symbol.asyncDispose]();
    },
  };
}
