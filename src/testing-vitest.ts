/**
 * Teaches the `expect` of vitest what calls are: `toHaveHeard`, `toHavePressed` and `toHaveEnded`. Import it once in a test file, or name
 * it in `setupFiles`.
 *
 * @packageDocumentation
 */
import { expect } from 'vitest';
import type { CallMatchers } from './testing/matchers/call-matchers.ts';
import { matchers } from './testing/matchers/matchers.ts';

export type { CallMatchers } from './testing/matchers/call-matchers.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends CallMatchers<R> {}
}

expect.extend(matchers);
