import type { MediaOpenOptions, MediaPort, MediaSession } from '../../channel/media-port.ts';
import type { Mix } from '../../channel/mix-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { FakeMediaSession } from './fake-session.ts';
import type { MemoryFiles } from './memory-files.ts';

/** Media without ports, packets and files, on any clock. */
export class FakeMedia implements MediaPort {
  /** Every session that was opened, in order. */
  readonly sessions: FakeMediaSession[] = [];
  /** How many more can be opened. */
  portsLeft = Number.POSITIVE_INFINITY;
  /** Called with each new session, before anything happens in it. */
  onOpen: (session: FakeMediaSession) => void = () => undefined;
  isClosed = false;
  readonly #clock: Clock;
  readonly #files: MemoryFiles;

  constructor(clock: Clock, files: MemoryFiles) {
    this.#clock = clock;
    this.#files = files;
  }

  async open(options: MediaOpenOptions): Promise<FakeMediaSession> {
    if (this.portsLeft === 0) throw new ChannelError('PORTS_EXHAUSTED', 'no port pair is free');
    this.portsLeft--;
    const session = new FakeMediaSession(this.#clock, this.#files, options);
    this.sessions.push(session);
    this.onOpen(session);
    return session;
  }

  mix(): Mix<MediaSession> {
    throw new ChannelError('INTERNAL', 'fake calls cannot be mixed yet');
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.sessions.map((session) => session.close()));
  }
}
