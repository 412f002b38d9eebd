import { PCMU } from '../../media/codec/g711.codec.ts';
import { ToneGenerator } from '../../media/tone/tone.state.ts';
import { type ToneSequence, toneLength } from '../../tone-sequence.ts';
import { SAMPLES_PER_MS, type Sound } from './sound-track.ts';

/** What a tone sounds like: its steps once, over and over. */
export function toneSound(tone: ToneSequence): Sound {
  const once = { ...tone, repeat: 1 };
  const samples = new Int16Array(toneLength(once) * SAMPLES_PER_MS);
  new ToneGenerator(once, PCMU).take(samples);
  return { kind: 'samples', samples, isLoop: true };
}
