import type { Cause } from '../../channel/cause.ts';
import type { HangupInfo } from '../../errors.ts';
import type { HeardPrompt } from '../fake/fake-caller.ts';
import type { AsymmetricMatcher } from './matcher-context.ts';

/** Some of the fields of `T`, each as a value or as an asymmetric matcher such as `expect.any(Number)`. */
export type Expected<T> = { readonly [Name in keyof T]?: T[Name] | AsymmetricMatcher | undefined };

/** One prompt that must have been heard: its file, or what else must be true of it too. */
export type ExpectedPrompt = string | AsymmetricMatcher | Expected<HeardPrompt>;

/** How a call must have ended. */
export interface ExpectedEnd extends Expected<HangupInfo> {
  /** `channel.cause` after the end. */
  readonly cause?: Cause | AsymmetricMatcher | undefined;
}

/**
 * What `expect()` can do with a fake call or its caller. With vitest, `import 'offhook/testing/vitest'` is enough; in other runners
 * that have `expect.extend`, give it {@link matchers}.
 *
 * @example
 * ```ts
 * import 'offhook/testing/vitest';
 * import { expect } from 'vitest';
 *
 * const call = createFakeChannel({ prompts: { 'welcome.wav': 2000, 'menu.wav': 4000 } });
 * await call.run(myMenu);
 * expect(call).toHaveHeard(['welcome.wav', { file: 'menu.wav', complete: false }]);
 * expect(call).toHavePressed('1');
 * expect(call).toHaveEnded({ by: 'local' });
 * ```
 */
export interface CallMatchers<R = void> {
  /**
   * The caller has heard this prompt, or exactly this list of prompts in this order. With `also`, that must be true of each of them.
   *
   * @param prompts - a file name, some fields of what `caller.heard()` lists, an asymmetric matcher for the name, or an array of these.
   */
  toHaveHeard(prompts: ExpectedPrompt | readonly ExpectedPrompt[], also?: Expected<HeardPrompt>): R;
  /** The caller has pressed these keys, all of them in this order. */
  toHavePressed(digits: string | RegExp | AsymmetricMatcher): R;
  /** The call is over, and ended like this. */
  toHaveEnded(end?: ExpectedEnd): R;
}
