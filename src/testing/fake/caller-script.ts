import { ChannelError, isChannelError } from '../../errors.ts';
import { checkTimeout } from '../../operation.ts';
import type { CallerLine } from './caller-line.ts';
import type { FakeStep } from './caller-steps.ts';
import { checkStep, StepCursor } from './caller-steps.ts';
import type { FakeCaller } from './fake-caller.ts';

/** One line of a script: what this end does when the application has done something. */
export interface CallerScriptLine {
  /** What the application does. Without it, the line follows the one before it; the first one, the beginning. */
  readonly on?: FakeStep | undefined;
  /** File, digits, text or address of the step; any when left out. */
  readonly detail?: string | undefined;
  /** Milliseconds from there to `do`, which comes no sooner than the line before is done. Default 0. */
  readonly after?: number | undefined;
  /**
   * What this end does then. The next line is looked at when it has settled. A line that comes too late, because the call is over,
   * counts as not reached.
   */
  readonly do: (caller: FakeCaller) => unknown;
  /** What that is, for the message when it does not come to it; the step by default. */
  readonly text?: string | undefined;
}

/** What the caller does, line by line: each waits for its step, which comes after that of the line before. */
export type CallerScript = readonly CallerScriptLine[];

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkScript(script: CallerScript): void {
  if (!Array.isArray(script)) throw new ChannelError('INVALID_ARGUMENT', 'script must be a list of { on, do }');
  for (const { on, after, do: act } of script as CallerScript) {
    if (on !== undefined) checkStep(on);
    checkTimeout(after, 'after');
    if (typeof act !== 'function') {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        'each line of a script needs a function do, such as (caller) => caller.press("1")',
      );
    }
  }
}

/** Plays a script. */
export class ScriptRun {
  readonly #script: CallerScript;
  readonly #line: CallerLine;
  readonly #caller: FakeCaller;
  readonly #cursor: StepCursor;
  readonly #listening: Disposable;
  #next = 0;
  #isBusy = false;
  #timer: Disposable | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(script: CallerScript, line: CallerLine, caller: FakeCaller) {
    this.#script = script;
    this.#line = line;
    this.#caller = caller;
    this.#cursor = new StepCursor(line.steps);
    this.#listening = line.steps.listen(() => this.#look());
    this.#look();
  }

  /** The error that a line came to. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** The lines that were not reached. */
  get unread(): CallerScript {
    return this.#script.slice(this.#next);
  }

  /** Goes no further. */
  stop(): void {
    this.#listening[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #look(): void {
    const line = this.#script[this.#next];
    if (this.#isBusy || !line || this.#failure) return;
    const { clock } = this.#line;
    const step = line.on === undefined ? { at: clock.now() } : this.#cursor.take(line.on, line.detail);
    if (!step) return;
    this.#isBusy = true;
    this.#timer = clock.schedule(step.at + (line.after ?? 0), () => void this.#do(line));
  }

  async #do(line: CallerScriptLine): Promise<void> {
    this.#timer = undefined;
    // It stays busy, and goes no further.
    if (this.#line.isFinished) return;
    this.#next++;
    try {
      await line.do(this.#caller);
    } catch (error) {
      if (this.#line.isFinished && isChannelError(error) && error.code === 'INVALID_STATE') {
        this.#next--;
        return;
      }
      this.#failure = { error };
    }
    this.#isBusy = false;
    this.#look();
  }
}
