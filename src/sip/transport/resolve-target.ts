import { ChannelError } from '../../errors.ts';
import type { NameAddr, SipUri } from '../message/message.ts';
import { familyOf } from './address-family.codec.ts';
import type { Target } from './target.ts';

/** One SRV record (RFC 2782). */
export interface Service {
  readonly host: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Name resolution, so that a test needs no name server. */
export interface Lookup {
  /** Addresses of a host, best first. Rejects or resolves with none when there is no such host. */
  addresses(host: string): Promise<readonly string[]>;
  /** SRV records of a name like `_sip._udp.example.com`. Rejects or resolves with none when there are none. */
  services(name: string): Promise<readonly Service[]>;
}

export interface ResolveOptions {
  readonly lookup: Lookup;
  /** From 0 up to 1; spreads calls over SRV records by their weight. */
  readonly random: () => number;
  /** Which targets our sockets can reach: `transports.reaches`. */
  readonly reaches: (target: Target) => boolean;
}

const DEFAULT_PORT = 5060;
const TRANSPORTS = ['UDP', 'TCP'] as const;
type Transport = (typeof TRANSPORTS)[number];
type HostPort = Pick<Target, 'address' | 'port'>;

/** The URI that says where a request goes: the first of its Route set, else the Request-URI (RFC 3261 §8.1.2, §12.2.1.1). */
export function nextHop(requestUri: SipUri, routes: readonly NameAddr[]): SipUri {
  return routes[0]?.uri ?? requestUri;
}

/**
 * Where to send a request for `uri`, best first, never empty (RFC 3263 §4, without NAPTR: `transport`, then SRV, then A and AAAA).
 * Rejects with `INVALID_ARGUMENT` for a URI that cannot be called, `HOST_UNRESOLVED` for an unknown host, and
 * `UNREACHABLE` when it has only addresses that no socket of ours can reach.
 */
export async function resolveTarget(uri: SipUri, options: ResolveOptions): Promise<readonly Target[]> {
  const asked = askedTransport(uri);
  const host = uri.params.get('maddr') ?? uri.host;
  const found = await findTargets(host, uri.port, asked, options);
  const reachable = found.filter(options.reaches);
  if (reachable.length > 0) return reachable;
  const list = found.map(({ address }) => address).join(', ');
  throw new ChannelError(
    'UNREACHABLE',
    `${host} has only addresses that no socket of this user agent can reach (${list}): listen at 0.0.0.0 and :: for both families`,
  );
}

/** RFC 3263 §4.1: what the URI demands, or `undefined` when it leaves the choice to us. */
function askedTransport(uri: SipUri): Transport | undefined {
  if (uri.scheme !== 'sip') {
    const hint = uri.scheme === 'sips' ? 'TLS is not supported, use sip:' : 'use a sip: URI';
    throw new ChannelError('INVALID_ARGUMENT', `${uri.raw} cannot be called: ${hint}`);
  }
  const asked = uri.params.get('transport')?.toUpperCase();
  if (asked === undefined || asked === 'UDP' || asked === 'TCP') return asked;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `${uri.raw} cannot be called: transport ${asked} is not supported, use udp or tcp`,
  );
}

async function findTargets(
  host: string,
  port: number | undefined,
  asked: Transport | undefined,
  options: ResolveOptions,
): Promise<Target[]> {
  const transport = asked ?? 'UDP';
  if (isNumeric(host)) return [{ transport, address: host, port: port ?? DEFAULT_PORT }];
  if (port === undefined) {
    const targets = await byServices(host, asked === undefined ? TRANSPORTS : [asked], options);
    if (targets.length > 0) return targets;
  }
  const addresses = await addressesOf(host, options.lookup);
  if (addresses instanceof Error) throw addresses;
  return addresses.map((address) => ({ transport, address, port: port ?? DEFAULT_PORT }));
}

/** RFC 3263 §4.2: the first transport that has SRV records. */
async function byServices(host: string, transports: readonly Transport[], options: ResolveOptions): Promise<Target[]> {
  // A name without a dot is of the local network, which has no SRV records; asking for them would only take time.
  if (!host.includes('.')) return [];
  const answers = await Promise.all(
    transports.map((transport) =>
      options.lookup.services(`_sip._${transport.toLowerCase()}.${host}`).catch((): readonly Service[] => []),
    ),
  );
  for (const [index, transport] of transports.entries()) {
    const hosts: HostPort[] = [];
    for (const service of inOrder(answers[index] ?? [], options.random)) {
      const addresses = await addressesOf(service.host, options.lookup);
      if (!(addresses instanceof Error)) hosts.push(...addresses.map((address) => ({ address, port: service.port })));
    }
    if (hosts.length > 0) return hosts.map((hostPort) => ({ transport, ...hostPort }));
  }
  return [];
}

/** RFC 2782: by priority, and at random by weight where it is the same. A target of `.` says that there is no such service. */
function inOrder(services: readonly Service[], random: () => number): Service[] {
  const left = services.filter(({ host }) => host !== '' && host !== '.');
  const ordered: Service[] = [];
  while (left.length > 0) {
    const priority = Math.min(...left.map((service) => service.priority));
    const equals = left.filter((service) => service.priority === priority);
    const chosen = byWeight(equals, random());
    left.splice(left.indexOf(chosen), 1);
    ordered.push(chosen);
  }
  return ordered;
}

function byWeight(services: readonly Service[], share: number): Service {
  let left = share * services.reduce((sum, { weight }) => sum + weight, 0);
  for (const service of services) {
    left -= service.weight;
    if (left < 0) return service;
  }
  return services[0] as Service;
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[] | ChannelError> {
  const unresolved = (cause?: unknown): ChannelError =>
    new ChannelError(
      'HOST_UNRESOLVED',
      `host ${host} is not known to the name service: check its spelling, or use its address`,
      { cause },
    );
  if (isNumeric(host)) return [host];
  try {
    const addresses = await lookup.addresses(host);
    return addresses.length > 0 ? addresses : unresolved();
  } catch (error) {
    return unresolved(error);
  }
}

function isNumeric(host: string): boolean {
  return familyOf(host) === 6 || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}
