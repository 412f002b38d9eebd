import { describe, expect, it } from 'vitest';
import type { PcmStream } from '../../../../src/channel/play-port.ts';
import { DecodedCache } from '../../../../src/media/source/decoded-cache.ts';

function streamOf(...pieces: (number[] | Error)[]): PcmStream {
  const left = [...pieces];
  return {
    sampleRate: 8000,
    durationMs: 1,
    read: async () => {
      const piece = left.shift();
      if (piece instanceof Error) throw piece;
      return piece && Int16Array.from(piece);
    },
    close: async () => void left.splice(0),
  };
}

const minutes = (count: number): Int16Array => new Int16Array(count * 60 * 8000);

describe('decoded files', () => {
  it('are kept when they have been read to their end, whatever becomes of the pieces', async () => {
    const cache = new DecodedCache();
    const stream = cache.keeping('a', streamOf([1, 2], [3]));
    expect([stream.sampleRate, stream.durationMs]).toEqual([8000, 1]);
    for (let piece = await stream.read(); piece; piece = await stream.read()) piece.fill(9);
    await stream.close();
    expect(cache.get('a')).toEqual({ samples: Int16Array.of(1, 2, 3), sampleRate: 8000 });
  });

  it.each([
    ['closed before', streamOf([1], [2])],
    ['failed', streamOf([1], new Error('cut off'))],
  ])('are not kept when they were %s', async (_, source) => {
    const cache = new DecodedCache();
    const stream = cache.keeping('a', source);
    await stream.read();
    await stream.read().catch(() => undefined);
    await stream.close();
    await stream.read();
    expect(cache.get('a')).toBeUndefined();
  });

  it('are not kept when they are long', async () => {
    const cache = new DecodedCache();
    const stream = cache.keeping('a', streamOf([...minutes(1)], [...minutes(1)], [...minutes(1)]));
    while (await stream.read());
    expect(cache.get('a')).toBeUndefined();
  });

  it('make room for others, those first that were not used for longest', () => {
    const cache = new DecodedCache();
    for (let index = 0; index < 16; index++) {
      cache.put(`${index}`, { samples: minutes(2), sampleRate: 8000 });
      cache.get('0');
    }
    cache.put('last', { samples: minutes(2), sampleRate: 8000 });
    expect(['0', '1', '2', '15', 'last'].filter((name) => cache.get(name))).toEqual(['0', '2', '15', 'last']);
  });

  it('are replaced and not counted twice', () => {
    const cache = new DecodedCache();
    cache.put('plain', 'plain');
    for (let round = 0; round < 100; round++) cache.put('a', { samples: minutes(2), sampleRate: 8000 });
    expect(cache.get('plain')).toBe('plain');
  });
});
