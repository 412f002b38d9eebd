import { ChannelError } from '../../errors.ts';
import type { SipUri } from '../message/message.ts';
import { familyOf } from './address-family.codec.ts';
import type { HostLookup } from './host-lookup.ts';
import type { Target } from './target.ts';

type Transport = Target['transport'];

/** One SRV record (RFC 2782). */
export interface Service {
  readonly host: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** SRV records of a name like `_sip._udp.example.com`. Rejects or resolves with none when there are none. */
export type ServiceLookup = (name: string) => Promise<readonly Service[]>;

export interface ResolveOptions {
  /** Those that we use, the preferred one first. */
  readonly transports: readonly Transport[];
  readonly lookup: HostLookup;
  readonly services: ServiceLookup;
  /** From 0 up to 1; spreads calls over SRV records by their weight. */
  readonly random: () => number;
  /** Which targets our sockets can reach: `transports.reaches`. */
  readonly reaches: (target: Target) => boolean;
}

const DEFAULT_PORT = 5060;
type HostPort = Pick<Target, 'address' | 'port'>;

/**
 * Where to send a request for `uri`, best first, never empty (RFC 3263 §4, without NAPTR: `transport`, then SRV, then A and AAAA).
 * Rejects with `HOST_UNRESOLVED` for a host that is unknown or has only addresses of a family without a socket, and with `UNREACHABLE` for
 * a URI that none of our transports can carry.
 */
export async function resolveTarget(uri: SipUri, options: ResolveOptions): Promise<readonly [Target, ...Target[]]> {
  const host = uri.params.get('maddr') ?? uri.host;
  const found = await findTargets(host, uri.port, transportsFor(uri, options.transports), options);
  const [first, ...others] = found.filter(options.reaches);
  if (first) return [first, ...others];
  const list = found.map(({ address }) => address).join(', ');
  throw new ChannelError(
    'HOST_UNRESOLVED',
    `${host} has only addresses that no socket of this user agent can reach (${list}): listen at 0.0.0.0 and :: for both families`,
  );
}

/** RFC 3263 §4.1: the transport that the URI demands, else ours to choose from. Never empty. */
function transportsFor(uri: SipUri, ours: readonly Transport[]): readonly Transport[] {
  if (uri.scheme !== 'sip') {
    const hint = uri.scheme === 'sips' ? 'it needs TLS, which is not supported; use a sip: URI' : 'use a sip: URI';
    throw new ChannelError('UNREACHABLE', `${uri.raw} cannot be called: ${hint}`);
  }
  const asked = uri.params.get('transport')?.toUpperCase();
  const usable = asked === undefined ? ours : ours.filter((transport) => transport === asked);
  if (usable.length > 0) return usable;
  throw new ChannelError(
    'UNREACHABLE',
    `${uri.raw} asks for a transport that this user agent does not use: add it to its transports`,
  );
}

async function findTargets(
  host: string,
  port: number | undefined,
  transports: readonly Transport[],
  options: ResolveOptions,
): Promise<Target[]> {
  const transport = transports[0] as Transport;
  if (isNumeric(host)) return [{ transport, address: host, port: port ?? DEFAULT_PORT }];
  if (port === undefined) {
    const targets = await byServices(host, transports, options);
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
      options.services(`_sip._${transport.toLowerCase()}.${host}`).catch((): readonly Service[] => []),
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

async function addressesOf(host: string, lookup: HostLookup): Promise<readonly string[] | ChannelError> {
  const unresolved = (cause?: unknown): ChannelError =>
    new ChannelError(
      'HOST_UNRESOLVED',
      `host ${host} is not known to the name service: check its spelling, or use its address`,
      { cause },
    );
  if (isNumeric(host)) return [host];
  try {
    const addresses = await lookup(host);
    return addresses.length > 0 ? addresses : unresolved();
  } catch (error) {
    return unresolved(error);
  }
}

function isNumeric(host: string): boolean {
  return familyOf(host) === 6 || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}
