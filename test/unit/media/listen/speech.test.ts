import { describe, expect, it } from 'vitest';
import { VoiceActivity } from '../../../../src/media/listen/voice-activity.state.ts';
import { hear } from '../../../support/heard.ts';
import { inTurn, silence, sines, syllables, withNoise } from '../../../support/made-sound.ts';

/** Frames of these levels, 20 ms each. @returns at which milliseconds it changed, and to what. */
function changes(levels: readonly number[], isTone = false): readonly (readonly [number, boolean])[] {
  const voice = new VoiceActivity();
  return levels.flatMap(
    (level, index) => (voice.frame(level, isTone) ? [[(index + 1) * 20, voice.isSpeaking]] : []) as [number, boolean][],
  );
}

function frames(level: number, ms: number): readonly number[] {
  return Array.from({ length: ms / 20 }, () => level);
}

describe('voice activity by level', () => {
  it('is noticed after 60 ms, and its end after 200', () => {
    expect(changes([...frames(-127, 200), ...frames(-25, 400), ...frames(-60, 400)])).toEqual([
      [260, true],
      [800, false],
    ]);
  });

  it.each([
    ['a click', [...frames(-127, 200), ...frames(-20, 40), ...frames(-127, 400)]],
    ['clicks', Array.from({ length: 20 }, () => [...frames(-20, 40), ...frames(-60, 20)]).flat()],
    ['what is too quiet', frames(-48, 2000)],
    ['steady noise', frames(-46, 5000)],
    ['digital silence in A-law', frames(-72, 1000)],
  ])('is none in %s', (_name, levels) => {
    expect(changes(levels)).toEqual([]);
  });

  it('is none in tones', () => {
    expect(changes([...frames(-127, 200), ...frames(-15, 2000)], true)).toEqual([]);
  });

  it('goes on over gaps of 180 ms', () => {
    const words = Array.from({ length: 5 }, () => [...frames(-25, 200), ...frames(-60, 180)]).flat();
    expect(changes([...frames(-60, 200), ...words]).map(([, isSpeaking]) => isSpeaking)).toEqual([true]);
  });

  it('says how long things lasted', () => {
    const voice = new VoiceActivity();
    const told: (readonly [boolean, boolean, number, number])[] = [];
    for (const level of [...frames(-127, 1000), ...frames(-25, 600), ...frames(-60, 400)]) {
      if (voice.frame(level, false)) told.push([voice.isSpeaking, voice.isOnset, voice.sinceMs, voice.lastedMs]);
    }
    expect(told).toEqual([
      [true, true, 60, 1000],
      [false, false, 200, 600],
    ]);
  });

  it('that was there when listening began is no onset, the next one is', () => {
    const voice = new VoiceActivity();
    const onsets = [...frames(-25, 500), ...frames(-60, 300), ...frames(-25, 200)].flatMap((level) =>
      voice.frame(level, false) && voice.isSpeaking ? [voice.isOnset] : [],
    );
    expect(onsets).toEqual([false, true]);
  });

  it('gets used to noise that stays', () => {
    const told = changes([...frames(-35, 6000), ...frames(-15, 400)]);
    // Taken for speech at first; then the noise is known.
    expect(told.map(([, isSpeaking]) => isSpeaking)).toEqual([true, false, true]);
    expect(told[2]?.[0]).toBe(6060);
  });
});

describe('voice activity in sound', () => {
  it.each([-15, -20, -25, -30])('finds syllables of %i dBm0 within 80 ms', (level) => {
    const { speech } = hear(inTurn(silence(1000), syllables(2000, level), silence(1000)));
    expect(speech.map(({ isSpeaking }) => isSpeaking)).toEqual([true, false]);
    expect(speech[0]?.at).toBeLessThanOrEqual(1080);
    expect(speech[1]?.at).toBeGreaterThanOrEqual(2900);
    expect(speech[1]?.at).toBeLessThanOrEqual(3220);
  });

  it('finds them in noise 15 dB below', () => {
    const { speech } = hear(withNoise(inTurn(silence(1000), syllables(2000, -18), silence(1000)), -40));
    expect(speech.map(({ isSpeaking }) => isSpeaking)).toEqual([true, false]);
    expect(speech[0]?.at).toBeLessThanOrEqual(1100);
  });

  it.each([
    ['noise of a room', withNoise(silence(4000), -45)],
    ['ringing', inTurn(silence(400), sines([440, 480], 2000, { level: -19 }), silence(1000))],
    ['a beep', inTurn(silence(400), sines(1000, 500), silence(1000))],
  ])('finds none in %s', (_name, sound) => {
    expect(hear(sound).speech).toEqual([]);
  });

  it('takes no syllable for a tone', () => {
    expect(hear(syllables(20_000)).tones).toEqual([]);
  });
});
