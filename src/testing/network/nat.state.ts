interface Mapping {
  readonly inside: number;
  readonly outside: number;
  /** Addresses that something was sent to: only from there something may come in. */
  readonly peers: Set<string>;
}

/** Where outside ports begin. */
const FIRST_PORT = 40_000;
const LAST_PORT = 65_535;

/**
 * A NAT with one host behind it. It gives each port of the host one of its own, the same towards everybody, and lets in only what
 * comes from addresses that were sent to (RFC 4787: endpoint-independent mapping, address-dependent filtering). Ports that are
 * forwarded are the same outside and inside, for everybody and for ever.
 */
export class Nat {
  readonly #forwarded = new Set<number>();
  readonly #byInside = new Map<number, Mapping>();
  readonly #byOutside = new Map<number, Mapping>();
  #next = FIRST_PORT;
  #epoch = 0;

  forward(port: number): void {
    this.#forwarded.add(port);
  }

  /** The port that others see for a port of the host, when it sends to `peer`. */
  outwards(port: number, peer: string, now: number, rebind: number): number {
    if (this.#forwarded.has(port)) return port;
    this.#age(now, rebind);
    const mapping = this.#byInside.get(port) ?? this.#map(port);
    mapping.peers.add(peer);
    return mapping.outside;
  }

  /** The port of the host that something from `peer` is for; `undefined` when it is not let in. */
  inwards(port: number, peer: string, now: number, rebind: number): number | undefined {
    if (this.#forwarded.has(port)) return port;
    this.#age(now, rebind);
    const mapping = this.#byOutside.get(port);
    return mapping?.peers.has(peer) === true ? mapping.inside : undefined;
  }

  #map(inside: number): Mapping {
    do {
      this.#next = this.#next === LAST_PORT ? FIRST_PORT : this.#next + 1;
    } while (this.#byOutside.has(this.#next) || this.#forwarded.has(this.#next));
    const mapping = { inside, outside: this.#next, peers: new Set<string>() };
    this.#byInside.set(inside, mapping);
    this.#byOutside.set(mapping.outside, mapping);
    return mapping;
  }

  /** Forgets everything when its time has come. */
  #age(now: number, rebind: number): void {
    const epoch = Math.floor(now / rebind);
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#byInside.clear();
    this.#byOutside.clear();
  }
}
