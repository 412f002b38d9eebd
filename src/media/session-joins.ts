import type { MediaSession } from '../channel/media-port.ts';
import type { AudioLink, LinkOptions } from '../channel/mix-port.ts';
import { ChannelError } from '../errors.ts';
import type { EngineJoins } from './engine-joins.ts';

const KNOWN = new WeakMap<MediaSession, SessionJoins>();

/** What joins one session to others. */
export class SessionJoins {
  readonly call: number;
  readonly engine: EngineJoins;
  #isClosed = false;
  #leave: (() => void) | undefined;

  constructor(session: MediaSession, call: number, engine: EngineJoins) {
    this.call = call;
    this.engine = engine;
    KNOWN.set(session, this);
  }

  /** What joins that session. Throws `ChannelError` `INVALID_STATE` when it is none of this process's own media. */
  static of(session: MediaSession): SessionJoins {
    const joins = KNOWN.get(session);
    if (joins) return joins;
    throw new ChannelError(
      'INVALID_STATE',
      'this session is of another kind of media, so that it cannot be joined to others',
    );
  }

  link(to: MediaSession, { volume = 0 }: LinkOptions = {}): AudioLink {
    const other = SessionJoins.of(to);
    if (other === this)
      throw new ChannelError('INVALID_STATE', 'a call cannot be linked to itself; echo() sends back what it says');
    this.checkOpen();
    other.checkOpen();
    this.checkEngine(other.engine);
    const { engine } = this;
    const link = engine.newLink();
    engine.post({ kind: 'link', link, from: this.call, to: other.call, volume });
    let isOpen = true;
    return {
      setVolume: (decibels) => {
        if (isOpen) engine.post({ kind: 'link-volume', link, volume: decibels });
      },
      close: () => {
        if (isOpen) engine.post({ kind: 'unlink', link });
        isOpen = false;
      },
    };
  }

  /** The session is closed, or its engine gone. The engine ends by itself what joined it. */
  close(): void {
    this.#isClosed = true;
    this.#leave?.();
  }

  /** It takes part in a mix from now on, which it leaves by `leave`. Throws `ChannelError` `INVALID_STATE` when it does so already. */
  sit(leave: () => void): void {
    if (this.#leave) throw new ChannelError('INVALID_STATE', 'this call takes part in a mix already');
    this.#leave = leave;
  }

  /** It takes part no more. */
  stand(): void {
    this.#leave = undefined;
  }

  checkOpen(): void {
    if (this.#isClosed) throw new ChannelError('INVALID_STATE', 'the media of this call is closed');
  }

  /** Throws `ChannelError` `INVALID_STATE` when this is the engine of other calls. */
  checkEngine(engine: EngineJoins): void {
    if (engine === this.engine) return;
    throw new ChannelError(
      'INVALID_STATE',
      'these calls are carried by different media threads or user agents, so that they cannot hear each other; have one of them opened near the other, or give the user agent one thread (mediaWorkers: 1)',
    );
  }
}
