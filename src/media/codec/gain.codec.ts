import { decodeTable, encodeAlaw, encodeUlaw, type Law, PCMU } from './g711.codec.ts';

/** What each byte of a law is when it is made so many decibels louder: one that would be too loud is the loudest there is. */
export function gainTable(law: Law, decibels: number): Uint8Array {
  const factor = 10 ** (decibels / 20);
  const encode = law === PCMU ? encodeUlaw : encodeAlaw;
  return Uint8Array.from(decodeTable(law), (sample) =>
    encode(Math.max(-32_768, Math.min(32_767, Math.round(sample * factor)))),
  );
}
