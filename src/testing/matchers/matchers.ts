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
export const matchers = { toHaveEnded, toHaveHeard, toHavePressed };
