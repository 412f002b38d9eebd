import type { ListenEvent, ListenRequest } from '../../channel/listen-port.ts';
import { Listener } from './listener.state.ts';

/** Nobody listens. The length of a beep means nothing then. */
const NOTHING: ListenRequest = { speech: false, tones: false, beepMs: 180 };

/** Who is told what the ear of a call hears. */
export interface EarOutput {
  heard(event: ListenEvent): void;
  /** The far end begins to speak and was silent before. */
  speechBegins(): void;
}

/** Listens to the far end: for whoever asked for it, and for what ends when the far end speaks. */
export class Ear {
  readonly #output: EarOutput;
  readonly #listener: Listener;
  #request = NOTHING;
  #hasBargeIn = false;

  constructor(output: EarOutput) {
    this.#output = output;
    this.#listener = new Listener({
      speech: (isSpeaking, isOnset, sinceMs, lastedMs) => {
        if (this.#request.speech) output.heard({ type: 'speech', isSpeaking, sinceMs, lastedMs });
        if (isOnset && this.#hasBargeIn) output.speechBegins();
      },
      tone: (tone, isOver, ms, hertz) => output.heard({ type: 'tone', tone, isOver, ms, hertz }),
    });
  }

  /** Whether it has to be given frames. */
  get isOn(): boolean {
    return this.#listener.isOn;
  }

  /** What to listen for from now on. Somebody who speaks already is told of at once. */
  attend(request: ListenRequest): void {
    const isNew = request.speech && !this.#request.speech;
    this.#request = request;
    this.#attend();
    if (isNew && this.#listener.isSpeaking) {
      this.#output.heard({ type: 'speech', isSpeaking: true, sinceMs: 0, lastedMs: 0 });
    }
  }

  /** Says whether something is played from now on that ends when the far end speaks. */
  bargeIn(isPossible: boolean): void {
    if (isPossible === this.#hasBargeIn) return;
    this.#hasBargeIn = isPossible;
    this.#attend();
  }

  /** Takes a frame of 20 ms at 8000 Hz. @param isKey - whether a key sounds in it. */
  frame(frame: Int16Array, isKey: boolean): void {
    this.#listener.frame(frame, isKey);
  }

  /** Takes a frame that is speech by definition, at this level in dBov. */
  voice(level: number): void {
    this.#listener.voice(level);
  }

  /** No frame came. */
  missed(): void {
    this.#listener.missed();
  }

  #attend(): void {
    const { speech, tones, beepMs } = this.#request;
    this.#listener.attend({ speech: speech || this.#hasBargeIn, tones, beepMs });
  }
}
