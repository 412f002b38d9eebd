import type { AudioLink, Mix, MixEvent, MixSeat, MixSettings } from '../../channel/mix-port.ts';
import { ChannelError } from '../../errors.ts';
import { SILENCE_DBOV } from '../../media/level/level.codec.ts';
import { FakeEar } from './fake-ear.ts';
import { FakeMediaSession } from './fake-session.ts';
import { FRAME_MS } from './sound-track.ts';

/** While several talk, it is looked so often who is the loudest. */
const LOOK_MS = 100;
const USUAL: MixSettings = { isHeard: true, hears: true, gain: 0, volume: 0 };

/** One who takes part, and how it is heard by each other one. */
interface Place {
  readonly session: FakeMediaSession;
  readonly ear: FakeEar;
  readonly ways: Map<Place, AudioLink>;
  settings: MixSettings;
  isTalking: boolean;
  end: () => void;
}

/** A mix of fake calls: a link from each to each. */
export class FakeMix<Session> implements Mix<Session | FakeMediaSession> {
  readonly #places = new Set<Place>();
  #listener: (event: MixEvent<FakeMediaSession>) => void = () => undefined;
  #loudest: Place | undefined;
  #looking: Disposable | undefined;
  #isClosed = false;

  join(session: Session | FakeMediaSession, settings: Partial<MixSettings> = {}): MixSeat {
    if (!(session instanceof FakeMediaSession) || session.isClosed || session.isSeated || this.#isClosed) {
      throw new ChannelError('INVALID_STATE', 'a call can join a mix while both are open, and only one at a time');
    }
    const place = this.#place(session);
    place.settings = { ...USUAL, ...settings };
    this.#places.add(place);
    this.#connect();
    return {
      change: (changed) => {
        if (!this.#places.has(place)) return;
        place.settings = { ...place.settings, ...changed };
        if (!place.settings.isHeard) this.#talks(place, false);
        this.#connect();
      },
      leave: () => this.#leave(place),
    };
  }

  async levels(): Promise<ReadonlyMap<FakeMediaSession, number>> {
    return new Map(Array.from(this.#places, (place) => [place.session, levelOf(place)]));
  }

  listen(listener: (event: MixEvent<FakeMediaSession>) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#isClosed = true;
    for (const place of [...this.#places]) this.#leave(place);
  }

  #place(session: FakeMediaSession): Place {
    const { clock, sound } = session;
    const ear = new FakeEar(clock, sound.incoming, {
      heard: (event) => {
        if (event.type === 'speech') this.#talks(place, event.isSpeaking && place.settings.isHeard);
      },
      speechBegins: () => undefined,
    });
    const endWatch = sound.watch(() => ear.hear());
    const stand = session.sit(() => this.#leave(place));
    const end = (): void => {
      endWatch();
      ear.close();
      stand();
    };
    const place: Place = { session, ear, ways: new Map(), settings: USUAL, isTalking: false, end };
    ear.attend({ speech: true, tones: false, beepMs: 0 });
    return place;
  }

  #leave(place: Place): void {
    if (!this.#places.delete(place)) return;
    place.end();
    this.#talks(place, false);
    for (const [, link] of place.ways) link.close();
    for (const { ways } of this.#places) {
      ways.get(place)?.close();
      ways.delete(place);
    }
  }

  /** Opens, changes and closes ways as the settings say. */
  #connect(): void {
    for (const from of this.#places) for (const to of this.#places) if (from !== to) connect(from, to);
  }

  #talks(place: Place, isTalking: boolean): void {
    if (isTalking === place.isTalking) return;
    place.isTalking = isTalking;
    this.#listener({ type: 'talking', session: place.session, isTalking });
    this.#look();
  }

  /** Finds out who is the loudest. */
  #look(): void {
    this.#looking?.[Symbol.dispose]();
    this.#looking = undefined;
    const talkers = [...this.#places].filter(({ isTalking }) => isTalking);
    const present = this.#loudest?.isTalking ? this.#loudest : undefined;
    const loudest = talkers.reduce(
      (best, talker) => (best && levelOf(best) >= levelOf(talker) ? best : talker),
      present ?? talkers[0],
    );
    if (loudest !== this.#loudest) {
      this.#loudest = loudest;
      this.#listener({ type: 'loudest', session: loudest?.session });
    }
    const [first] = talkers;
    if (!first || talkers.length < 2) return;
    const { clock } = first.session;
    this.#looking = clock.schedule(clock.now() + LOOK_MS, () => this.#look());
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

/** Level of the last frame, after the gain. */
function levelOf({ session, settings }: Place): number {
  const level = session.sound.incoming.level(session.clock.now() - FRAME_MS);
  return level === SILENCE_DBOV ? level : Math.max(SILENCE_DBOV, Math.min(0, level + settings.gain));
}
