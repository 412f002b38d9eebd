import { afterAll, describe, expect, it } from 'vitest';
import type { SpeechProviderOptions } from '../../../../src/channel/playback/speech-provider.ts';
import { FliteSpeech } from '../../../../src/speech/flite/flite-speech.ts';
import { fliteText } from '../../../../src/speech/flite/flite-text.codec.ts';

const ALWAYS = new AbortController().signal;
const flite = new FliteSpeech();

afterAll(() => flite.close());

async function speak(
  text: string,
  options: Partial<SpeechProviderOptions> = {},
): Promise<{ readonly seconds: number; readonly level: number; readonly pieces: number }> {
  const { sampleRate, audio } = flite.synthesize(text, { rate: 1, signal: ALWAYS, ...options });
  let [samples, power, pieces] = [0, 0, 0];
  for await (const piece of audio) {
    pieces++;
    samples += piece.length;
    for (const sample of piece) power += sample * sample;
  }
  return { seconds: samples / sampleRate, level: Math.sqrt(power / samples), pieces };
}

describe('flite', () => {
  it('speaks in each of its voices', async () => {
    for (const voice of [undefined, 'slt', 'rms', 'awb', 'kal16', 'kal']) {
      const { seconds, level } = await speak('Please enter your number.', { voice });
      expect(seconds).toBeGreaterThan(1);
      expect(seconds).toBeLessThan(3);
      expect(level).toBeGreaterThan(1000);
    }
  });

  it('speaks sentence by sentence, the same each time', async () => {
    const one = await speak('One. Two. Three.');
    expect(one.pieces).toBe(3);
    expect(await speak('One. Two. Three.')).toEqual(one);
  });

  it('speaks faster and slower', async () => {
    const [normal, fast, slow] = [
      await speak('This is how fast it is.'),
      await speak('This is how fast it is.', { rate: 2 }),
      await speak('This is how fast it is.', { rate: 0.5 }),
    ];
    expect(normal.seconds / fast.seconds).toBeGreaterThan(1.6);
    expect(slow.seconds / normal.seconds).toBeGreaterThan(1.6);
  });

  it('reads digits between commas one by one', async () => {
    const digits = await speak('4, 0, 2, 7');
    expect(digits).toEqual(await speak('four, zero, two, seven'));
    expect(digits).not.toEqual(await speak('4027'));
  });

  it.each(['nobody', 'SLT', 'toString', ''])('names its voices when it has not %j', (voice) => {
    expect(() => flite.synthesize('Hello', { voice, rate: 1, signal: ALWAYS })).toThrow(
      /flite has no voice ".*"; it has slt, rms, awb, kal16, kal$/,
    );
  });

  it.each(['de', 'fr-CA', 'eng-fake'])('names other providers for %s', (language) => {
    expect(() => flite.synthesize('Hallo', { language, rate: 1, signal: ALWAYS })).toThrow(/espeakSpeech/);
  });

  it('stops waiting when it is told to, and goes on with the next', async () => {
    const abort = new AbortController();
    const long = speak('This is a sentence that takes a moment to be spoken, and then another moment.', {
      signal: abort.signal,
    });
    const next = speak('Next.');
    abort.abort('enough');
    await expect(long).rejects.toBe('enough');
    expect((await next).seconds).toBeGreaterThan(0.3);
    await expect(speak('No.', { signal: abort.signal })).rejects.toBe('enough');
  });

  it('is over when it is closed, also for who waits', async () => {
    const other = new FliteSpeech();
    const { audio } = other.synthesize('Hello there.', { rate: 1, signal: ALWAYS });
    const reading = audio[Symbol.asyncIterator]().next();
    const failure = expect(reading).rejects.toMatchObject({ code: 'STOPPED' });
    await other.close();
    await failure;
    const late = other.synthesize('Hello there.', { rate: 1, signal: ALWAYS }).audio[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  it.each([
    ['Café “Zoë” – 5 €', 'Cafe "Zoe" - 5 euros'],
    ['Straße ½', 'Strasse 1 2'],
    ['你好 hi', 'hi'],
    ['😀', ''],
  ])('has %s in letters that it knows', (text, expected) => {
    expect(fliteText(text)).toBe(expected);
  });
});
