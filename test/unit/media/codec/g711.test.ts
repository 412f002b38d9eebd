import { describe, expect, it } from 'vitest';
import {
  ALAW_SILENCE,
  ALAW_TO_ULAW,
  decodeG711,
  decodeTable,
  encodeAlaw,
  encodeG711,
  encodeUlaw,
  PCMA,
  PCMU,
  silenceOf,
  translateG711,
  ULAW_SILENCE,
  ULAW_TO_ALAW,
} from '../../../../src/media/codec/g711.codec.ts';

/**
 * Decision values of one polarity, scaled to 16 bits, from the segment ends and step counts of ITU-T G.711 tables 1a and 2a:
 * value `n` is where code `n` begins.
 */
function decisionValues(segmentEnds: readonly number[], firstSteps: readonly number[], scale: number): number[] {
  const values = [...firstSteps];
  for (let segment = 1; segment < segmentEnds.length; segment++) {
    const from = segmentEnds[segment - 1] as number;
    const step = ((segmentEnds[segment] as number) - from) / 16;
    for (let index = 0; index < 16; index++) values.push(from + index * step);
  }
  return values.map((value) => value * scale);
}

const ULAW_DECISIONS = decisionValues(
  [31, 95, 223, 479, 991, 2015, 4063, 8159],
  [0, ...Array.from({ length: 15 }, (_, index) => 2 * index + 1)],
  4,
);
const ALAW_DECISIONS = decisionValues(
  [64, 128, 256, 512, 1024, 2048, 4096],
  Array.from({ length: 32 }, (_, index) => 2 * index),
  8,
);

function codeOf(decisions: readonly number[], magnitude: number): number {
  let code = 127;
  while (code > 0 && magnitude < (decisions[code] as number)) code--;
  return code;
}

describe('decoding', () => {
  it('has the end points of G.711 table 2a (mu-law)', () => {
    const table = decodeTable(PCMU);
    expect([table[0x80], table[0x8f], table[0x00], table[0xff], table[0x7f]]).toEqual([32124, 16764, -32124, 0, 0]);
  });

  it('has the end points of G.711 table 1a (A-law)', () => {
    const table = decodeTable(PCMA);
    expect([table[0xaa], table[0x2a], table[0xd5], table[0x55]]).toEqual([32256, -32256, 8, -8]);
  });

  it.each([
    ['mu-law', PCMU],
    ['A-law', PCMA],
  ] as const)('of %s is odd: the sign bit changes the sign alone', (_, law) => {
    const table = decodeTable(law);
    for (let byte = 0; byte < 128; byte++) expect((table[byte] as number) + (table[byte | 0x80] as number)).toBe(0);
  });
});

describe('encoding', () => {
  it('of mu-law follows the decision values of G.711 for every sample', () => {
    let wrong = 0;
    for (let sample = -32768; sample < 32768; sample++) {
      // The law sees 14 bits.
      const code = codeOf(ULAW_DECISIONS, Math.floor(Math.abs(sample) / 4) * 4);
      if (encodeUlaw(sample) !== (sample < 0 ? 0x7f - code : 0xff - code)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('of A-law follows the decision values of G.711 for every sample', () => {
    let wrong = 0;
    for (let sample = -32768; sample < 32768; sample++) {
      const code = codeOf(ALAW_DECISIONS, Math.abs(sample));
      if (encodeAlaw(sample) !== ((sample < 0 ? code : code | 0x80) ^ 0x55)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('gives back every byte that was decoded, but for the negative zero of mu-law', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(encodeUlaw(decodeTable(PCMU)[byte] as number)).toBe(byte === 0x7f ? 0xff : byte);
      expect(encodeAlaw(decodeTable(PCMA)[byte] as number)).toBe(byte);
    }
  });

  it('makes the bytes of digital silence out of nothing', () => {
    expect([encodeUlaw(0), encodeAlaw(0)]).toEqual([ULAW_SILENCE, ALAW_SILENCE]);
    expect([silenceOf(PCMU), silenceOf(PCMA)]).toEqual([0xff, 0xd5]);
  });
});

describe('translation', () => {
  it('takes the byte of the other law whose decoding is the coded value', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(ULAW_TO_ALAW[byte]).toBe(encodeAlaw(decodeTable(PCMU)[byte] as number));
      expect(ALAW_TO_ULAW[byte]).toBe(encodeUlaw(decodeTable(PCMA)[byte] as number));
    }
  });
});

describe('blocks', () => {
  it('decode, encode and translate a part of an array and leave the rest alone', () => {
    const bytes = Uint8Array.of(1, 2, 0x12, 0xff, 0x80, 9);
    const linear = new Int16Array(6).fill(77);
    decodeG711(PCMU, bytes, 2, linear, 1, 3);
    const table = decodeTable(PCMU);
    expect(Array.from(linear)).toEqual([77, table[0x12], 0, table[0x80], 77, 77]);
    const back = new Uint8Array(6);
    encodeG711(PCMU, linear, 1, back, 3, 3);
    expect(Array.from(back)).toEqual([0, 0, 0, 0x12, 0xff, 0x80]);
    const other = new Uint8Array(4);
    translateG711(PCMU, PCMA, bytes, 2, other, 1, 3);
    expect(Array.from(other)).toEqual([0, ULAW_TO_ALAW[0x12], ULAW_TO_ALAW[0xff], ULAW_TO_ALAW[0x80]]);
    translateG711(PCMA, PCMA, bytes, 0, other, 0, 4);
    expect(Array.from(other)).toEqual([1, 2, 0x12, 0xff]);
  });
});
