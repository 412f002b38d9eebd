/** Measures whether one recording holds another: what was heard against what was played. */
import { readFile } from 'node:fs/promises';

export interface Audio {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

export interface Comparison {
  /** Where in the recording the played audio begins, in milliseconds. */
  readonly offsetMs: number;
  /** Share of the played audio that stands in the recording, 0 to 1: windows of 100 ms that correlate by at least 0.95. */
  readonly share: number;
  /** Level of the heard part against the played one, in decibels. */
  readonly gain: number;
}

const WINDOW_MS = 100;
const SAME = 0.95;
/** What is looked for first: several short pieces, since any of them may have a change of the delay in it. */
const TEMPLATE_MS = 160;
const TEMPLATES = 3;
/**
 * A jitter buffer changes its delay by whole frames of 20 ms, and by as many as a busy machine holds the packets up. What is heard then
 * is the same a moment later: only the window in which the delay changes is not.
 */
const SHIFT_MS = 20;
const MAX_SHIFTS = 30;
const SHIFTS_MS = Array.from(
  { length: 2 * MAX_SHIFTS + 1 },
  (_, index) => (index % 2 ? -1 : 1) * Math.ceil(index / 2) * SHIFT_MS,
);
/** Below this RMS a window is a pause, where there is nothing to compare. */
const PAUSE_RMS = 60;

/** Reads a WAV file of 16-bit PCM, mono. */
export async function readPcm16(path: string): Promise<Audio> {
  const file = await readFile(path);
  const at = file.indexOf('data', 12, 'latin1') + 8;
  const samples = new Int16Array((file.length - at) >> 1);
  for (let index = 0; index < samples.length; index++) samples[index] = file.readInt16LE(at + index * 2);
  return { rate: file.readUInt32LE(24), samples };
}

function energy(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}

function product(a: Int16Array, b: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** Where the loudest windows begin. */
function loudest(samples: Int16Array, length: number): readonly number[] {
  const starts = Array.from({ length: Math.max(1, Math.floor(samples.length / length)) }, (_, index) => index * length);
  const loudness = (at: number): number => energy(samples.subarray(at, at + length));
  return starts.sort((one, other) => loudness(other) - loudness(one)).slice(0, TEMPLATES);
}

/** Where a template stands in a recording best, and how well: 1 is perfectly. */
function locate(template: Int16Array, samples: Int16Array): { readonly at: number; readonly correlation: number } {
  const length = template.length;
  const own = energy(template);
  let there = energy(samples.subarray(0, length));
  let best = { at: 0, correlation: -1 };
  for (let at = 0; at + length <= samples.length; at++) {
    const correlation = product(template, samples.subarray(at, at + length)) / Math.sqrt(own * there || 1);
    if (correlation > best.correlation) best = { at, correlation };
    there += (samples[at + length] ?? 0) ** 2 - (samples[at] as number) ** 2;
  }
  return best;
}

/** Where the recording should begin to hold what was played, in samples. */
function findOffset(played: Int16Array, heard: Int16Array, length: number): number {
  let best = { offset: 0, correlation: -1 };
  for (const from of loudest(played, length)) {
    const { at, correlation } = locate(played.subarray(from, from + length), heard);
    if (correlation > best.correlation) best = { offset: at - from, correlation };
  }
  return best.offset;
}

interface Found {
  readonly samples: Int16Array;
  readonly correlation: number;
  readonly shift: number;
}

/** Looks for a window where it should be, and where it is when the jitter buffer has repeated or left out frames before it. */
function findNear(window: Int16Array, { samples, rate }: Audio, at: number): Found | undefined {
  let best: Found | undefined;
  for (const shiftMs of SHIFTS_MS) {
    const shift = (shiftMs * rate) / 1000;
    const from = at + shift;
    if (from < 0 || from + window.length > samples.length) continue;
    const other = samples.subarray(from, from + window.length);
    const correlation = product(window, other) / Math.sqrt(energy(window) * energy(other) || 1);
    if (!best || correlation > best.correlation) best = { samples: other, correlation, shift };
    if (best.correlation >= SAME) break;
  }
  return best;
}

/** Finds `played` in `heard`. Both at the same rate. */
export function compareAudio(played: Audio, heard: Audio): Comparison {
  const offset = findOffset(played.samples, heard.samples, (played.rate * TEMPLATE_MS) / 1000);
  const window = (played.rate * WINDOW_MS) / 1000;
  let same = 0;
  let compared = 0;
  let energyPlayed = 0;
  let energyHeard = 0;
  let drift = 0;
  for (let at = 0; at + window <= played.samples.length; at += window) {
    const one = played.samples.subarray(at, at + window);
    if (Math.sqrt(energy(one) / window) < PAUSE_RMS) continue;
    compared++;
    const found = findNear(one, heard, offset + at + drift);
    if (!found) continue;
    if (found.correlation >= SAME) {
      same++;
      drift += found.shift;
    }
    energyPlayed += energy(one);
    energyHeard += energy(found.samples);
  }
  return {
    offsetMs: (offset * 1000) / played.rate,
    share: compared === 0 ? 0 : same / compared,
    gain: 10 * Math.log10((energyHeard || 1) / (energyPlayed || 1)),
  };
}
