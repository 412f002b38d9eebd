import { optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout } from '../../operation.ts';
import type { FakeCall } from '../fake/fake-call.ts';
import { FAKE_CHANNEL_OPTIONS, type FakeChannelOptions } from '../fake/fake-channel.ts';
import { shortTimeline } from '../fake/short-timeline.ts';
import type { FoundPoint, HangupPoint } from './hangup-point.ts';
import { type CallFlow, type Trial, type TrialSettings, tryFlow } from './trial.ts';

/** How to try a flow with every hang-up. */
export interface EveryHangupOptions extends Omit<FakeChannelOptions, 'time'> {
  /**
   * How long the flow may go on after the hang-up, in milliseconds of virtual time: `Infinity` for as long as it likes. Default 100.
   * Real work, such as a query, takes no virtual time.
   */
  grace?: number | undefined;
  /** Looks at each call when its flow is over, and throws when something is not as it must be. */
  check?: ((call: FakeCall) => unknown) | undefined;
}

/** What {@link everyHangup} has done. */
export interface EveryHangupReport {
  /** How often the flow ran: once undisturbed and once for each point. */
  readonly runs: number;
  /** The moments at which the caller hung up, in order. */
  readonly points: readonly HangupPoint[];
}

const DEFAULT_GRACE_MS = 100;
/** So many broken runs are shown with their timelines. */
const SHOWN_IN_FULL = 3;

interface BrokenRun {
  readonly point: HangupPoint;
  readonly trial: Trial;
}

/**
 * Proves that a flow survives a hang-up at any moment: runs it once undisturbed, and then once for every point at which the caller
 * could have hung up, which is right after each line of the journal and half-way through each wait. Each time it must end by itself,
 * normally or with a `Hangup`, within `grace`; leave no method pending, no timer, no prompt and no unhandled rejection; and leave
 * recordings that can be played. Undisturbed it must come to each line of the `script`. `setTimeout` and its like follow the clock of the call meanwhile (`clock.install()`). A flow that
 * has a `script` to play with it, and does the same each time, gives the same points each time.
 *
 * Before an outbound call is answered the called party declines instead (603). The flow may go on then, and call again.
 *
 * @param flow - what you give to `ua.onCall()`; for an outbound flow a function that calls out on the channel.
 * @throws ChannelError `INVALID_STATE` that lists each point at which a law was broken, with the timeline of the call.
 * `INVALID_ARGUMENT`.
 * @example
 * ```ts
 * const { runs } = await everyHangup(myMenu, {
 *   prompts: { 'menu.wav': 3000 },
 *   script: [{ on: 'play', detail: 'menu.wav', after: 1000, do: (caller) => caller.press('1') }],
 * });
 * console.log(`${runs} runs`);
 * ```
 */
export async function everyHangup(flow: CallFlow, options: EveryHangupOptions = {}): Promise<EveryHangupReport> {
  const settings = checkSettings(options);
  const first = await tryFlow(flow, settings);
  if (first.broken.length > 0) {
    throw new ChannelError('INVALID_STATE', `without any hang-up:\n${shownTrial(first)}`, { cause: first.error });
  }
  const broken: BrokenRun[] = [];
  for (const point of first.points) {
    const trial = await tryFlow(flow, settings, point);
    if (trial.broken.length > 0) broken.push({ point, trial });
  }
  const runs = first.points.length + 1;
  if (broken.length > 0) throw failure(broken, runs);
  return { runs, points: first.points.map(publicPoint) };
}

function checkSettings(options: EveryHangupOptions): TrialSettings {
  const { time: _, ...known } = FAKE_CHANNEL_OPTIONS;
  const problem = optionsProblem('everyHangup()', options, { ...known, check: true, grace: true });
  if (problem) throw problem;
  const { grace = DEFAULT_GRACE_MS, check = () => undefined, ...fake } = options;
  checkTimeout(grace, 'grace');
  return { fake, grace, check };
}

function publicPoint({ at, after }: FoundPoint): HangupPoint {
  return { at, after };
}

function failure(broken: readonly BrokenRun[], runs: number): ChannelError {
  const full = broken
    .slice(0, SHOWN_IN_FULL)
    .map(({ point, trial }) => `hang-up at ${placeOf(point)}:\n${shownTrial(trial)}`);
  const rest = broken
    .slice(SHOWN_IN_FULL)
    .map(({ point, trial }) => `hang-up at ${placeOf(point)}: ${firstLines(trial)}`);
  const text = [`the flow broke a law in ${broken.length} of ${runs} runs`, ...full, rest.join('\n')]
    .join('\n\n')
    .trimEnd();
  return new ChannelError('INVALID_STATE', text, { cause: broken[0]?.trial.error });
}

function placeOf({ at, after }: HangupPoint): string {
  return `${at} ms, after ${after}`;
}

function firstLines({ broken }: Trial): string {
  return broken.map((line) => line.split('\n')[0]).join('; ');
}

function shownTrial({ broken, timeline }: Trial): string {
  const lines = shortTimeline(timeline).split('\n');
  return [...broken.map((line) => `- ${line}`), ...lines.map((line) => `    ${line}`)].join('\n');
}
