import type { Playing, PlayRequest } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import type { HeardPrompt } from './fake-caller.ts';
import { type FakeItem, FakeList } from './fake-list.ts';
import { type BeginTask, FakePlayback } from './fake-playback.ts';
import type { MemoryFiles } from './memory-files.ts';
import type { Sound } from './sound-track.ts';

/** What playing needs of its session. */
export interface FakePlayingHost {
  readonly clock: Clock;
  readonly files: MemoryFiles;
  readonly begin: BeginTask;
  sound(ms: number, make: () => Sound): () => void;
  /** Whether something is played from now on that ends when the far end speaks. */
  bargeIn(isPossible: boolean): void;
  /** Whether something is sent from now on that is not the background. */
  occupied(isOccupied: boolean): void;
  /** Something begins: a prompt, or music in the background. */
  began(what: 'play' | 'music', name: string): void;
}

/** A source of a playing that has begun. */
interface Entered {
  readonly playback: FakePlayback;
  readonly item: FakeItem;
  readonly startedAt: number;
  readonly isBackground: boolean;
}

/** What a session plays, one after the other and in the background, and how much of each is heard. */
export class FakePlaying {
  readonly #host: FakePlayingHost;
  readonly #entered: Entered[] = [];
  #present: FakePlayback | undefined;
  #music: FakePlayback | undefined;
  /** How many others send something now. */
  #senders = 0;
  /** How many other calls are heard whenever nobody sends. */
  #others = 0;
  #isHeard = false;
  /** Whether audio goes past this side: what is played stands still. */
  #isReleased = false;

  constructor(host: FakePlayingHost) {
    this.#host = host;
  }

  /** Begins to play. */
  play(request: PlayRequest): Playing {
    const free = this.occupy();
    const playback = this.#make(request, false, () => {
      if (this.#present === playback) this.#present = undefined;
      if (playback.bargeInOnSpeech) this.#host.bargeIn(false);
      free();
    });
    this.#present = playback;
    if (playback.bargeInOnSpeech) this.#host.bargeIn(true);
    playback.hold(this.#isReleased);
    playback.begin();
    return playback;
  }

  /** Begins to play whenever nothing else is sent. */
  playBackground(request: PlayRequest): Playing {
    const playback = this.#make(request, true, () => {
      if (this.#music === playback) this.#music = undefined;
    });
    this.#music = playback;
    playback.hold(this.#isCovered);
    playback.begin();
    return playback;
  }

  /** Something else is sent, and the background stands still. @returns what ends that. */
  occupy(): () => void {
    this.#senders++;
    this.#senderCame();
    return () => {
      this.#senders--;
      this.#senderCame();
    };
  }

  /** Another call is heard instead of the background. @returns what ends that. */
  yield(): () => void {
    this.#others++;
    this.#music?.hold(this.#isCovered);
    return () => {
      this.#others--;
      this.#music?.hold(this.#isCovered);
    };
  }

  /** The far end presses a key. */
  press(digit: string): void {
    if (this.#present?.bargeIn.includes(digit)) this.#present.interrupt();
  }

  /** The far end begins to speak. */
  speak(): void {
    if (this.#present?.bargeInOnSpeech) this.#present.interrupt();
  }

  /** From now on it is heard, or not; it stands still where audio goes past this side. */
  flow(isHeard: boolean, isReleased: boolean): void {
    this.#isHeard = isHeard;
    this.#isReleased = isReleased;
    this.#present?.flow(isHeard);
    this.#music?.flow(isHeard);
    this.#present?.hold(isReleased);
    this.#music?.hold(this.#isCovered);
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    return this.#entered.map(({ playback, item, startedAt, isBackground }) => {
      playback.progress();
      const playedMs = Math.round(item.heard.samples * 1000) / 1000;
      const durationMs = item.ms;
      const complete = item.isWhole && playedMs >= durationMs - 0.001;
      const prompt = { file: item.name, playedMs, durationMs, complete, startedAt };
      return isBackground ? { ...prompt, background: true as const } : prompt;
    });
  }

  /** Whether something else is heard than the background. */
  get #isCovered(): boolean {
    return this.#senders > 0 || this.#others > 0 || this.#isReleased;
  }

  #senderCame(): void {
    this.#host.occupied(this.#senders > 0);
    this.#music?.hold(this.#isCovered);
  }

  #make({ sources, ...how }: PlayRequest, isBackground: boolean, ended: () => void): FakePlayback {
    const { clock, files, begin } = this.#host;
    const list = new FakeList(sources, files);
    const playback: FakePlayback = new FakePlayback({ sources, ...how }, list, this.#isHeard, {
      clock,
      begin,
      ended,
      sound: (ms, make) => this.#host.sound(ms, make),
      entered: (item) => {
        this.#entered.push({ playback, item, startedAt: clock.now(), isBackground });
        this.#host.began(isBackground ? 'music' : 'play', item.name);
      },
    });
    return playback;
  }
}
