import { describe, expect, it } from 'vitest';
import { PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { hear, namesOf } from '../../../support/heard.ts';
import { inTurn, silence, sines, withNoise } from '../../../support/made-sound.ts';

const END = silence(1500);
const START = silence(110);

function over(count: number, on: Int16Array, off: number): Int16Array {
  return inTurn(START, ...Array.from({ length: count }, () => inTurn(on, silence(off))), END);
}

describe.each([
  ['PCMU', PCMU],
  ['PCMA', PCMA],
] as const)('tones in %s', (_name, law) => {
  describe.each([-10, -20, -30, -40])('of %i dBm0', (level) => {
    it.each([
      ['CNG', sines(1100, 500, { level })],
      ['CNG', sines(1065, 430, { level })],
      ['CNG', sines(1135, 570, { level })],
      ['CED', sines(2100, 2600, { level })],
      ['CED', sines(2085, 700, { level })],
      ['CED', sines(2115, 700, { level })],
      ['CED', sines(2100, 3000, { level, reversals: 450 })],
      ['BEEP', sines(350, 300, { level })],
      ['BEEP', sines(440, 250, { level })],
      ['BEEP', sines(1000, 220, { level })],
      ['BEEP', sines(1400, 500, { level })],
      ['BEEP', sines(2500, 250, { level })],
    ] as const)('%s is told once, and its end', (tone, sound) => {
      const heard = hear(inTurn(START, sound, END), { law });
      expect(heard.tones.map((each) => [each.tone, each.isOver])).toEqual([
        [tone, false],
        [tone, true],
      ]);
      expect(heard.speech).toEqual([]);
    });

    it.each([
      ['BUSY', [480, 620], 500],
      ['BUSY', [400], 375],
      ['BUSY', [425], 480],
      ['CONGESTION', [480, 620], 250],
      ['CONGESTION', [425], 240],
    ] as const)('%s of %j is told at its third tone', (tone, hertz, ms) => {
      const heard = hear(over(5, sines(hertz, ms, { level: level - (hertz.length === 2 ? 3 : 0) }), ms), { law });
      const told = heard.tones.filter((each) => each.tone === tone);
      expect(told.map(({ isOver }) => isOver)).toEqual([false, true]);
      expect(told[0]?.at).toBeLessThanOrEqual(110 + 5 * ms + 100);
      expect(heard.speech).toEqual([]);
    });

    it('SIT', () => {
      const [low, middle, high] = [985.2, 1428.5, 1776.7].map((hertz) => sines(hertz, 330, { level }));
      const heard = hear(inTurn(START, low ?? END, middle ?? END, high ?? END, END), { law });
      expect(namesOf(heard)).toContain('SIT');
      expect(heard.speech).toEqual([]);
    });
  });
});

describe('with noise 20 dB below', () => {
  it.each([-10, -20, -30])('tones of %i dBm0 are told', (level) => {
    const told = (
      [
        ['CNG', over(3, sines(1100, 500, { level }), 3000)],
        ['CED', inTurn(START, sines(2100, 2600, { level, reversals: 450 }), END)],
        ['BEEP', inTurn(START, sines(440, 300, { level }), END)],
        ['BEEP', inTurn(START, sines(350, 300, { level }), END)],
        ['BUSY', over(4, sines([480, 620], 500, { level }), 500)],
        ['BUSY', over(4, sines(425, 500, { level }), 500)],
      ] as const
    ).map(([tone, sound]) => namesOf(hear(withNoise(sound, level - 20))).includes(tone));
    expect(told).toEqual(told.map(() => true));
  });

  it('measures the frequency to within 3 Hz', () => {
    for (const hertz of [352, 425, 440, 697, 985, 1100, 1633, 2100, 2480]) {
      const heard = hear(withNoise(inTurn(START, sines(hertz, 600, { level: -20 }), END), -40));
      expect(Math.abs((heard.tones[0]?.hertz ?? 0) - hertz)).toBeLessThan(3);
    }
  });
});

describe('what is no such tone', () => {
  it.each([
    ['fax calling tone, 50 Hz too low', sines(1050, 500), 'CNG'],
    ['fax calling tone, 50 Hz too high', sines(1150, 500), 'CNG'],
    ['fax calling tone, too short', sines(1100, 300), 'CNG'],
    ['fax calling tone, too long', sines(1100, 1000), 'CNG'],
    ['fax answer, 40 Hz too low', sines(2060, 1000), 'CED'],
    ['fax answer, 40 Hz too high', sines(2140, 1000), 'CED'],
    ['fax answer, too short', sines(2100, 400), 'CED'],
    ['three tones of 440 Hz with pauses of 2 s', over(3, sines(440, 500), 2000), 'BUSY'],
    ['ringing in Europe', over(3, sines(425, 1000), 4000), 'BUSY'],
    ['three tones that fall', inTurn(sines(1776, 330), sines(1428, 330), sines(985, 330)), 'SIT'],
  ] as const)('%s', (_name, sound, tone) => {
    expect(namesOf(hear(inTurn(START, sound, END)))).not.toContain(tone);
  });

  it.each([
    ['too low for a beep', sines(320, 600)],
    ['too high for a beep', sines(2560, 600)],
    ['too short for a beep', sines(1000, 150)],
    ['white noise', withNoise(silence(2000), -20)],
    [
      'a tone that glides',
      Int16Array.from({ length: 8000 }, (_, index) => 8000 * Math.sin((index * (0.6 + index / 16_000)) / 1)),
    ],
    ['two tones', sines([700, 1100], 800)],
    ['quieter than -45 dBm0', sines(1000, 600, { level: -46 })],
  ] as const)('%s', (_name, sound) => {
    expect(namesOf(hear(inTurn(START, sound, END)))).toEqual([]);
  });

  it('takes a shorter beep when it is asked for one', () => {
    expect(namesOf(hear(inTurn(START, sines(1000, 150), END), { beepMs: 100 }))).toEqual(['BEEP']);
  });
});
