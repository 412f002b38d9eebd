import type { OptionNames } from '../../channel/option-names.ts';
import type { HeardPrompt } from '../fake/fake-caller.ts';
import type { Expected, ExpectedPrompt } from './call-matchers.ts';
import { checkFields } from './checked-fields.ts';
import { examine } from './examined-call.ts';
import { isAsymmetric, shownExpectation } from './expectation.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';

const PROMPT: OptionNames<HeardPrompt> = {
  background: true,
  complete: true,
  durationMs: true,
  file: true,
  playedMs: true,
  startedAt: true,
};

export function toHaveHeard(
  this: MatcherContext,
  received: unknown,
  expected: ExpectedPrompt | readonly ExpectedPrompt[],
  also: Expected<HeardPrompt> = {},
): MatcherResult {
  const { call, report } = examine('toHaveHeard', received);
  checkFields('toHaveHeard()', also, PROMPT);
  for (const one of isList(expected) ? expected : [expected]) {
    if (typeof one !== 'string' && !isAsymmetric(one)) checkFields('toHaveHeard()', one, PROMPT);
  }
  const heard = call.caller.heard();
  const fits = (prompt: HeardPrompt | undefined, one: ExpectedPrompt): boolean =>
    prompt !== undefined && fitsOne(this, prompt, one) && fitsFields(this, prompt, also);
  const pass = isList(expected)
    ? heard.length === expected.length && expected.every((one, index) => fits(heard[index], one))
    : heard.some((prompt) => fits(prompt, expected));
  return {
    pass,
    message: () => report(headline(expected, also, pass), ['heard:', ...shownPrompts(heard)]),
  };
}

function isList(expected: ExpectedPrompt | readonly ExpectedPrompt[]): expected is readonly ExpectedPrompt[] {
  return Array.isArray(expected);
}

function fitsOne(context: MatcherContext, prompt: HeardPrompt, expected: ExpectedPrompt): boolean {
  if (typeof expected === 'string' || isAsymmetric(expected)) return context.equals(prompt.file, expected);
  return fitsFields(context, prompt, expected);
}

function fitsFields(context: MatcherContext, prompt: HeardPrompt, expected: Expected<HeardPrompt>): boolean {
  return Object.entries(expected).every(([name, value]) => context.equals(prompt[name as keyof HeardPrompt], value));
}

function headline(expected: unknown, also: Expected<HeardPrompt>, pass: boolean): string {
  const each = Object.keys(also).length === 0 ? '' : `, each with ${shownExpectation(also)}`;
  const what = Array.isArray(expected)
    ? `exactly ${expected.length === 0 ? 'nothing' : expected.map(shownExpectation).join(', then ')}`
    : shownExpectation(expected);
  return `expected the caller ${pass ? 'not ' : ''}to have heard ${what}${each}`;
}

function shownPrompts(heard: readonly HeardPrompt[]): readonly string[] {
  if (heard.length === 0) return ['  nothing'];
  return heard.map(
    ({ file, playedMs, durationMs, complete, startedAt }) =>
      `  ${JSON.stringify(file)} at ${startedAt} ms: ${complete ? 'complete' : 'cut off'}, ${playedMs} of ${durationMs} ms`,
  );
}
