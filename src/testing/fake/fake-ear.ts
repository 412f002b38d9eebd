import type { ListenRequest } from '../../channel/listen-port.ts';
import type { Clock } from '../../clock.ts';
import { Ear, type EarOutput } from '../../media/listen/ear.state.ts';
import type { SoundSource } from './sound-source.ts';
import { FRAME_MS, FRAME_SAMPLES } from './sound-track.ts';

/** How loud somebody is of whom only the length matters, in dBov. */
const VOICE_DBOV = -15;
/** When nothing has come for so long, nothing will be heard before something comes. */
const IDLE_MS = 1500;

/** The real ear, for sound in virtual time. It costs nothing while nobody listens, and little while nothing sounds. */
export class FakeEar {
  readonly #clock: Clock;
  readonly #sound: SoundSource;
  readonly #ear: Ear;
  readonly #frame = new Int16Array(FRAME_SAMPLES);
  /** When the frame began that is being waited for. */
  #frameAt = 0;
  #quietMs = 0;
  #timer: Disposable | undefined;
  /** When the far end last began or ended to speak; the ear does not count time in which nothing sounds. */
  #changedAt = 0;

  constructor(clock: Clock, sound: SoundSource, output: EarOutput) {
    this.#clock = clock;
    this.#sound = sound;
    this.#ear = new Ear({
      heard: (event) => {
        if (event.type === 'tone') output.heard(event);
        else {
          const changedAt = clock.now() - event.sinceMs;
          output.heard({ ...event, lastedMs: Math.max(0, changedAt - this.#changedAt) });
          this.#changedAt = changedAt;
        }
      },
      speechBegins: () => output.speechBegins(),
    });
  }

  /** What to listen for from now on. */
  attend(request: ListenRequest): void {
    this.#ear.attend(request);
    this.#listen();
  }

  /** Whether something is played from now on that ends when the far end speaks. */
  bargeIn(isPossible: boolean): void {
    this.#ear.bargeIn(isPossible);
    this.#listen();
  }

  /** Sound comes from the far end. */
  hear(): void {
    this.#quietMs = 0;
    this.#listen();
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #listen(): void {
    if (!this.#ear.isOn) this.close();
    else if (!this.#timer) {
      this.#quietMs = 0;
      this.#changedAt ||= this.#clock.now();
      this.#frameAt = this.#clock.now();
      this.#wait();
    }
  }

  #wait(): void {
    this.#timer = this.#clock.schedule(this.#frameAt + FRAME_MS, () => {
      this.#timer = undefined;
      const at = this.#frameAt;
      this.#frameAt += FRAME_MS;
      this.#take(at);
      if (this.#ear.isOn && this.#quietMs < IDLE_MS && !this.#timer) this.#wait();
    });
  }

  #take(at: number): void {
    const kind = this.#sound.kindAt(at);
    this.#quietMs = kind === 'nothing' ? this.#quietMs + FRAME_MS : 0;
    if (kind === 'nothing') this.#ear.missed();
    else if (kind === 'voice') this.#ear.voice(VOICE_DBOV);
    else {
      this.#sound.render(at, this.#frame);
      this.#ear.frame(this.#frame, kind === 'key');
    }
  }
}
