import type { MediaPlan } from '../negotiation/plan.ts';
import type { Latch } from '../rtp/latch.state.ts';
import type { PacketSink } from './packet-sink.ts';

/** Where the packets of a call go: to where its own come from, audio and reports. */
export class FarEnd {
  readonly #sink: PacketSink;
  readonly #latch: Latch;
  #described: MediaPlan['remote'] | undefined;
  #rtcpAddress = '';
  #rtcpPort = 0;
  #followed: Latch['remote'];
  #settled = false;

  constructor(sink: PacketSink, latch: Latch) {
    this.#sink = sink;
    this.#latch = latch;
  }

  /** Whether the socket is tied to the far end. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Whether it is known where reports go. */
  get takesReports(): boolean {
    return this.#rtcpPort !== 0;
  }

  /** Where audio goes to, `address:port`; undefined while that is not known. */
  get remoteAddress(): string | undefined {
    const remote = this.#latch.remote;
    if (!remote) return undefined;
    return `${remote.address.includes(':') ? `[${remote.address}]` : remote.address}:${remote.port}`;
  }

  /** Takes the address of a description; the latch must know it already. */
  describe(remote: MediaPlan['remote']): void {
    const before = this.#described;
    this.#described = remote;
    if (before?.address !== remote.address || before.rtcpPort !== remote.rtcpPort) {
      this.#rtcpAddress = remote.address;
      this.#rtcpPort = remote.rtcpPort;
    }
    this.follow(false);
  }

  /** Sends to where the latch says. */
  follow(settled: boolean): void {
    const remote = this.#latch.remote;
    if (!remote || (remote === this.#followed && settled === this.#settled)) return;
    if (remote !== this.#followed && this.#followed && remote.address !== this.#described?.address) {
      this.#rtcpAddress = remote.address;
      this.#rtcpPort = remote.port + 1;
    }
    this.#followed = remote;
    this.#settled = settled;
    this.#tell();
  }

  /** Whether reports from there are to be believed: only from where the audio comes from or was said to. */
  acceptsReports(address: string): boolean {
    return address === this.#latch.remote?.address || address === this.#rtcpAddress;
  }

  /** Valid reports come from there: ours go there. The port may be another than described, behind a NAT. */
  reportsFrom(address: string, port: number): void {
    if (this.#rtcpPort === port && this.#rtcpAddress === address) return;
    this.#rtcpAddress = address;
    this.#rtcpPort = port;
    this.#tell();
  }

  #tell(): void {
    const remote = this.#latch.remote;
    if (!remote) return;
    this.#sink.setRemote(remote.address, remote.port, this.#rtcpAddress, this.#rtcpPort, this.#settled);
  }
}
