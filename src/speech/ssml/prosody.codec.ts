import { malformed } from './xml.codec.ts';

/** The bounds of speed, of which 1 is normal. */
export const LEAST_RATE = 0.25;
export const MOST_RATE = 4;
const MOST_DB = 20;
/** Longest pause that a text may ask for. */
const MOST_BREAK_MS = 60_000;

const RATES: Readonly<Record<string, number>> = {
  'x-slow': 0.5,
  slow: 0.75,
  medium: 1,
  default: 1,
  fast: 1.3,
  'x-fast': 1.7,
};
const VOLUMES: Readonly<Record<string, number>> = {
  silent: Number.NEGATIVE_INFINITY,
  'x-soft': -12,
  soft: -6,
  medium: 0,
  default: 0,
  loud: 6,
  'x-loud': 12,
};
const STRENGTHS: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 100,
  weak: 200,
  medium: 400,
  strong: 700,
  'x-strong': 1000,
};

/** `rate` of `prosody`: a name, `120%`, `+20%`, or `1.2`. A speed that `now` is multiplied by; a name stands for itself. */
export function prosodyRate(value: string, now: number, at: number): number {
  if (Object.hasOwn(RATES, value)) return RATES[value] ?? now;
  const [, sign, number, percent] = /^([+-]?)(\d{1,4}(?:\.\d{1,6})?)(%?)$/.exec(value) ?? [];
  if (number === undefined) {
    throw malformed(at, `rate must be a name such as slow, or a number such as 120% or +20%, not ${value}`);
  }
  const amount = Number(number) / (percent === '' ? 1 : 100);
  const factor = sign === '' ? amount : sign === '+' ? 1 + amount : 1 - amount;
  return Math.min(MOST_RATE, Math.max(LEAST_RATE, now * factor));
}

/** `volume` of `prosody`: a name, `+6dB`, or a number from 0 to 100. Decibels; those of a number are added to `now`. */
export function prosodyVolume(value: string, now: number, at: number): number {
  if (Object.hasOwn(VOLUMES, value)) return VOLUMES[value] ?? now;
  const [, decibels] = /^([+-]\d{1,3}(?:\.\d{1,6})?)dB$/i.exec(value) ?? [];
  if (decibels !== undefined) return Math.max(-100, Math.min(MOST_DB, now + Number(decibels)));
  const [, number] = /^(\d{1,3}(?:\.\d{1,6})?)$/.exec(value) ?? [];
  if (number !== undefined && Number(number) <= 100) return 20 * Math.log10(Number(number) / 100);
  throw malformed(at, `volume must be a name such as soft, a number such as +6dB, or one from 0 to 100, not ${value}`);
}

/** How long a `break` is, in milliseconds. */
export function breakMs(time: string | undefined, strength: string | undefined, at: number): number {
  if (time !== undefined) {
    const [, number, unit] = /^\+?(\d{0,6}(?:\.\d{1,6})?)(ms|s)$/.exec(time) ?? [];
    const ms = number === '' ? Number.NaN : Number(number) * (unit === 's' ? 1000 : 1);
    if (ms <= MOST_BREAK_MS) return Math.round(ms);
    throw malformed(at, `time must be such as 500ms or 1.5s, and no more than a minute, not ${time}`);
  }
  const known = STRENGTHS[strength ?? 'medium'];
  if (known !== undefined && Object.hasOwn(STRENGTHS, strength ?? 'medium')) return known;
  throw malformed(at, `strength must be one of ${Object.keys(STRENGTHS).join(', ')}, not ${strength}`);
}
