import { ChannelError } from '../errors.ts';
import { isIpv6Shaped } from './message/host-port.codec.ts';
import type { SipUri } from './message/message.ts';
import { parseNameAddr } from './message/name-addr.codec.ts';
import type { Flow } from './transport/flow.ts';
import type { HostLookup } from './transport/host-lookup.ts';
import type { Target } from './transport/target.ts';

/** Where a URI leads, before its host is looked up (RFC 3263 §4 without NAPTR and SRV). */
export interface Destination {
  readonly transport: 'UDP' | 'TCP';
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 5060;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

/**
 * @param transports - those that we can use, the preferred one first.
 * @throws ChannelError `UNREACHABLE` for a URI that none of them can reach.
 */
export function destinationOf(uri: SipUri, transports: readonly ('UDP' | 'TCP')[]): Destination {
  if (uri.scheme === 'sips') {
    throw new ChannelError('UNREACHABLE', `${uri.raw} needs TLS, which is not supported; use a sip: URI`);
  }
  if (uri.scheme !== 'sip') {
    throw new ChannelError('UNREACHABLE', `${uri.raw} names no host; use a sip: URI or an outbound proxy`);
  }
  const wanted = uri.params.get('transport')?.toUpperCase();
  const transport = wanted === undefined ? transports[0] : transports.find((known) => known === wanted);
  if (transport === undefined) {
    throw new ChannelError(
      'UNREACHABLE',
      `${uri.raw} asks for a transport that this user agent does not use; add it to its transports`,
    );
  }
  return { transport, host: uri.params.get('maddr') ?? uri.host, port: uri.port ?? DEFAULT_PORT };
}

/** The URI that the next request of a dialog goes to: the first of the route set, else the remote target (RFC 3261 §8.1.2). */
export function nextHop(routeSet: readonly string[], remoteTarget: SipUri): SipUri {
  const first = routeSet[0];
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? remoteTarget;
}

function isNumeric(host: string): boolean {
  return IPV4.test(host) || isIpv6Shaped(host);
}

export interface RouterOptions {
  readonly transports: readonly ('UDP' | 'TCP')[];
  readonly lookup: HostLookup;
  readonly flowTo: (target: Target) => Promise<Flow>;
  /** False for an address that none of our sockets can send to. */
  readonly reaches: (target: Target) => boolean;
}

/** Finds the way to a URI. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  destinationOf(uri: SipUri): Destination {
    return destinationOf(uri, this.#options.transports);
  }

  /** Rejects with `HOST_UNRESOLVED` or `UNREACHABLE`. */
  async flowTo(uri: SipUri): Promise<Flow> {
    const { transport, host, port } = this.destinationOf(uri);
    const target = isNumeric(host)
      ? { transport, address: host, port }
      : await this.#resolve({ transport, host, port });
    return this.#options.flowTo(target);
  }

  async #resolve({ transport, host, port }: Destination): Promise<Target> {
    let addresses: readonly string[];
    try {
      addresses = await this.#options.lookup(host);
    } catch (error) {
      throw new ChannelError(
        'HOST_UNRESOLVED',
        `the host ${host} could not be resolved; check its name and the resolver`,
        { cause: error },
      );
    }
    const targets = addresses.map((address) => ({ transport, address, port }));
    const usable = targets.find((target) => this.#options.reaches(target));
    if (usable === undefined) {
      const found = addresses.length === 0 ? 'none' : addresses.join(', ');
      throw new ChannelError(
        'HOST_UNRESOLVED',
        `the host ${host} has no address that our sockets can reach (it has ${found})`,
      );
    }
    return usable;
  }
}
