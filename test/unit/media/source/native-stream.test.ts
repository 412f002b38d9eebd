import { describe, expect, it } from 'vitest';
import { memoryBytes, NativeStream } from '../../../../src/media/source/native-stream.ts';
import { samplesOf } from '../../../support/played-source.ts';
import { bytesOf, sine } from '../wav/wav-bytes.ts';

describe('samples that need no decoder', () => {
  it('come in short pieces, all of them, in order', async () => {
    const samples = sine(440, 16_000, 40_001);
    const stream = new NativeStream(
      memoryBytes(bytesOf(samples), { encoding: 'S16', channels: 1, sampleRate: 16_000, frameBytes: 2 }),
    );
    expect([stream.sampleRate, Math.round(stream.durationMs)]).toEqual([16_000, 2500]);
    expect([...(await samplesOf({ kind: 'stream', name: 'a', stream }))]).toEqual([...samples]);
  });

  it('end before half a sample, and when they are closed', async () => {
    const format = { encoding: 'S16', channels: 1, sampleRate: 8000, frameBytes: 2 } as const;
    const odd = new NativeStream(memoryBytes(Uint8Array.of(1, 0, 7), format));
    expect([await odd.read(), await odd.read()]).toEqual([Int16Array.of(1), undefined]);
    const closed = new NativeStream(memoryBytes(new Uint8Array(8), format));
    await closed.close();
    await closed.close();
    expect(await closed.read()).toBeUndefined();
  });
});
