import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import type { CallerScript, CallerScriptLine } from '../fake/caller-script.ts';
import { type RecordedAction, recordedActions } from './recorded-actions.ts';
import { type RecordedStep, recordedSteps } from './recorded-steps.ts';

/**
 * The script of a caller who does what the recorded far end did: each time so many milliseconds after what the application had done last,
 * as it was then. What came before the application had done anything comes at its time.
 */
export function replayScript(entries: readonly JournalEntry[]): CallerScript {
  const steps = recordedSteps(entries);
  const script: CallerScriptLine[] = [];
  let taken = -1;
  let last: { readonly at: number; readonly text: string } = { at: 0, text: 'the beginning' };
  for (const action of recordedActions(entries)) {
    const position = lastBefore(steps, action);
    const anchor = position > taken ? steps[position] : undefined;
    if (anchor) {
      script.push(...skipped(steps.slice(taken + 1, position), anchor));
      taken = position;
    }
    script.push(line(action, anchor, anchor ? { at: anchor.at, text: stepText(anchor) } : last));
    last = action;
  }
  return script;
}

/** Which step came last before an action; -1 when there was none. */
function lastBefore(steps: readonly RecordedStep[], action: RecordedAction): number {
  return steps.findLastIndex((step) => !step.isPast && step.index <= action.index);
}

/** Lets the same step go by as often as it did in the recording. */
function skipped(between: readonly RecordedStep[], anchor: RecordedStep): readonly CallerScriptLine[] {
  return between
    .filter(({ step, detail }) => step === anchor.step && detail === anchor.detail)
    .map(({ step, detail }) => ({ on: step, detail, do: () => undefined, text: `waits for ${stepText(anchor)}` }));
}

function line(
  { at, text, act }: RecordedAction,
  anchor: RecordedStep | undefined,
  from: { readonly at: number; readonly text: string },
): CallerScriptLine {
  const after = Math.max(0, Math.round((at - from.at) * 10) / 10);
  return {
    on: anchor?.step,
    detail: anchor?.detail,
    after,
    text: `${text}, ${after} ms after ${from.text}`,
    // After the end there is nobody to do it; another call of the channel has not begun yet.
    do: (caller) => (caller.ended ? undefined : act(caller)),
  };
}

function stepText({ step, detail }: RecordedStep): string {
  return detail === undefined ? step : `${step} ${detail}`;
}
