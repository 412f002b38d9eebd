import { checkTimeout } from '../../operation.ts';
import type { CallerLine } from './caller-line.ts';
import type { CallerSpeech } from './fake-caller.ts';
import { soundOf } from './speech.ts';

/** The voice at the far end. It says one thing after the other. */
export class CallerVoice {
  readonly #line: CallerLine;
  /** What was said before is over. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(line: CallerLine) {
    this.#line = line;
  }

  /** Throws `ChannelError` `INVALID_ARGUMENT`, `FILE_INVALID`. */
  async speak(speech: CallerSpeech): Promise<void> {
    const timed = soundOf(speech);
    await this.#then(async () => {
      if (this.#line.isOver) return;
      this.#line.note('speaks', `${Math.round(timed.ms)} ms`);
      this.#line.say(timed);
      await this.#line.pass(timed.ms);
    });
  }

  /** Throws `ChannelError` `INVALID_ARGUMENT`. */
  async silence(ms: number): Promise<void> {
    checkTimeout(ms, 'ms');
    await this.#then(async () => {
      this.#line.note('is silent', `${Math.round(ms)} ms`);
      await this.#line.clock.advance(ms);
    });
  }

  #then(act: () => Promise<void>): Promise<void> {
    const acting = this.#idle.then(act);
    this.#idle = acting.catch(() => undefined);
    return acting;
  }
}
