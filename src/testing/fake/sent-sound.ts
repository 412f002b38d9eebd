import type { SoundSource } from './sound-source.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, type Sound, SoundTrack } from './sound-track.ts';

/** What a prompt is that is part of a recording which it would be part of itself. */
const SILENT: Sound = { kind: 'samples', samples: new Int16Array(0) };

interface EchoedTime {
  readonly from: number;
  until: number;
}

/** What goes to the far end: prompts, and what comes from it while that is echoed. Digits are no sound: they go as telephone-events. */
export class SentSound implements SoundSource {
  readonly #received: SoundSource;
  readonly #prompts = new SoundTrack();
  readonly #echoes: EchoedTime[] = [];
  #isEchoing = false;
  #isMuted = false;

  constructor(received: SoundSource) {
    this.#received = received;
  }

  get lastAt(): number {
    return this.#isEchoing ? Math.max(this.#prompts.lastAt, this.#received.lastAt) : this.#prompts.lastAt;
  }

  /**
   * A prompt begins.
   *
   * @param sound - makes its sound when somebody wants to have it.
   * @returns what ends it before its time.
   */
  play(from: number, until: number, sound: () => Sound): (now: number) => void {
    let made: Sound | undefined;
    const piece = {
      from,
      until,
      get sound(): Sound {
        if (!made) {
          made = SILENT;
          made = sound();
        }
        return made;
      },
    };
    this.#prompts.add(piece);
    return (now) => {
      piece.until = Math.min(piece.until, now);
    };
  }

  /** What comes in goes out from now on, or does not any more. */
  echo(now: number, isEchoing: boolean): void {
    this.#isEchoing = isEchoing;
    this.#flow(now);
  }

  /** Lets nothing out from now on, or everything again. */
  mute(now: number, isMuted: boolean): void {
    this.#prompts.mute(now, isMuted);
    this.#isMuted = isMuted;
    this.#flow(now);
  }

  level(at: number): number {
    return this.#isEchoed(at) ? this.#received.level(at) : this.#prompts.level(at);
  }

  render(at: number, into: Int16Array): void {
    for (let start = 0; start < into.length; start += FRAME_SAMPLES) {
      const frameAt = at + start / SAMPLES_PER_MS;
      const frame = into.subarray(start, start + FRAME_SAMPLES);
      (this.#isEchoed(frameAt) ? this.#received : this.#prompts).render(frameAt, frame);
    }
  }

  #flow(now: number): void {
    const last = this.#echoes.at(-1);
    const isFlowing = last?.until === Number.POSITIVE_INFINITY;
    const shouldFlow = this.#isEchoing && !this.#isMuted;
    if (shouldFlow && !isFlowing) this.#echoes.push({ from: now, until: Number.POSITIVE_INFINITY });
    else if (!shouldFlow && last && isFlowing) last.until = now;
  }

  #isEchoed(at: number): boolean {
    return this.#echoes.some(({ from, until }) => from <= at && at + FRAME_MS <= until);
  }
}
