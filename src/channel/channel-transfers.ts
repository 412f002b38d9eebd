import { ChannelConnections } from './channel-connections.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import {
  callInboundService,
  type ServiceCallOptions,
  type StartServiceCallOptions,
  startCallInboundService,
} from './local/call-service.ts';
import type { State } from './state.ts';

/** How every {@link Channel} reaches the services and rooms of its user agent, and hands its call over to others. */
export abstract class ChannelTransfers extends ChannelConnections {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    super(core);
    this.#core = core;
  }

  /**
   * Calls a service of the same user agent, set by {@link UserAgent.service}, and waits for its answer. The call stays within the process:
   * no SIP message, no port. It has the same states, laws and results as {@link Channel.call}: resolves with `ANSWERED`, or with `IDLE` when
   * it was not answered; the cause is `UNOBTAINABLE` (404) when there is no such service, `CONGESTION` (503) when there are `maxCalls` calls.
   * (Aculab UAS: `call_inbound_service`.)
   *
   * @throws ChannelError `INVALID_STATE` unless IDLE, or on the channel of an inbound call; `INVALID_ARGUMENT`; `BUSY` when there are
   * `maxCalls` calls already; `STOPPED`.
   * @example
   * const [helper] = channel.extraChannel;
   * if ((await helper?.callInboundService('weather')) === 'ANSWERED' && helper) await channel.connect(helper);
   */
  callInboundService(name: string, options: ServiceCallOptions = {}): Promise<State> {
    return this.#journaled('callInboundService', [name, options], () => callInboundService(this.#core, name, options));
  }

  /**
   * Calls a service as {@link ChannelTransfers.callInboundService} does, and resolves with `true` when the call is under way, with `false`
   * when it was over before that. Follow it by `state` and {@link Channel.waitForOutgoingCall}.
   *
   * @throws ChannelError as {@link ChannelTransfers.callInboundService}.
   */
  startCallInboundService(name: string, options: StartServiceCallOptions = {}): Promise<boolean> {
    return this.#journaled('startCallInboundService', [name, options], () =>
      startCallInboundService(this.#core, name, options),
    );
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, method, values, run);
  }
}
