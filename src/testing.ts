/**
 * For the tests of applications: a channel without a network, and time that passes when the test says so. Loads no socket code and
 * works in any test runner.
 *
 * @packageDocumentation
 */

export {
  createFakeChannel,
  type FakeCaller,
  type FakeChannel,
  type FakeChannelOptions,
  type FakeStep,
} from './channel/fake/fake-channel.ts';
export type { Clock } from './clock.ts';
export { VirtualClock } from './virtual-clock.ts';
