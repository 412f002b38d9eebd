import { describe, expect, it } from 'vitest';
import { findWavLayout } from '../../../../src/media/wav/wav-layout.codec.ts';
import { bytesOf, sine, wavBytes } from './wav-bytes.ts';

/** A WAV file with so much before its samples that its head does not hold them. */
function withJunk(bytes: number): Uint8Array {
  const wav = wavBytes(bytesOf(sine(440, 8000, 80)));
  const junk = new Uint8Array(8 + bytes);
  junk.set(Buffer.from('JUNK'));
  new DataView(junk.buffer).setUint32(4, bytes, true);
  return Buffer.concat([wav.subarray(0, 12), junk, wav.subarray(12)]);
}

describe('findWavLayout', () => {
  it('reads on until it has found the samples, and no more', async () => {
    const wav = withJunk(10_000);
    const asked: number[][] = [];
    const layout = await findWavLayout('a.wav', wav.length, async (start, end) => {
      asked.push([start, end]);
      return wav.subarray(start, end);
    });
    expect(layout).toMatchObject({ encoding: 'S16', sampleRate: 8000, samples: 80, dataOffset: wav.length - 160 });
    expect(asked).toEqual([
      [0, 4096],
      [10_020, wav.length],
    ]);
  });

  it('comes to an end where there is less than was said', async () => {
    const wav = withJunk(10_000);
    for (const left of [12, 20, 4096, 10_020, 10_030]) {
      const there = wav.subarray(0, left);
      const looking = findWavLayout('a.wav', wav.length, async (start, end) => there.subarray(start, end));
      await expect(looking).rejects.toMatchObject({
        code: 'FILE_INVALID',
        message: expect.stringContaining('cut off'),
      });
    }
  });
});
