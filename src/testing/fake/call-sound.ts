import type { Clock } from '../../clock.ts';
import type { FakeRecording } from './fake-recording.ts';
import { LinkedSound, type SoundWay } from './linked-sound.ts';
import { MixedSound } from './mixed-sound.ts';
import { SentSound } from './sent-sound.ts';
import type { SoundSource } from './sound-source.ts';
import { FRAME_MS, SAMPLES_PER_MS, type Sound, type SoundPiece, SoundTrack } from './sound-track.ts';

/** What sounds on a call, both ways, and those who listen to it: recordings, and other calls. */
export class CallSound {
  readonly #clock: Clock;
  readonly #onHeard: () => void;
  /** What is said at the far end, and what is sent there when it is another call of this process. */
  readonly #said = new SoundTrack();
  readonly #far = new LinkedSound();
  readonly #received = new MixedSound(this.#said, this.#far);
  /** What is said at the far end, as other calls hear it: also while it goes to them past this one. */
  readonly #passed = new SoundTrack();
  readonly #linkable = new MixedSound(this.#passed, this.#far);
  readonly #sent = new SentSound(this.#received);
  readonly #recordings = new Set<FakeRecording>();
  /** Told when something else is heard than before, or sent. */
  readonly #hearers = new Set<() => void>();
  readonly #facing = new Set<() => void>();
  #isEchoing = false;
  #isTelling = false;

  /** @param onHeard - called when something else is heard than before. */
  constructor(clock: Clock, onHeard: () => void = () => undefined) {
    this.#clock = clock;
    this.#onHeard = onHeard;
  }

  /** What comes from the far end, as it is. */
  get incoming(): SoundSource {
    return this.#received;
  }

  /** What comes from the far end, with or without the tones of its keys. */
  received(withKeys: boolean): SoundSource {
    return withKeys ? this.#received : new MixedSound(this.#said.withoutKeys, this.#far);
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

  /** For how long something was heard since then that was linked to this call. */
  linkedMs(since: number): number {
    let ms = 0;
    for (let at = since; at + FRAME_MS <= this.#clock.now(); at += FRAME_MS) {
      if (this.#sent.linked.kindAt(at) !== 'nothing') ms += FRAME_MS;
    }
    return ms;
  }

  /** A recording listens. @returns what ends that. */
  record(recording: FakeRecording): () => void {
    this.#recordings.add(recording);
    return () => void this.#recordings.delete(recording);
  }

  /** Told whenever something else is heard than before. @returns what ends that. */
  watch(heard: () => void): () => void {
    const hearer = (): void => heard();
    this.#hearers.add(hearer);
    return () => void this.#hearers.delete(hearer);
  }

  /** A key comes from the far end. */
  press(digit: string): void {
    for (const recording of [...this.#recordings]) recording.press(digit);
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    this.#said.add(piece);
    this.#passed.add(piece);
    this.#heardChanged();
  }

  /** Something is played to the far end. @returns what ends that before its time. */
  play(ms: number, sound: () => Sound): () => void {
    const now = this.#clock.now();
    const end = this.#sent.play(now, now + ms, sound);
    this.#sentChanged();
    return () => {
      end(this.#clock.now());
      this.#sentChanged();
    };
  }

  /** What comes in goes out from now on. @returns what ends that. */
  echo(): () => void {
    this.#echo(true);
    return () => this.#echo(false);
  }

  /** The far end hears what this call hears. */
  link(from: CallSound, decibels: number): SoundWay {
    return this.#open(this.#sent.link(this.#clock.now(), from.#linkable, decibels), from.#hearers, () =>
      this.#sentChanged(),
    );
  }

  /** The far end is another call of this process. */
  face(far: CallSound): SoundWay {
    return this.#open(this.#far.open(this.#clock.now(), far.#sent), far.#facing, () => this.#heardChanged());
  }

  /** Something else is sent from now on than what is linked to this call, or not any more. */
  occupy(isOccupied: boolean): void {
    this.#sent.occupy(this.#clock.now(), isOccupied);
    this.#sentChanged();
  }

  /** Audio flows in these ways from now on; directly between the far ends of linked calls, past this one, where it is released. */
  flow(isHearing: boolean, isSending: boolean, isReleased: boolean): void {
    const now = this.#clock.now();
    this.#said.mute(now, !isHearing);
    this.#passed.mute(now, !isHearing && !isReleased);
    this.#far.mute(now, !isHearing);
    this.#sent.mute(now, !isSending, isReleased);
    this.#heardChanged();
    this.#sentChanged();
  }

  #echo(isEchoing: boolean): void {
    this.#isEchoing = isEchoing;
    this.#sent.echo(this.#clock.now(), isEchoing);
    this.#sentChanged();
  }

  /** Opens a way from another call, until it is closed. */
  #open(way: SoundWay, others: Set<() => void>, changed: () => void): SoundWay {
    const hearer = (): void => changed();
    others.add(hearer);
    changed();
    return {
      setVolume: (now, decibels) => {
        way.setVolume(now, decibels);
        changed();
      },
      close: (now) => {
        others.delete(hearer);
        way.close(now);
        changed();
      },
    };
  }

  #heardChanged(): void {
    this.#tell(() => {
      this.#arm();
      this.#onHeard();
      for (const tell of [...this.#hearers]) tell();
      if (this.#isEchoing) for (const tell of [...this.#facing]) tell();
    });
  }

  #sentChanged(): void {
    this.#tell(() => {
      this.#arm();
      for (const tell of [...this.#facing]) tell();
    });
  }

  /** Tells others, who may have to tell this one. */
  #tell(tell: () => void): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    tell();
    this.#isTelling = false;
  }

  #arm(): void {
    for (const recording of [...this.#recordings]) recording.arm();
  }
}
