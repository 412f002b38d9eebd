import { ChannelError } from '../../errors.ts';
import { nearestName } from '../../nearest-name.codec.ts';
import { shown } from '../../operation.ts';
import type { ToneSequence, ToneStep } from '../../tone-sequence.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import { COUNTRY_TONES, RINGBACK_EU, type ToneCountry } from './country-tones.ts';
import { checkedSteps, checkRepeat } from './tone-steps.ts';

/** Names of the tones that a {@link ToneManager} has from the beginning. */
export const PredefinedTones = {
  /** Ring-back of the country; the default tone. */
  RINGBACK: 'RINGBACK',
  /** Ring-back of Great Britain: 400 and 450 Hz, 0.4 s on, 0.2 s off, 0.4 s on, 2 s off. */
  RINGBACK_UK: 'RINGBACK_UK',
  /** Ring-back of most of Europe: 425 Hz, 1 s on, 4 s off. */
  RINGBACK_EU: 'RINGBACK_EU',
  /** The line that was called is busy. */
  BUSY: 'BUSY',
  /** The network has no way for the call. Not for FR and JP. */
  CONGESTION: 'CONGESTION',
  /** A number may be dialled. */
  DIAL: 'DIAL',
  /** Three rising tones: the call cannot be completed. Not for AU, ES and JP. */
  SPECIAL_INFORMATION: 'SPECIAL_INFORMATION',
  /** 1000 Hz for 200 ms, once. */
  BEEP: 'BEEP',
} as const;
/** One of the names in {@link PredefinedTones}. */
export type PredefinedTones = (typeof PredefinedTones)[keyof typeof PredefinedTones];

/** How to make a tone. */
export interface CreateToneOptions {
  /** How many times its steps are played. Default `Infinity`: on and on, as ring-back is. */
  repeat?: number | undefined;
}

const OPTIONS: OptionNames<CreateToneOptions> = { repeat: true };

/**
 * Tones by their names, for `channel.createTonePlayer()`: those of a country and those that a program makes. Names and ranges are those
 * of the Aculab UAS API; wrong arguments throw instead of returning False.
 *
 * @example
 * const tones = new ToneManager();
 * tones.createTone(
 *   [
 *     { waves: [{ frequency: 400, amplitude: 10 }, { frequency: 600, amplitude: 5 }], duration: 3000 },
 *     { duration: 3000 },
 *   ],
 *   'MY_RING_TONE',
 * );
 * tones.setDefault('MY_RING_TONE');
 */
export class ToneManager {
  readonly #tones = new Map<string, ToneSequence>();
  #default: string = PredefinedTones.RINGBACK;

  /** Has the {@link PredefinedTones}, those that differ between countries as in the United States. */
  constructor() {
    this.#addAll(COUNTRY_TONES.US);
  }

  /**
   * One with the tones of a country instead of those of the United States (Supplement 2 to ITU-T E.180). A tone for which no value is
   * known is not there; see {@link ToneManager.has}. Levels are nominal, -10 dBm0 (E.180 §2).
   *
   * @param country - code of ISO 3166-1: AU, CH, DE, ES, FR, GB, IT, JP, NL or US.
   * @throws ChannelError `INVALID_ARGUMENT`.
   * @example
   * const tones = ToneManager.forCountry('GB');
   */
  static forCountry(country: ToneCountry): ToneManager {
    if (!Object.hasOwn(COUNTRY_TONES, country)) {
      const known = Object.keys(COUNTRY_TONES).join(', ');
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `the tones of ${shown(country)} are not known; there are ${known}. Make others by createTone()`,
      );
    }
    const manager = new ToneManager();
    manager.#tones.clear();
    manager.#addAll(COUNTRY_TONES[country]);
    return manager;
  }

  /** Name of the tone that is played when none is named. `RINGBACK` unless changed. */
  get default(): string {
    return this.#default;
  }

  /** The names of all tones. */
  get names(): readonly string[] {
    return [...this.#tones.keys()];
  }

  /** Whether there is a tone of this name. */
  has(name: string): boolean {
    return this.#tones.has(name);
  }

  /**
   * Makes a tone, or makes one of this name anew; what is playing stays as it is.
   *
   * @param steps - what sounds after what.
   * @throws ChannelError `INVALID_ARGUMENT` with what is wrong and in which step.
   */
  createTone(steps: readonly ToneStep[], name: string, options: CreateToneOptions = {}): void {
    const problem = optionsProblem('createTone()', options, OPTIONS);
    if (problem) throw problem;
    const { repeat = Number.POSITIVE_INFINITY } = options;
    if (typeof name !== 'string' || name === '') {
      throw new ChannelError('INVALID_ARGUMENT', `a tone needs a name that is not empty, not ${shown(name)}`);
    }
    checkRepeat(repeat);
    this.#tones.set(name, { name, steps: checkedSteps(steps), repeat });
  }

  /**
   * Says which tone is played when none is named.
   *
   * @throws ChannelError `INVALID_ARGUMENT` when there is no tone of this name.
   */
  setDefault(name: string): void {
    this.#default = this.sequence(name).name;
  }

  /** @internal */
  sequence(name: string): ToneSequence {
    const tone = this.#tones.get(name);
    if (tone) return tone;
    const nearest = typeof name === 'string' ? nearestName(name, this.names) : undefined;
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `there is no tone ${shown(name)}; ${nearest ? `did you mean ${nearest}?` : `there are ${this.names.join(', ')}`}`,
    );
  }

  #addAll(country: (typeof COUNTRY_TONES)[ToneCountry]): void {
    for (const [name, steps] of Object.entries(country)) this.createTone(steps, name);
    this.createTone(COUNTRY_TONES.GB.RINGBACK, PredefinedTones.RINGBACK_UK);
    this.createTone(RINGBACK_EU, PredefinedTones.RINGBACK_EU);
    this.createTone([{ waves: [{ frequency: 1000, amplitude: 10 }], duration: 200 }], PredefinedTones.BEEP, {
      repeat: 1,
    });
  }
}
