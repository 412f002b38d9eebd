import type { Cause } from '../../channel/cause.ts';
import { checkHeaderFields } from '../../channel/header-field.codec.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
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
  AskOptions,
  CallerSpeech,
  FakeCaller,
  FakeRequest,
  HeardPrompt,
  PressOptions,
  RefusePlan,
  ReplaceOptions,
  RingPlan,
} from './fake-caller.ts';
import { fakeDescription } from './fake-description.ts';
import type { FakeLeg } from './fake-leg.ts';
import { checkOfferPlan, type OfferPlan } from './fake-offers.ts';
import type { FakeReferral } from './fake-referrals.ts';
import { checkTransferPlan, type TransferPlan } from './transfer-plan.ts';

const ASK: OptionNames<AskOptions> = { headers: true, referredBy: true, replaces: true };
const REPLACE: OptionNames<ReplaceOptions> = { from: true };

/** What the caller of a test is asked for that it cannot know by itself. */
export interface CallReport {
  /** What the flow threw that the test runs. */
  readonly failure: { readonly error: unknown } | undefined;
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

  get isHeld(): boolean {
    return this.#line.leg?.isHolding ?? false;
  }

  get redirectedTo(): readonly string[] {
    return this.#line.leg?.released?.contacts ?? [];
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

  heardSamples(from: number, ms: number): Int16Array {
    return this.#line.session?.streams.sent(from, ms) ?? new Int16Array(Math.round(ms * 8));
  }

  waitFor(step: FakeStep, detail?: string): Promise<void> {
    return handled(this.#waitFor(step, detail));
  }

  waitForPrompt(file: string): Promise<void> {
    return this.waitFor('play', file);
  }

  press(digits: string, options: PressOptions = {}): Promise<void> {
    const isLate = this.#line.isFinished;
    const pressing = this.#keys.press(digits, options);
    return handled(isLate ? pressing.then(() => Promise.reject(this.#tooLate('press()'))) : pressing);
  }

  speak(speech: CallerSpeech): Promise<void> {
    return handled(this.#inTime('speak()', () => this.#voice.speak(speech)));
  }

  silence(ms: number): Promise<void> {
    return handled(this.#inTime('silence()', () => this.#voice.silence(ms)));
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

  planOffers(...plans: readonly OfferPlan[]): void {
    this.#line.offerPlans.splice(0, Number.POSITIVE_INFINITY, ...plans.map(checkOfferPlan));
  }

  planTransfers(...plans: readonly TransferPlan[]): void {
    this.#line.planTransfers(plans.map(checkTransferPlan));
  }

  transfer(to: string, options: AskOptions = {}): Promise<FakeReferral> {
    return handled(this.#transfer(to, options));
  }

  async replace(options: ReplaceOptions = {}): Promise<number> {
    const problem = optionsProblem('replace()', options, REPLACE);
    if (problem) throw problem;
    this.#answeredLeg('replaced');
    return this.#line.replace(options.from);
  }

  async sendInfo(info: FakeRequest): Promise<void> {
    const { contentType, body } = info;
    if (typeof body !== 'string' || typeof contentType !== 'string') {
      throw new ChannelError('INVALID_ARGUMENT', 'sendInfo() needs { contentType, body } with two strings');
    }
    await this.#request('sendInfo()', { method: 'INFO', contentType, body });
  }

  async sendMessage(text: string): Promise<void> {
    if (typeof text !== 'string') throw new ChannelError('INVALID_ARGUMENT', 'sendMessage() needs a text');
    await this.#request('sendMessage()', { method: 'MESSAGE', contentType: 'text/plain', body: text });
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
    throw this.#stateError(`the call left something undone:\n${lines}`);
  }

  async #waitFor(step: FakeStep, detail: string | undefined): Promise<void> {
    checkStep(step);
    if (this.#cursor.take(step, detail)) return;
    const isLate = this.#line.isFinished;
    let isTaken = false;
    await this.#line.clock.runUntil(() => {
      isTaken = this.#cursor.take(step, detail) !== undefined;
      return isTaken || this.#line.isFinished || this.#report.failure !== undefined;
    });
    if (isTaken) return;
    const what = `${step}${detail === undefined ? '' : ` ${shown(detail)}`}${this.#cursor.missed(step, detail)}`;
    const { failure } = this.#report;
    if (failure) throw this.#stateError(`the flow failed and never came to ${what}: ${String(failure.error)}\n`);
    if (isLate) throw this.#tooLate(`the application never came to ${what}`);
    if (this.#line.isFinished) throw this.#stateError(`the call ended, and the application never came to ${what}\n`);
    throw new ChannelError('TIMEOUT', `the application never came to ${what}\n\n${this.#report.timeline()}`);
  }

  #request(method: string, request: Parameters<FakeLeg['request']>[0]): Promise<void> {
    return this.#inTime(method, () => {
      this.#line.leg?.request(request);
      return settled();
    });
  }

  async #inTime(method: string, act: () => Promise<void>): Promise<void> {
    if (this.#line.isFinished) throw this.#tooLate(method);
    await act();
  }

  #tooLate(what: string): ChannelError {
    const { failure } = this.#report;
    const why = failure ? `the flow failed: ${String(failure.error)}; ` : '';
    return this.#stateError(`${what}: ${why}the call has ended; play the caller before you await run()\n`);
  }

  #stateError(problem: string): ChannelError {
    return new ChannelError('INVALID_STATE', `${problem}\n${this.#report.timeline()}`, {
      cause: this.#report.failure?.error,
    });
  }

  async #offer(direction: 'sendonly' | 'inactive' | 'sendrecv'): Promise<void> {
    const { session } = this.#line;
    const leg = this.#answeredLeg('put on hold and taken back');
    // The codec stays: what is offered is what is in use.
    void leg.reoffer(fakeDescription([session?.codec ?? 'PCMU'], direction, 2));
    await settled();
  }

  async #transfer(to: string, options: AskOptions): Promise<FakeReferral> {
    const problem = optionsProblem('transfer()', options, ASK);
    if (problem) throw problem;
    if (typeof to !== 'string' || to === '') throw new ChannelError('INVALID_ARGUMENT', 'transfer() needs an address');
    const { headers, ...more } = options;
    const leg = this.#answeredLeg('transferred');
    let answer: FakeReferral | undefined;
    const asking = leg.referred({ to, ...more, headers: checkHeaderFields(headers) });
    void asking.then((given) => {
      answer = given;
    });
    await this.#line.clock.runUntil(() => answer !== undefined || this.#line.isOver);
    if (answer) return answer;
    throw this.#stateError('the call ended, and the application has not answered the request to be transferred\n');
  }

  #answeredLeg(what: string): FakeLeg {
    const { leg, isOver } = this.#line;
    if (leg?.isAnswered && !isOver) return leg;
    throw new ChannelError('INVALID_STATE', `only an answered call can be ${what}`);
  }
}
