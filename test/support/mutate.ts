/** A small generator of equally distributed numbers from 0 up to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that mean something to a parser of SIP, SDP or RTP, so that faults are met sooner than by random bytes alone. */
const SPECIAL = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\r\n ',
  '\0',
  ' ',
  '\t',
  ',',
  ';',
  ':',
  '=',
  '"',
  '\\',
  '<',
  '>',
  '@',
  '?',
  '%',
  '/',
  '[',
  ']',
  '*',
  '-1',
  '4294967296',
  '99999999999999999999',
  'SIP/2.0',
  '__proto__',
  '\u{1F600}',
].map((text) => Buffer.from(text));
SPECIAL.push(Buffer.of(0x80), Buffer.of(0xff, 0xff, 0xff, 0xff), Buffer.alloc(64, 0x22), Buffer.alloc(300, 0x3b));

/**
 * A damaged copy of `bytes`, the same for the same seed: one to four times something is flipped, overwritten, inserted,
 * cut out, doubled, exchanged or cut off. `bytes` is left as it is.
 */
export function mutate(bytes: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  let result = Buffer.from(bytes);
  for (let rounds = 1 + below(4); rounds > 0; rounds -= 1) {
    const at = below(result.length + 1);
    const end = Math.min(result.length, at + 1 + below(40));
    const piece = result.subarray(at, end);
    const special = SPECIAL[below(SPECIAL.length)] ?? Buffer.alloc(0);
    const before = result.subarray(0, at);
    switch (below(7)) {
      case 0:
        if (at < result.length) result[at] = (result[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        if (at < result.length) result[at] = below(256);
        break;
      case 2:
        result = Buffer.concat([before, special, result.subarray(at)]);
        break;
      case 3:
        result = Buffer.concat([before, special, result.subarray(end)]);
        break;
      case 4:
        result = Buffer.concat([before, result.subarray(end)]);
        break;
      case 5:
        result = Buffer.concat([before, piece, piece, result.subarray(end)]);
        break;
      default:
        result = Buffer.from(below(4) === 0 ? before : Buffer.concat([result.subarray(end), piece, before]));
    }
  }
  return result;
}
