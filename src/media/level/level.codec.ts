import { decodeTable, type Law, PCMA, PCMU } from '../codec/g711.codec.ts';

/** What digital silence measures: the lowest level there is (RFC 6464 §3 uses the same floor). */
export const SILENCE_DBOV = -127;

/** Energy of a sample that lies at the overload point: 0 dBov. */
const OVERLOAD = 32768 * 32768;

function squares(law: Law): Float64Array {
  return Float64Array.from(decodeTable(law), (sample) => sample * sample);
}

const ULAW_SQUARES = squares(PCMU);
const ALAW_SQUARES = squares(PCMA);

function dbov(energy: number, count: number): number {
  if (energy === 0 || count === 0) return SILENCE_DBOV;
  return Math.max(SILENCE_DBOV, 10 * Math.log10(energy / (count * OVERLOAD)));
}

/**
 * Level of G.711 audio in dBov without decoding it: 0 for a full-scale square wave, -127 for silence.
 *
 * The quietest A-law code is not zero, so digital silence in A-law measures -72.
 */
export function levelOfG711(law: Law, from: Uint8Array, offset: number, count: number): number {
  const table = law === PCMU ? ULAW_SQUARES : ALAW_SQUARES;
  let energy = 0;
  for (let index = 0; index < count; index++) energy += table[from[offset + index] as number] as number;
  return dbov(energy, count);
}

/** Level of 16-bit linear audio in dBov: 0 for a full-scale square wave, -127 for silence. */
export function levelOfPcm(from: Int16Array, offset: number, count: number): number {
  let energy = 0;
  for (let index = 0; index < count; index++) {
    const sample = from[offset + index] as number;
    energy += sample * sample;
  }
  return dbov(energy, count);
}

/** Largest magnitude of a sample of G.711 audio, 0 to 32767. */
export function peakOfG711(law: Law, from: Uint8Array, offset: number, count: number): number {
  const table = decodeTable(law);
  let peak = 0;
  for (let index = 0; index < count; index++) {
    peak = Math.max(peak, Math.abs(table[from[offset + index] as number] as number));
  }
  return peak;
}
