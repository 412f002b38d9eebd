import { expect, it } from 'vitest';
import { isRaw, withWavHeader } from '../../../../src/channel/sounds/raw-audio.codec.ts';
import { scanWav, WAV_SCAN_START } from '../../../../src/media/wav/wav-header.codec.ts';

it('knows which formats are bare audio', () => {
  const raw = ['ulaw', 'alaw', 'sln', 'sln16', 'wav', 'gsm', 'toString'].filter(isRaw);
  expect(raw).toEqual(['ulaw', 'alaw', 'sln', 'sln16']);
});

it.each([
  ['ulaw', 'PCMU', 8000, 5],
  ['alaw', 'PCMA', 8000, 5],
  ['sln', 'S16', 8000, 4],
  ['sln16', 'S16', 16_000, 4],
  ['sln44', 'S16', 44_100, 4],
])('%s becomes a WAV file that holds the same', (format, encoding, sampleRate, length) => {
  const audio = Uint8Array.of(1, 2, 3, 4, 5);
  const wav = withWavHeader(format, audio);
  const layout = scanWav('test', wav, wav.length, WAV_SCAN_START);
  expect(layout).toMatchObject({ encoding, sampleRate, channels: 1, dataLength: length });
  expect(wav.slice(44, 44 + length)).toEqual(audio.slice(0, length));
  expect(wav.length % 2).toBe(0);
});
