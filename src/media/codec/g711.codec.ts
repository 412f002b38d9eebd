/**
 * G.711: both laws by table. Samples are 16-bit linear; mu-law uses their upper 14 bits, A-law their upper 13.
 */

/** Index of a law: the values of {@link PCMU} and {@link PCMA}. */
export type Law = 0 | 1;

/** Mu-law. */
export const PCMU = 0;
/** A-law. */
export const PCMA = 1;

/** The byte of digital silence in mu-law. */
export const ULAW_SILENCE = 0xff;
/** The byte of digital silence in A-law. */
export const ALAW_SILENCE = 0xd5;

export function silenceOf(law: Law): number {
  return law === PCMU ? ULAW_SILENCE : ALAW_SILENCE;
}

/** Added to a magnitude so that the eight segments of mu-law begin at powers of two. */
const ULAW_BIAS = 33;
const ULAW_CLIP = 8158;

function expandUlaw(byte: number): number {
  const code = ~byte & 0x7f;
  const magnitude = ((((code & 0x0f) << 1) + ULAW_BIAS) << (code >> 4)) - ULAW_BIAS;
  return ((byte & 0x80) === 0 ? -magnitude : magnitude) << 2;
}

function expandAlaw(byte: number): number {
  // The even bits travel inverted.
  const code = (byte ^ 0x55) & 0x7f;
  const segment = code >> 4;
  const step = ((code & 0x0f) << 1) + 1;
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return ((byte & 0x80) === 0 ? -magnitude : magnitude) << 3;
}

/** Where the highest bit of `value` stands, 0 for the lowest. */
function highestBit(value: number): number {
  return 31 - Math.clz32(value);
}

function compressUlaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample) >> 2, ULAW_CLIP) + ULAW_BIAS;
  const segment = highestBit(magnitude) - 5;
  const code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0f);
  return (sample < 0 ? ~code & 0x7f : ~code) & 0xff;
}

function compressAlaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32767) >> 4;
  // The two lowest segments have the same step, so there the magnitude is the code.
  const segment = magnitude < 32 ? 0 : highestBit(magnitude) - 3;
  const code = segment === 0 ? magnitude : (segment << 4) | ((magnitude >> (segment - 1)) & 0x0f);
  return (sample < 0 ? code : code | 0x80) ^ 0x55;
}

const ULAW_DECODE = Int16Array.from({ length: 256 }, (_, byte) => expandUlaw(byte));
const ALAW_DECODE = Int16Array.from({ length: 256 }, (_, byte) => expandAlaw(byte));

/** Linear value of each byte of a law. */
export function decodeTable(law: Law): Int16Array {
  return law === PCMU ? ULAW_DECODE : ALAW_DECODE;
}

/** A-law byte that is nearest to each mu-law byte. */
export const ULAW_TO_ALAW: Uint8Array = Uint8Array.from(ULAW_DECODE, compressAlaw);
/** Mu-law byte that is nearest to each A-law byte. */
export const ALAW_TO_ULAW: Uint8Array = Uint8Array.from(ALAW_DECODE, compressUlaw);

let ulawEncode: Uint8Array | undefined;
let alawEncode: Uint8Array | undefined;

function buildEncodeTable(compress: (sample: number) => number): Uint8Array {
  const table = new Uint8Array(65536);
  for (let index = 0; index < 65536; index++) table[index] = compress((index << 16) >> 16);
  return table;
}

/** Byte of each linear sample, at the sample's low 16 bits; made when it is needed first. */
function encodeTable(law: Law): Uint8Array {
  if (law === PCMU) {
    ulawEncode ??= buildEncodeTable(compressUlaw);
    return ulawEncode;
  }
  alawEncode ??= buildEncodeTable(compressAlaw);
  return alawEncode;
}

/** Mu-law byte of a 16-bit sample. */
export function encodeUlaw(sample: number): number {
  return encodeTable(PCMU)[sample & 0xffff] as number;
}

/** A-law byte of a 16-bit sample. */
export function encodeAlaw(sample: number): number {
  return encodeTable(PCMA)[sample & 0xffff] as number;
}

/** Turns `count` bytes into linear samples. */
export function decodeG711(
  law: Law,
  from: Uint8Array,
  fromOffset: number,
  into: Int16Array,
  intoOffset: number,
  count: number,
): void {
  const table = law === PCMU ? ULAW_DECODE : ALAW_DECODE;
  for (let index = 0; index < count; index++) {
    into[intoOffset + index] = table[from[fromOffset + index] as number] as number;
  }
}

/** Turns `count` linear samples into bytes. */
export function encodeG711(
  law: Law,
  from: Int16Array,
  fromOffset: number,
  into: Uint8Array,
  intoOffset: number,
  count: number,
): void {
  const table = encodeTable(law);
  for (let index = 0; index < count; index++) {
    into[intoOffset + index] = table[(from[fromOffset + index] as number) & 0xffff] as number;
  }
}

/** Copies `count` bytes from one law to another, or to the same. `from` and `into` may be the same array at the same offset. */
export function translateG711(
  fromLaw: Law,
  toLaw: Law,
  from: Uint8Array,
  fromOffset: number,
  into: Uint8Array,
  intoOffset: number,
  count: number,
): void {
  if (fromLaw === toLaw) {
    for (let index = 0; index < count; index++) into[intoOffset + index] = from[fromOffset + index] as number;
    return;
  }
  const table = fromLaw === PCMU ? ULAW_TO_ALAW : ALAW_TO_ULAW;
  for (let index = 0; index < count; index++) {
    into[intoOffset + index] = table[from[fromOffset + index] as number] as number;
  }
}
