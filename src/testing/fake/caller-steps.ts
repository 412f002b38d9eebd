import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';

/**
 * What a test can wait for the application to do: call out (detail: the address), ring, answer, release, play (the file, tone or other medium), start music on hold (its name), record (the
 * file), record both sides of the call (the file), send digits (the digits), an INFO or a MESSAGE (its text), echo, put this end on hold and take
 * it back, and ask it to call somebody else (the address).
 */
export type FakeStep =
  | 'call'
  | 'ring'
  | 'answer'
  | 'release'
  | 'play'
  | 'music'
  | 'record'
  | 'recordCall'
  | 'digits'
  | 'echo'
  | 'info'
  | 'message'
  | 'hold'
  | 'resume'
  | 'transfer';

/** Something that the application has done. */
export interface Step {
  readonly step: FakeStep;
  /** File, tone, digits, text or address; empty where there is none. */
  readonly detail: string;
  /** Milliseconds of virtual time. */
  readonly at: number;
}

const STEPS: Readonly<Record<FakeStep, true>> = {
  answer: true,
  call: true,
  digits: true,
  echo: true,
  hold: true,
  info: true,
  message: true,
  music: true,
  play: true,
  record: true,
  recordCall: true,
  release: true,
  resume: true,
  ring: true,
  transfer: true,
};

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkStep(step: unknown): void {
  if (typeof step === 'string' && Object.hasOwn(STEPS, step)) return;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `an application has the steps ${Object.keys(STEPS).join(', ')}, not ${shown(step)}`,
  );
}

/** What the application has done, in order. */
export class CallerSteps {
  readonly #all: Step[] = [];
  readonly #listeners = new Set<() => void>();

  get all(): readonly Step[] {
    return this.#all;
  }

  add(step: Step): void {
    this.#all.push(step);
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls back after each further step. */
  listen(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}

/** Reads the steps one after the other, each once. */
export class StepCursor {
  readonly #steps: CallerSteps;
  readonly #taken = new Set<Step>();
  #next = 0;

  constructor(steps: CallerSteps) {
    this.#steps = steps;
  }

  /** Goes to the next step of this kind, leaving out those before it. @returns undefined, and stays, when there is none yet. */
  take(step: string, detail: string | undefined): Step | undefined {
    const found = this.#steps.all.findIndex((entry, index) => index >= this.#next && isOf(entry, step, detail));
    const taken = this.#steps.all[found];
    if (!taken) return undefined;
    this.#next = found + 1;
    this.#taken.add(taken);
    return taken;
  }

  /** Why a step that has come cannot be taken; empty when it has not. */
  missed(step: string, detail: string | undefined): string {
    const last = this.#steps.all.slice(0, this.#next).findLast((entry) => isOf(entry, step, detail));
    if (!last) return '';
    return this.#taken.has(last)
      ? ` again; it came at ${last.at} ms, and each step is waited for once`
      : `; it came earlier (at ${last.at} ms); steps are waited for in order`;
  }
}

function isOf(entry: Step, step: string, detail: string | undefined): boolean {
  return entry.step === step && (detail === undefined || entry.detail === detail);
}
