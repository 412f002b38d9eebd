/** RFC 3533 §6: the header of a page. */
const PAGE_HEADER = 27;
const CAPTURE = 'OggS';
/** RFC 7845 §4: positions count samples at this rate, whatever was encoded. */
const OPUS_RATE = 48_000;
/** RFC 3533 §6: no page is longer, so one ends within the last so many bytes of every file. */
export const LONGEST_PAGE = PAGE_HEADER + 255 + 255 * 255;

/** What an Opus stream in an Ogg file says about itself. */
export interface OpusFacts {
  readonly channels: number;
  /** Samples per second of what was encoded; 0 when nobody said. */
  readonly rate: number;
  /** Samples at 48 kHz at the beginning that are not played. */
  readonly preSkip: number;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** The identification header (RFC 7845 §5.1) at the beginning of a file; undefined when there is none. */
export function readOpusHead(head: Uint8Array): OpusFacts | undefined {
  if (head.length < PAGE_HEADER || text(head, 0, 4) !== CAPTURE) return undefined;
  const at = PAGE_HEADER + (head[26] ?? 0);
  if (head.length < at + 19 || text(head, at, 8) !== 'OpusHead') return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return { channels: head[at + 9] ?? 1, preSkip: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true) };
}

/** How long such a stream is in milliseconds, by the last page that ends a packet; 0 when there is none. */
export function opusDuration({ preSkip }: OpusFacts, tail: Uint8Array): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - PAGE_HEADER; at >= 0; at--) {
    if (tail[at] !== 0x4f || text(tail, at, 4) !== CAPTURE) continue;
    // -1: no packet ends on this page.
    const position = view.getBigInt64(at + 6, true);
    if (position >= 0n) return (Math.max(0, Number(position) - preSkip) / OPUS_RATE) * 1000;
  }
  return 0;
}
