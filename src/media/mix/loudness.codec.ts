import { decodeTable, type Law, PCMA, PCMU } from '../codec/g711.codec.ts';

/** Linear samples of the bytes of both laws, so many decibels louder. They may be larger than 16 bits hold. */
export type Loudness = readonly [Int32Array, Int32Array];

const UNCHANGED: Loudness = [Int32Array.from(decodeTable(PCMU)), Int32Array.from(decodeTable(PCMA))];

/** The linear samples for a volume in decibels. */
export function loudness(decibels: number): Loudness {
  if (decibels === 0) return UNCHANGED;
  const factor = 10 ** (decibels / 20);
  const scaled = (law: Law): Int32Array => Int32Array.from(decodeTable(law), (sample) => Math.round(sample * factor));
  return [scaled(PCMU), scaled(PCMA)];
}
