import type { Cause } from '../../channel/cause.ts';
import { type Codec, checkCodecs, DEFAULT_CODECS } from '../../channel/codec.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { checkTimeout } from '../../operation.ts';
import { settled } from '../clock/settled.ts';
import { refusalStatus } from './callee-outcome.ts';
import type { CallerLine } from './caller-line.ts';
import type { AnswerPlan, RefusePlan, RingPlan } from './fake-caller.ts';
import type { FakeLeg } from './fake-leg.ts';

const RING: OptionNames<RingPlan> = { after: true };
const ANSWER: OptionNames<AnswerPlan> = { after: true, codecs: true };
const REFUSE: OptionNames<RefusePlan> = { after: true, reason: true };

/** The far end of outbound calls, by hand. */
export class CalledParty {
  readonly #line: CallerLine;
  /** Lets time pass until there is a call. */
  readonly #called: () => Promise<void>;

  constructor(line: CallerLine, called: () => Promise<void>) {
    this.#line = line;
    this.#called = called;
  }

  async ring(options: RingPlan): Promise<void> {
    check('ring()', options, RING);
    await this.#act(options.after, (leg) => leg.progress(180));
  }

  async answer(options: AnswerPlan): Promise<void> {
    check('answer()', options, ANSWER);
    const codecs: readonly Codec[] = checkCodecs(options.codecs ?? DEFAULT_CODECS);
    await this.#act(options.after, (leg) => leg.accept(codecs));
  }

  async refuse(why: number | Cause, options: RefusePlan): Promise<void> {
    check('refuse()', options, REFUSE);
    const status = refusalStatus(why);
    await this.#act(options.after, (leg) => leg.refuse(status, options.reason));
  }

  async #act(after: number | undefined, act: (leg: FakeLeg) => void): Promise<void> {
    checkTimeout(after, 'after');
    if (!this.#line.isCalled) await this.#called();
    const leg = this.#line.leg;
    if (after) await this.#line.pass(after);
    if (leg && !leg.isOver && !leg.released && !leg.isAnswered) act(leg);
    await settled();
  }
}

function check<T extends object>(method: string, options: T, names: OptionNames<T>): void {
  const problem = optionsProblem(method, options, names as Readonly<Record<string, true>>);
  if (problem) throw problem;
}
