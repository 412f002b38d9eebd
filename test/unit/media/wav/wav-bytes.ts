import type { SampleEncoding } from '../../../../src/media/wav/wav-format.ts';
import { SAMPLE_BYTES } from '../../../../src/media/wav/wav-format.ts';

const TAGS: Readonly<Record<SampleEncoding, number>> = {
  U8: 1,
  S16: 1,
  S24: 1,
  S32: 1,
  F32: 3,
  F64: 3,
  PCMA: 6,
  PCMU: 7,
};

export interface WavParts {
  readonly encoding?: SampleEncoding;
  readonly channels?: number;
  readonly sampleRate?: number;
  /** Writes `WAVE_FORMAT_EXTENSIBLE` with the real format in the GUID. */
  readonly extensible?: boolean;
  /** Chunks before the data chunk: identifier and content. */
  readonly before?: readonly (readonly [string, Uint8Array])[];
  /** What the sizes of the file say instead of the truth. */
  readonly riffSize?: number;
  readonly dataSize?: number;
}

export function chunk(id: string, content: Uint8Array, size = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
}

/** Builds a WAV file independently of what the library writes. */
export function wavBytes(data: Uint8Array, parts: WavParts = {}): Buffer {
  const { encoding = 'S16', channels = 1, sampleRate = 8000, extensible = false, before = [] } = parts;
  const sample = SAMPLE_BYTES[encoding];
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : TAGS[encoding], 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(sampleRate, 4);
  format.writeUInt32LE(sampleRate * sample * channels, 8);
  format.writeUInt16LE(sample * channels, 12);
  format.writeUInt16LE(sample * 8, 14);
  if (extensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(sample * 8, 18);
    format.writeUInt16LE(TAGS[encoding], 24);
  }
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    ...before.map(([id, content]) => chunk(id, content)),
    chunk('data', data, parts.dataSize),
  ]);
  return chunk('RIFF', body, parts.riffSize);
}

/** A sine as 16-bit samples. */
export function sine(frequency: number, rate: number, count: number, amplitude = 12_000): Int16Array {
  return Int16Array.from({ length: count }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * index) / rate)),
  );
}

export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
