/**
 * Races on networks in memory, run very often with moments that a seed decides, and what has to be so after each: nothing is pending,
 * no call is left on either side, no port is lost.
 */
import { expect } from 'vitest';
import { type Channel, State, type UserAgent, type UserAgentOptions } from '../../src/index.ts';
import { pendingMethods } from '../../src/testing/fake/undone.ts';
import { SeededRandom } from '../../src/testing/network/random.state.ts';
import { createTestNetwork, type NetworkConditions, type TestNetwork } from '../../src/testing.ts';

export interface RaceOptions {
  /** What all moments come from. Default 1. */
  readonly seed?: number;
  /** The most calls that the user agent under test has at once in one run, ends of calls within it included. */
  readonly calls: number;
  /** Default: 10 ms of latency and as much jitter. */
  readonly conditions?: NetworkConditions;
  /** Further options of the user agent under test. */
  readonly options?: Omit<UserAgentOptions, 'address' | 'publicAddress' | 'mediaWorkers' | 'rtpPorts'>;
}

/** A call between the user agent under test and somebody else, answered. */
export interface RaceCall {
  /** Of the user agent under test. */
  readonly channel: Channel;
  /** The other end. */
  readonly far: Channel;
}

/** One of the runs. */
export interface RaceRun {
  readonly network: TestNetwork;
  /** Under test. */
  readonly ua: UserAgent;
  /** Everybody else. */
  readonly others: UserAgent;
  /** A whole number from 0 up to this one. */
  random(below: number): number;
  /** Lets so much time pass, whatever becomes of any call. */
  pause(ms: number): Promise<void>;
  /** Somebody calls the user agent under test, which answers and waits until the call is over, unless there is a handler that does. */
  incoming(handler?: (channel: Channel) => Promise<unknown>): Promise<RaceCall>;
  /** The user agent under test calls somebody who answers; from a channel of `ua.channel()` unless there is one. */
  outgoing(channel?: Channel): Promise<RaceCall>;
  /** An address at which somebody does this with the call; it is hung up afterwards. */
  address(handler: (channel: Channel) => Promise<unknown>): string;
  /** An address of the user agent under test, which does this with the call; it is hung up afterwards. */
  here(handler: (channel: Channel) => Promise<unknown>): string;
  /** Has a look at the journal of a channel when all is over. Those of incoming(), outgoing() and address() are looked at anyway. */
  watch(channel: Channel): Channel;
}

/** How often each race is run. `npm run races` takes its time and has a thousand of each. */
const RUNS = Number(process.env['RACE_RUNS'] ?? 100);
/** So many runs go on side by side, on networks that are each used for so many. */
const SIDE_BY_SIDE = 25;
const RUNS_A_NETWORK = 250;
/** No call takes longer to end, not even one whose BYE nobody answers (64·T1). */
const LONGEST_END_MS = 120_000;

/** Runs a race; throws with the number of the run that went wrong. Each run resolves when its calls are over, or leaves them to the end. */
export async function seededRace(
  { seed = 1, calls, conditions = { latency: 10, jitter: 10 }, options = {} }: RaceOptions,
  race: (run: RaceRun) => Promise<unknown>,
): Promise<void> {
  for (let first = 0; first < RUNS; first += RUNS_A_NETWORK) {
    const last = Math.min(first + RUNS_A_NETWORK, RUNS);
    await using track = await openTrack(seed + first, calls * SIDE_BY_SIDE, conditions, options);
    for (let from = first; from < last; from += SIDE_BY_SIDE) {
      const numbers = Array.from({ length: Math.min(SIDE_BY_SIDE, last - from) }, (_, index) => from + index);
      await Promise.all(numbers.map((number) => track.run(number, race)));
      await track.expectNothingLeft(`runs ${from} to ${from + SIDE_BY_SIDE - 1}`);
    }
    await track.expectAllPorts();
  }
}

/** Where runs take place. */
class Track implements AsyncDisposable {
  readonly #network: TestNetwork;
  readonly #ua: UserAgent;
  readonly #others: UserAgent;
  readonly #seed: number;
  readonly #ports: number;
  /** What is done with the next call to a user. */
  readonly #handlers = new Map<string, (channel: Channel) => Promise<unknown>>();
  readonly #watched = new Set<Channel>();
  #users = 0;

  constructor(network: TestNetwork, ua: UserAgent, others: UserAgent, seed: number, ports: number) {
    this.#network = network;
    this.#ua = ua;
    this.#others = others;
    this.#seed = seed;
    this.#ports = ports;
    for (const agent of [ua, others]) agent.onCall((channel) => this.#arrive(channel));
  }

  async run(number: number, race: (run: RaceRun) => Promise<unknown>): Promise<void> {
    const random = new SeededRandom(`${this.#seed} run ${number}`);
    try {
      await race({
        network: this.#network,
        ua: this.#ua,
        others: this.#others,
        random: (below) => Math.floor(random.fraction() * below),
        pause: (ms) => this.#pause(ms),
        incoming: (handler) => this.#incoming(handler),
        outgoing: (channel = this.#ua.channel()) => this.#outgoing(channel),
        address: (handler) => this.#address(this.#others, handler),
        here: (handler) => this.#address(this.#ua, handler),
        watch: (channel) => this.#watch(channel),
      });
    } catch (cause) {
      throw new Error(`run ${number} (seed ${this.#seed}): ${String(cause)}`, { cause });
    }
  }

  async expectNothingLeft(which: string): Promise<void> {
    await this.#network.clock.runUntil(() => this.#network.clock.pending === 0, LONGEST_END_MS);
    const pending = [...this.#watched].flatMap((channel) =>
      pendingMethods(channel.journal.entries).map(({ method }) => `${method} of ${channel.id}`),
    );
    const connected = [...this.#watched].filter(({ info }) => info.connectedId !== undefined);
    expect(
      {
        pending,
        connected,
        tested: this.#ua.channels.length,
        others: this.#others.channels.length,
        timers: this.#network.clock.pending,
      },
      which,
    ).toEqual({ pending: [], connected: [], tested: 0, others: 0, timers: 0 });
    this.#watched.clear();
    this.#handlers.clear();
  }

  /** As many calls at once as there are ports: if one was lost, one of them fails. */
  async expectAllPorts(): Promise<void> {
    const all = await Promise.all(Array.from({ length: this.#ports }, () => this.#outgoing(this.#ua.channel())));
    expect(all.map(({ channel }) => channel.state)).toEqual(all.map(() => State.ANSWERED));
    await Promise.all(all.map(({ channel }) => channel.hangUp()));
    await this.expectNothingLeft('a call for each port');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network[Symbol.asyncDispose]();
  }

  async #arrive(channel: Channel): Promise<void> {
    const user = /^sip:([^@]*)@/.exec(channel.info.requestUri)?.[1] ?? '';
    const handler = this.#handlers.get(user);
    this.#handlers.delete(user);
    await handler?.(this.#watch(channel));
  }

  #address(agent: UserAgent, handler: (channel: Channel) => Promise<unknown>): string {
    const user = `user-${this.#users++}`;
    this.#handlers.set(user, handler);
    return agent.uri.replace(/^sip:[^@]*/, `sip:${user}`);
  }

  async #incoming(
    handler = async (channel: Channel): Promise<unknown> => {
      await channel.answer();
      return channel.waitForIdle();
    },
  ): Promise<RaceCall> {
    const arrived = Promise.withResolvers<Channel>();
    const far = this.#watch(this.#others.channel());
    const address = this.#address(this.#ua, (channel) => {
      arrived.resolve(channel);
      return handler(channel);
    });
    await far.call(address);
    // The caller knows first that it is answered: the acknowledgement is still on its way.
    const channel = await arrived.promise;
    await this.#until(channel, () => channel.state !== State.ANSWERING);
    return { channel, far };
  }

  async #outgoing(channel: Channel): Promise<RaceCall> {
    const arrived = Promise.withResolvers<Channel>();
    const address = this.#address(this.#others, async (far) => {
      arrived.resolve(far);
      await far.answer();
      await far.waitForIdle();
    });
    this.#watch(channel);
    const state = await channel.call(address);
    if (state !== State.ANSWERED) throw new Error(`a call was not answered: ${channel.cause}`);
    return { channel, far: await arrived.promise };
  }

  #watch(channel: Channel): Channel {
    this.#watched.add(channel);
    return channel;
  }

  #until(channel: Channel, isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const listening = channel.on('state', () => {
      if (isSo()) resolve();
    });
    return promise.finally(() => listening[Symbol.dispose]());
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#network;
    return new Promise((resolve) => void clock.schedule(clock.now() + ms, resolve));
  }
}

async function openTrack(
  seed: number,
  calls: number,
  conditions: NetworkConditions,
  options: RaceOptions['options'],
): Promise<Track> {
  const network = createTestNetwork({ seed, ...conditions });
  const min = 20_000;
  const ua = await network.userAgent({ ...options, rtpPorts: { min, max: min + 2 * calls - 1 } });
  return new Track(network, ua, await network.userAgent(), seed, calls);
}
