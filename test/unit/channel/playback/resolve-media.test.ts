import { describe, expect, it } from 'vitest';
import type { PcmStream, PlaySource } from '../../../../src/channel/play-port.ts';
import type { MediaServices } from '../../../../src/channel/playback/media-services.ts';
import { type MediaContext, resolveMedia } from '../../../../src/channel/playback/resolve-media.ts';
import { ToneManager } from '../../../../src/channel/tone/tone-manager.ts';
import { systemClock } from '../../../../src/clock.ts';
import { ChannelError } from '../../../../src/errors.ts';

/** Speech that comes as a stream, and tells when it is closed. */
function speaking(closed: string[]): MediaServices['speech'] {
  return {
    async say(text) {
      const stream: PcmStream = {
        sampleRate: 8000,
        read: async () => undefined,
        async close() {
          closed.push(text);
        },
      };
      return [{ kind: 'stream', name: `text:${text}`, stream }];
    },
  };
}

function context(closed: string[], opened: string[] = []): MediaContext {
  const named = async (name: string): Promise<PlaySource> => ({ kind: 'file', name, path: `/media/${name}` });
  return {
    files: { forReading: async (name) => `/media/${name}`, forWriting: async (name) => `/media/${name}` },
    services: {
      speech: speaking(closed),
      sounds: { source: (id, language) => named(`${language}/${id}`), hasAll: () => false },
      recordings: { source: named },
      decoder: {
        file: async (path, name) => ({ kind: 'file', name, path }),
        bytes: (_, name) => named(name),
        async url(url) {
          opened.push(url);
          throw new ChannelError('URL_FAILED', 'no such server');
        },
      },
    },
    tones: new ToneManager(),
    language: 'de',
    signal: new AbortController().signal,
    clock: systemClock,
  };
}

describe('what is to be played', () => {
  it('is opened in the order of the list, in the language of the channel or its own', async () => {
    const media = [
      { text: 'one' },
      { sound: 'two' },
      { sound: 'three', language: 'en' },
      { file: 'four.wav' },
    ] as const;
    const sources = await resolveMedia([...media, { silence: 5 }, { tone: 'BUSY' }], context([]));
    expect(sources.map(({ name }) => name)).toEqual([
      'text:one',
      'de/two',
      'en/three',
      'four.wav',
      'silence:5',
      'BUSY',
    ]);
  });

  it('is closed again when one of it cannot be opened', async () => {
    const closed: string[] = [];
    const opening = resolveMedia([{ text: 'one' }, { url: 'https://x' }, { text: 'two' }], context(closed));
    await expect(opening).rejects.toMatchObject({ code: 'URL_FAILED' });
    expect(closed).toEqual(['one', 'two']);
  });
});
