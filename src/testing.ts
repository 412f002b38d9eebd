/**
 * For the tests of applications: a channel without a network, and time that jumps. Loads no socket code and works in any test
 * runner.
 *
 * @packageDocumentation
 */

export { renderTimeline } from './channel/journal/timeline.codec.ts';
export type { Clock } from './clock.ts';
export { TestClock, type TestClockOptions, type TimeMode } from './testing/clock/test-clock.ts';
export type { VirtualTimer, VirtualTimers } from './testing/clock/virtual-timers.ts';
export {
  type EveryHangupOptions,
  type EveryHangupReport,
  everyHangup,
} from './testing/every-hangup/every-hangup.ts';
export type { HangupPoint } from './testing/every-hangup/hangup-point.ts';
export type { CallFlow } from './testing/every-hangup/trial.ts';
export type { CalleeOutcome } from './testing/fake/callee-outcome.ts';
export type { CalleePlan, CalleePlanDetails } from './testing/fake/callee-plan.ts';
export type { CallerScript, CallerScriptLine } from './testing/fake/caller-script.ts';
export type { FakeStep, Step } from './testing/fake/caller-steps.ts';
export type { FakeCall, FakeParty } from './testing/fake/fake-call.ts';
export type {
  AnswerPlan,
  AskOptions,
  CallerSpeech,
  FakeCaller,
  FakeRequest,
  HeardPrompt,
  PressOptions,
  RefusePlan,
  ReplaceOptions,
  RingPlan,
} from './testing/fake/fake-caller.ts';
export { createFakeChannel, type FakeChannelOptions } from './testing/fake/fake-channel.ts';
export type { FakeFiles } from './testing/fake/fake-files.ts';
export type { OfferPlan } from './testing/fake/fake-offers.ts';
export type { FakeReferral } from './testing/fake/fake-referrals.ts';
export type { FakeSettings } from './testing/fake/fake-settings.ts';
export {
  createFakeUserAgent,
  type FakeIncomingOptions,
  type FakeUserAgent,
  type FakeUserAgentOptions,
} from './testing/fake/fake-user-agent.ts';
export type { TransferPlan, TransferPlanDetails } from './testing/fake/transfer-plan.ts';
export type {
  CallMatchers,
  Expected,
  ExpectedEnd,
  ExpectedPrompt,
} from './testing/matchers/call-matchers.ts';
export type { AsymmetricMatcher, MatcherContext, MatcherResult } from './testing/matchers/matcher-context.ts';
export { matchers } from './testing/matchers/matchers.ts';
export type { NetworkConditions } from './testing/network/conditions.ts';
export {
  createTestNetwork,
  type NetworkUserAgentOptions,
  TestNetwork,
  type TestNetworkOptions,
} from './testing/network/test-network.ts';
export { parseJournal } from './testing/replay/parse-journal.codec.ts';
export { type ReplayOptions, replay } from './testing/replay/replay.ts';
