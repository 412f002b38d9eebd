import { checkDigits } from '../../channel/bargein.codec.ts';
import type { Cause } from '../../channel/cause.ts';
import { type Codec, checkCodecs } from '../../channel/codec.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import { checkTimeout, handled, shown } from '../../operation.ts';
import { settled } from '../clock/settled.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { refusalStatus } from './callee-plan.ts';
import type { CallerLine } from './caller-line.ts';
import { type FakeStep, type Step, StepCursor } from './caller-steps.ts';
import type { CallerSpeech, FakeCaller, FakeRequest, HeardPrompt, PressOptions } from './fake-caller.ts';
import { fakeDescription } from './fake-description.ts';
import type { FakeLeg } from './fake-leg.ts';

/** What the caller of a test is asked for that it cannot know by itself. */
export interface CallReport {
  /** The call so far, readable. */
  timeline(): string;
  /** What is left undone, one line each. */
  undone(): readonly string[];
}

/** Length of a comma in a string of keys, in milliseconds. */
const COMMA_MS = 500;

export class Caller implements FakeCaller {
  readonly #line: CallerLine;
  readonly #clock: TestClock;
  readonly #report: CallReport;
  readonly #cursor: StepCursor;
  #pressed = '';
  /** What this end's hands and mouth are busy with. */
  #pressing: Promise<void> = Promise.resolve();
  #speaking: Promise<void> = Promise.resolve();

  constructor(line: CallerLine, report: CallReport) {
    this.#line = line;
    this.#clock = line.clock;
    this.#report = report;
    this.#cursor = new StepCursor(line.steps);
  }

  get steps(): readonly Step[] {
    return this.#line.steps.all;
  }

  get pressed(): string {
    return this.#pressed;
  }

  get digits(): string {
    return this.#line.sentDigits;
  }

  get infos(): readonly FakeRequest[] {
    return this.#requests('INFO');
  }

  get messages(): readonly FakeRequest[] {
    return this.#requests('MESSAGE');
  }

  get refusedWith(): number | undefined {
    const leg = this.#line.leg;
    if (leg?.direction !== 'inbound' || !leg.released || leg.isAnswered) return undefined;
    return leg.released.status ?? 603;
  }

  get ended(): HangupInfo | undefined {
    return this.#line.ended;
  }

  heard(): readonly HeardPrompt[] {
    return this.#line.heard;
  }

  waitFor(step: FakeStep, detail?: string): Promise<void> {
    return handled(this.#waitFor(step, detail));
  }

  waitForPrompt(file: string): Promise<void> {
    return this.waitFor('play', file);
  }

  press(digits: string, options: PressOptions = {}): Promise<void> {
    return handled(this.#press(digits, options));
  }

  speak(speech: CallerSpeech): Promise<void> {
    const before = this.#speaking;
    this.#speaking = handled(before.then(() => this.#speak(speech)));
    return this.#speaking;
  }

  silence(ms: number): Promise<void> {
    checkTimeout(ms, 'ms');
    this.#speaking = handled(this.#speaking.then(() => this.#clock.advance(ms)));
    return this.#speaking;
  }

  async hangUp(): Promise<void> {
    const leg = this.#line.leg;
    if (leg && !this.#line.isOver) {
      if (leg.isAnswered) leg.end({ by: 'remote', text: 'the far end sent BYE' });
      else if (leg.direction === 'inbound') leg.end({ by: 'remote', text: 'the far end sent CANCEL' });
      else leg.refuse(603, 'Decline');
    }
    await settled();
  }

  async cancel(): Promise<void> {
    const leg = this.#line.leg;
    if (!leg || leg.direction === 'outbound' || leg.isAnswered) {
      throw new ChannelError(
        'INVALID_STATE',
        'only an inbound call that is not answered can be cancelled; use hangUp()',
      );
    }
    await this.hangUp();
  }

  async hold(direction: 'sendonly' | 'inactive' = 'sendonly'): Promise<void> {
    if (direction !== 'sendonly' && direction !== 'inactive') {
      throw new ChannelError('INVALID_ARGUMENT', `a hold is 'sendonly' or 'inactive', not ${shown(direction)}`);
    }
    await this.#offer(direction);
  }

  async resume(): Promise<void> {
    await this.#offer('sendrecv');
  }

  async sendInfo({ contentType, body }: { readonly contentType: string; readonly body: string }): Promise<void> {
    this.#line.leg?.request({ method: 'INFO', contentType, body });
    await settled();
  }

  async sendMessage(text: string): Promise<void> {
    this.#line.leg?.request({ method: 'MESSAGE', contentType: 'text/plain', body: text });
    await settled();
  }

  async ring({ after = 0 }: { readonly after?: number | undefined } = {}): Promise<void> {
    await this.#asCallee(after, (leg) => leg.progress(180));
  }

  async answer({
    after = 0,
    codecs = ['PCMU', 'PCMA'],
  }: {
    readonly after?: number | undefined;
    readonly codecs?: readonly Codec[] | undefined;
  } = {}): Promise<void> {
    checkCodecs(codecs);
    await this.#asCallee(after, (leg) => leg.accept(codecs));
  }

  async refuse(
    why: number | Cause,
    { after = 0, reason }: { readonly after?: number | undefined; readonly reason?: string | undefined } = {},
  ): Promise<void> {
    const status = refusalStatus(why);
    await this.#asCallee(after, (leg) => leg.refuse(status, reason));
  }

  async noAnswer(): Promise<void> {
    await this.ring();
  }

  dropOff(): void {
    this.#line.dropOff();
  }

  assertAllDone(): void {
    const undone = this.#report.undone();
    if (undone.length === 0) return;
    throw new ChannelError(
      'INVALID_STATE',
      `the call left something undone:\n${undone.map((line) => `- ${line}`).join('\n')}\n\n${this.#report.timeline()}`,
    );
  }

  async #waitFor(step: FakeStep, detail: string | undefined): Promise<void> {
    if (await this.#clock.runUntil(() => this.#cursor.take(step, detail))) return;
    const what = detail === undefined ? step : `${step} ${detail}`;
    throw new ChannelError('TIMEOUT', `the application never came to ${what}\n\n${this.#report.timeline()}`);
  }

  async #press(digits: string, { by = 'RFC4733', on = 100, off = 100 }: PressOptions): Promise<void> {
    const keys = checkDigits('digits', digits.replaceAll(',', '')) && digits.toUpperCase();
    checkTimeout(on, 'on');
    checkTimeout(off, 'off');
    const before = this.#pressing;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pressing = promise;
    await before;
    try {
      for (const [index, key] of [...keys].entries()) {
        if (index > 0 && key !== ',') await this.#pass(off);
        if (key === ',') await this.#pass(COMMA_MS);
        else await this.#key(key, by, on);
      }
    } finally {
      resolve();
    }
  }

  async #key(key: string, by: 'RFC4733' | 'INBAND' | 'INFO', on: number): Promise<void> {
    if (this.#line.isOver) return;
    this.#pressed += key;
    this.#line.session?.press(key, by);
    await this.#pass(on);
  }

  async #speak(speech: CallerSpeech): Promise<void> {
    const ms = typeof speech === 'number' ? speech : 0;
    checkTimeout(ms, 'ms');
    this.#line.session?.hear(ms);
    await this.#pass(ms);
  }

  /** Lets time pass, no longer than the call lasts. */
  async #pass(ms: number): Promise<void> {
    let isDue = false;
    using _ = this.#clock.schedule(this.#clock.now() + ms, () => {
      isDue = true;
    });
    await this.#clock.runUntil(() => isDue || this.#line.isOver, ms);
  }

  async #offer(direction: 'sendonly' | 'inactive' | 'sendrecv'): Promise<void> {
    const leg = this.#line.leg;
    if (!leg?.isAnswered || this.#line.isOver) {
      throw new ChannelError('INVALID_STATE', 'only an answered call can be put on hold');
    }
    await leg.reoffer(fakeDescription(['PCMU', 'PCMA'], direction, 2));
    await settled();
  }

  /** Does something as the called party of the outbound call that there is, or comes first. */
  async #asCallee(after: number, act: (leg: FakeLeg) => void): Promise<void> {
    checkTimeout(after, 'after');
    if (!this.#line.isCalled) await this.waitFor('call');
    const leg = this.#line.leg;
    await this.#pass(after);
    if (leg && !this.#line.isOver && !leg.isAnswered) act(leg);
    await settled();
  }

  #requests(method: 'INFO' | 'MESSAGE'): readonly FakeRequest[] {
    return this.#line.requests
      .filter((request) => request.method === method)
      .map(({ contentType, body }) => ({ contentType, body }));
  }
}
