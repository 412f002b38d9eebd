import type { Channel } from '../../channel/channel.ts';
import { State } from '../../channel/state.ts';
import { ChannelError, isHangup } from '../../errors.ts';
import { handled } from '../../operation.ts';
import type { TestClock } from '../clock/test-clock.ts';
import type { CheckedPlan } from './callee-plan.ts';
import { Caller } from './caller.ts';
import { CallerLine } from './caller-line.ts';
import { type CallerScript, ScriptRun } from './caller-script.ts';
import type { FakeCall } from './fake-call.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeFiles } from './fake-files.ts';
import type { FakeNetwork } from './fake-network.ts';
import type { FakeInvite } from './fake-signaling.ts';
import { planCalls } from './planned-calls.ts';

/** Puts a channel, its far end and their clock together. */
export class TestCall implements FakeCall {
  readonly channel: Channel;
  readonly caller: FakeCaller;
  readonly clock: TestClock;
  readonly files: FakeFiles;
  readonly #script: ScriptRun;
  /** Tells the user agent how the handler of the call has settled. */
  #handlerSettled: (result: Promise<unknown> | undefined) => void = () => undefined;
  #hasRun = false;

  constructor(
    network: FakeNetwork,
    direction: 'inbound' | 'outbound',
    invite: FakeInvite,
    plans: readonly CheckedPlan[],
    script: CallerScript,
  ) {
    this.clock = network.clock;
    this.files = network.files;
    const line = new CallerLine(network);
    this.channel = direction === 'inbound' ? this.#receive(network, invite) : network.host.channel();
    if (plans.length > 0) planCalls(line, plans);
    this.caller = new Caller(line, { timeline: () => this.timeline(), undone: () => this.#undone() });
    this.#script = new ScriptRun(script, line, this.caller);
  }

  run<T>(flow: (channel: Channel) => Promise<T> | T): Promise<T | undefined> {
    return handled(this.#run(flow));
  }

  timeline(): string {
    return String(this.channel.journal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#script.stop();
    let isOver = false;
    void this.channel.hangUp().then(() => {
      isOver = true;
    });
    await this.clock.runUntil(() => isOver);
  }

  #receive(network: FakeNetwork, invite: FakeInvite): Channel {
    let channel: Channel | undefined;
    network.host.onCall((incoming) => {
      channel = incoming;
      return new Promise((resolve) => {
        this.#handlerSettled = resolve;
        incoming.on('ended', () => resolve(undefined));
      });
    });
    network.signaling.call(invite);
    if (!channel) throw new ChannelError('INTERNAL', 'the fake call did not reach its channel');
    return channel;
  }

  async #run<T>(flow: (channel: Channel) => Promise<T> | T): Promise<T | undefined> {
    if (this.#hasRun)
      throw new ChannelError('INVALID_STATE', 'run() has been called already; make a fake call for each flow');
    this.#hasRun = true;
    const flowing = handled((async () => flow(this.channel))());
    this.#handlerSettled(flowing);
    const settled = handled(
      flowing.then(
        () => this.channel.hangUp(),
        () => this.channel.hangUp(),
      ),
    );
    let isOver = false;
    void settled.then(() => {
      isOver = true;
    });
    const outcome =
      this.clock.time === 'manual'
        ? await settled.then(() => 'done' as const)
        : await this.clock.waitUntil(() => isOver || this.#script.failure !== undefined);
    this.#script.stop();
    if (this.#script.failure) throw this.#script.failure.error;
    if (outcome !== 'done') throw this.#stoodStill(outcome);
    try {
      return await flowing;
    } catch (error) {
      if (isHangup(error)) return undefined;
      throw error;
    }
  }

  #stoodStill(outcome: 'still' | 'limit'): ChannelError {
    const what =
      outcome === 'still'
        ? 'the call stands still: nothing is due any more, and nothing happens'
        : `the call goes on and on: it was not over after ${this.clock.limit} ms`;
    const error = new ChannelError(
      'TIMEOUT',
      `${what}\n${this.#undone()
        .map((line) => `- ${line}\n`)
        .join('')}\n${this.timeline()}`,
    );
    void this.channel.hangUp();
    return error;
  }

  /** What is not done at this moment. */
  #undone(): readonly string[] {
    const { channel } = this;
    const undone: string[] = [];
    if (channel.state !== State.IDLE) undone.push(`the call is ${channel.state}`);
    for (const { on = 'after the line before', detail = '', text = `${on} ${detail}` } of this.#script.unread)
      undone.push(`line of the script not reached: ${text}`.trimEnd());
    if (channel.filePlayer.state === 'PLAYING') undone.push('a file is being played');
    if (channel.fileRecorder.state === 'RECORDING') undone.push('a recording runs');
    return undone;
  }
}
