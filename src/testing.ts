/**
 * For the tests of applications: a channel without a network, and time that passes when the test says so. Loads no socket code and
 * works in any test runner.
 *
 * @packageDocumentation
 */

export { renderTimeline } from './channel/journal/timeline.codec.ts';
export type { Clock } from './clock.ts';
export {
  createFakeChannel,
  type FakeCaller,
  type FakeChannel,
  type FakeChannelOptions,
  type FakeStep,
} from './testing/fake/fake-channel.ts';
export type {
  CallMatchers,
  Expected,
  ExpectedEnd,
  ExpectedPrompt,
} from './testing/matchers/call-matchers.ts';
export type { AsymmetricMatcher } from './testing/matchers/matcher-context.ts';
export { matchers } from './testing/matchers/matchers.ts';
export { VirtualClock } from './virtual-clock.ts';
