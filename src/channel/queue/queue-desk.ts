import { Hangup } from '../../errors.ts';
import type { Events } from '../../events.ts';
import { handled, type Stop } from '../../operation.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { Channel } from '../channel.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import { Conversation } from './conversation.ts';
import {
  callersAhead,
  emptyQueue,
  type Pair,
  type QueuedAgent,
  type QueuedCaller,
  type QueueInput,
  stepQueue,
} from './queue.state.ts';
import type { CallQueueEvents, QueueOutcome } from './queue-events.ts';
import { QueueCounters, type QueueMetrics } from './queue-metrics.state.ts';
import type { CheckedQueueOptions } from './queue-options.ts';
import { type QueueSnapshot, queueSnapshot } from './queue-snapshot.codec.ts';
import type { SignedInAgent } from './signed-in-agent.ts';
import { WaitingCaller } from './waiting-caller.ts';

export interface QueueDeskParts {
  readonly environment: Pick<ChannelEnvironment, 'clock' | 'logger'>;
  readonly options: CheckedQueueOptions;
  readonly events: Events<{ [Name in keyof CallQueueEvents]: CallQueueEvents[Name] }>;
  /** Makes what a caller and an agent talk by. */
  readonly newBridge: () => Bridge;
}

/** Carries out what the queue's machine says: lets callers wait, lets agents serve, lets pairs talk. */
export class QueueDesk {
  readonly #parts: QueueDeskParts;
  readonly #counters = new QueueCounters();
  /** Those who wait, by the ids of their channels. */
  readonly #callers = new Map<string, WaitingCaller>();
  readonly #agents = new Map<string, SignedInAgent>();
  /** Callers who are here, waiting or talking. */
  readonly #present = new Set<string>();
  #state = emptyQueue;

  constructor(parts: QueueDeskParts) {
    this.#parts = parts;
  }

  get snapshot(): QueueSnapshot {
    return queueSnapshot(this.#state, this.#now);
  }

  get metrics(): QueueMetrics {
    return this.#counters.metrics(this.#state, this.#now);
  }

  /** Whether this caller waits or talks. */
  hasCaller(channel: Channel): boolean {
    return this.#present.has(channel.id);
  }

  /** The agent of this id, if it is signed in. */
  agent(id: string): SignedInAgent | undefined {
    return this.#agents.get(id);
  }

  /** Calls off a caller's wait. */
  remove(channel: Channel): boolean {
    const caller = this.#callers.get(channel.id);
    caller?.end(undefined);
    return caller !== undefined;
  }

  pause(agent: string): void {
    this.#step({ type: 'pause', agent });
  }

  resume(agent: string): void {
    this.#step({ type: 'resume', agent });
  }

  /** Calls off all waits and signs all agents out. */
  dismiss(): void {
    for (const caller of this.#callers.values()) caller.end(undefined);
    for (const agent of this.#agents.values()) agent.signOut();
  }

  /** Lets a caller wait and talk. */
  async enter(channel: Channel, rank: Pick<QueuedCaller, 'priority' | 'skills'>, stop: Stop): Promise<QueueOutcome> {
    const since = this.#now;
    this.#present.add(channel.id);
    this.#counters.enter();
    this.#playMusic(channel);
    try {
      let input: QueueInput = { type: 'enter', caller: { id: channel.id, ...rank } };
      for (;;) {
        const pair = await this.#wait(channel, input, since, stop);
        const waited = this.#now - since;
        if (!pair) return this.#unserved(channel, waited, stop);
        const outcome = await this.#serveCaller(channel, pair, waited, stop);
        if (outcome) return outcome;
        input = { type: 'return', caller: pair.caller };
      }
    } finally {
      this.#present.delete(channel.id);
      if (channel.state !== 'IDLE') await channel.musicOnHold.stop();
    }
  }

  /** Lets an agent take callers until it is signed out, or must stop. */
  async serve(agent: SignedInAgent, rank: Pick<QueuedAgent, 'priority' | 'skills'>, stop: Stop): Promise<void> {
    const { id, channel } = agent;
    this.#agents.set(id, agent);
    this.#playMusic(channel);
    const stopping = stop.onStop(() => agent.signOut());
    this.#step({ type: 'sign-in', agent: { id, ...rank } });
    await agent.signedOut;
    this.#step({ type: 'sign-out', agent: id });
    await agent.talk;
    stopping[Symbol.dispose]();
    agent.wrapUp?.[Symbol.dispose]();
    this.#agents.delete(id);
    if (channel.state !== 'IDLE') await channel.musicOnHold.stop();
  }

  get #now(): number {
    return this.#parts.environment.clock.now();
  }

  async #wait(channel: Channel, input: QueueInput, since: number, stop: Stop): Promise<Pair | undefined> {
    const { options, environment, events } = this.#parts;
    const place = () => ({ ahead: Math.max(0, callersAhead(this.#state, channel.id)), waited: this.#now - since });
    const caller = new WaitingCaller(channel, options, place, environment.logger);
    this.#callers.set(channel.id, caller);
    this.#step(input);
    if (callersAhead(this.#state, channel.id) >= 0 && this.#state.callers.length > options.maxCallers)
      caller.end(undefined);
    else if (input.type === 'enter') events.emit('entered', channel);
    const stopping = stop.onStop(() => caller.end(undefined));
    const pair = await caller.turn;
    await caller.quiet();
    stopping[Symbol.dispose]();
    this.#callers.delete(channel.id);
    this.#step({ type: 'leave', caller: channel.id });
    return pair;
  }

  #unserved(channel: Channel, waited: number, stop: Stop): QueueOutcome {
    const how = stop.reason === 'timeout' ? 'TIMEOUT' : 'REMOVED';
    const { hangup } = channel.info;
    this.#counters.end(stop.reason === 'hangup' ? 'abandoned' : how === 'TIMEOUT' ? 'timedOut' : 'turnedAway', waited);
    this.#parts.events.emit('left', channel);
    if (stop.reason === 'hangup') throw new Hangup(hangup);
    return { how, waited, agent: undefined, talked: 0 };
  }

  /** @returns nothing when the agent was gone before they could talk. */
  async #serveCaller(channel: Channel, pair: Pair, waited: number, stop: Stop): Promise<QueueOutcome | undefined> {
    const agent = this.#agents.get(pair.agent.id);
    if (!agent) return undefined;
    const since = this.#now;
    const talk = handled(this.#talk(channel, agent, stop));
    agent.talk = talk.catch(() => undefined);
    try {
      if ((await talk) === 'NEVER_BEGUN') return undefined;
    } finally {
      this.#release(agent);
    }
    const talked = this.#now - since;
    this.#counters.end('served', waited);
    this.#counters.talk(talked);
    return { how: 'SERVED', waited, agent: agent.id, talked };
  }

  async #talk(caller: Channel, agent: SignedInAgent, stop: Stop): Promise<string> {
    const { options, environment, events, newBridge } = this.#parts;
    const conversation = new Conversation({
      agent: agent.channel,
      caller,
      bridge: newBridge(),
      keys: options.keys,
      fileFor: (number) => options.recordings({ agent: agent.id, caller: caller.id, number }),
      kept: (file) => events.emit('recorded', file),
      logger: environment.logger,
    });
    const stopping = stop.onStop(() => {
      if (stop.reason === 'abort') conversation.stop();
    });
    events.emit('paired', caller, agent.id);
    try {
      const end = await conversation.run();
      // Not waited for: the agent need not wait until a far end has confirmed it.
      if (end === 'AGENT_LEFT' || end === 'AGENT_ENDED') void handled(caller.hangUp());
      return end;
    } finally {
      stopping[Symbol.dispose]();
      events.emit('parted', caller, agent.id);
    }
  }

  /** An agent is through with a caller: it is left alone for a while, and free then. */
  #release(agent: SignedInAgent): void {
    const { clock } = this.#parts.environment;
    const free = (): void => {
      agent.wrapUp = undefined;
      this.#step({ type: 'free', agent: agent.id });
    };
    if (agent.wrapUpMs === 0) {
      free();
      return;
    }
    this.#step({ type: 'wrap-up', agent: agent.id });
    if (agent.wrapUpMs < Number.POSITIVE_INFINITY) agent.wrapUp = clock.schedule(this.#now + agent.wrapUpMs, free);
  }

  #playMusic(channel: Channel): void {
    const { music } = this.#parts.options;
    if (music === undefined) return;
    channel.musicOnHold.start(music).catch((error: unknown) => {
      const { logger } = this.#parts.environment;
      if (channel.state !== 'IDLE')
        logger.warn('the music of a queue cannot be played', { channel: channel.id, error });
    });
  }

  #step(input: QueueInput): void {
    const { state, pairs } = stepQueue(this.#state, input, this.#now);
    this.#state = state;
    for (const pair of pairs) this.#callers.get(pair.caller.id)?.end(pair);
  }
}
