import type { Cause } from '../../channel/cause.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import { handled, shown } from '../../operation.ts';
import { settled } from '../clock/settled.ts';
import { CalledParty } from './called-party.ts';
import { CallerKeys } from './caller-keys.ts';
import type { CallerLine } from './caller-line.ts';
import { checkStep, type FakeStep, type Step, StepCursor } from './caller-steps.ts';
import { CallerVoice } from './caller-voice.ts';
import type {
  AnswerPlan,
  CallerSpeech,
  FakeCaller,
  FakeRequest,
  HeardPrompt,
  PressOptions,
  RefusePlan,
  RingPlan,
} from './fake-caller.ts';
import { fakeDescription } from './fake-description.ts';

/** What the caller of a test is asked for that it cannot know by itself. */
export interface CallReport {
  /** The call so far, for a message. */
  timeline(): string;
  /** What is left undone, one line each. */
  undone(): readonly string[];
}

/** All that a test can do at the far end, in one place. */
export class Caller implements FakeCaller {
  readonly #line: CallerLine;
  readonly #report: CallReport;
  readonly #cursor: StepCursor;
  readonly #keys: CallerKeys;
  readonly #voice: CallerVoice;
  readonly #callee: CalledParty;

  constructor(line: CallerLine, report: CallReport) {
    this.#line = line;
    this.#report = report;
    this.#cursor = new StepCursor(line.steps);
    this.#keys = new CallerKeys(line);
    this.#voice = new CallerVoice(line);
    this.#callee = new CalledParty(line, () => this.waitFor('call'));
  }

  get steps(): readonly Step[] {
    return this.#line.steps.all;
  }

  get pressed(): string {
    return this.#keys.pressed;
  }

  get digits(): string {
    return this.#line.sentDigits;
  }

  get infos(): readonly FakeRequest[] {
    return this.#line.requests('INFO');
  }

  get messages(): readonly FakeRequest[] {
    return this.#line.requests('MESSAGE');
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
    return handled(this.#keys.press(digits, options));
  }

  speak(speech: CallerSpeech): Promise<void> {
    return handled(this.#voice.speak(speech));
  }

  silence(ms: number): Promise<void> {
    return handled(this.#voice.silence(ms));
  }

  hangUp(): Promise<void> {
    this.#line.hangUp();
    return settled();
  }

  async cancel(): Promise<void> {
    const leg = this.#line.leg;
    if (leg?.direction !== 'inbound' || leg.isAnswered) {
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

  async sendInfo(info: FakeRequest): Promise<void> {
    const { contentType, body } = info;
    if (typeof body !== 'string' || typeof contentType !== 'string') {
      throw new ChannelError('INVALID_ARGUMENT', 'sendInfo() needs { contentType, body } with two strings');
    }
    this.#line.leg?.request({ method: 'INFO', contentType, body });
    await settled();
  }

  async sendMessage(text: string): Promise<void> {
    if (typeof text !== 'string') throw new ChannelError('INVALID_ARGUMENT', 'sendMessage() needs a text');
    this.#line.leg?.request({ method: 'MESSAGE', contentType: 'text/plain', body: text });
    await settled();
  }

  ring(options: RingPlan = {}): Promise<void> {
    return handled(this.#callee.ring(options));
  }

  answer(options: AnswerPlan = {}): Promise<void> {
    return handled(this.#callee.answer(options));
  }

  refuse(why: number | Cause, options: RefusePlan = {}): Promise<void> {
    return handled(this.#callee.refuse(why, options));
  }

  noAnswer(): Promise<void> {
    return this.ring();
  }

  dropOff(): void {
    this.#line.dropOff();
  }

  assertAllDone(): void {
    const undone = this.#report.undone();
    if (undone.length === 0) return;
    const lines = undone.map((line) => `- ${line}\n`).join('');
    throw new ChannelError('INVALID_STATE', `the call left something undone:\n${lines}\n${this.#report.timeline()}`);
  }

  async #waitFor(step: FakeStep, detail: string | undefined): Promise<void> {
    checkStep(step);
    if (await this.#line.clock.runUntil(() => this.#cursor.take(step, detail))) return;
    const what = detail === undefined ? step : `${step} ${shown(detail)}`;
    throw new ChannelError('TIMEOUT', `the application never came to ${what}\n\n${this.#report.timeline()}`);
  }

  async #offer(direction: 'sendonly' | 'inactive' | 'sendrecv'): Promise<void> {
    const { leg, session, isOver } = this.#line;
    if (!leg?.isAnswered || isOver) {
      throw new ChannelError('INVALID_STATE', 'only an answered call can be put on hold and taken back');
    }
    // The codec stays: what is offered is what is in use.
    void leg.reoffer(fakeDescription([session?.codec ?? 'PCMU'], direction, 2));
    await settled();
  }
}
