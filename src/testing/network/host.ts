import type { Nat } from './nat.state.ts';

/** Where something comes from or goes to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Takes a datagram; `bytes` are its own. */
export type Receive = (bytes: Buffer, from: Endpoint) => void;

/** Where ports of nobody's choice begin. */
const FIRST_PORT = 49_152;

/** A computer on the network: an address with ports. */
export class Host {
  /** What it believes its address to be. */
  readonly address: string;
  /** What others see of it. */
  readonly publicAddress: string;
  readonly nat: Nat | undefined;
  #isConnected = true;
  readonly #waiting: (() => void)[] = [];
  readonly #ports = new Map<number, Receive>();
  #nextPort = FIRST_PORT;
  /** Moments at which something arrives. */
  readonly #arrivals = new Set<number>();

  constructor(address: string, publicAddress: string, nat: Nat | undefined) {
    this.address = address;
    this.publicAddress = publicAddress;
    this.nat = nat;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  disconnect(): void {
    this.#isConnected = false;
  }

  reconnect(): void {
    this.#isConnected = true;
    for (const run of this.#waiting.splice(0)) run();
  }

  /** Runs something now, or as soon as the host is connected again. */
  whenConnected(run: () => void): void {
    if (this.#isConnected) run();
    else this.#waiting.push(run);
  }

  /** Opens a port; 0 is any free one. @returns nothing when it is open already */
  open(wanted: number, receive: Receive): number | undefined {
    const port = wanted === 0 ? this.anyPort() : wanted;
    if (this.#ports.has(port)) return undefined;
    this.#ports.set(port, receive);
    return port;
  }

  close(port: number): void {
    this.#ports.delete(port);
  }

  receiver(port: number): Receive | undefined {
    return this.#ports.get(port);
  }

  anyPort(): number {
    while (this.#ports.has(this.#nextPort)) this.#nextPort++;
    return this.#nextPort++;
  }

  /** The moment that something arrives, a little later when there is something else just then: one thing happens after another. */
  reserve(at: number): number {
    let free = at;
    while (this.#arrivals.has(free)) free = Math.round((free + 0.001) * 1000) / 1000;
    this.#arrivals.add(free);
    return free;
  }

  release(at: number): void {
    this.#arrivals.delete(at);
  }
}
