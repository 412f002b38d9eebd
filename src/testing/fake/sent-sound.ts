import { LinkedSound, type SoundWay } from './linked-sound.ts';
import type { SoundKind, SoundSource } from './sound-source.ts';
import { FRAME_SAMPLES, SAMPLES_PER_MS, type Sound, SoundTrack } from './sound-track.ts';
import { Times } from './times.ts';

/** What a prompt is that is part of a recording which it would be part of itself. */
const SILENT: Sound = { kind: 'samples', samples: new Int16Array(0) };

/**
 * What goes to the far end: prompts, what comes from it while that is echoed, or else what is linked to it. Digits are no sound: they go as
 * telephone-events.
 */
export class SentSound implements SoundSource {
  readonly #received: SoundSource;
  readonly #prompts = new SoundTrack();
  readonly #linked = new LinkedSound();
  readonly #echoes = new Times();
  #isEchoing = false;
  #isMuted = false;
  #isReleased = false;
  /** Whether something else is sent than what is linked to it. */
  #isOccupied = false;

  constructor(received: SoundSource) {
    this.#received = received;
  }

  get lastAt(): number {
    const lastAt = Math.max(this.#prompts.lastAt, this.#linked.lastAt);
    return this.#isEchoing ? Math.max(lastAt, this.#received.lastAt) : lastAt;
  }

  /** What is linked to it. */
  get linked(): SoundSource {
    return this.#linked;
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

  /** Lets a source be heard from now on, whenever nothing else is sent. */
  link(now: number, source: SoundSource, decibels: number): SoundWay {
    return this.#linked.open(now, source, decibels);
  }

  /** Something else is sent from now on than what is linked to it, or not any more. */
  occupy(now: number, isOccupied: boolean): void {
    this.#isOccupied = isOccupied;
    this.#flow(now);
  }

  /** Lets nothing out from now on, or everything again; but what is linked to it, where the far end has that from elsewhere. */
  mute(now: number, isMuted: boolean, isReleased = false): void {
    this.#prompts.mute(now, isMuted);
    this.#isMuted = isMuted;
    this.#isReleased = isReleased;
    this.#flow(now);
  }

  kindAt(at: number): SoundKind {
    return this.#at(at).kindAt(at);
  }

  level(at: number): number {
    return this.#at(at).level(at);
  }

  render(at: number, into: Int16Array): void {
    for (let start = 0; start < into.length; start += FRAME_SAMPLES) {
      const frameAt = at + start / SAMPLES_PER_MS;
      this.#at(frameAt).render(frameAt, into.subarray(start, start + FRAME_SAMPLES));
    }
  }

  #flow(now: number): void {
    this.#echoes.set(now, this.#isEchoing && !this.#isMuted);
    this.#linked.mute(now, this.#isOccupied || (this.#isMuted && !this.#isReleased));
  }

  /** What is sent in the frame that begins then. */
  #at(at: number): SoundSource {
    if (this.#echoes.has(at)) return this.#received;
    return this.#prompts.kindAt(at) === 'nothing' ? this.#linked : this.#prompts;
  }
}
