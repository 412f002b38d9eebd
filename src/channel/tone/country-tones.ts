import type { ToneStep, ToneWave } from '../../tone-sequence.ts';

/** Countries whose tones are known, by their code in ISO 3166-1. */
export type ToneCountry = 'AU' | 'CH' | 'DE' | 'ES' | 'FR' | 'GB' | 'IT' | 'JP' | 'NL' | 'US';

/** The tones that tell a caller how the call goes. A tone for which no source gives a value is absent. */
export interface CallProgressTones {
  readonly RINGBACK: readonly ToneStep[];
  readonly BUSY: readonly ToneStep[];
  readonly DIAL: readonly ToneStep[];
  readonly CONGESTION?: readonly ToneStep[];
  readonly SPECIAL_INFORMATION?: readonly ToneStep[];
}

/** The nominal level of such tones, alone or together (ITU-T E.180 §2). */
const NOMINAL = 10;
/** Each of two waves that are as loud together. */
const HALF = NOMINAL + 3;

/** So many milliseconds of tone and of silence, in turn. */
function cadence(waves: readonly ToneWave[], ...durations: readonly number[]): readonly ToneStep[] {
  return durations.map((duration, index) => (index % 2 === 0 ? { waves, duration } : { duration }));
}

function one(frequency: number, amplitude: number = NOMINAL): readonly ToneWave[] {
  return [{ frequency, amplitude }];
}

function two(first: number, second: number): readonly ToneWave[] {
  return [...one(first, HALF), ...one(second, HALF)];
}

/** Repeated it sounds without a break. */
function continuous(waves: readonly ToneWave[]): readonly ToneStep[] {
  return cadence(waves, 1000);
}

/** Three rising tones and a second of silence (ITU-T E.180). `gap` is between the tones. */
function specialInformation(gap: number): readonly ToneStep[] {
  const between: readonly ToneStep[] = gap === 0 ? [] : [{ duration: gap }];
  return [
    ...cadence(one(950), 330),
    ...between,
    ...cadence(one(1400), 330),
    ...between,
    ...cadence(one(1800), 330),
    { duration: 1000 },
  ];
}

const SPECIAL_INFORMATION: readonly ToneStep[] = specialInformation(0);
/** The tone that most of Europe has. */
export const RINGBACK_EU: readonly ToneStep[] = cadence(one(425), 1000, 4000);

/**
 * Frequencies and cadences as tables of other programs give them after the list of national tones (Supplement 2 to ITU-T E.180); those
 * of Great Britain from BT SIN 350, those of Australia from ACIF S002. Where a country has several variants, the first one.
 */
export const COUNTRY_TONES: Readonly<Record<ToneCountry, CallProgressTones>> = {
  AU: {
    RINGBACK: cadence(two(413, 438), 400, 200, 400, 2000),
    BUSY: cadence(one(425), 375, 375),
    DIAL: continuous(two(413, 438)),
    // Every other burst is 10 dB weaker.
    CONGESTION: [...cadence(one(425), 375, 375), ...cadence(one(425, NOMINAL + 10), 375, 375)],
  },
  CH: {
    RINGBACK: RINGBACK_EU,
    BUSY: cadence(one(425), 500, 500),
    DIAL: continuous(one(425)),
    CONGESTION: cadence(one(425), 200, 200),
    SPECIAL_INFORMATION,
  },
  DE: {
    RINGBACK: RINGBACK_EU,
    BUSY: cadence(one(425), 480, 480),
    DIAL: continuous(one(425)),
    CONGESTION: cadence(one(425), 240, 240),
    SPECIAL_INFORMATION,
  },
  ES: {
    RINGBACK: cadence(one(425), 1500, 3000),
    BUSY: cadence(one(425), 200, 200),
    DIAL: continuous(one(425)),
    CONGESTION: cadence(one(425), 200, 200, 200, 200, 200, 600),
  },
  FR: {
    RINGBACK: cadence(one(440), 1500, 3500),
    BUSY: cadence(one(440), 500, 500),
    DIAL: continuous(one(440)),
    SPECIAL_INFORMATION,
  },
  GB: {
    RINGBACK: cadence(two(400, 450), 400, 200, 400, 2000),
    BUSY: cadence(one(400), 375, 375),
    DIAL: continuous(two(350, 440)),
    CONGESTION: cadence(one(400), 400, 350, 225, 525),
    SPECIAL_INFORMATION: specialInformation(15),
  },
  IT: {
    RINGBACK: RINGBACK_EU,
    BUSY: cadence(one(425), 500, 500),
    DIAL: cadence(one(425), 200, 200, 600, 1000),
    CONGESTION: cadence(one(425), 200, 200),
    SPECIAL_INFORMATION,
  },
  JP: {
    RINGBACK: [{ waves: [...one(400), ...one(16)], duration: 1000, add: 'modulation' }, { duration: 2000 }],
    BUSY: cadence(one(400), 500, 500),
    DIAL: continuous(one(400)),
  },
  NL: {
    RINGBACK: RINGBACK_EU,
    BUSY: cadence(one(425), 500, 500),
    DIAL: continuous(one(425)),
    CONGESTION: cadence(one(425), 250, 250),
    SPECIAL_INFORMATION,
  },
  US: {
    RINGBACK: cadence(two(440, 480), 2000, 4000),
    BUSY: cadence(two(480, 620), 500, 500),
    DIAL: continuous(two(350, 440)),
    CONGESTION: cadence(two(480, 620), 250, 250),
    SPECIAL_INFORMATION,
  },
};
