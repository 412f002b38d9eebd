const WINDOW_MS = 10;
const LOUD = 1000;

/** For how many milliseconds a mono WAV file of 16-bit samples has sound, in steps of 10 ms. */
export function soundMs(wav: Uint8Array): number {
  const { samples, rate } = pcmOf(wav);
  return loudMs(samples, rate, LOUD);
}

/** For how many milliseconds samples go beyond `loud`, in steps of 10 ms. */
export function loudMs(samples: Int16Array, rate: number, loud: number): number {
  const length = (rate * WINDOW_MS) / 1000;
  let heard = 0;
  for (let at = 0; at + length <= samples.length; at += length) {
    if (samples.subarray(at, at + length).some((sample) => Math.abs(sample) > loud)) heard += WINDOW_MS;
  }
  return heard;
}

/** The samples of a mono WAV file of 16-bit PCM. Throws when its header does not say the sizes that it has. */
export function pcmOf(wav: Uint8Array): { readonly samples: Int16Array; readonly rate: number } {
  const { channels, rate } = channelsOf(wav);
  const [samples, more] = channels;
  if (!samples || more) throw new Error('no mono PCM');
  return { samples, rate };
}

/** The samples of each channel of a WAV file of 16-bit PCM. Throws when its header does not say the sizes that it has. */
export function channelsOf(wav: Uint8Array): { readonly channels: readonly Int16Array[]; readonly rate: number } {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const text = (at: number): string => String.fromCharCode(...wav.subarray(at, at + 4));
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE' || view.getUint32(4, true) !== wav.length - 8) {
    throw new Error('this is no complete RIFF file');
  }
  let rate = 0;
  let count = 1;
  for (let at = 12; at + 8 <= wav.length; at += 8 + view.getUint32(at + 4, true)) {
    if (text(at) === 'fmt ') {
      if (view.getUint16(at + 8, true) !== 1) throw new Error('no PCM');
      count = view.getUint16(at + 10, true);
      rate = view.getUint32(at + 12, true);
    }
    if (text(at) !== 'data') continue;
    const length = view.getUint32(at + 4, true) / (2 * count);
    if (at + 8 + length * count * 2 > wav.length) throw new Error('there are fewer samples than the header says');
    const sample = (index: number): number => view.getInt16(at + 8 + index * 2, true);
    const channels = Array.from({ length: count }, (_, channel) =>
      Int16Array.from({ length }, (_, index) => sample(index * count + channel)),
    );
    return { channels, rate };
  }
  throw new Error('there are no samples');
}
