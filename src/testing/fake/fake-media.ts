import type { MediaOpenOptions, MediaPort, MediaSession } from '../../channel/media-port.ts';
import type { Mix } from '../../channel/mix-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { LOCAL_ADDRESS } from '../../media/negotiation/local-address.codec.ts';
import { ON_NETWORK } from './fake-description.ts';
import type { FakeLeg } from './fake-leg.ts';
import { FakeMix } from './fake-mix.ts';
import { FakeMediaSession } from './fake-session.ts';
import type { MemoryFiles } from './memory-files.ts';

/** Media without ports, packets and files, on any clock. */
export class FakeMedia implements MediaPort {
  /** Every session that was opened, in order. */
  readonly sessions: FakeMediaSession[] = [];
  /** How many more can be opened. */
  portsLeft = Number.POSITIVE_INFINITY;
  /** Called with each new session whose far end is not one of these, before anything happens in it. */
  onOpen: (session: FakeMediaSession) => void = () => undefined;
  isClosed = false;
  readonly #clock: Clock;
  readonly #files: MemoryFiles;
  /** The sessions without a far end on the network, each by its port. */
  readonly #local = new Map<number, FakeMediaSession>();
  #localPorts = 0;

  constructor(clock: Clock, files: MemoryFiles) {
    this.#clock = clock;
    this.#files = files;
  }

  async open(options: MediaOpenOptions): Promise<FakeMediaSession> {
    if (options.isLocal) return this.#openLocal(options);
    if (this.portsLeft === 0) throw new ChannelError('PORTS_EXHAUSTED', 'no port pair is free');
    this.portsLeft--;
    const place = { ...ON_NETWORK, port: ON_NETWORK.port + 2 * this.sessions.length };
    const session = new FakeMediaSession(this.#clock, this.#files, options, place);
    this.sessions.push(session);
    this.onOpen(session);
    return session;
  }

  /** The media of a call, once it has been described. */
  sessionOf({ direction, offer, described }: FakeLeg): FakeMediaSession | undefined {
    const port = (direction === 'outbound' ? offer : described)?.media[0]?.port;
    return this.sessions.find(({ local }) => local.rtpPort === port);
  }

  mix(): Mix<MediaSession> {
    return new FakeMix<MediaSession>();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.sessions.map((session) => session.close()));
  }

  #openLocal(options: MediaOpenOptions): FakeMediaSession {
    this.#localPorts += 2;
    const session = new FakeMediaSession(this.#clock, this.#files, options, {
      address: LOCAL_ADDRESS,
      port: this.#localPorts,
      find: (port) => this.#local.get(port),
    });
    this.#local.set(this.#localPorts, session);
    this.sessions.push(session);
    return session;
  }
}
