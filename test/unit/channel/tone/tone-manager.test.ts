import { describe, expect, it } from 'vitest';
import { COUNTRY_TONES, type ToneCountry } from '../../../../src/channel/tone/country-tones.ts';
import { isChannelError, PredefinedTones, ToneManager, type ToneStep } from '../../../../src/index.ts';
import { toneLength } from '../../../../src/tone-sequence.ts';

/** What programs without types can do. */
type Anything = never;

function complaint(run: () => unknown): string {
  try {
    run();
    return 'nothing';
  } catch (error) {
    return isChannelError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

/** A tone as text: hertz joined by + or *, and milliseconds. */
function textOf(manager: ToneManager, name: string): string {
  return manager
    .sequence(name)
    .steps.map(({ waves = [], duration, add }) => {
      const hertz = waves.map(({ frequency }) => frequency).join(add === 'modulation' ? '*' : '+');
      return `${hertz === '' ? '0' : hertz}/${duration}`;
    })
    .join(' ');
}

describe('a tone manager', () => {
  it('has the predefined tones, with the ring-back of the United States as default', () => {
    const tones = new ToneManager();
    expect(new Set(tones.names)).toEqual(new Set(Object.values(PredefinedTones)));
    expect(tones.default).toBe('RINGBACK');
    expect(textOf(tones, 'RINGBACK')).toBe('440+480/2000 0/4000');
    expect(textOf(tones, 'RINGBACK_UK')).toBe('400+450/400 0/200 400+450/400 0/2000');
    expect(textOf(tones, 'RINGBACK_EU')).toBe('425/1000 0/4000');
    expect(toneLength(tones.sequence('BEEP'))).toBe(200);
    expect(toneLength(tones.sequence('RINGBACK'))).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes the tone of the tutorial as its default', () => {
    const tones = new ToneManager();
    const silence = { frequency: 0, amplitude: 0 };
    tones.createTone(
      [
        {
          waves: [
            { frequency: 400, amplitude: 10 },
            { frequency: 600, amplitude: 5 },
          ],
          duration: 3000,
          add: 'summation',
        },
        { waves: [silence, silence], duration: 3000, add: 'summation' },
      ],
      'MY_RING_TONE',
    );
    tones.setDefault('MY_RING_TONE');
    expect([tones.default, tones.has('MY_RING_TONE')]).toEqual(['MY_RING_TONE', true]);
    expect(textOf(tones, tones.default)).toBe('400+600/3000 0+0/3000');
  });

  it('keeps a copy: what is changed afterwards changes nothing, nor does another manager', () => {
    const step = { waves: [{ frequency: 400, amplitude: 10 }], duration: 100 };
    const tones = new ToneManager();
    tones.createTone([step], 'BUSY', { repeat: 2 });
    step.duration = 9000;
    expect(toneLength(tones.sequence('BUSY'))).toBe(200);
    expect(textOf(new ToneManager(), 'BUSY')).toBe('480+620/500 0/500');
  });
});

describe('the tones of countries', () => {
  it.each([
    ['AU', 'RINGBACK', '413+438/400 0/200 413+438/400 0/2000'],
    ['CH', 'CONGESTION', '425/200 0/200'],
    ['DE', 'BUSY', '425/480 0/480'],
    ['DE', 'SPECIAL_INFORMATION', '950/330 1400/330 1800/330 0/1000'],
    ['ES', 'RINGBACK', '425/1500 0/3000'],
    ['FR', 'RINGBACK', '440/1500 0/3500'],
    ['GB', 'BUSY', '400/375 0/375'],
    ['GB', 'CONGESTION', '400/400 0/350 400/225 0/525'],
    ['IT', 'DIAL', '425/200 0/200 425/600 0/1000'],
    ['JP', 'RINGBACK', '400*16/1000 0/2000'],
    ['NL', 'CONGESTION', '425/250 0/250'],
    ['US', 'DIAL', '350+440/1000'],
  ] as const)('%s %s', (country, name, text) => {
    expect(textOf(ToneManager.forCountry(country), name)).toBe(text);
  });

  it('are all at -10 dBm0 together, but for the weaker bursts of Australia', () => {
    for (const country of Object.keys(COUNTRY_TONES) as readonly ToneCountry[]) {
      for (const steps of Object.values(COUNTRY_TONES[country]) as readonly (readonly ToneStep[])[]) {
        for (const { waves = [], add } of steps) {
          if (waves.length === 0) continue;
          const heard = add === 'modulation' ? waves.slice(0, 1) : waves;
          const level = 10 * Math.log10(heard.reduce((sum, { amplitude }) => sum + 10 ** (-amplitude / 10), 0));
          expect([-20, -10]).toContain(Math.round(level));
        }
      }
    }
  });

  it('that no source tells are not there', () => {
    expect(ToneManager.forCountry('FR').has('CONGESTION')).toBe(false);
    expect(ToneManager.forCountry('JP').has('SPECIAL_INFORMATION')).toBe(false);
    expect(complaint(() => ToneManager.forCountry('JP').setDefault('CONGESTION'))).toMatch(
      /^INVALID_ARGUMENT: there is no tone "CONGESTION"; /,
    );
  });

  it.each(['UK', 'de', '', 7, undefined, 'toString'])('of %j are refused, with those that there are', (country) => {
    expect(complaint(() => ToneManager.forCountry(country as Anything))).toMatch(
      /^INVALID_ARGUMENT: .*not known; there are AU, CH, DE, ES, FR, GB, IT, JP, NL, US/,
    );
  });
});

describe('what a tone cannot be', () => {
  const wave = { frequency: 400, amplitude: 10 };
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no array', 'beep', /an array of one step or more, not "beep"/],
    ['without steps', [], /an array of one step or more/],
    ['of no length', [{ duration: 0 }, { duration: 0 }], /longer than 0 ms/],
    ['with a step that is no object', [null], /step 1 must be an object/],
    ['with an unknown name', [{ duration: 5, wave: [] }], /step 1 has no option "wave"; did you mean waves\?/],
    ['too long', [{ duration: 5 }, { duration: 10_000 }], /duration in step 2 .* 0 to 9999, not 10000/],
    ['with half a millisecond', [{ duration: 0.5 }], /duration in step 1 must be whole/],
    ['with three waves', [{ waves: [wave, wave, wave], duration: 5 }], /at most two/],
    ['with waves that are none', [{ waves: wave, duration: 5 }], /must be an array/],
    ['too high', [{ waves: [{ frequency: 10_000, amplitude: 1 }], duration: 5 }], /frequency .* 0 to 9999, not 10000/],
    ['at half a hertz', [{ waves: [{ frequency: 0.5, amplitude: 1 }], duration: 5 }], /whole hertz/],
    ['with a negative level', [{ waves: [{ frequency: 1, amplitude: -10 }], duration: 5 }], /amplitude .*not -10/],
    ['too weak', [{ waves: [{ frequency: 1, amplitude: 100 }], duration: 5 }], /0 to 99, which stands for/],
    ['without level', [{ waves: [{ frequency: 1 }], duration: 5 }], /amplitude .*not undefined/],
    [
      'too loud',
      [
        {
          waves: [
            { ...wave, amplitude: 0 },
            { ...wave, amplitude: 2 },
          ],
          duration: 5,
        },
      ],
      /too loud together.*3 or more/,
    ],
    [
      'otherwise added',
      [{ waves: [wave, wave], duration: 5, add: 'product' }],
      /'summation' or 'modulation', not "pro/,
    ],
    ['modulated by nothing', [{ waves: [wave], duration: 5, add: 'modulation' }], /two waves above 0 Hz/],
    [
      'modulated by more than there is',
      [{ waves: [wave, { frequency: 16, amplitude: 5 }], duration: 5, add: 'modulation' }],
      /no louder than the first/,
    ],
    [
      'modulated beyond the band',
      [
        {
          waves: [
            { ...wave, frequency: 3900 },
            { ...wave, frequency: 100 },
          ],
          duration: 5,
          add: 'modulation',
        },
      ],
      /reaches 4000 Hz/,
    ],
  ];
  it.each(wrong)('%s', (_, steps, message) => {
    const tones = new ToneManager();
    const said = complaint(() => tones.createTone(steps as Anything, 'X'));
    expect(said).toMatch(/^INVALID_ARGUMENT: /);
    expect(said).toMatch(message);
    expect(tones.has('X')).toBe(false);
  });

  it('without a name, or played in no way', () => {
    const tones = new ToneManager();
    expect(complaint(() => tones.createTone([{ duration: 5 }], ''))).toMatch(/a name that is not empty/);
    for (const repeat of [0, 1.5, -1, Number.NaN, '2']) {
      expect(complaint(() => tones.createTone([{ duration: 5 }], 'X', { repeat: repeat as Anything }))).toMatch(
        /repeat must be a whole number of times/,
      );
    }
    expect(complaint(() => tones.createTone([{ duration: 5 }], 'X', { repeats: 1 } as Anything))).toMatch(
      /createTone\(\) has no option "repeats"; did you mean repeat\?/,
    );
    expect(complaint(() => tones.setDefault('RINGBAK'))).toMatch(/no tone "RINGBAK"; did you mean RINGBACK\?/);
  });
});
