import type { MediaSession } from '../channel/media-port.ts';
import type { Mix, MixEvent, MixSeat, MixSettings } from '../channel/mix-port.ts';
import { ChannelError } from '../errors.ts';
import type { EngineJoins } from './engine-joins.ts';
import type { MixTold } from './mix/join-protocol.ts';
import { SessionJoins } from './session-joins.ts';

type Levels = ReadonlyMap<MediaSession, number>;

interface Member {
  readonly session: MediaSession;
  readonly joins: SessionJoins;
  settings: MixSettings;
  /** Says that it need not be among the calls of the mix's engine any more. */
  endVisit: () => void;
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
    const leave = (): void => {
      if (!isThere) return;
      isThere = false;
      joins.stand();
      this.#leave(call);
    };
    joins.sit(leave);
    const { isHeard = true, hears = true, gain = 0, volume = 0 } = settings;
    const member: Member = {
      session,
      joins,
      settings: { isHeard, hears, gain, volume },
      endVisit: () => undefined,
      leave,
    };
    this.#members.set(call, member);
    this.#seat(member, engine);
    return {
      change: (changed) => {
        if (!isThere) return;
        const settings = given(changed);
        member.settings = { ...member.settings, ...settings };
        this.#engine?.post({ kind: 'mix-change', mix: this.#number, call, settings });
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

  #seat(member: Member, engine: EngineJoins): void {
    const { joins, settings } = member;
    member.endVisit = joins.visit(engine);
    engine.post({ kind: 'mix-join', mix: this.#open(engine), call: joins.call, settings });
  }

  #open(engine: EngineJoins): number {
    if (!this.#engine) {
      this.#engine = engine;
      this.#number = engine.openMix({ told: (told) => this.#take(told), lost: () => this.#lost() });
      if (this.#listener) engine.post({ kind: 'mix-watch', mix: this.#number });
    }
    return this.#number;
  }

  /** The engine is gone, and those of its calls that took part have left: for the others the mix goes on in one of theirs. */
  #lost(): void {
    this.#engine = undefined;
    for (const resolve of this.#asked.values()) resolve(new Map());
    this.#asked.clear();
    this.#show(undefined);
    for (const member of this.#members.values()) {
      // Of who talks now the new engine will tell.
      this.#listener?.({ type: 'talking', session: member.session, isTalking: false });
      member.endVisit();
      this.#seat(member, this.#engine ?? member.joins.engine);
    }
  }

  #leave(call: number): void {
    const member = this.#members.get(call);
    this.#members.delete(call);
    const engine = this.#engine;
    engine?.post({ kind: 'mix-leave', mix: this.#number, call });
    member?.endVisit();
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
