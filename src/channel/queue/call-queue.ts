import { ChannelError } from '../../errors.ts';
import { Events } from '../../events.ts';
import { checkTimeout, handled, type OperationOptions, runOperation, type Stop, shown } from '../../operation.ts';
import type { Channel } from '../channel.ts';
import { coreOf } from '../channel-audio.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import { environmentOf, type UserAgent } from '../user-agent.ts';
import { QueueDesk } from './queue-desk.ts';
import type { CallQueueEvents, QueueOutcome } from './queue-events.ts';
import type { QueueMetrics } from './queue-metrics.state.ts';
import { type CallQueueOptions, checkQueueOptions, checkRank } from './queue-options.ts';
import type { QueueSnapshot } from './queue-snapshot.codec.ts';
import { SignedInAgent } from './signed-in-agent.ts';

/** How to wait for an agent. */
export interface EnterQueueOptions extends OperationOptions {
  /** Callers of higher priority are served first. Default 0. */
  priority?: number | undefined;
  /** What the agent must be able to do. Default: nothing in particular. */
  skills?: readonly string[] | undefined;
}

/** How to take callers. */
export interface ServeQueueOptions extends Pick<OperationOptions, 'signal'> {
  /** Name of the agent, different for each that is signed in. */
  id: string;
  /** Agents of higher priority are given callers first. Default 0. */
  priority?: number | undefined;
  /** What this agent can do. */
  skills?: readonly string[] | undefined;
  /** How long it is left alone after a conversation, in milliseconds. Default: that of the queue. */
  wrapUp?: number | undefined;
}

const ENTER: OptionNames<EnterQueueOptions> = { priority: true, signal: true, skills: true, timeout: true };
const SERVE: OptionNames<ServeQueueOptions> = { id: true, priority: true, signal: true, skills: true, wrapUp: true };

/**
 * Callers who wait for agents. Callers hear music, and from time to time where they stand; when an agent is free for the next caller, that is
 * broken off at once and the two talk. The agent has keys: see {@link QueueKeys}. When the caller hangs up, or the agent ends the
 * conversation, the agent goes to the back of those who are free; when the agent hangs up, so is the caller.
 *
 * @example
 * const queue = new CallQueue(ua, { music: 'music.wav' });
 * ua.onCall(async (channel) => {
 *   await channel.answer();
 *   if (channel.info.requestUri.startsWith('sip:agent')) await queue.serve(channel, { id: channel.info.from });
 *   else await queue.enter(channel, { timeout: 600_000 });
 * });
 */
export class CallQueue implements AsyncDisposable {
  readonly #environment: ChannelEnvironment;
  readonly #wrapUp: number;
  readonly #events: Events<{ [Name in keyof CallQueueEvents]: CallQueueEvents[Name] }>;
  readonly #desk: QueueDesk;
  /** What has to be over before the queue is. */
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  /**
   * @param ua - whose channels wait and serve.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(ua: UserAgent, options: CallQueueOptions = {}) {
    const checked = checkQueueOptions(options);
    const environment = environmentOf(ua);
    this.#environment = environment;
    this.#wrapUp = checked.wrapUp;
    this.#events = new Events(environment.logger);
    this.#desk = new QueueDesk({ environment, options: checked, events: this.#events, newBridge: () => ua.bridge() });
  }

  /** Calls `listener` whenever something happens; dispose of what is returned to end that. */
  on<Name extends keyof CallQueueEvents>(event: Name, listener: (...args: CallQueueEvents[Name]) => void): Disposable {
    return this.#events.on(event, listener);
  }

  /** Who waits and who is signed in, at this moment. */
  get snapshot(): QueueSnapshot {
    return this.#desk.snapshot;
  }

  /** Numbers of this queue since it was made. */
  get metrics(): QueueMetrics {
    return this.#desk.metrics;
  }

  /**
   * Lets a caller wait for an agent and talk to it. Resolves when they have talked, and the caller's call is over then; or when it has
   * waited for `timeout` milliseconds in vain, or was not to wait: then its call goes on.
   *
   * @throws Hangup when the caller hangs up while it waits.
   * @throws ChannelError `INVALID_STATE` unless answered, and after {@link CallQueue.close}; `BUSY` when it waits already;
   * `INVALID_ARGUMENT`.
   */
  enter(channel: Channel, options: EnterQueueOptions = {}): Promise<QueueOutcome> {
    const core = this.#own(channel);
    if (!core) return strange();
    const refused = refuseOptions(core.call, 'queue.enter()', options, ENTER);
    if (refused) return refused;
    const { priority = 0, skills = [], signal, timeout } = options;
    const body = async (stop: Stop): Promise<QueueOutcome> => {
      checkRank(priority, skills);
      this.#checkOpen(core, 'queue.enter()');
      if (this.#desk.hasCaller(channel)) throw new ChannelError('BUSY', 'this caller is in the queue already');
      return this.#desk.enter(channel, { priority, skills }, stop);
    };
    return this.#keep(runOperation(core.call, { signal, timeout }, body, ['hangup', 'timeout']));
  }

  /**
   * Signs an agent in: it hears music and is given one caller after the other. Resolves when it is signed out, by
   * {@link CallQueue.signOut} or {@link CallQueue.close}, and its last conversation is over.
   *
   * @throws Hangup when the agent hangs up.
   * @throws ChannelError `INVALID_STATE` unless answered, and after {@link CallQueue.close}; `BUSY` when an agent of this id is signed in;
   * `INVALID_ARGUMENT`.
   */
  serve(channel: Channel, options: ServeQueueOptions): Promise<void> {
    const core = this.#own(channel);
    if (!core) return strange();
    const refused = refuseOptions(core.call, 'queue.serve()', options, SERVE);
    if (refused) return refused;
    const { id, priority = 0, skills = [], wrapUp = this.#wrapUp, signal } = options;
    const body = async (stop: Stop): Promise<void> => {
      checkRank(priority, skills);
      checkTimeout(wrapUp, 'wrapUp');
      if (typeof id !== 'string' || id === '')
        throw new ChannelError('INVALID_ARGUMENT', 'queue.serve() needs the id of an agent');
      this.#checkOpen(core, 'queue.serve()');
      if (this.#desk.agent(id)) throw new ChannelError('BUSY', `an agent ${shown(id)} is signed in already`);
      await this.#desk.serve(new SignedInAgent(id, channel, wrapUp), { priority, skills }, stop);
    };
    return this.#keep(runOperation(core.call, { signal }, body));
  }

  /** Takes a caller out who waits; its {@link CallQueue.enter} resolves with `REMOVED`. @returns false when it does not wait. */
  remove(channel: Channel): boolean {
    return this.#desk.remove(channel);
  }

  /** Gives an agent no more callers; its {@link CallQueue.serve} resolves. @returns false when there is none of this id. */
  signOut(id: string): boolean {
    const agent = this.#desk.agent(id);
    agent?.signOut();
    return agent !== undefined;
  }

  /** Gives an agent no caller until {@link CallQueue.resume}. @returns false when there is none of this id. */
  pause(id: string): boolean {
    this.#desk.pause(id);
    return this.#desk.agent(id) !== undefined;
  }

  /** Gives a paused agent callers again. @returns false when there is none of this id. */
  resume(id: string): boolean {
    this.#desk.resume(id);
    return this.#desk.agent(id) !== undefined;
  }

  /** Takes everybody out who waits and signs all agents out; resolves when the conversations are over. Safe to repeat. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#desk.dismiss();
    await Promise.allSettled(this.#running);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What belongs to a channel of this queue's user agent. */
  #own(channel: Channel): ChannelCore | undefined {
    const core = coreOf(channel);
    return core?.environment === this.#environment ? core : undefined;
  }

  #checkOpen({ call }: ChannelCore, method: string): void {
    call.demandAnswered(method);
    if (this.#isClosed) throw new ChannelError('INVALID_STATE', 'the queue has been closed');
  }

  #keep<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    const over = (): void => void this.#running.delete(running);
    running.then(over, over);
    return running;
  }
}

function strange(): Promise<never> {
  return handled(
    Promise.reject(
      new ChannelError(
        'INVALID_ARGUMENT',
        'a queue takes channels of the user agent that it was made for, and nothing else',
      ),
    ),
  );
}
