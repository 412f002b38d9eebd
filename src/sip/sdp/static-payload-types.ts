/** What a payload type means without an `a=rtpmap` (RFC 3551 §6, tables 4 and 5). */
interface StaticFormat {
  readonly encoding: string;
  readonly clockRate: number;
  readonly channels: number;
}

function format(encoding: string, clockRate: number, channels = 1): StaticFormat {
  return { encoding, clockRate, channels };
}

/** Static payload types that have not been withdrawn, by number. */
export const STATIC_PAYLOAD_TYPES: ReadonlyMap<number, StaticFormat> = new Map([
  [0, format('PCMU', 8000)],
  [3, format('GSM', 8000)],
  [4, format('G723', 8000)],
  [5, format('DVI4', 8000)],
  [6, format('DVI4', 16000)],
  [7, format('LPC', 8000)],
  [8, format('PCMA', 8000)],
  [9, format('G722', 8000)],
  [10, format('L16', 44100, 2)],
  [11, format('L16', 44100)],
  [12, format('QCELP', 8000)],
  [13, format('CN', 8000)],
  [14, format('MPA', 90000)],
  [15, format('G728', 8000)],
  [16, format('DVI4', 11025)],
  [17, format('DVI4', 22050)],
  [18, format('G729', 8000)],
  [25, format('CelB', 90000)],
  [26, format('JPEG', 90000)],
  [28, format('nv', 90000)],
  [31, format('H261', 90000)],
  [32, format('MPV', 90000)],
  [33, format('MP2T', 90000)],
  [34, format('H263', 90000)],
]);
