import type { MediaOpenOptions, MediaPort, MediaSession } from '../channel/media-port.ts';
import type { Mix } from '../channel/mix-port.ts';
import type { Clock } from '../clock.ts';
import { type AwaitDisk, awaitDisk } from '../disk.ts';
import { ChannelError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { EngineHost } from './engine-host.ts';
import type { CodecName } from './negotiation/plan.ts';
import { PortSupply } from './port-supply.ts';
import { SessionMix } from './session-mix.ts';
import { type EngineStarter, inlineStarter, startThread } from './worker/engine-link.ts';
import type { PacketIo } from './worker/packet-io.ts';

/** Where RTP ports are taken from when the program does not say: as many other programs have it. */
const DEFAULT_PORTS = { min: 16_384, max: 32_767 };
const MAX_WORKERS = 64;

export interface MediaOptions {
  /** Range of UDP ports for RTP and RTCP, both ends included. */
  readonly rtpPorts?: { readonly min: number; readonly max: number } | undefined;
  /** Threads that carry audio. One serves a thousand calls and more. Default 1. */
  readonly workers?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs the engine in this thread, on the given clock and with these packets instead of sockets. */
  readonly inline?:
    | { readonly io: PacketIo; readonly random: () => number; readonly awaitDisk?: AwaitDisk }
    | undefined;
}

/** The media of all calls of a user agent. */
export class Media implements MediaPort {
  readonly #options: MediaOptions;
  readonly #ports: PortSupply;
  readonly #starter: EngineStarter;
  readonly #hosts: (Promise<EngineHost> | undefined)[];
  #calls = 0;
  #stopped = false;

  private constructor(options: MediaOptions) {
    const { rtpPorts = DEFAULT_PORTS, workers = 1, inline, clock } = options;
    checkRange(rtpPorts);
    checkWorkers(workers);
    const random = inline?.random ?? Math.random;
    this.#options = options;
    this.#ports = new PortSupply(rtpPorts.min, rtpPorts.max, random());
    this.#starter = inline ? inlineStarter({ clock, awaitDisk, ...inline }) : startThread;
    this.#hosts = Array.from({ length: workers });
  }

  /**
   * Starts the threads and waits until they are ready.
   * Rejects with a `ChannelError`: `INVALID_ARGUMENT` or `MEDIA_FAILED`.
   */
  static async start(options: MediaOptions): Promise<Media> {
    const media = new Media(options);
    await Promise.all(media.#hosts.map((_host, index) => media.#host(index)));
    return media;
  }

  async open(options: MediaOpenOptions): Promise<MediaSession> {
    this.#checkRunning();
    const codecs = checkCodecs(options.codecs);
    let hosts: readonly EngineHost[];
    do {
      hosts = await this.#running();
      this.#checkRunning();
      const { isLocal, near } = options;
      const host = hosts.find((each) => near && each.carries(near)) ?? leastBusy(hosts);
      const session = await (isLocal ? host.openLocal(options, codecs) : host.open(options, codecs));
      if (session && this.#stopped) await session.close();
      this.#checkRunning();
      if (session) return session;
      for (const host of hosts) host.dropSpares();
    } while (await this.#ports.freed());
    this.#checkRunning();
    throw new ChannelError(
      'PORTS_EXHAUSTED',
      `all ${this.#ports.size} pairs of RTP ports are in use; give the user agent a larger range of ports`,
    );
  }

  mix(): Mix<MediaSession> {
    return new SessionMix(this.#ports);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#hosts.splice(0).map((starting) => this.#closeHost(starting)));
  }

  async #closeHost(starting: Promise<EngineHost> | undefined): Promise<void> {
    // An engine that could not be started has told so to those who wanted it.
    const host = await starting?.catch(() => undefined);
    await host?.close(stoppedError());
  }

  #host(index: number): Promise<EngineHost> {
    const known = this.#hosts[index];
    if (known) return known;
    let host: EngineHost | undefined;
    const lost = (error: ChannelError): void => {
      if (this.#hosts[index] === starting) this.#hosts[index] = undefined;
      const calls = host?.lose(error) ?? 0;
      this.#options.logger.error('a media thread ended; its calls have lost their audio', { calls, error });
    };
    const { clock, inline } = this.#options;
    const disk = inline?.awaitDisk ?? awaitDisk;
    const context = { clock, awaitDisk: disk, ports: this.#ports, newCall: () => ++this.#calls };
    const starting = this.#starter({ event: (event) => host?.take(event), lost }).then((link) => {
      host = new EngineHost(link, context);
      return host;
    });
    this.#hosts[index] = starting;
    return starting;
  }

  #running(): Promise<readonly EngineHost[]> {
    return Promise.all(this.#hosts.map((_host, index) => this.#host(index)));
  }

  #checkRunning(): void {
    if (this.#stopped) throw stoppedError();
  }
}

function leastBusy(hosts: readonly EngineHost[]): EngineHost {
  return hosts.reduce((least, host) => (host.calls < least.calls ? host : least));
}

function stoppedError(): ChannelError {
  return new ChannelError('STOPPED', 'the user agent has been stopped, so no media can be opened');
}

function checkRange({ min, max }: { readonly min: number; readonly max: number }): void {
  const valid = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (!valid(min) || !valid(max) || max < min + (min & 1) + 1) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `rtpPorts must be a range of UDP ports with room for a pair of them, for example { min: 16384, max: 32767 }, not { min: ${min}, max: ${max} }`,
    );
  }
}

function checkWorkers(workers: number): void {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `workers must be a whole number from 1 to ${MAX_WORKERS}, not ${workers}`,
    );
  }
}

function checkCodecs(codecs: readonly string[]): readonly CodecName[] {
  const known = codecs.filter((codec): codec is CodecName => codec === 'PCMU' || codec === 'PCMA');
  if (known.length === 0 || known.length < codecs.length) {
    throw new ChannelError('INVALID_ARGUMENT', `codecs must be PCMU, PCMA or both, not ${codecs.join(', ') || 'none'}`);
  }
  return known;
}
