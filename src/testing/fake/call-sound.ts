import type { Clock } from '../../clock.ts';
import type { FakeRecording } from './fake-recording.ts';
import { MixedSound } from './mixed-sound.ts';
import { SentSound } from './sent-sound.ts';
import type { SoundSource } from './sound-source.ts';
import { SAMPLES_PER_MS, type Sound, type SoundPiece, SoundTrack } from './sound-track.ts';

/** What sounds on a call, both ways, and the recordings that listen to it. */
export class CallSound {
  readonly #clock: Clock;
  readonly #received = new SoundTrack();
  readonly #sent = new SentSound(this.#received);
  readonly #recordings = new Set<FakeRecording>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What comes from the far end, as it is. */
  get incoming(): SoundTrack {
    return this.#received;
  }

  /** What comes from the far end, with or without the tones of its keys. */
  received(withKeys: boolean): SoundSource {
    return withKeys ? this.#received : this.#received.withoutKeys;
  }

  /** Both sides, as a file has them: the far end on the left and this side on the right, or both in one. */
  both(channels: 'stereo' | 'mixed', withKeys: boolean): readonly SoundSource[] {
    const received = this.received(withKeys);
    return channels === 'stereo' ? [received, this.#sent] : [new MixedSound(received, this.#sent)];
  }

  /** What was sent from a moment on, as samples of 8000 Hz. */
  sent(from: number, ms: number): Int16Array {
    const samples = new Int16Array(Math.round(ms * SAMPLES_PER_MS));
    this.#sent.render(from, samples);
    return samples;
  }

  /** A recording listens. @returns what ends that. */
  record(recording: FakeRecording): () => void {
    this.#recordings.add(recording);
    return () => void this.#recordings.delete(recording);
  }

  /** A key comes from the far end. */
  press(digit: string): void {
    for (const recording of [...this.#recordings]) recording.press(digit);
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    this.#received.add(piece);
    this.#changed();
  }

  /** Something is played to the far end. @returns what ends that before its time. */
  play(ms: number, sound: () => Sound): () => void {
    const now = this.#clock.now();
    const end = this.#sent.play(now, now + ms, sound);
    this.#changed();
    return () => {
      end(this.#clock.now());
      this.#changed();
    };
  }

  /** What comes in goes out from now on. @returns what ends that. */
  echo(): () => void {
    this.#echo(true);
    return () => this.#echo(false);
  }

  /** Audio flows in these ways from now on. */
  flow(isHearing: boolean, isSending: boolean): void {
    const now = this.#clock.now();
    this.#received.mute(now, !isHearing);
    this.#sent.mute(now, !isSending);
    this.#changed();
  }

  #echo(isEchoing: boolean): void {
    this.#sent.echo(this.#clock.now(), isEchoing);
    this.#changed();
  }

  #changed(): void {
    for (const recording of [...this.#recordings]) recording.arm();
  }
}
