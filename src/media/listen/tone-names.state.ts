import type { DetectedToneName } from '../../channel/listen-port.ts';
import { Cadence } from './cadence.state.ts';
import { type Run, ToneRun } from './tone-run.state.ts';

const FRAME_MS = 20;
/** Calling tone of a fax machine: 1100 Hz for half a second (ITU-T T.30 §4.3.3.3). */
const CNG = { hertz: 1100, off: 38, min: 400, max: 650 };
/** Answer of a fax machine or modem: 2100 Hz, 2.6 seconds and more (ITU-T T.30 §4.3.3.2, V.25, V.8). */
const CED = { hertz: 2100, off: 25, min: 500 };
/** 350 to 2500 Hz, with what a measurement may be off. */
const BEEP = { min: 345, max: 2505 };
/** The three tones of SIT, each of two frequencies in North America (ITU-T E.180, supplement 2). */
const SIT = [
  { from: 890, to: 1010 },
  { from: 1340, to: 1460 },
  { from: 1745, to: 1815 },
] as const;
const SIT_MS = { min: 180, max: 450, pause: 100 };

/** What is told of a tone, as `ListenEvent` has it. */
export type TellTone = (tone: DetectedToneName, isOver: boolean, ms: number, hertz: number) => void;

/** Gives tones their names. */
export class ToneNames {
  /** How long a tone must be steady to be a beep. */
  beepMs: number;
  readonly #tell: TellTone;
  readonly #run = new ToneRun();
  readonly #cadence = new Cadence();
  /** What the tone is that sounds now, if that has been told. */
  #name: 'CED' | 'BEEP' | 'SIT' | undefined;
  /** The cadence that has been told. */
  #rhythm: 'BUSY' | 'CONGESTION' | undefined;
  #rhythmMs = 0;
  #rhythmHertz = 0;
  /** How many tones of SIT have sounded. */
  #sit = 0;
  #pauseMs = 0;

  constructor(beepMs: number, tell: TellTone) {
    this.beepMs = beepMs;
    this.#tell = tell;
  }

  /** Takes a frame of 20 ms that is a tone, with its mean square. */
  tone(hertz: number, isPair: boolean, power: number): void {
    const run = this.#run;
    const isFirst = run.now.ms === 0;
    const isNext = run.tone(hertz, isPair, power);
    if (isNext) this.#over(run.before, 0);
    if (isFirst || isNext) this.#cadence.pause(this.#pauseMs);
    if (isFirst && this.#pauseMs > SIT_MS.pause) this.#sit = 0;
    this.#pauseMs = 0;
    this.#look(run.now);
  }

  /** Takes a frame that is none. */
  other(): void {
    const run = this.#run;
    const { gapMs } = run;
    this.#pauseMs += FRAME_MS;
    if (run.other()) this.#over(run.before, gapMs + FRAME_MS);
    if (this.#rhythm && this.#cadence.isTooLong(this.#pauseMs)) this.#endRhythm();
  }

  #look({ hertz, isPair, ms }: Run): void {
    if (this.#name || isPair || this.#rhythm) return;
    if (this.#sit === 2 && isSit(2, hertz) && ms >= SIT_MS.min) this.#begin('SIT', ms, hertz);
    else if (isNear(hertz, CED)) {
      if (ms >= CED.min) this.#begin('CED', ms, hertz);
    } else if (isBeep(hertz) && ms >= this.beepMs && !(isNear(hertz, CNG) && ms <= CNG.max)) {
      this.#begin('BEEP', ms, hertz);
    }
  }

  #begin(name: 'CED' | 'BEEP' | 'SIT', ms: number, hertz: number): void {
    this.#name = name;
    this.#tell(name, false, ms, hertz);
  }

  /** A tone is over, and since then so much has passed. */
  #over(run: Run, gapMs: number): void {
    const { hertz, isPair, ms } = run;
    this.#pauseMs = gapMs;
    if (this.#name) {
      this.#tell(this.#name, true, ms, hertz);
      this.#name = undefined;
    } else if (!isPair && !this.#rhythm) this.#short(run);
    this.#countSit(run);
    this.#cadence.tone(run);
    this.#followRhythm(run);
  }

  /** What could only be told by its end. */
  #short({ hertz, ms }: Run): void {
    const isCng = isNear(hertz, CNG) && ms >= CNG.min;
    if (!isCng && (ms < this.beepMs || !isBeep(hertz))) return;
    const name = isCng ? 'CNG' : 'BEEP';
    this.#tell(name, false, ms, hertz);
    this.#tell(name, true, ms, hertz);
  }

  #countSit({ hertz, isPair, ms }: Run): void {
    const isLong = !isPair && ms >= SIT_MS.min && ms <= SIT_MS.max;
    if (isLong && this.#sit < 2 && isSit(this.#sit, hertz)) this.#sit++;
    else this.#sit = isLong && isSit(0, hertz) ? 1 : 0;
  }

  #followRhythm({ hertz, ms }: Run): void {
    const { name } = this.#cadence;
    if (this.#rhythm && name !== this.#rhythm) this.#endRhythm();
    if (name === undefined) return;
    if (this.#rhythm) this.#rhythmMs += ms;
    else {
      this.#rhythm = name;
      this.#rhythmMs = this.#cadence.ms;
      this.#rhythmHertz = hertz;
      this.#tell(name, false, this.#rhythmMs, hertz);
    }
  }

  #endRhythm(): void {
    const name = this.#rhythm;
    this.#rhythm = undefined;
    this.#cadence.reset();
    if (name) this.#tell(name, true, this.#rhythmMs, this.#rhythmHertz);
  }
}

function isNear(hertz: number, tone: { readonly hertz: number; readonly off: number }): boolean {
  return Math.abs(hertz - tone.hertz) <= tone.off;
}

function isBeep(hertz: number): boolean {
  return hertz >= BEEP.min && hertz <= BEEP.max;
}

function isSit(index: number, hertz: number): boolean {
  const { from, to } = SIT[index] ?? { from: 0, to: 0 };
  return hertz >= from && hertz <= to;
}
