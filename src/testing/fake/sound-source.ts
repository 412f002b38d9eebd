/** What sounds: a voice or a key by definition, anything else, or nothing. */
export type SoundKind = 'voice' | 'key' | 'sound' | 'nothing';

/** Something that can be recorded and listened to: sound in virtual time. */
export interface SoundSource {
  /** When the last sound ends; `Infinity` while there is one that goes on until it is stopped. */
  readonly lastAt: number;
  /** What sounds in the frame that begins then. */
  kindAt(at: number): SoundKind;
  /** Level in dBov of the frame that begins then. */
  level(at: number): number;
  /** Writes the samples that begin then, as many as fit. */
  render(at: number, into: Int16Array): void;
}
