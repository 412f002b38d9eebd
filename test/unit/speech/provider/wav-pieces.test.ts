import { describe, expect, it } from 'vitest';
import { wavPieces } from '../../../../src/speech/provider/wav-pieces.ts';

const FORMAT = { sampleRate: 8000, channels: 1, bits: 16, isFloat: false, isBigEndian: false } as const;

describe('wavPieces', () => {
  it('ends a source that never comes to an end by itself, and gives what it gave before', async () => {
    let isLeft = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(40);
      } finally {
        isLeft = true;
      }
    }
    const { audio } = await wavPieces(endless(), FORMAT, 100);
    let samples = 0;
    const reading = (async () => {
      for await (const piece of audio) samples += piece.length;
    })();
    await expect(reading).rejects.toThrow('it gave more than 100 bytes for a text');
    expect({ samples, isLeft }).toEqual({ samples: 40, isLeft: true });
  });
});
