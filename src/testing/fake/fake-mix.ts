import type { AudioLink, Mix, MixEvent, MixSeat, MixSettings } from '../../channel/mix-port.ts';
import { ChannelError } from '../../errors.ts';
import { SILENCE_DBOV } from '../../media/level/level.codec.ts';
import type { TalkEvent } from '../../media/mix/talkers.state.ts';
import { FakeMediaSession } from './fake-session.ts';
import { FRAME_MS } from './sound-track.ts';
import { TalkWatch } from './talk-watch.ts';

const USUAL: MixSettings = { isHeard: true, hears: true, gain: 0, volume: 0 };

/** One who takes part, and how it is heard by each other one. */
interface Place {
  readonly session: FakeMediaSession;
  readonly ways: Map<Place, AudioLink>;
  settings: MixSettings;
  /** While others are there to be heard: what lets the background go on. */
  goOn: (() => void) | undefined;
  end: () => void;
}

/** A mix of fake calls: a link from each to each. */
export class FakeMix<Session> implements Mix<Session | FakeMediaSession> {
  readonly #places = new Map<number, Place>();
  #count = 0;
  #listener: ((event: MixEvent<FakeMediaSession>) => void) | undefined;
  #watch: TalkWatch | undefined;
  #isClosed = false;

  join(session: Session | FakeMediaSession, settings: Partial<MixSettings> = {}): MixSeat {
    if (!(session instanceof FakeMediaSession) || session.isClosed || session.isSeated || this.#isClosed) {
      throw new ChannelError('INVALID_STATE', 'a call can join a mix while both are open, and only one at a time');
    }
    const number = ++this.#count;
    const place = this.#place(session, () => this.#leave(number));
    this.#places.set(number, place);
    const change = (changed: Partial<MixSettings>): void => {
      if (this.#places.get(number) !== place) return;
      place.settings = { ...place.settings, ...changed };
      if (!place.settings.isHeard) this.#watch?.gone(number);
      this.#connect();
    };
    change(settings);
    return { change, leave: () => this.#leave(number) };
  }

  async levels(): Promise<ReadonlyMap<FakeMediaSession, number>> {
    return new Map(
      Array.from(this.#places.values(), (place) => [
        place.session,
        levelOf(place, place.session.clock.now() - FRAME_MS),
      ]),
    );
  }

  listen(listener: (event: MixEvent<FakeMediaSession>) => void): void {
    this.#listener = listener;
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    for (const number of this.#places.keys()) this.#leave(number);
  }

  #place(session: FakeMediaSession, leave: () => void): Place {
    const endWatch = session.sound.watch(() => this.#wake());
    const stand = session.sit(leave);
    const end = (): void => {
      endWatch();
      stand();
    };
    return { session, ways: new Map(), settings: USUAL, goOn: undefined, end };
  }

  #leave(number: number): void {
    const place = this.#places.get(number);
    if (!place) return;
    this.#places.delete(number);
    place.end();
    place.goOn?.();
    for (const link of place.ways.values()) link.close();
    for (const { ways } of this.#places.values()) {
      ways.get(place)?.close();
      ways.delete(place);
    }
    this.#connect();
    this.#watch?.gone(number);
    if (this.#places.size === 0) this.#watch?.close();
  }

  /** Opens, changes and closes ways as the settings say. */
  #connect(): void {
    const places = [...this.#places.values()];
    for (const to of places) {
      for (const from of places) if (from !== to) connect(from, to);
      const hasOthers = to.settings.hears && places.length > 1;
      if (hasOthers) to.goOn ??= to.session.yield();
      else to.goOn?.();
      if (!hasOthers) to.goOn = undefined;
    }
    this.#wake();
  }

  /** Looks who talks, if somebody wants to know. */
  #wake(): void {
    const [first] = this.#places.values();
    if (!this.#listener || !first) return;
    this.#watch ??= new TalkWatch(
      first.session.clock,
      (at) => this.#heard(at),
      (event) => this.#tell(event),
    );
    this.#watch.wake();
  }

  /** How loud everybody is who is heard. */
  *#heard(at: number): Iterable<readonly [number, number]> {
    for (const [number, place] of this.#places) if (place.settings.isHeard) yield [number, levelOf(place, at)];
  }

  #tell(event: TalkEvent): void {
    const session = event.call === undefined ? undefined : this.#places.get(event.call)?.session;
    if (event.kind === 'loudest') this.#listener?.({ type: 'loudest', session });
    else if (session) this.#listener?.({ type: 'talking', session, isTalking: event.isTalking });
  }
}

function connect(from: Place, to: Place): void {
  const way = from.ways.get(to);
  const volume = from.settings.gain + to.settings.volume;
  if (!from.settings.isHeard || !to.settings.hears) {
    way?.close();
    from.ways.delete(to);
  } else if (way) way.setVolume(volume);
  else from.ways.set(to, from.session.link(to.session, { volume }));
}

/** Level of the frame that begins then, after the gain. */
function levelOf({ session, settings }: Place, at: number): number {
  const level = session.sound.incoming.level(at);
  return level === SILENCE_DBOV ? level : Math.max(SILENCE_DBOV, Math.min(0, level + settings.gain));
}
