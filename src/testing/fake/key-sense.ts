import type { DigitMethod, InbandDtmf } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import { DigitMerger } from '../../media/dtmf/digit-merger.state.ts';

/** Which keys of the far end are noticed, each once. */
export class KeySense {
  readonly #clock: Clock;
  readonly #inbandDtmf: InbandDtmf;
  readonly #merger = new DigitMerger();
  /** Whether a key has come as a telephone-event: tones in the audio are none then. */
  #hasEvents = false;

  constructor(clock: Clock, inbandDtmf: InbandDtmf) {
    this.#clock = clock;
    this.#inbandDtmf = inbandDtmf;
  }

  /** A key comes. @returns whether it is noticed. */
  take(digit: string, by: DigitMethod, isHearing: boolean): boolean {
    if (by !== 'INFO' && !isHearing) return false;
    const isDeaf = this.#inbandDtmf === 'never' || (this.#inbandDtmf === 'auto' && this.#hasEvents);
    if (by === 'INBAND' && isDeaf) return false;
    if (by === 'RFC4733') this.#hasEvents = true;
    return this.#merger.take(digit, by, this.#clock.now());
  }
}
