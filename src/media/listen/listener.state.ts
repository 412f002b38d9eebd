import type { ListenRequest } from '../../channel/listen-port.ts';
import { levelOfPcm, SILENCE_DBOV } from '../level/level.codec.ts';
import { SineFit } from './sine-fit.codec.ts';

import { type TellTone, ToneNames } from './tone-names.state.ts';
import { BUSY_PAIR, findPair } from './tone-pairs.codec.ts';
import { VoiceActivity } from './voice-activity.state.ts';

/** Quieter than this there is neither speech nor a tone, in dBov: -43 dBm0. */
const GATE_DBOV = -49;
/** What a sine must have of a frame to be a tone: noise may be 20 dB below it, or 10. */
const TONE = 0.85;
/** What it must have of it for the frame to be no speech: vowels come closer to a sine than one would think. */
const NO_SPEECH = 0.93;
/** Where linear prediction finds pairs of tones, with noise. */
const PAIR_HERTZ = { min: 330, max: 700 };
const OVERLOAD = 32768 * 32768;

/** What is told of the far end. */
export interface ListenerOutput {
  /** It has begun to speak, or has fallen silent; `isOnset`: and was silent before, while this listened. */
  speech(isSpeaking: boolean, isOnset: boolean, sinceMs: number, lastedMs: number): void;
  tone: TellTone;
}

/** Nothing in it lasts from one frame to the next: it is shared by all calls. */
const FIT = new SineFit();

/** Hears speech and tones in frames of 20 ms at 8000 Hz, if it is asked to: nothing is computed for what nobody wants. */
export class Listener {
  readonly #output: ListenerOutput;
  #voice: VoiceActivity | undefined;
  #tones: ToneNames | undefined;

  constructor(output: ListenerOutput) {
    this.#output = output;
  }

  /** Whether it has to be given frames. */
  get isOn(): boolean {
    return this.#voice !== undefined || this.#tones !== undefined;
  }

  get isSpeaking(): boolean {
    return this.#voice?.isSpeaking ?? false;
  }

  /** Says what to listen for from now on. What it listened for before goes on undisturbed if it is still wanted. */
  attend({ speech, tones, beepMs }: ListenRequest): void {
    if (!speech) this.#voice = undefined;
    else this.#voice ??= new VoiceActivity();
    if (!tones) this.#tones = undefined;
    else {
      this.#tones ??= new ToneNames(beepMs, (...told) => this.#output.tone(...told));
      this.#tones.beepMs = beepMs;
    }
  }

  /** Takes a frame. @param isKey - whether a key sounds in it. */
  frame(frame: Int16Array, isKey: boolean): void {
    const level = levelOfPcm(frame, 0, frame.length);
    if (level < GATE_DBOV || isKey) {
      this.#pass(level, isKey);
      return;
    }
    const power = OVERLOAD * 10 ** (level / 10);
    const energy = power * frame.length;
    FIT.fit(frame, energy);
    const { hertz, purity, roughHertz } = FIT;
    const isSine = purity >= TONE;
    const isPairLike = !isSine && roughHertz >= PAIR_HERTZ.min && roughHertz <= PAIR_HERTZ.max;
    const pair = isPairLike ? findPair(frame, energy, NO_SPEECH) : -1;
    if (isSine) this.#tones?.tone(hertz, false, power);
    else if (pair === BUSY_PAIR) this.#tones?.tone(0, true, power);
    else this.#tones?.other();
    this.#heard(level, pair >= 0 || purity >= NO_SPEECH);
  }

  /** Takes a frame of a voice, whatever it looks like. */
  voice(level: number): void {
    this.#tones?.other();
    this.#heard(level, false);
  }

  /** No frame came, or one that is not to be looked at. */
  missed(): void {
    this.#pass(SILENCE_DBOV, false);
  }

  #pass(level: number, isKey: boolean): void {
    this.#tones?.other();
    this.#heard(level, isKey);
  }

  #heard(level: number, isTone: boolean): void {
    const voice = this.#voice;
    if (!voice?.frame(level, isTone)) return;
    this.#output.speech(voice.isSpeaking, voice.isOnset, voice.sinceMs, voice.lastedMs);
  }
}
