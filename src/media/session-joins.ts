import type { MediaSession } from '../channel/media-port.ts';
import type { AudioLink, LinkOptions } from '../channel/mix-port.ts';
import { ChannelError } from '../errors.ts';
import type { EngineJoins } from './engine-joins.ts';
import { VOICE_BYTES } from './mix/voice-memory.ts';

const KNOWN = new WeakMap<MediaSession, SessionJoins>();

/** Why a call is a guest of another engine. */
interface Visit {
  /** Number of the lending. */
  readonly guest: number;
  /** How many links and mixes need it. */
  reasons: number;
}

/** What joins one session to others. */
export class SessionJoins {
  readonly call: number;
  readonly engine: EngineJoins;
  /** The engines that it is a guest of. */
  readonly #visits = new Map<EngineJoins, Visit>();
  /** What its far end says, for other engines to look into. */
  #heard: SharedArrayBuffer | undefined;
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
    // Where it is heard; there it has to be spoken too.
    const { engine } = other;
    const leave = this.visit(engine);
    const link = engine.newNumber();
    engine.post({ kind: 'link', link, from: this.call, to: other.call, volume });
    let isOpen = true;
    return {
      setVolume: (decibels) => {
        if (isOpen) engine.post({ kind: 'link-volume', link, volume: decibels });
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        engine.post({ kind: 'unlink', link });
        leave();
      },
    };
  }

  /** The session is closed, or its engine gone. The engine ends by itself what joined it there. */
  close(): void {
    this.#isClosed = true;
    this.#leave?.();
    this.endVisits();
  }

  /** The call has broken down or is closed: its own engine has ended what joined it there, and now those that it is a guest of do. */
  endVisits(): void {
    for (const engine of this.#visits.keys()) engine.post({ kind: 'guest-end', call: this.call });
    this.#visits.clear();
  }

  /**
   * Makes this a call among those of an engine, if it is of another one. Throws `ChannelError` `INVALID_STATE` when that is of another user
   * agent.
   *
   * @returns what says that this is not needed any more, to be called once
   */
  visit(engine: EngineJoins): () => void {
    if (engine === this.engine) return () => undefined;
    if (engine.owner !== this.engine.owner) {
      throw new ChannelError(
        'INVALID_STATE',
        'these calls are carried by different user agents, so that they cannot hear each other; have one user agent make both',
      );
    }
    const visit = this.#visits.get(engine) ?? this.#enter(engine);
    visit.reasons++;
    return () => {
      if (--visit.reasons > 0 || this.#visits.get(engine) !== visit) return;
      this.#visits.delete(engine);
      engine.post({ kind: 'guest-end', call: this.call });
      this.engine.post({ kind: 'lend-end', guest: visit.guest });
    };
  }

  #enter(engine: EngineJoins): Visit {
    this.#heard ??= new SharedArrayBuffer(VOICE_BYTES);
    const memory = { heard: this.#heard, said: new SharedArrayBuffer(VOICE_BYTES) };
    const visit = { guest: this.engine.newNumber(), reasons: 0 };
    this.#visits.set(engine, visit);
    this.engine.post({ kind: 'lend', call: this.call, guest: visit.guest, memory });
    engine.post({ kind: 'guest', call: this.call, memory });
    return visit;
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
}
