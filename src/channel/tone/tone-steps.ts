import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import type { ToneStep, ToneWave } from '../../tone-sequence.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

const STEP: OptionNames<ToneStep> = { add: true, duration: true, waves: true };
const WAVE: OptionNames<ToneWave> = { amplitude: true, frequency: true };
const HIGHEST = 9999;
const WEAKEST = 99;
/** Half of the samples in a second. */
const BAND = 4000;
/** What both laws of G.711 can carry, as a multiple of 0 dBm0: 3.14 dBm0. */
const OVERLOAD = 10 ** (3.14 / 20);

/** A copy of the steps of a tone. Throws `ChannelError` `INVALID_ARGUMENT` when something is wrong with them. */
export function checkedSteps(steps: readonly ToneStep[]): readonly ToneStep[] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw invalid(`a tone needs an array of one step or more, not ${shown(steps)}`);
  }
  const checked = steps.map((step: ToneStep, index) => checkedStep(step, `step ${index + 1}`));
  if (checked.every(({ duration }) => duration === 0)) throw invalid('a tone must last longer than 0 ms');
  return checked;
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it is a number of times to play a tone. */
export function checkRepeat(repeat: number): void {
  if (repeat === Number.POSITIVE_INFINITY || (Number.isInteger(repeat) && repeat >= 1)) return;
  throw invalid(`repeat must be a whole number of times of at least 1, or Infinity, not ${shown(repeat)}`);
}

function checkedStep(step: ToneStep, place: string): ToneStep {
  const problem = optionsProblem(place, step, STEP);
  if (problem) throw problem;
  const { duration, waves = [], add = 'summation' } = step;
  if (!isWhole(duration, HIGHEST)) {
    throw invalid(`duration in ${place} must be whole milliseconds from 0 to ${HIGHEST}, not ${shown(duration)}`);
  }
  if (!Array.isArray(waves) || waves.length > 2) {
    throw invalid(`waves in ${place} must be an array of at most two`);
  }
  if (add !== 'summation' && add !== 'modulation') {
    throw invalid(`add in ${place} must be 'summation' or 'modulation', not ${shown(add)}`);
  }
  const copies = waves.map((wave: ToneWave) => checkedWave(wave, place));
  if (add === 'modulation') checkModulation(copies, place);
  const sum = copies.reduce((peak, wave) => peak + (wave.frequency === 0 ? 0 : 10 ** (-wave.amplitude / 20)), 0);
  if (sum > OVERLOAD) {
    throw invalid(`the waves in ${place} are too loud together for G.711; give them amplitudes of 3 or more`);
  }
  return { waves: copies, duration, add };
}

function checkedWave(wave: ToneWave, place: string): ToneWave {
  const problem = optionsProblem(`a wave in ${place}`, wave, WAVE);
  if (problem) throw problem;
  const { frequency, amplitude } = wave;
  if (!isWhole(frequency, HIGHEST)) {
    throw invalid(`frequency in ${place} must be whole hertz from 0 to ${HIGHEST}, not ${shown(frequency)}`);
  }
  if (typeof amplitude !== 'number' || !(amplitude >= 0 && amplitude <= WEAKEST)) {
    throw invalid(
      `amplitude in ${place} must be from 0 to ${WEAKEST}, which stands for 0 to -${WEAKEST} dBm0, not ${shown(amplitude)}`,
    );
  }
  return { frequency, amplitude };
}

function checkModulation([carrier, other]: readonly ToneWave[], place: string): void {
  if (!carrier?.frequency || !other?.frequency) throw invalid(`modulation in ${place} needs two waves above 0 Hz`);
  if (other.amplitude < carrier.amplitude) {
    throw invalid(`modulation in ${place} needs a second wave that is no louder than the first`);
  }
  if (carrier.frequency + other.frequency >= BAND) {
    throw invalid(`modulation in ${place} reaches ${BAND} Hz, which G.711 cannot carry; take lower frequencies`);
  }
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function invalid(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
