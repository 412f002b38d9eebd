import type { Clock } from '../../clock.ts';
import { levelOfPcm } from '../../media/level/level.codec.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, type SoundPiece, sampleAt } from './sound-track.ts';

/** What is louder than this is speech and no noise of a quiet room, in dBov. */
const SPEECH_DBOV = -45;

/** Notices when the far end begins to speak; its keys are no speech. */
export class SpeechOnset {
  readonly #clock: Clock;
  readonly #onSpeech: () => void;
  readonly #timers = new Set<Disposable>();

  constructor(clock: Clock, onSpeech: () => void) {
    this.#clock = clock;
    this.#onSpeech = onSpeech;
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    const at = piece.isKey ? undefined : onsetOf(piece);
    if (at === undefined) return;
    if (at <= this.#clock.now()) {
      this.#onSpeech();
      return;
    }
    const timer = this.#clock.schedule(at, () => {
      this.#timers.delete(timer);
      this.#onSpeech();
    });
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }
}

/** When the first frame of a sound begins that is loud enough; undefined when none is. */
function onsetOf({ from, until, sound }: SoundPiece): number | undefined {
  const frame = new Int16Array(FRAME_SAMPLES);
  for (let at = from; at < until; at += FRAME_MS) {
    const offset = (at - from) * SAMPLES_PER_MS;
    for (let index = 0; index < FRAME_SAMPLES; index++) frame[index] = sampleAt(sound, offset + index);
    if (levelOfPcm(frame, 0, FRAME_SAMPLES) >= SPEECH_DBOV) return at;
  }
  return undefined;
}
