import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import type { UserAgent } from '../../channel/user-agent.ts';
import type { UserAgentOptions } from '../../channel/user-agent-options.ts';
import type { AwaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { realWork } from '../clock/real-work.ts';
import { TestClock, type TestClockOptions } from '../clock/test-clock.ts';
import { addressesOf } from './addresses.codec.ts';
import { CONDITIONS, type Conditions, changedConditions, type NetworkConditions, PERFECT } from './conditions.ts';
import { Host } from './host.ts';
import { Nat } from './nat.state.ts';
import { NetworkJournal } from './network-journal.ts';
import { Wire } from './wire.ts';

/** What a network in memory is like. Everything may be left out. */
export interface TestNetworkOptions extends NetworkConditions, TestClockOptions {
  /** A whole number that everything random comes from: the same one makes the same things happen. Default 0. */
  seed?: number | undefined;
}

/** How to start a user agent on a network in memory: as elsewhere, but that the network gives it its address and runs its audio. */
export interface NetworkUserAgentOptions extends Omit<UserAgentOptions, 'address' | 'publicAddress' | 'mediaWorkers'> {
  /** Puts it behind a NAT of its own, which forwards the port of SIP and maps those of audio. Default false. */
  nat?: boolean | undefined;
}

/** The audio of a call moves time a hundred times a second: more than five hours of one. */
const MOST_MOMENTS = 2_000_000;

const NETWORK_OPTIONS: OptionNames<TestNetworkOptions> = { ...CONDITIONS, seed: true, time: true, limit: true };

/** What the network decides itself. */
const GIVEN: readonly string[] = ['address', 'publicAddress', 'mediaWorkers'];

/**
 * A network in memory; made by {@link createTestNetwork}. Disposing of it stops its user agents.
 *
 * @example
 * ```ts
 * await using network = createTestNetwork({ seed: 7 });
 * const ivr = await network.userAgent({ user: 'ivr' });
 * const phone = await network.userAgent();
 * ivr.onCall(async (channel) => {
 *   await channel.answer();
 *   await channel.sleep(1000);
 * });
 * const channel = phone.channel();
 * await channel.call(ivr.uri);
 * network.setConditions({ loss: 1 });
 * network.disconnect(phone);
 * network.reconnect(phone);
 * console.log(network.clock.now(), network.journal);
 * ```
 */
export class TestNetwork implements AsyncDisposable {
  /** Its time, which all user agents on it go by. */
  readonly clock: TestClock;
  readonly #seed: string;
  readonly #wire: Wire;
  readonly #awaitDisk: AwaitDisk;
  readonly #hosts = new Map<UserAgent, Host>();
  #conditions: Conditions;
  #count = 0;

  /** @internal */
  constructor(options: TestNetworkOptions) {
    const problem = optionsProblem('createTestNetwork()', options, NETWORK_OPTIONS);
    if (problem) throw problem;
    const { seed = 0, time, limit, ...conditions } = options;
    if (!Number.isSafeInteger(seed)) {
      throw new ChannelError('INVALID_ARGUMENT', `seed must be a whole number, not ${shown(seed)}`);
    }
    this.#conditions = changedConditions(PERFECT, conditions);
    this.#seed = String(seed);
    this.clock = new TestClock({ time, limit }, MOST_MOMENTS);
    this.#awaitDisk = realWork(this.clock);
    this.#wire = new Wire({
      clock: this.clock,
      seed: this.#seed,
      journal: new NetworkJournal(),
      conditions: () => this.#conditions,
    });
  }

  /**
   * Starts a user agent on the network: the same class with the same SIP and RTP as on a real one. It has an address of its own,
   * 192.0.2.1 the first one, and the others call it by its `uri`. There are no names of hosts: calling one fails with
   * `HOST_UNRESOLVED`. Prompts are read from the disk and recordings written to it as ever; time stands still meanwhile.
   *
   * Behind a NAT it has an address of its own inside, and its `publicAddress` is that of the NAT. Ports of audio are mapped when
   * something is sent from them, the same towards everybody, and only what comes from addresses that were sent to is let in (RFC 4787:
   * endpoint-independent mapping, address-dependent filtering).
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  async userAgent(options: NetworkUserAgentOptions = {}): Promise<UserAgent> {
    const given = GIVEN.find((name) => Object.hasOwn(options, name));
    if (given !== undefined) {
      throw new ChannelError('INVALID_ARGUMENT', `${given} is given by the network; leave it out in userAgent()`);
    }
    const { nat = false, ...others } = options;
    if (typeof nat !== 'boolean') {
      throw new ChannelError('INVALID_ARGUMENT', `nat must be true or false, not ${shown(nat)}`);
    }
    using _ = this.clock.hold();
    const number = ++this.#count;
    const { address, publicAddress } = addressesOf(number, nat);
    const host = new Host(address, publicAddress, nat ? new Nat() : undefined);
    // Loaded when it is needed, so that who only fakes calls loads neither SIP nor sockets.
    const { startOnHost } = await import('./stack/start-on-host.ts');
    const place = {
      wire: this.#wire,
      host,
      awaitDisk: this.#awaitDisk,
      holdTime: <T>(work: Promise<T>) => this.clock.during(work),
      seed: `${this.#seed} ${number}`,
    };
    const userAgent = await startOnHost(others, place);
    this.#wire.add(host);
    this.#hosts.set(userAgent, host);
    return userAgent;
  }

  /**
   * Everything that was sent so far, in order, as JSON lines. Each says when it was sent (`at`, in milliseconds), `over` `UDP` or `TCP`,
   * which `traffic` it is (`SIP`, `RTP`, `RTCP`), `from` and `to` as others see them, its `fate`, and when it `arrived`: twice when it
   * was duplicated. The fate is `delivered`, `duplicated`, `lost`, `cut off`, `nobody` (nobody listened there, or a NAT did not
   * let it in) or `under way`. A SIP message is there in full, of a packet of audio the header and a checksum.
   */
  get journal(): string {
    return this.#wire.journal.text();
  }

  /** How the network treats what is sent at present. */
  get conditions(): Readonly<Required<NetworkConditions>> {
    return this.#conditions;
  }

  /**
   * Changes the conditions for everything that is sent from now on; those left out stay as they are.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  setConditions(conditions: NetworkConditions): void {
    const problem = optionsProblem('setConditions()', conditions, CONDITIONS);
    if (problem) throw problem;
    this.#conditions = changedConditions(this.#conditions, conditions);
  }

  /**
   * Cuts a user agent off: datagrams to it and from it are lost; what goes over TCP waits.
   *
   * @throws ChannelError `INVALID_ARGUMENT` for a user agent of another network.
   */
  disconnect(userAgent: UserAgent): void {
    this.#hostOf(userAgent).disconnect();
  }

  /**
   * Connects a user agent again.
   *
   * @throws ChannelError `INVALID_ARGUMENT` for a user agent of another network.
   */
  reconnect(userAgent: UserAgent): void {
    this.#hostOf(userAgent).reconnect();
  }

  /** Stops all user agents at once, lets as much time pass as they need for it, and forgets what is still under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    let isOver = false;
    const stopped = Promise.all([...this.#hosts.keys()].map((userAgent) => userAgent.stop())).finally(() => {
      isOver = true;
    });
    await this.clock.runUntil(() => isOver);
    await stopped;
    this.#wire.close();
  }

  #hostOf(userAgent: UserAgent): Host {
    const host = this.#hosts.get(userAgent);
    if (host) return host;
    throw new ChannelError('INVALID_ARGUMENT', 'this user agent is not on this network; name one that it has started');
  }
}

/**
 * Makes a network in memory for tests: real user agents, with all of their SIP and RTP, joined in one process without sockets. It
 * loses, delays, reorders and repeats datagrams as told. TCP is delayed too, but loses nothing and keeps its order. Time is virtual:
 * a call of a minute takes moments.
 *
 * All that is random comes from the seed, also identifiers of SIP and RTP. The same seed and the same test give the same calls,
 * packet by packet, and the same {@link TestNetwork.journal}, byte by byte. For that, real work of the test itself in the middle of a
 * call, such as reading a file, has to keep time from passing: `await network.clock.during(readFile(path))`.
 *
 * @throws ChannelError `INVALID_ARGUMENT`.
 *
 * @example
 * ```ts
 * await using network = createTestNetwork({ seed: 7, latency: 20, jitter: 10, loss: 0.05 });
 * const ivr = await network.userAgent({ user: 'ivr', mediaDirectory: 'prompts' });
 * const phone = await network.userAgent();
 * ivr.onCall(async (channel) => {
 *   await channel.answer();
 *   await channel.filePlayer.play('welcome.wav');
 * });
 * const call = phone.channel();
 * await call.call(ivr.uri);
 * await call.waitForIdle();
 * ```
 */
export function createTestNetwork(options: TestNetworkOptions = {}): TestNetwork {
  return new TestNetwork(options);
}
