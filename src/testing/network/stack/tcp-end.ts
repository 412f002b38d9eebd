import type { Endpoint } from '../../../sip/transport/flow.ts';
import type { TcpListener, TcpPort } from '../../../sip/transport/network.ts';
import { unreachableBecause } from '../../../sip/transport/network-error.ts';
import type { Host } from '../host.ts';
import type { Wire } from '../wire.ts';

/** One end of a TCP connection. What is sent arrives in order; while an end is cut off it waits. */
export class TcpEnd implements TcpPort {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #wire: Wire;
  readonly #host: Host;
  #peer: TcpEnd | undefined;
  #listener: TcpListener | undefined;
  readonly #early: Buffer[] = [];
  #lastArrival = 0;
  #closed = false;

  /** @param remote - where the other end is seen */
  constructor(wire: Wire, host: Host, local: Endpoint, remote: Endpoint) {
    this.#wire = wire;
    this.#host = host;
    this.local = local;
    this.remote = { address: remote.address, port: remote.port };
  }

  /** Joins the two ends of a connection. */
  static join(one: TcpEnd, other: TcpEnd): void {
    one.#peer = other;
    other.#peer = one;
  }

  listen(listener: TcpListener): void {
    this.#listener = listener;
    for (const bytes of this.#early.splice(0)) listener.onData(bytes);
    if (this.#closed) listener.onClosed();
  }

  send(bytes: Buffer): Promise<void> {
    const peer = this.#peer;
    if (this.#closed || !peer) {
      return Promise.reject(unreachableBecause('TCP', this.remote, 'the connection is closed'));
    }
    const { clock, journal } = this.#wire;
    const copy = Buffer.from(bytes);
    const sent = journal.add(clock.now(), 'TCP', 'SIP', peer.remote, this.remote, copy);
    this.#reach(peer, () => {
      sent.fate = peer.#closed ? 'nobody' : 'delivered';
      if (!peer.#closed) sent.arrived.push(clock.now());
      peer.#receive(copy);
    });
    return Promise.resolve();
  }

  close(): void {
    const peer = this.#peer;
    if (this.#closed) return;
    this.#end();
    if (peer) this.#reach(peer, () => peer.#end());
  }

  /** Runs something at the other end when it gets there, after everything before it. */
  #reach(peer: TcpEnd, run: () => void): void {
    const { clock } = this.#wire;
    this.#lastArrival = Math.max(this.#lastArrival, clock.now() + this.#wire.delay(this.#host, this.remote.address));
    this.#wire.schedule(this.#lastArrival, () => this.#host.whenConnected(() => peer.#host.whenConnected(run)));
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return;
    if (this.#listener) this.#listener.onData(bytes);
    else this.#early.push(bytes);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener?.onClosed();
  }
}
