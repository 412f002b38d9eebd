import { FarVoice } from './far-voice.ts';
import { Link } from './link.state.ts';

/** What the calls of another thread let one of this thread hear; there as long as there is something to hear. */
export class FarLink extends Link {
  readonly #voice: FarVoice;

  constructor(said: SharedArrayBuffer) {
    const voice = new FarVoice(said);
    super(voice, 0);
    this.#voice = voice;
  }

  override get isThere(): boolean {
    return this.#voice.isThere;
  }
}
