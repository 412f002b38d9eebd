import type { MediaOpenOptions, MediaPort, MediaSession } from '../channel/media-port.ts';
import type { Clock } from '../clock.ts';
import { type AwaitDisk, awaitDisk } from '../disk.ts';
import { ChannelError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { CallSession } from './media-session.ts';
import type { CodecName } from './negotiation/plan.ts';
import { type EngineLink, type EngineStarter, inlineStarter, startThread } from './worker/engine-link.ts';
import type { PacketIo } from './worker/packet-io.ts';
import { fromPlainError } from './worker/plain-error.ts';
import { PortPool } from './worker/port-pool.state.ts';
import type { EngineEvent } from './worker/protocol.ts';

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

/** One engine with its calls. */
interface Host {
  readonly link: EngineLink;
  readonly sessions: Map<number, Resident>;
}

/** A call of an engine, from the moment that it takes its ports. */
interface Resident {
  readonly rtpPort: number;
  opened: (event: EngineEvent | ChannelError) => void;
  session: CallSession | undefined;
  /** Its ports will be free in a moment. */
  isClosing: boolean;
}

/** The media of all calls of a user agent. */
export class Media implements MediaPort {
  readonly #options: MediaOptions;
  readonly #ports: PortPool;
  readonly #starter: EngineStarter;
  readonly #hosts: (Promise<Host> | undefined)[];
  /** How many calls are closing. */
  #closing = 0;
  /** Wakes those who wait for the ports of calls that are closing. */
  readonly #wanting = new Set<() => void>();
  #calls = 0;
  #stopped = false;

  private constructor(options: MediaOptions) {
    const { rtpPorts = DEFAULT_PORTS, workers = 1, inline, clock } = options;
    checkRange(rtpPorts);
    checkWorkers(workers);
    const random = inline?.random ?? Math.random;
    this.#options = options;
    this.#ports = new PortPool(rtpPorts.min, rtpPorts.max, random());
    this.#starter = inline ? inlineStarter({ clock, awaitDisk, ...inline }) : startThread;
    this.#hosts = Array.from({ length: inline ? 1 : workers });
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
    const host = await this.#leastBusy();
    do {
      for (let left = this.#ports.free; left > 0; left--) {
        this.#checkRunning();
        const rtpPort = this.#ports.take();
        if (rtpPort === undefined) break;
        const session = await this.#openAt(host, options, codecs, rtpPort);
        if (session) return session;
      }
    } while (await this.#portsAreFreed());
    this.#checkRunning();
    throw new ChannelError(
      'PORTS_EXHAUSTED',
      `all ${this.#ports.size} pairs of RTP ports are in use; give the user agent a larger range of ports`,
    );
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#hosts.splice(0).map((starting) => this.#closeHost(starting)));
  }

  async #closeHost(starting: Promise<Host> | undefined): Promise<void> {
    // An engine that could not be started has told so to those who wanted it.
    const host = await starting?.catch(() => undefined);
    if (!host) return;
    await Promise.all(Array.from(host.sessions.values(), async ({ session }) => session?.close()));
    await host.link.close();
    for (const { opened } of host.sessions.values()) opened(stoppedError());
  }

  /** Takes a pair of ports into use. @returns nothing when another program has it. */
  async #openAt(
    host: Host,
    options: MediaOpenOptions,
    codecs: readonly CodecName[],
    rtpPort: number,
  ): Promise<CallSession | undefined> {
    const call = ++this.#calls;
    const { address, publicAddress } = options;
    if (host.sessions.size === 0) host.link.hold(true);
    const result = await new Promise<EngineEvent | ChannelError>((opened) => {
      host.sessions.set(call, { rtpPort, opened, session: undefined, isClosing: false });
      host.link.post({ type: 'open', call, address, rtpPort });
    });
    if (result instanceof ChannelError) throw result;
    if (result.type === 'open-failed') {
      this.#forget(host, call);
      if (result.taken) return undefined;
      throw fromPlainError(result.error);
    }
    const session = new CallSession({
      call,
      address,
      publicAddress,
      rtpPort,
      codecs,
      sessionId: String(Math.floor(this.#options.clock.wallNow()) * 1000 + (call % 1000)),
      post: (command) => {
        if (command.type === 'close') this.#closes(host, call);
        host.link.post(command);
      },
    });
    const resident = host.sessions.get(call);
    if (resident) resident.session = session;
    if (!this.#stopped) return session;
    await session.close();
    throw stoppedError();
  }

  #forget(host: Host, call: number): void {
    const resident = host.sessions.get(call);
    if (!resident) return;
    host.sessions.delete(call);
    this.#free(resident);
    if (host.sessions.size === 0) host.link.hold(false);
  }

  #closes(host: Host, call: number): void {
    const resident = host.sessions.get(call);
    if (!resident || resident.isClosing) return;
    resident.isClosing = true;
    this.#closing++;
  }

  #free(resident: Resident): void {
    this.#ports.release(resident.rtpPort);
    if (resident.isClosing) this.#closing--;
    for (const wake of this.#wanting) wake();
    this.#wanting.clear();
  }

  /** Resolves with `true` when ports have come free, with `false` when no call is about to give any back. */
  #portsAreFreed(): Promise<boolean> {
    if (this.#closing === 0) return Promise.resolve(false);
    return new Promise((resolve) => this.#wanting.add(() => resolve(true)));
  }

  #host(index: number): Promise<Host> {
    const known = this.#hosts[index];
    if (known) return known;
    const sessions = new Map<number, Resident>();
    let host: Host | undefined;
    const lost = (error: ChannelError): void => {
      if (this.#hosts[index] === starting) this.#hosts[index] = undefined;
      this.#options.logger.error('a media thread ended; its calls have lost their audio', {
        calls: sessions.size,
        error,
      });
      for (const [, resident] of sessions) {
        this.#free(resident);
        resident.opened(error);
        resident.session?.lose(error);
      }
      sessions.clear();
    };
    const starting = this.#starter({ event: (event) => this.#take(host, event), lost }).then((link): Host => {
      host = { link, sessions };
      return host;
    });
    this.#hosts[index] = starting;
    return starting;
  }

  #take(host: Host | undefined, event: EngineEvent): void {
    if (!host || event.type === 'ready') return;
    const resident = host.sessions.get(event.call);
    if (!resident) return;
    if (event.type === 'opened' || event.type === 'open-failed') resident.opened(event);
    else {
      if (event.type === 'closed') this.#forget(host, event.call);
      resident.session?.take(event);
    }
  }

  async #leastBusy(): Promise<Host> {
    const hosts = await Promise.all(this.#hosts.map((_host, index) => this.#host(index)));
    const [first] = hosts;
    if (!first) throw stoppedError();
    return hosts.reduce((least, host) => (host.sessions.size < least.sessions.size ? host : least), first);
  }

  #checkRunning(): void {
    if (this.#stopped) throw stoppedError();
  }
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
