import { expect, it } from 'vitest';
import type { PlaySource } from '../../../../src/channel/play-port.ts';
import { type SpokenContext, spokenSources } from '../../../../src/channel/sounds/spoken-sources.ts';

interface Asked {
  readonly said: (readonly [text: string, language: string | undefined])[];
}

/** A context in which these sounds are installed, as `language/name`. */
function contextWith(...installed: readonly string[]): SpokenContext & Asked {
  const said: (readonly [string, string | undefined])[] = [];
  const file = (name: string): PlaySource => ({ kind: 'file', name, path: name });
  return {
    said,
    language: 'en',
    signal: new AbortController().signal,
    sounds: {
      hasAll: (ids, language) => ids.every((id) => installed.includes(`${language}/${id}`)),
      source: async (id, language) => file(`${language}/${id}`),
    },
    speech: {
      say: async (text, { language }) => {
        said.push([text, language]);
        return [file(`text:${text}`)];
      },
    },
  };
}

async function names(playing: Promise<readonly PlaySource[]>): Promise<readonly string[]> {
  return (await playing).map(({ name }) => name);
}

it('plays sounds when all are installed in the language', async () => {
  const context = contextWith('en/digits/40', 'en/digits/2');
  expect(await names(spokenSources({ number: 42 }, context))).toEqual(['en/digits/40', 'en/digits/2']);
  expect(context.said).toEqual([]);
});

it('speaks all of it when one is missing', async () => {
  const context = contextWith('en/digits/40', 'de/digits/2');
  expect(await names(spokenSources({ number: '42' }, context))).toEqual(['text:forty-two']);
  expect(context.said).toEqual([['forty-two', 'en']]);
});

it('takes the language of the item before that of the channel', async () => {
  const context = contextWith('en/digits/40', 'en/digits/2', 'fr/letters/a');
  expect(await names(spokenSources({ number: 42, language: 'de' }, context))).toEqual(['text:zweiundvierzig']);
  expect(await names(spokenSources({ characters: 'A', language: 'fr' }, context))).toEqual(['fr/letters/a']);
  expect(context.said).toEqual([['zweiundvierzig', 'de']]);
});

it('pauses at a comma', async () => {
  const sources = await spokenSources({ digits: '1,1' }, contextWith('en/digits/1'));
  expect(sources.map((source) => (source.kind === 'silence' ? source.ms : source.name))).toEqual([
    'en/digits/1',
    500,
    'en/digits/1',
  ]);
});

it('leaves numbers of other languages to speech', async () => {
  const context = { ...contextWith('it/digits/5'), language: 'it' };
  expect(await names(spokenSources({ number: 5 }, context))).toEqual(['text:5']);
  expect(await names(spokenSources({ digits: '5' }, context))).toEqual(['it/digits/5']);
});

it.each([{ number: 'abc' }, { number: Number.NaN }, { digits: 'x' }, { characters: '' }, { number: 1, language: 'x' }])(
  'refuses %j and asks nobody',
  async (item) => {
    const context = contextWith();
    await expect(spokenSources(item, context)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(context.said).toEqual([]);
  },
);
