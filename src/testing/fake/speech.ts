import { ChannelError } from '../../errors.ts';
import { tonesOf } from '../../keypad.ts';
import { toMono } from '../../media/wav/pcm.codec.ts';
import { checkTimeout, shown } from '../../operation.ts';
import type { CallerSpeech } from './fake-caller.ts';
import { SAMPLES_PER_MS, type Sound } from './sound-track.ts';
import { wavLayout } from './wav-bytes.ts';

/** A sound, and how long it lasts. */
export interface TimedSound {
  readonly sound: Sound;
  readonly ms: number;
  /** Whether it is the tones of a key. */
  readonly isKey?: boolean;
  /** Whether it stands for a voice, whatever it sounds like. */
  readonly isVoice?: boolean;
}

const RATE = 1000 * SAMPLES_PER_MS;
/** A quarter of full scale for each tone: -15 dBov, as loud as people speak. */
const AMPLITUDE = 8192;
/** The steady voice of somebody of whom only the length matters. */
const VOICE_HZ = 400;

/** What a caller says, as sound. Throws `ChannelError` `INVALID_ARGUMENT` or `FILE_INVALID`. */
export function soundOf(speech: CallerSpeech): TimedSound {
  if (typeof speech === 'number') return { ...tone(VOICE_HZ, speech), isVoice: true };
  if (speech instanceof Uint8Array) {
    const layout = wavLayout('what the caller says', speech);
    const data = speech.subarray(layout.dataOffset, layout.dataOffset + layout.dataLength);
    return spoken(toMono(data, layout), layout.sampleRate);
  }
  if (typeof speech === 'object' && speech !== null) {
    if ('tone' in speech) return tone(speech.tone, speech.ms);
    if (speech.pcm instanceof Int16Array) return spoken(speech.pcm, speech.rate);
  }
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `speak() takes milliseconds, { tone, ms }, { pcm, rate } with an Int16Array, or the bytes of a WAV file, not ${shown(speech)}`,
  );
}

/** The two tones of a key. */
export function keySound(key: string): Sound {
  const { low, high } = tonesOf(key) ?? { low: 0, high: 0 };
  return { kind: 'tones', hertz: [low, high], amplitude: AMPLITUDE / 2 };
}

function tone(hertz: number, ms: number): TimedSound {
  if (typeof ms !== 'number' || ms === Number.POSITIVE_INFINITY) {
    throw new ChannelError('INVALID_ARGUMENT', `speak() needs a number of milliseconds, not ${shown(ms)}`);
  }
  checkTimeout(ms, 'ms');
  if (typeof hertz !== 'number' || !(hertz > 0 && hertz < RATE / 2)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `a tone must have more than 0 and less than ${RATE / 2} hertz, not ${shown(hertz)}`,
    );
  }
  return { sound: { kind: 'tones', hertz: [hertz], amplitude: AMPLITUDE }, ms };
}

function spoken(pcm: Int16Array, rate: number): TimedSound {
  if (typeof rate !== 'number' || !(rate > 0 && rate < Number.POSITIVE_INFINITY)) {
    throw new ChannelError('INVALID_ARGUMENT', `the rate of samples must be a number of hertz, not ${shown(rate)}`);
  }
  return { sound: { kind: 'samples', samples: atTelephoneRate(pcm, rate) }, ms: (pcm.length / rate) * 1000 };
}

/** Samples at 8000 Hz, each on the line between its neighbours. */
function atTelephoneRate(pcm: Int16Array, rate: number): Int16Array {
  if (rate === RATE) return pcm;
  return Int16Array.from({ length: Math.floor((pcm.length * RATE) / rate) }, (_, index) => {
    const place = (index * rate) / RATE;
    const before = Math.floor(place);
    const left = pcm[before] ?? 0;
    return left + ((pcm[before + 1] ?? left) - left) * (place - before);
  });
}
