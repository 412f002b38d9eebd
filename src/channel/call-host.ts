import { ChannelError, type HangupInfo, isHangup } from '../errors.ts';
import { handled } from '../operation.ts';
import { Bridge } from './bridge/bridge.ts';
import type { BridgeOptions } from './bridge/bridge-settings.ts';
import type { MediaPlace } from './call-media.ts';
import { Cause } from './cause.ts';
import { Channel } from './channel.ts';
import { ChannelCore, type ChannelOwner } from './channel-core.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import { checkServiceName } from './local/call-service.ts';
import { InnerChannels } from './local/inner-channels.ts';
import { hangUpParty } from './parties/hang-up-party.ts';
import { replaceFarEnd } from './referral/replace.ts';
import { DEFAULT_ROOM_SIZE } from './rooms/conference-options.ts';
import type { ConferenceRoom } from './rooms/conference-room.ts';
import { ConferenceRooms } from './rooms/conference-rooms.ts';
import type { Leg } from './signaling-port.ts';

/** What an application does with an inbound call. The call is hung up when it returns, if it is not over by then. */
export type CallHandler = (channel: Channel) => Promise<unknown> | unknown;

export interface CallHostOptions {
  readonly environment: ChannelEnvironment;
  /** How many calls may be up at once, in both directions; more are refused. */
  readonly maxCalls: number;
  /** How many extra channels each channel has. */
  readonly extraChannels: number;
  /** How many parties a conference room holds. Default 40. */
  readonly roomSize?: number | undefined;
  /** Makes the id of a new channel. */
  readonly newId: () => string;
}

/** How long a stop waits for far ends to confirm the end of their calls, in milliseconds: time to say it three times. */
const FAREWELL_MS = 2000;
/** Longest delay of a timer of Node; who waits longer waits for ever. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
/** When a refused caller may try again, in seconds: for 503, RFC 3261 §20.33. */
const RETRY_AFTER_S = 5;

/** All calls over one pair of ports: hands inbound ones to the handler, makes channels for outbound ones, ends them all. */
export class CallHost {
  readonly #environment: ChannelEnvironment;
  readonly #maxCalls: number;
  readonly #extraChannels: number;
  readonly #newId: () => string;
  readonly #live = new Map<ChannelCore, Channel>();
  readonly #inner: InnerChannels;
  readonly #rooms: ConferenceRooms;
  readonly #services = new Map<string, CallHandler>();
  #onQuiet: () => void = () => undefined;
  #handler: CallHandler | undefined;
  #stopping: Promise<void> | undefined;
  #graceEnds = Number.POSITIVE_INFINITY;
  #graceCut: () => void = () => undefined;

  constructor(options: CallHostOptions) {
    this.#environment = options.environment;
    this.#maxCalls = options.maxCalls;
    this.#extraChannels = options.extraChannels;
    this.#newId = options.newId;
    this.#inner = new InnerChannels(this.#environment, this.#newId, {
      checkRunning: () => this.#checkRunning(),
      rooms: () => this.#rooms,
    });
    this.#rooms = new ConferenceRooms(this.#environment, this.#inner, options.roomSize ?? DEFAULT_ROOM_SIZE);
    const { signaling, local } = this.#environment;
    signaling.onIncoming((leg) => this.#incoming(leg, {}, this.#handler));
    local.serve('service', (name) => {
      const handler = this.#services.get(name);
      return handler && (({ leg, near }) => this.#incoming(leg, { isLocal: true, near }, handler));
    });
  }

  /** What its channels share. */
  get environment(): ChannelEnvironment {
    return this.#environment;
  }

  /** The channels whose call is not over. */
  get channels(): readonly Channel[] {
    return [...this.#live.values()];
  }

  /** Sets what answers inbound calls; one handler, the last one set. */
  onCall(handler: CallHandler): void {
    if (typeof handler !== 'function') {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        'onCall() needs a function, for example async (channel) => { await channel.answer(); }',
      );
    }
    this.#handler = handler;
  }

  /** Has calls to a service of this name handled, until what is returned is disposed of. */
  service(name: string, handler: CallHandler): Disposable {
    checkServiceName(name);
    if (typeof handler !== 'function') {
      throw new ChannelError('INVALID_ARGUMENT', 'service() needs a name and a function that gets a channel');
    }
    this.#checkRunning();
    if (this.#services.has(name)) {
      throw new ChannelError(
        'BUSY',
        `there is a service ${name} already; dispose of it before another one takes the name`,
      );
    }
    this.#services.set(name, handler);
    let isThere = true;
    return {
      [Symbol.dispose]: () => {
        if (isThere) this.#services.delete(name);
        isThere = false;
      },
    };
  }

  /** A channel to call out with. */
  channel(): Channel {
    this.#checkRunning();
    return this.#make('outbound').channel;
  }

  /** The conference rooms that there are. */
  get rooms(): readonly ConferenceRoom[] {
    return this.#rooms.all;
  }

  /** A bridge for its channels. */
  bridge(options: BridgeOptions): Bridge {
    this.#checkRunning();
    return new Bridge(this.#environment, this.#inner, options);
  }

  #checkRunning(): void {
    if (this.#stopping) throw new ChannelError('STOPPED', 'the user agent has been stopped; start another one');
  }

  #began(core: ChannelCore, channel: Channel): void {
    if (core.direction === 'outbound' && this.#live.size >= this.#maxCalls) {
      throw new ChannelError('BUSY', `there are ${this.#maxCalls} calls already, as many as maxCalls allows`);
    }
    this.#live.set(core, channel);
  }

  #ended(core: ChannelCore): void {
    this.#live.delete(core);
    if (this.#live.size === 0) this.#onQuiet();
  }

  /**
   * Takes no new call, waits up to `grace` milliseconds for the present ones to end, hangs up those that have not, and closes
   * the ports. Far ends have two seconds to confirm that; those whose calls ended before, what is left of the grace. Repeating it
   * waits for the same end; a shorter grace cuts the first one short.
   */
  stop(grace: number): Promise<void> {
    this.#graceEnds = Math.min(this.#graceEnds, this.#environment.clock.now() + grace);
    this.#stopping ??= handled(this.#stop());
    this.#graceCut();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { clock, signaling, media, journals, stored, services } = this.#environment;
    await this.#quietBy(() => this.#graceEnds);
    const farewellEnds = clock.now() + FAREWELL_MS;
    const info: HangupInfo = { by: 'local', text: 'the user agent was stopped' };
    for (const { call } of [...this.#live.keys()]) call.release(Cause.NORMAL, info, { status: 503 });
    this.#inner.release();
    await this.#quietBy(() => farewellEnds);
    // Everything is closed whatever becomes of the rest.
    try {
      await signaling.close(Math.max(0, farewellEnds - clock.now()));
    } finally {
      try {
        await media.close();
      } finally {
        await Promise.all([services.close?.(), journals?.close(), stored.close()]);
      }
    }
  }

  /** Resolves when no call is left, or when the time has come that `end` says, which a further stop may bring forward. */
  async #quietBy(end: () => number): Promise<void> {
    const { clock } = this.#environment;
    let timer: Disposable | undefined;
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
      this.#graceCut = () => {
        timer?.[Symbol.dispose]();
        timer = end() - clock.now() > LONGEST_WAIT_MS ? undefined : clock.schedule(end(), resolve);
      };
      this.#graceCut();
      if (this.#live.size === 0) resolve();
    });
    timer?.[Symbol.dispose]();
    this.#onQuiet = () => undefined;
    this.#graceCut = () => undefined;
  }

  /** @param parent - the channel that it is an extra channel of. */
  #make(
    direction: 'inbound' | 'outbound',
    parent?: ChannelCore,
  ): { readonly core: ChannelCore; readonly channel: Channel } {
    let extra: readonly Channel[] | undefined;
    const makeExtra = (): readonly Channel[] =>
      Object.freeze(
        Array.from({ length: parent ? 0 : this.#extraChannels }, () => this.#make('outbound', core).channel),
      );
    // Not by a WeakMap: to collections of young objects all that is in an old one is alive, so every call would be copied twice.
    const owner: ChannelOwner = {
      checkRunning: () => this.#checkRunning(),
      began: () => this.#began(core, channel),
      ended: () => this.#ended(core),
      channel: () => channel,
      extraChannels: () => {
        extra ??= makeExtra();
        return extra;
      },
      madeExtraChannels: () => extra ?? [],
      rooms: () => this.#rooms,
      furtherChannel: () => this.#make('outbound', core).core,
      parent,
    };
    const core = new ChannelCore(this.#newId(), direction, this.#environment, owner);
    const channel = new Channel(core);
    return { core, channel };
  }

  #incoming(leg: Leg, place: MediaPlace, handler: CallHandler | undefined): void {
    if (leg.replaces && !this.#stopping) {
      this.#replace(leg);
      return;
    }
    const refusal = this.#refusal();
    if (refusal || !handler) {
      leg.listen(() => undefined);
      // RFC 3261 §21.4.18: the callee is there and cannot take the call at present.
      leg.release(refusal ?? { status: 480 });
      return;
    }
    const { core, channel } = this.#make('inbound');
    core.take(leg, place);
    void handled(this.#handle(core, channel, handler));
  }

  #replace(leg: Leg): void {
    const replaced = [...this.#live.keys()].find(({ call }) => call.leg === leg.replaces);
    if (replaced) void handled(replaceFarEnd(replaced.call, leg));
    else leg.release({ status: 481 });
  }

  #refusal(): { readonly status: number; readonly retryAfter?: number } | undefined {
    const isFull = this.#stopping || this.#live.size >= this.#maxCalls;
    return isFull ? { status: 503, retryAfter: RETRY_AFTER_S } : undefined;
  }

  async #handle(core: ChannelCore, channel: Channel, handler: CallHandler): Promise<void> {
    try {
      await handler(channel);
    } catch (error) {
      if (!isHangup(error)) this.#failed(core, error);
    }
    await hangUpParty(channel);
  }

  #failed(core: ChannelCore, error: unknown): void {
    const hangup: HangupInfo = {
      by: 'local',
      status: core.call.isUp ? undefined : 500,
      text: 'the call handler failed',
    };
    core.call.release(Cause.ERROR, hangup, { status: 500 });
    this.#environment.logger.error('a call handler failed; its call is released', { channel: core.id, error });
  }
}
