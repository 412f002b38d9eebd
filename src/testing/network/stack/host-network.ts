import type { Endpoint } from '../../../sip/transport/flow.ts';
import type {
  ConnectOptions,
  Network,
  OnDatagram,
  TcpPort,
  TcpServer,
  UdpPort,
} from '../../../sip/transport/network.ts';
import { bindError, unreachableBecause } from '../../../sip/transport/network-error.ts';
import type { Host } from '../host.ts';
import type { Wire } from '../wire.ts';
import type { TcpExchange } from './tcp-exchange.ts';

/** SIP of one host. */
export class HostNetwork implements Network {
  readonly #wire: Wire;
  readonly #tcp: TcpExchange;
  readonly #host: Host;

  constructor(wire: Wire, tcp: TcpExchange, host: Host) {
    this.#wire = wire;
    this.#tcp = tcp;
    this.#host = host;
  }

  openUdp(local: Endpoint, onDatagram: OnDatagram): Promise<UdpPort> {
    const host = this.#host;
    const port = host.open(local.port, onDatagram);
    if (port === undefined) return Promise.reject(bindError('UDP', local, { code: 'EADDRINUSE' }));
    host.nat?.forward(port);
    let isOpen = true;
    return Promise.resolve({
      local: { address: host.address, port },
      send: (bytes, remote) => {
        if (!isOpen) return Promise.reject(unreachableBecause('UDP', remote, 'our socket is closed'));
        this.#wire.send('SIP', host, port, remote, Buffer.from(bytes));
        return Promise.resolve();
      },
      close: () => {
        if (isOpen) host.close(port);
        isOpen = false;
        return Promise.resolve();
      },
    });
  }

  listenTcp(local: Endpoint, onConnection: (port: TcpPort) => void): Promise<TcpServer> {
    return this.#tcp.listen(this.#host, local, onConnection);
  }

  connectTcp(remote: Endpoint, options: ConnectOptions): Promise<TcpPort> {
    return this.#tcp.connect(this.#host, remote, options);
  }

  localAddressTowards(): Promise<string> {
    return Promise.resolve(this.#host.address);
  }
}
