import type { Channel } from '../../channel/channel.ts';
import { journalError } from '../../channel/journal/journaled.ts';
import { hangUpParty, liveParty } from '../../channel/parties/hang-up-party.ts';
import type { UserAgent } from '../../channel/user-agent.ts';
import { ChannelError, isHangup } from '../../errors.ts';
import { handled } from '../../operation.ts';
import { runningTimers } from '../clock/running-timers.ts';
import type { TestClock } from '../clock/test-clock.ts';
import type { RunningTimer } from '../clock/virtual-timers.ts';
import { linkCaller } from './call-of.ts';
import type { CheckedPlan } from './callee-plan.ts';
import { Caller } from './caller.ts';
import { CallerLine } from './caller-line.ts';
import { type CallerScript, ScriptRun } from './caller-script.ts';
import type { FakeCall } from './fake-call.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeFiles } from './fake-files.ts';
import type { FakeNetwork } from './fake-network.ts';
import type { FakeInvite } from './fake-signaling.ts';
import { FlowCourse } from './flow-course.ts';
import { plannedCalls } from './planned-calls.ts';
import { shortTimeline } from './short-timeline.ts';
import { Switchboard } from './switchboard.ts';
import { pendingMethods, undone, unreached } from './undone.ts';

/** What a flow waited for when its call was given up. */
export interface Standstill {
  /** Names of methods that had not ended. */
  readonly methods: readonly string[];
  readonly timers: readonly RunningTimer[];
}

/** Puts a channel, its far end and their clock together. */
export class TestCall implements FakeCall {
  readonly ua: UserAgent;
  readonly channel: Channel;
  readonly caller: FakeCaller;
  readonly clock: TestClock;
  readonly files: FakeFiles;
  readonly #script: ScriptRun;
  readonly #others: Switchboard;
  /** Tells the user agent how the handler of an inbound call settles. */
  #handlerSettles: (result: Promise<unknown> | undefined) => void = () => undefined;
  readonly #course = new FlowCourse();
  #hasRun = false;
  #standstill: Standstill | undefined;

  constructor(
    network: FakeNetwork,
    direction: 'inbound' | 'outbound',
    invite: FakeInvite,
    plans: readonly CheckedPlan[],
    script: CallerScript,
  ) {
    this.clock = network.clock;
    this.files = network.files;
    this.ua = network.userAgent;
    const line = new CallerLine(network);
    const plan = plannedCalls(plans);
    plan(line);
    const course = this.#course;
    this.#others = new Switchboard({
      network,
      plan,
      lineOf: (channel) => (channel === this.channel ? line : undefined),
      failure: () => course.failure,
    });
    this.channel = direction === 'inbound' ? this.#receive(network, line, invite) : network.host.channel();
    line.onAction = (action, detail) => this.channel.journal.add({ kind: 'caller', action, detail });
    line.mayCallAgain = () => direction === 'outbound' && !this.#course.isOver;
    this.caller = new Caller(line, {
      get failure() {
        return course.failure;
      },
      timeline: () => shortTimeline(this.timeline()),
      undone: () => [...course.undone(), ...this.#scriptFailure(), ...this.#undone()],
    });
    linkCaller(this.caller, this);
    this.#script = new ScriptRun(script, line, this.caller);
  }

  get parties(): readonly FakeCaller[] {
    return this.#others.parties;
  }

  party(index?: number): Promise<FakeCaller> {
    return handled(this.#others.party(index));
  }

  run<T>(flow: (channel: Channel) => Promise<T> | T): Promise<T | undefined> {
    return handled(this.#run(flow));
  }

  /** Set when the call was given up because it stood still or went on and on. */
  get standstill(): Standstill | undefined {
    return this.#standstill;
  }

  /** The lines of the script that were not reached, one line each. */
  get unreached(): readonly string[] {
    return unreached(this.#script.unread);
  }

  timeline(): string {
    return String(this.channel.journal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#script.stop();
    for (const channel of this.ua.channels) void channel.hangUp();
    await this.clock.runUntil(() => this.ua.channels.length === 0);
  }

  #receive(network: FakeNetwork, line: CallerLine, invite: FakeInvite): Channel {
    let channel: Channel | undefined;
    network.host.onCall((incoming) => {
      channel = incoming;
      return new Promise((resolve) => {
        this.#handlerSettles = resolve;
        void incoming.ended.then(() => this.#hasRun || resolve(undefined));
      });
    });
    this.#others.call(line, invite);
    if (!channel) throw new ChannelError('INTERNAL', 'the fake call did not reach its channel');
    return channel;
  }

  async #run<T>(flow: (channel: Channel) => Promise<T> | T): Promise<T | undefined> {
    if (this.#hasRun) {
      throw new ChannelError('INVALID_STATE', 'run() has been called already; make a fake call for each flow');
    }
    this.#hasRun = true;
    const { channel, clock } = this;
    const flowing = handled((async () => flow(channel))());
    this.#course.follow(flowing, (error) => channel.journal.add({ kind: 'threw', error: journalError(error) }));
    let isOver = false;
    const over = (async () => {
      await flowing.catch(() => undefined);
      // The user agent hangs up an inbound call by itself; on an outbound one nobody else would.
      if (channel.info.direction === 'outbound') await hangUpParty(channel);
      await Promise.all(liveParty(channel).map(({ ended }) => ended));
      isOver = true;
    })();
    this.#handlerSettles(flowing);
    if (clock.time === 'manual') {
      if (await Promise.race([over, clock.stalls(() => isOver)])) throw this.#stoodStill('still');
    } else {
      const outcome = await clock.waitUntil(() => isOver || this.#script.failure !== undefined);
      if (outcome !== 'done') throw this.#stoodStill(outcome);
    }
    this.#script.stop();
    if (this.#script.failure) throw this.#script.failure.error;
    return flowing.catch((error: unknown) => {
      if (!isHangup(error)) throw error;
      return undefined;
    });
  }

  #stoodStill(outcome: 'still' | 'limit'): ChannelError {
    const { time, nextAt } = this.clock;
    const now = `${this.clock.now()} ms`;
    let what = `the call goes on and on: it is ${now} old`;
    if (outcome === 'still') {
      what =
        time === 'manual' && nextAt !== undefined
          ? `time is manual and stands at ${now}; something is due at ${nextAt} ms: call clock.advance() or set clock.time = 'automatic'`
          : 'the call stands still: nothing is due any more, and nothing happens';
    }
    this.#standstill = {
      methods: pendingMethods(this.channel.journal.entries).map(({ method }) => method),
      timers: runningTimers(this.clock),
    };
    const lines = this.#undone().map((line) => `- ${line}\n`);
    const error = new ChannelError('TIMEOUT', `${what}\n${lines.join('')}\n${shortTimeline(this.timeline())}`);
    this.#script.stop();
    // Ends what is still pending.
    void this.channel.hangUp();
    return error;
  }

  #scriptFailure(): readonly string[] {
    const { failure } = this.#script;
    return failure ? [`a line of the script failed: ${String(failure.error)}`] : [];
  }

  #undone(): readonly string[] {
    return undone(this.channel, this.#script.unread);
  }
}
