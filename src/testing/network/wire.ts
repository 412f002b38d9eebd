import type { Clock } from '../../clock.ts';
import type { Conditions } from './conditions.ts';
import type { Endpoint, Host } from './host.ts';
import { Link } from './link.state.ts';
import type { NetworkJournal, Sent, Traffic } from './network-journal.ts';

export interface WireOptions {
  readonly clock: Clock;
  readonly seed: string;
  readonly journal: NetworkJournal;
  readonly conditions: () => Conditions;
}

/** Carries datagrams from host to host, as well as the conditions let it. */
export class Wire {
  readonly clock: Clock;
  readonly journal: NetworkJournal;
  readonly #options: WireOptions;
  readonly #hosts = new Map<string, Host>();
  readonly #links = new Map<string, Link>();
  readonly #underWay = new Set<Disposable>();

  constructor(options: WireOptions) {
    this.clock = options.clock;
    this.journal = options.journal;
    this.#options = options;
  }

  add(host: Host): void {
    this.#hosts.set(host.publicAddress, host);
  }

  /** The host that others find at an address. */
  hostAt(address: string): Host | undefined {
    return this.#hosts.get(address);
  }

  /** How long the next thing takes that cannot get lost. */
  delay(from: Host, to: string): number {
    return this.#link(`tcp ${from.publicAddress} ${to}`).delay(this.#options.conditions());
  }

  /** Where others see a port of a host. */
  seen(host: Host, port: number, peer: string): Endpoint {
    const { natRebind } = this.#options.conditions();
    return {
      address: host.publicAddress,
      port: host.nat?.outwards(port, peer, this.clock.now(), natRebind) ?? port,
    };
  }

  send(traffic: Traffic, host: Host, port: number, to: Endpoint, bytes: Buffer): void {
    const now = this.clock.now();
    const from = this.seen(host, port, to.address);
    const sent = this.journal.add(now, 'UDP', traffic, from, { address: to.address, port: to.port }, bytes);
    const arrivals = this.#link(`udp ${from.address} ${to.address}`).arrivals(now, this.#options.conditions());
    if (!host.isConnected) sent.fate = 'cut off';
    else if (arrivals.length === 0) sent.fate = 'lost';
    else for (const at of arrivals) this.#later(sent, at, bytes);
  }

  /** Runs something at its time, unless the network is closed before. */
  schedule(at: number, run: () => void): void {
    const timer = this.clock.schedule(at, () => {
      this.#underWay.delete(timer);
      run();
    });
    this.#underWay.add(timer);
  }

  /** Forgets what is under way. */
  close(): void {
    for (const timer of this.#underWay) timer[Symbol.dispose]();
    this.#underWay.clear();
  }

  #later(sent: Sent, wanted: number, bytes: Buffer): void {
    const host = this.#hosts.get(sent.to.address);
    const at = host ? host.reserve(wanted) : wanted;
    this.schedule(at, () => {
      host?.release(at);
      this.#arrive(sent, bytes);
    });
  }

  #arrive(sent: Sent, bytes: Buffer): void {
    const host = this.#hosts.get(sent.to.address);
    const receive = host && this.#receiver(host, sent);
    if (receive && host.isConnected) {
      sent.fate = sent.arrived.length === 0 ? 'delivered' : 'duplicated';
      sent.arrived.push(this.clock.now());
      receive(Buffer.from(bytes), sent.from);
    } else if (sent.arrived.length === 0) sent.fate = host && !host.isConnected ? 'cut off' : 'nobody';
  }

  #receiver(host: Host, { from, to }: Sent): ReturnType<Host['receiver']> {
    const { natRebind } = this.#options.conditions();
    const port = host.nat ? host.nat.inwards(to.port, from.address, this.clock.now(), natRebind) : to.port;
    return port === undefined ? undefined : host.receiver(port);
  }

  #link(name: string): Link {
    let link = this.#links.get(name);
    if (!link) {
      link = new Link(`${this.#options.seed} ${name}`);
      this.#links.set(name, link);
    }
    return link;
  }
}
