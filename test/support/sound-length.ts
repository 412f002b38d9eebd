const WINDOW_MS = 10;
const LOUD = 1000;

/** For how many milliseconds a mono WAV file of 16-bit samples has sound, in steps of 10 ms. */
export function soundMs(wav: Uint8Array): number {
  const { samples, rate } = pcmOf(wav);
  const length = (rate * WINDOW_MS) / 1000;
  let heard = 0;
  for (let at = 0; at + length <= samples.length; at += length) {
    if (samples.subarray(at, at + length).some((sample) => Math.abs(sample) > LOUD)) heard += WINDOW_MS;
  }
  return heard;
}

/** The samples of a mono WAV file of 16-bit PCM. Throws when its header does not say the sizes that it has. */
export function pcmOf(wav: Uint8Array): { readonly samples: Int16Array; readonly rate: number } {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const text = (at: number): string => String.fromCharCode(...wav.subarray(at, at + 4));
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE' || view.getUint32(4, true) !== wav.length - 8) {
    throw new Error('this is no complete RIFF file');
  }
  let rate = 0;
  for (let at = 12; at + 8 <= wav.length; at += 8 + view.getUint32(at + 4, true)) {
    if (text(at) === 'fmt ') {
      if (view.getUint16(at + 8, true) !== 1 || view.getUint16(at + 10, true) !== 1) throw new Error('no mono PCM');
      rate = view.getUint32(at + 12, true);
    }
    if (text(at) !== 'data') continue;
    const count = view.getUint32(at + 4, true) / 2;
    if (at + 8 + count * 2 > wav.length) throw new Error('there are fewer samples than the header says');
    const samples = Int16Array.from({ length: count }, (_, index) => view.getInt16(at + 8 + index * 2, true));
    return { samples, rate };
  }
  throw new Error('there are no samples');
}
