import type { Channel } from '../../channel/channel.ts';
import { isHangup } from '../../errors.ts';
import { shownTimers } from '../clock/running-timers.ts';
import type { CallerScript } from '../fake/caller-script.ts';
import type { FakeCall } from '../fake/fake-call.ts';
import { type FakeChannelOptions, makeTestCall } from '../fake/fake-channel.ts';
import type { Standstill, TestCall } from '../fake/test-call.ts';
import type { FoundPoint } from './hangup-point.ts';
import { HangupWatch } from './hangup-watch.ts';
import { brokenLaws } from './laws.ts';
import { UnhandledRejections } from './unhandled-rejections.ts';

/** A call flow, as a user agent runs it. */
export type CallFlow = (channel: Channel) => unknown;

export interface TrialSettings {
  readonly fake: FakeChannelOptions;
  /** How long the flow may go on after the hang-up, in milliseconds. */
  readonly grace: number;
  readonly check: (call: FakeCall) => unknown;
}

/** One run of a flow. */
export interface Trial {
  /** What was not as it must be, one line each. */
  readonly broken: readonly string[];
  /** The first error that came out, for whoever wants its stack. */
  readonly error: unknown;
  readonly timeline: string;
  readonly points: readonly FoundPoint[];
}

/** How a run has gone. */
interface Course {
  isSettled: boolean;
  /** What the flow came to, if it is no `Hangup`. */
  error: unknown;
  readonly broken: string[];
}

/** Runs a flow once, to its natural end or with a hang-up at a point. */
export async function tryFlow(flow: CallFlow, settings: TrialSettings, point?: FoundPoint): Promise<Trial> {
  const course: Course = { isSettled: false, error: undefined, broken: [] };
  let watch: HangupWatch | undefined;
  const { fake, grace } = settings;
  const call = makeTestCall({
    ...fake,
    limit: point && !point.declines ? point.now + grace : fake.limit,
    script: (fake.script ?? []).map((line) => whileOnTheLine(line, () => watch?.hasHungUp === true)),
  });
  using rejections = new UnhandledRejections();
  using _ = call.clock.install();
  using following = new HangupWatch(call, point);
  watch = following;
  await runFlow(call, flow, course, following, settings, point);
  await call.clock.advance(0);
  call.clock.time = 'manual';
  for (const reason of rejections.reasons) course.broken.push(`a rejection that nobody handles: ${String(reason)}`);
  // Whoever hangs up need not come to every line; what nobody comes to without a hang-up tests nothing.
  if (!point) course.broken.push(...call.unreached);
  if (course.isSettled) await judge(call, course, settings, point);
  return { broken: course.broken, error: course.error, timeline: call.timeline(), points: following.points };
}

async function runFlow(
  call: TestCall,
  flow: CallFlow,
  course: Course,
  watch: HangupWatch,
  { grace }: TrialSettings,
  point: FoundPoint | undefined,
): Promise<void> {
  let waitsForTheEnd = false;
  if (!point) {
    // Asked first, so that it is told first.
    void call.clock
      .waitUntil(() => course.isSettled)
      .then((outcome) => {
        waitsForTheEnd = outcome === 'still' && watch.addLastWait();
      });
  }
  try {
    await call.run(async (channel) => {
      try {
        await flow(channel);
      } catch (error) {
        if (!isHangup(error)) fail(course, error, 'it threw');
        throw error;
      } finally {
        course.isSettled = true;
      }
    });
  } catch (error) {
    if (course.error !== undefined || waitsForTheEnd) return;
    if (course.isSettled || !point) fail(course, error, 'the run failed:');
    else course.broken.push(goesOn(point, grace, call.standstill));
  }
}

/** Why a flow counts as one that does not end, and what it may be waiting for. */
function goesOn({ now, declines }: FoundPoint, grace: number, standstill: Standstill | undefined): string {
  const { methods = [], timers = [] } = standstill ?? {};
  const waits = [
    ...methods.map((method) => `${method}() is pending`),
    ...(timers.length > 0 ? [`${timers.length === 1 ? 'a timer is' : 'timers are'} ${shownTimers(timers)}`] : []),
  ];
  const until =
    timers.length > 0 && !declines ? `within its grace of ${grace} ms, until ${now + grace} ms` : 'by itself';
  const why = waits.length > 0 ? waits.join('; ') : 'no method is pending, and no timer runs that could end it';
  return `it goes on after the hang-up: the flow did not end ${until}; ${why}`;
}

function fail(course: Course, error: unknown, how: string): void {
  course.error = error;
  course.broken.push(`${how} ${error instanceof Error ? (error.stack ?? String(error)) : String(error)}`);
}

async function judge(call: FakeCall, course: Course, settings: TrialSettings, point?: FoundPoint): Promise<void> {
  course.broken.push(...brokenLaws(call));
  if (point && !point.declines) {
    const by = call.channel.info.hangup?.by;
    if (by !== 'remote')
      course.broken.push(`it was to be the far end that hung up, but channel.info.hangup.by is ${by}`);
  }
  try {
    await settings.check(call);
  } catch (error) {
    fail(course, error, 'check:');
  }
}

/** A line of a script whose failure means nothing any more once the caller has hung up. */
function whileOnTheLine(line: CallerScript[number], isGone: () => boolean): CallerScript[number] {
  return {
    ...line,
    do: async (caller) => {
      try {
        await line.do(caller);
      } catch (error) {
        if (!isGone()) throw error;
      }
    },
  };
}
