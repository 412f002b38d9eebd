import type { HeardPrompt } from '../fake/fake-caller.ts';
import type { Expected, ExpectedEnd, ExpectedPrompt } from './call-matchers.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';
import { toHaveEnded } from './to-have-ended.ts';
import { toHaveHeard } from './to-have-heard.ts';
import { toHavePressed } from './to-have-pressed.ts';

/**
 * The matchers of {@link CallMatchers} for any runner that has `expect.extend`. For vitest, `import 'offhook/testing/vitest'` does
 * this and brings the types.
 *
 * @example
 * ```ts
 * import { expect } from 'vitest';
 *
 * expect.extend(matchers);
 * ```
 */
export const matchers: {
  toHaveEnded(this: MatcherContext, received: unknown, end?: ExpectedEnd): MatcherResult;
  toHaveHeard(
    this: MatcherContext,
    received: unknown,
    prompts: ExpectedPrompt | readonly ExpectedPrompt[],
    also?: Expected<HeardPrompt>,
  ): MatcherResult;
  toHavePressed(this: MatcherContext, received: unknown, digits: unknown): MatcherResult;
} = { toHaveEnded, toHaveHeard, toHavePressed };
