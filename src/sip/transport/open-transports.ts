import { silentLogger } from '../../logger.ts';
import type { SipRequest } from '../message/message.ts';
import { chooseLocal, familyOf, isWildcard } from './address-family.codec.ts';
import type { Flow } from './flow.ts';
import { unreachableBecause } from './network-error.ts';
import { reconnectEndpoint, replyEndpoint } from './source-address.codec.ts';
import type { Target } from './target.ts';
import { TcpTransport } from './tcp-transport.ts';
import type { Listen, Transports, TransportsOptions } from './transports.ts';
import { UdpTransport } from './udp-transport.ts';

/** Opens every socket of `options.listen` or none. Rejects with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`. */
export async function openTransports(options: TransportsOptions): Promise<Transports> {
  const tcp = new TcpTransport(options);
  const udp: UdpTransport[] = [];
  const listening: Listen[] = [];
  try {
    for (const { transport, address, port } of options.listen) {
      if (transport === 'UDP') {
        const opened = await UdpTransport.open(
          options.network,
          { address, port },
          options.onBytes,
          options.logger ?? silentLogger,
        );
        udp.push(opened);
        listening.push({ transport, ...opened.local });
      } else {
        listening.push({ transport, ...(await tcp.listen({ address, port })) });
      }
    }
  } catch (error) {
    await Promise.all([tcp.close(), ...udp.map((opened) => opened.close())]);
    throw error;
  }
  return new AllTransports(listening, udp, tcp);
}

function isEveryAddressOf(wildcard: string, address: string): boolean {
  return isWildcard(wildcard) && familyOf(wildcard) === familyOf(address);
}

class AllTransports implements Transports {
  readonly listening: readonly Listen[];
  readonly #udp: readonly UdpTransport[];
  readonly #udpAddresses: readonly string[];
  readonly #tcp: TcpTransport;

  constructor(listening: readonly Listen[], udp: readonly UdpTransport[], tcp: TcpTransport) {
    this.listening = listening;
    this.#udp = udp;
    this.#udpAddresses = udp.map(({ local }) => local.address);
    this.#tcp = tcp;
  }

  reaches(target: Target): boolean {
    return target.transport === 'TCP' || chooseLocal(this.#udpAddresses, target.address) >= 0;
  }

  async flowTo(target: Target): Promise<Flow> {
    if (target.transport === 'TCP') return this.#tcp.flowTo(target);
    const udp = this.#udp[chooseLocal(this.#udpAddresses, target.address)];
    if (udp) return udp.flowTo(target);
    const family = familyOf(target.address);
    throw unreachableBecause(
      'UDP',
      target,
      `there is no UDP socket for IPv${family}: listen at ${family === 6 ? '::' : '0.0.0.0'} too`,
    );
  }

  replyFlow(request: SipRequest, flow: Flow): Flow {
    if (flow.transport === 'TCP') {
      return flow.closed ? this.#tcp.flowNow(reconnectEndpoint(request.topVia, flow.remote), flow.local) : flow;
    }
    const to = replyEndpoint(request.topVia, flow.remote);
    if (to.port === flow.remote.port) return flow;
    const { address, port } = flow.local;
    const udp = this.#udp.find(
      ({ local }) => local.port === port && (local.address === address || isEveryAddressOf(local.address, address)),
    );
    return udp?.sibling(flow, to) ?? flow;
  }

  async close(): Promise<void> {
    await Promise.all([this.#tcp.close(), ...this.#udp.map((udp) => udp.close())]);
  }
}
