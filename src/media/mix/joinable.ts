import type { Source } from './source.ts';
import type { Voice } from './voice.state.ts';

/** What can be joined to others of its engine: a call, or a guest. */
export interface Joinable {
  /** What its far end says. */
  readonly voice: Voice;
  /** Told of each frame of the voice. */
  onSpoken: (() => void) | undefined;
  /** Its far end hears this from now on. */
  add(source: Source): void;
  remove(source: Source): void;
}
