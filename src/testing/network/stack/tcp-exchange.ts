import type { Endpoint } from '../../../sip/transport/flow.ts';
import type { ConnectOptions, TcpPort, TcpServer } from '../../../sip/transport/network.ts';
import { bindError, unreachable } from '../../../sip/transport/network-error.ts';
import type { Host } from '../host.ts';
import type { Wire } from '../wire.ts';
import { TcpEnd } from './tcp-end.ts';

interface Listening {
  readonly host: Host;
  readonly onConnection: (port: TcpPort) => void;
}

/** Makes TCP connections between hosts. They lose nothing, whatever the conditions are, and are as slow as these say. */
export class TcpExchange {
  readonly #wire: Wire;
  readonly #listening = new Map<string, Listening>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  listen(host: Host, local: Endpoint, onConnection: (port: TcpPort) => void): Promise<TcpServer> {
    const port = local.port === 0 ? host.anyPort() : local.port;
    const name = nameOf(host.publicAddress, port);
    if (this.#listening.has(name)) return Promise.reject(bindError('TCP', local, { code: 'EADDRINUSE' }));
    this.#listening.set(name, { host, onConnection });
    return Promise.resolve({
      local: { address: host.address, port },
      close: () => {
        this.#listening.delete(name);
        return Promise.resolve();
      },
    });
  }

  connect(host: Host, remote: Endpoint, { timeout, signal }: ConnectOptions): Promise<TcpPort> {
    const { clock } = this.#wire;
    const delay = (): number => this.#wire.delay(host, remote.address);
    return new Promise((resolve, reject) => {
      let isOver = false;
      const finish = (end: () => void): void => {
        if (isOver) return;
        isOver = true;
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', onAbort);
        end();
      };
      const fail = (code: string): void => finish(() => reject(unreachable('TCP', remote, { code })));
      const onAbort = (): void => fail('ECONNABORTED');
      const timer = clock.schedule(clock.now() + timeout, () => fail('ETIMEDOUT'));
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#wire.schedule(clock.now() + delay(), () => {
        if (!host.isConnected || !this.#wire.hostAt(remote.address)?.isConnected) return;
        const listening = this.#listening.get(nameOf(remote.address, remote.port));
        const ours = listening && !isOver ? this.#join(host, remote, listening) : undefined;
        this.#wire.schedule(clock.now() + delay(), () => {
          if (ours && isOver) ours.close();
          else if (ours) finish(() => resolve(ours));
          else fail('ECONNREFUSED');
        });
      });
    });
  }

  #join(host: Host, remote: Endpoint, listening: Listening): TcpEnd {
    const port = host.anyPort();
    const seen = { address: host.publicAddress, port };
    const ours = new TcpEnd(this.#wire, host, { address: host.address, port }, remote);
    const theirs = new TcpEnd(this.#wire, listening.host, { address: listening.host.address, port: remote.port }, seen);
    TcpEnd.join(ours, theirs);
    listening.onConnection(theirs);
    return ours;
  }
}

function nameOf(address: string, port: number): string {
  return `${address}|${port}`;
}
