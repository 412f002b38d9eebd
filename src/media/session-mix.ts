import type { MediaSession } from '../channel/media-port.ts';
import type { Mix, MixEvent, MixSeat, MixSettings } from '../channel/mix-port.ts';
import { ChannelError } from '../errors.ts';
import type { EngineJoins } from './engine-joins.ts';
import type { MixTold } from './mix/join-protocol.ts';
import { SessionJoins } from './session-joins.ts';

type Levels = ReadonlyMap<MediaSession, number>;

interface Member {
  readonly session: MediaSession;
  readonly leave: () => void;
}

/** The program's end of a mix. It is one of the engine of its first member, until all have left; members of other engines are guests there. */
export class SessionMix implements Mix<MediaSession> {
  readonly #owner: object;
  /** By the numbers of their calls. */
  readonly #members = new Map<number, Member>();
  readonly #asked = new Map<number, (levels: Levels) => void>();
  #engine: EngineJoins | undefined;
  #number = 0;
  #requests = 0;
  #listener: ((event: MixEvent<MediaSession>) => void) | undefined;
  #loudest: MediaSession | undefined;
  #isClosed = false;

  /** @param owner - as {@link EngineJoins.owner}. */
  constructor(owner: object) {
    this.#owner = owner;
  }

  join(session: MediaSession, settings: Partial<MixSettings> = {}): MixSeat {
    if (this.#isClosed) throw new ChannelError('INVALID_STATE', 'this mix is closed');
    const joins = SessionJoins.of(session);
    const { call } = joins;
    joins.checkOpen();
    const engine = this.#engine ?? joins.engine;
    if (joins.engine.owner !== this.#owner)
      throw new ChannelError('INVALID_STATE', 'this call is one of another user agent');
    let isThere = true;
    let endVisit = (): void => undefined;
    const leave = (): void => {
      if (!isThere) return;
      isThere = false;
      joins.stand();
      this.#leave(call);
      endVisit();
    };
    joins.sit(leave);
    endVisit = joins.visit(engine);
    const mix = this.#open(engine);
    this.#members.set(call, { session, leave });
    const { isHeard = true, hears = true, gain = 0, volume = 0 } = settings;
    engine.post({ kind: 'mix-join', mix, call, settings: { isHeard, hears, gain, volume } });
    return {
      change: (changed) => {
        if (isThere) engine.post({ kind: 'mix-change', mix, call, settings: given(changed) });
      },
      leave,
    };
  }

  levels(): Promise<Levels> {
    const engine = this.#engine;
    if (!engine) return Promise.resolve(new Map());
    return new Promise((resolve) => {
      const request = ++this.#requests;
      this.#asked.set(request, resolve);
      engine.post({ kind: 'mix-levels', mix: this.#number, request });
    });
  }

  listen(listener: (event: MixEvent<MediaSession>) => void): void {
    if (!this.#listener) this.#engine?.post({ kind: 'mix-watch', mix: this.#number });
    this.#listener = listener;
  }

  close(): void {
    this.#isClosed = true;
    for (const { leave } of this.#members.values()) leave();
  }

  #open(engine: EngineJoins): number {
    if (!this.#engine) {
      this.#engine = engine;
      this.#number = engine.openMix((told) => this.#take(told));
      if (this.#listener) engine.post({ kind: 'mix-watch', mix: this.#number });
    }
    return this.#number;
  }

  #leave(call: number): void {
    this.#members.delete(call);
    const engine = this.#engine;
    engine?.post({ kind: 'mix-leave', mix: this.#number, call });
    if (this.#members.size > 0) return;
    this.#engine = undefined;
    engine?.closeMix(this.#number);
    for (const resolve of this.#asked.values()) resolve(new Map());
    this.#asked.clear();
    this.#show(undefined);
  }

  #take(told: MixTold): void {
    switch (told.kind) {
      case 'talking': {
        const member = this.#members.get(told.call);
        if (member) this.#listener?.({ type: 'talking', session: member.session, isTalking: told.isTalking });
        break;
      }
      case 'loudest':
        this.#show(told.call === undefined ? undefined : this.#members.get(told.call)?.session);
        break;
      case 'levels':
        this.#asked.get(told.request)?.(this.#levels(told.levels));
        this.#asked.delete(told.request);
        break;
    }
  }

  #show(loudest: MediaSession | undefined): void {
    if (loudest === this.#loudest) return;
    this.#loudest = loudest;
    this.#listener?.({ type: 'loudest', session: loudest });
  }

  #levels(levels: readonly (readonly [number, number])[]): Levels {
    const known = new Map<MediaSession, number>();
    for (const [call, level] of levels) {
      const member = this.#members.get(call);
      if (member) known.set(member.session, level);
    }
    return known;
  }
}

/** The settings that are given: what else is in the object may not be able to cross threads. */
function given({ isHeard, hears, gain, volume }: Partial<MixSettings>): Partial<MixSettings> {
  return Object.fromEntries(
    Object.entries({ isHeard, hears, gain, volume }).filter(([, value]) => value !== undefined),
  );
}
