import { checkTimeout, handled } from '../operation.ts';
import type { Bridge } from './bridge/bridge.ts';
import type { BridgeOptions } from './bridge/bridge-settings.ts';
import type { CallHandler, CallHost } from './call-host.ts';
import type { Channel } from './channel.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import type { FileManager } from './files/file-manager.ts';
import { type OptionNames, optionsProblem } from './option-names.ts';
import { machine, type Platform } from './platform.ts';
import type { Recordings } from './recordings/recordings.ts';
import type { ConferenceRoom } from './rooms/conference-room.ts';
import type { Sounds } from './sounds/sounds.ts';
import type { StartedCallHost } from './start-call-host.ts';
import type { UserAgentOptions } from './user-agent-options.ts';

/** How to stop a user agent. */
export interface StopOptions {
  /** How long the present calls may go on, in milliseconds. Default 0: they are hung up at once. */
  grace?: number | undefined;
}

const STOP_OPTIONS: OptionNames<StopOptions> = { grace: true };

/** @internal What the channels of a user agent share. */
export let environmentOf: (ua: UserAgent) => ChannelEnvironment;
/** @internal Makes a user agent of parts that have been started. */
export let makeUserAgent: (started: StartedCallHost, publicAddress: string | undefined, user: string) => UserAgent;

/**
 * A SIP user agent in this process: it takes calls and places them. Several may run beside each other on different ports.
 *
 * @example
 * const ua = await UserAgent.start({ port: 5060, mediaDirectory: 'prompts' });
 * ua.onCall(async (channel) => {
 *   await channel.answer();
 *   await channel.filePlayer.play('welcome.wav');
 * });
 */
export class UserAgent implements AsyncDisposable {
  static {
    makeUserAgent = (started, publicAddress, user) => new UserAgent(started, publicAddress, user);
    environmentOf = (ua) => ua.#host.environment;
  }

  /** The files of the media directory. */
  readonly files: FileManager;
  /** Recordings that are kept. */
  readonly recordings: Recordings;
  /** The sounds that are installed where the option `sounds` says. */
  readonly sounds: Sounds;
  readonly #host: CallHost;
  readonly #listening: StartedCallHost['listening'];
  /** Where others find it. */
  readonly #publicAddress: string;
  readonly #user: string;

  private constructor(
    { host, listening, stored, sounds }: StartedCallHost,
    publicAddress: string | undefined,
    user: string,
  ) {
    this.files = stored.files;
    this.recordings = stored.recordings;
    this.sounds = sounds;
    this.#host = host;
    this.#listening = listening;
    this.#publicAddress = publicAddress ?? this.address;
    this.#user = user;
  }

  /**
   * Opens the ports and begins to listen. When it fails, nothing stays open.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, `PORT_IN_USE`, `ADDRESS_UNAVAILABLE`, or `MEDIA_FAILED` when no thread can be started.
   */
  static start(options: UserAgentOptions = {}): Promise<UserAgent> {
    return startUserAgent(options, machine);
  }

  /** Numeric address that it listens at. */
  get address(): string {
    return this.#listening[0]?.address ?? '';
  }

  /** Port that it listens at; the free one that was found when the option was 0. */
  get port(): number {
    return this.#listening[0]?.port ?? 0;
  }

  /** A SIP URI that it can be called by, as far as it can tell: its user, its address or the public one, and its port. */
  get uri(): string {
    const host = this.#publicAddress.includes(':') ? `[${this.#publicAddress}]` : this.#publicAddress;
    return `sip:${this.#user}@${host}:${this.port}`;
  }

  /** The channels whose call is not over. */
  get channels(): readonly Channel[] {
    return this.#host.channels;
  }

  /**
   * Sets what is done with inbound calls; setting it again replaces it. Without it they are refused with 480.
   *
   * The call is hung up when the handler returns, if it is not over by then. A {@link Hangup} that leaves the handler is a normal
   * end; any other error is logged and the call released, with 500 before the answer and with BYE after it.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  onCall(handler: CallHandler): void {
    this.#host.onCall(handler);
  }

  /**
   * Sets what is done with calls to a service: an application of this user agent that its other applications can call by name
   * ({@link Channel.callInboundService}) and transfer to, without the network. The handler gets a channel as for any inbound call, with the
   * same laws as in {@link UserAgent.onCall}. Each such call counts twice for `maxCalls`, as one that is placed and one that comes in.
   *
   * Dispose of what is returned to end the service; its calls go on. (Aculab UAS: inbound applications.)
   *
   * @param name - letters, digits and - _ .
   * @throws ChannelError `INVALID_ARGUMENT`; `BUSY` when there is a service of this name; `STOPPED` after {@link UserAgent.stop}.
   * @example
   * using weather = ua.service('weather', async (channel) => {
   *   await channel.answer();
   *   await channel.filePlayer.say('It is raining.');
   * });
   */
  service(name: string, handler: CallHandler): Disposable {
    return this.#host.service(name, handler);
  }

  /**
   * A channel to place calls with.
   *
   * @throws ChannelError `STOPPED` after {@link UserAgent.stop}.
   */
  channel(): Channel {
    return this.#host.channel();
  }

  /** The conference rooms that there are now, with those who are in them. Rooms come to be by {@link ChannelTransfers.callConferenceRoom} and its like. */
  get rooms(): readonly ConferenceRoom[] {
    return this.#host.rooms;
  }

  /**
   * A bridge that nobody is in yet: those who are added hear each other.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, or `STOPPED` after {@link UserAgent.stop}.
   * @example
   * await using bridge = ua.bridge();
   * for (const channel of ua.channels) await bridge.add(channel);
   */
  bridge(options: BridgeOptions = {}): Bridge {
    return this.#host.bridge(options);
  }

  /**
   * Takes no more calls (503), gives the present ones up to `grace` milliseconds to end, hangs up those that have not, and closes
   * everything. Far ends have two seconds more to confirm the hang-up, which is repeated meanwhile in case it got lost; when all
   * have, or there is no call, nothing is waited for. Safe to repeat: it is the same stop, and a shorter grace cuts the first one
   * short.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  stop(options: StopOptions = {}): Promise<void> {
    return handled(this.#stop(options));
  }

  async #stop(options: StopOptions): Promise<void> {
    const problem = optionsProblem('stop()', options, STOP_OPTIONS);
    if (problem) throw problem;
    const { grace = 0 } = options;
    checkTimeout(grace, 'grace');
    await this.#host.stop(grace);
  }

  /** Stops at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** @internal Starts a user agent on a platform other than the machine's. */
export async function startUserAgent(options: UserAgentOptions, platform: Platform): Promise<UserAgent> {
  // Loaded when they are needed: importing the library costs a third without the stacks, and a fake user agent needs none of it.
  const { checkUserAgentOptions } = await import('./user-agent-options.ts');
  const checked = checkUserAgentOptions(options);
  const { startCallHost } = await import('./start-call-host.ts');
  return makeUserAgent(await startCallHost(checked, platform), checked.publicAddress, checked.user);
}
