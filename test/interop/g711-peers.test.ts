import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { decodeTable, encodeAlaw, encodeUlaw, type Law, PCMA, PCMU } from '../../src/media/codec/g711.codec.ts';
import { describeWithPeer } from '../support/peers.ts';

const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const SAMPLES = Int16Array.from({ length: 65536 }, (_, index) => index - 32768);
const LAWS = [
  { name: 'mu-law', law: PCMU, ffmpeg: 'mulaw', sox: 'u-law', encode: encodeUlaw },
  { name: 'A-law', law: PCMA, ffmpeg: 'alaw', sox: 'a-law', encode: encodeAlaw },
] as const;

function run(program: string, options: readonly string[], input: Uint8Array): Uint8Array {
  return execFileSync(program, options, { input, stdio: ['pipe', 'pipe', 'ignore'] });
}

function samplesOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 2 }, (_, index) => view.getInt16(index * 2, true));
}

/** How many samples the other program codes otherwise, and by how many steps at most. */
function compare(
  law: Law,
  encode: (sample: number) => number,
  theirs: Uint8Array,
): { different: number; steps: number } {
  const levels = [...new Set(decodeTable(law))].sort((a, b) => a - b);
  const rank = (byte: number): number => levels.indexOf(decodeTable(law)[byte] as number);
  let different = 0;
  let steps = 0;
  SAMPLES.forEach((sample, index) => {
    const other = theirs[index] as number;
    if (encode(sample) === other) return;
    different++;
    steps = Math.max(steps, Math.abs(rank(encode(sample)) - rank(other)));
  });
  return { different, steps };
}

describeWithPeer('ffmpeg', 'G.711 of ffmpeg', () => {
  it.each(LAWS)('decodes all 256 bytes of $name as we do', ({ law, ffmpeg }) => {
    const decoded = run('ffmpeg', ['-f', ffmpeg, '-ar', '8000', '-ac', '1', '-i', '-', '-f', 's16le', '-'], BYTES);
    expect(samplesOf(decoded)).toEqual(Array.from(decodeTable(law)));
  });

  // It decides halfway between two outputs, G.711 at its decision values, which differ where two segments meet; and it rounds
  // negative samples down to 14 bits, we toward zero. That makes 1.3 % of the samples, each by one step.
  it.each(LAWS)(
    'encodes all samples to $name as we do, but for those next to a decision value',
    ({ law, ffmpeg, encode }) => {
      const raw = new Uint8Array(SAMPLES.buffer);
      const coded = run('ffmpeg', ['-f', 's16le', '-ar', '8000', '-ac', '1', '-i', '-', '-f', ffmpeg, '-'], raw);
      const { different, steps } = compare(law, encode, coded);
      expect(different).toBeLessThanOrEqual(851);
      expect(steps).toBe(1);
    },
  );
});

describeWithPeer('sox', 'G.711 of sox', () => {
  const LINEAR = ['-t', 'raw', '-r', '8000', '-c', '1', '-e', 'signed', '-b', '16', '-'];

  it.each(LAWS)('decodes all 256 bytes of $name as we do', ({ law, sox }) => {
    const decoded = run('sox', ['-t', 'raw', '-r', '8000', '-c', '1', '-e', sox, '-', ...LINEAR], BYTES);
    expect(samplesOf(decoded)).toEqual(Array.from(decodeTable(law)));
  });

  it.each(LAWS)(
    'encodes all samples to $name as we do, but for those next to a decision value',
    ({ law, sox, encode }) => {
      const coded = run('sox', ['-D', ...LINEAR, '-t', 'raw', '-e', sox, '-'], new Uint8Array(SAMPLES.buffer));
      const { different, steps } = compare(law, encode, coded);
      expect(different).toBeLessThanOrEqual(1147);
      expect(steps).toBe(1);
    },
  );
});
