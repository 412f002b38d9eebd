import { checkDigits } from '../../channel/bargein.codec.ts';
import type { DigitMethod } from '../../channel/media-port.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import type { CallerLine } from './caller-line.ts';
import type { PressOptions } from './fake-caller.ts';
import { keySound } from './speech.ts';

/** Length of a comma in a string of keys, in milliseconds. */
const COMMA_MS = 500;
/** A shorter tone is no key (ITU-T Q.24). */
const SHORTEST_TONE_MS = 40;
const METHODS: Readonly<Record<DigitMethod, true>> = { INBAND: true, INFO: true, RFC4733: true };
const OPTIONS: OptionNames<PressOptions> = { by: true, off: true, on: true };

/** The keypad at the far end. */
export class CallerKeys {
  readonly #line: CallerLine;
  #pressed = '';
  /** The presses before are done. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(line: CallerLine) {
    this.#line = line;
  }

  /** Keys that came to the application. */
  get pressed(): string {
    return this.#pressed;
  }

  /** Throws `ChannelError` `INVALID_ARGUMENT`. */
  async press(digits: string, options: PressOptions): Promise<void> {
    const problem = optionsProblem('press()', options, OPTIONS);
    if (problem) throw problem;
    if (typeof digits !== 'string')
      throw new ChannelError('INVALID_ARGUMENT', `press() needs digits, not ${shown(digits)}`);
    checkDigits('digits', digits.replaceAll(',', ''));
    const { by = 'RFC4733', on = 100, off = 100 } = options;
    if (!Object.hasOwn(METHODS, by)) {
      throw new ChannelError('INVALID_ARGUMENT', `by must be 'RFC4733', 'INBAND' or 'INFO', not ${shown(by)}`);
    }
    checkTimeout(on, 'on');
    checkTimeout(off, 'off');
    const before = this.#idle;
    const pressing = before.then(() => this.#pressAll(digits.toUpperCase(), by, on, off));
    this.#idle = pressing;
    await pressing;
  }

  async #pressAll(keys: string, by: DigitMethod, on: number, off: number): Promise<void> {
    let isFirst = true;
    for (const [index, key] of [...keys].entries()) {
      if (key === ',') {
        await this.#line.pass(COMMA_MS);
        continue;
      }
      if (!isFirst) await this.#line.pass(off);
      isFirst = false;
      if (this.#line.isOver) {
        this.#unheard(keys.slice(index).replaceAll(',', ''));
        return;
      }
      if (this.#line.hears(by)) {
        this.#pressed += key;
        this.#send(key, by, on);
      } else this.#unheard(key);
      await this.#line.pass(on);
    }
  }

  #unheard(keys: string): void {
    this.#line.note('presses', `${keys} (nobody hears it)`);
  }

  #send(key: string, by: DigitMethod, on: number): void {
    const { leg, session } = this.#line;
    if (by === 'INFO') {
      const body = `Signal=${key}\r\nDuration=${Math.round(on)}\r\n`;
      leg?.request({ method: 'INFO', contentType: 'application/dtmf-relay', body });
      return;
    }
    if (by === 'INBAND') this.#line.say({ sound: keySound(key), ms: on, isKey: true });
    if (by === 'RFC4733' || on >= SHORTEST_TONE_MS) session?.press(key, by);
  }
}
