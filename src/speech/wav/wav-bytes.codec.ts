/** Bytes before the samples. */
export const WAV_HEADER_BYTES = 44;

/** A WAV file of 16-bit samples of one channel. */
export function wavBytes(pieces: readonly Int16Array[], sampleRate: number): Uint8Array {
  const dataBytes = pieces.reduce((sum, { length }) => sum + length * 2, 0);
  const bytes = new Uint8Array(WAV_HEADER_BYTES + dataBytes);
  const view = new DataView(bytes.buffer);
  const id = (at: number, name: string): void => {
    for (let index = 0; index < name.length; index++) bytes[at + index] = name.charCodeAt(index);
  };
  id(0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  id(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  id(36, 'data');
  view.setUint32(40, dataBytes, true);
  let at = WAV_HEADER_BYTES;
  for (const piece of pieces)
    for (const sample of piece) {
      view.setInt16(at, sample, true);
      at += 2;
    }
  return bytes;
}

/** Whether a file of this size with this header is as `wavBytes()` made it. */
export function isWholeWav(header: Uint8Array, size: number): boolean {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return size > WAV_HEADER_BYTES && view.getUint32(40, true) === size - WAV_HEADER_BYTES;
}
