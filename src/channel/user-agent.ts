import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { Media } from '../media/media.ts';
import { checkTimeout, handled } from '../operation.ts';
import { SipSignaling } from '../sip/signaling.ts';
import { type CallHandler, CallHost } from './call-host.ts';
import type { Channel } from './channel.ts';
import { MediaDirectory } from './media-directory.ts';
import { type OptionNames, optionsProblem } from './option-names.ts';
import type { SignalingPort } from './signaling-port.ts';
import { checkUserAgentOptions, type UserAgentOptions } from './user-agent-options.ts';

/** How to stop a user agent. */
export interface StopOptions {
  /** How long the present calls may go on, in milliseconds. Default 0: they are hung up at once. */
  grace?: number | undefined;
}

const STOP_OPTIONS: OptionNames<StopOptions> = { grace: true };

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
  readonly #host: CallHost;
  readonly #listening: SignalingPort['listening'];
  readonly #user: string;

  private constructor(host: CallHost, listening: SignalingPort['listening'], user: string) {
    this.#host = host;
    this.#listening = listening;
    this.#user = user;
  }

  /**
   * Opens the ports and begins to listen. When it fails, nothing stays open.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, `PORT_IN_USE`, `ADDRESS_UNAVAILABLE`, or `MEDIA_FAILED` when no thread can be started.
   */
  static async start(options: UserAgentOptions = {}): Promise<UserAgent> {
    const checked = checkUserAgentOptions(options);
    const { logger, codecs, publicAddress, user } = checked;
    const clock = systemClock;
    const files = await MediaDirectory.open(checked.mediaDirectory ?? process.cwd());
    const media = await Media.start({ rtpPorts: checked.rtpPorts, workers: checked.mediaWorkers, clock, logger });
    let signaling: SipSignaling;
    try {
      signaling = await SipSignaling.start({
        address: checked.address,
        port: checked.port,
        transports: checked.transports,
        publicAddress,
        user,
        displayName: checked.displayName,
        userAgentHeader: 'offhook',
        credentials: checked.credentials,
        outboundProxy: checked.outboundProxy,
        maxCalls: Number.isFinite(checked.maxCalls) ? checked.maxCalls : undefined,
        acceptRegistrations: checked.acceptRegistrations,
        trace: checked.trace,
        logger,
        clock,
      });
    } catch (error) {
      await media.close();
      throw error;
    }
    const run = `${clock.wallNow().toString(36)}-${randomBytes(3).toString('hex')}`;
    let count = 0;
    const host = new CallHost({
      environment: { signaling, media, files, clock, logger, codecs, publicAddress },
      maxCalls: checked.maxCalls,
      newId: () => `${run}-${++count}`,
    });
    return new UserAgent(host, signaling.listening, user);
  }

  /** Numeric address that it listens at. */
  get address(): string {
    return this.#listening[0]?.address ?? '';
  }

  /** Port that it listens at; the free one that was found when the option was 0. */
  get port(): number {
    return this.#listening[0]?.port ?? 0;
  }

  /** A SIP URI that it can be called by, as far as it can tell: its user, address and port. */
  get uri(): string {
    const host = this.address.includes(':') ? `[${this.address}]` : this.address;
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
   * A channel to place calls with.
   *
   * @throws ChannelError `STOPPED` after {@link UserAgent.stop}.
   */
  channel(): Channel {
    return this.#host.channel();
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
