import { ChannelError } from '../../errors.ts';
import { Events } from '../../events.ts';
import type { Call } from '../call.ts';
import type { Channel } from '../channel.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import type { DigitMethod, MediaSession } from '../media-port.ts';
import type { Mix, MixEvent, MixSeat, MixSettings } from '../mix-port.ts';
import { DigitRelay } from '../parties/digit-relay.ts';
import { checkFlag } from '../playback/play-options.ts';
import { BridgeMember, dismiss, tell } from './bridge-member.ts';
import { type BridgeAddOptions, checkSettings } from './bridge-settings.ts';

/** What `bridge.on()` can listen to, and what a listener is called with. */
export interface BridgeEvents {
  /** A channel has become a member. */
  joined: [member: BridgeMember];
  /** A member has left, or its call is over. */
  left: [member: BridgeMember];
  /** The last member has left. After its `left`. */
  empty: [];
  /** A member that is heard begins to talk (`true`), or has fallen silent (`false`). */
  talking: [member: BridgeMember, isTalking: boolean];
  /** Somebody else is the loudest of those who talk; nobody when all are silent. */
  loudest: [member: BridgeMember | undefined];
}

/** A member with all that the bridge holds for it. */
interface Place {
  readonly member: BridgeMember;
  readonly call: Call;
  readonly session: MediaSession;
  /** Sends it the keys of the others. */
  readonly relay: DigitRelay;
  readonly held: readonly Disposable[];
}

const SILENCE = -127;
const USUAL: MixSettings = { isHeard: true, hears: true, gain: 0, volume: 0 };

/** Who takes part in a bridge, and what is noticed of them. */
export class BridgeParties {
  readonly events: Events<{ [Name in keyof BridgeEvents]: BridgeEvents[Name] }>;
  readonly #relayDigits: boolean;
  readonly #mix: Mix<MediaSession>;
  readonly #places = new Map<Channel, Place>();
  readonly #bySession = new Map<MediaSession, BridgeMember>();
  #loudest: BridgeMember | undefined;
  #isClosed = false;

  constructor(environment: ChannelEnvironment, relayDigits: boolean) {
    this.#relayDigits = relayDigits;
    this.events = new Events(environment.logger);
    this.#mix = environment.media.mix();
    this.#mix.listen((event) => this.#noticed(event));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get members(): readonly BridgeMember[] {
    return [...this.#places.values()].map(({ member }) => member);
  }

  get loudest(): BridgeMember | undefined {
    return this.#loudest;
  }

  member(channel: Channel): BridgeMember | undefined {
    return this.#places.get(channel)?.member;
  }

  /** Throws `ChannelError` `INVALID_STATE`, `BUSY` or `INVALID_ARGUMENT`. */
  add(channel: Channel, call: Call, options: BridgeAddOptions): BridgeMember {
    const settings = { ...USUAL, ...checkSettings(options) };
    const isMuted = checkFlag('muted', options.muted);
    const relays = checkFlag('relayDigits', options.relayDigits ?? this.#relayDigits);
    this.demandOpen('bridge.add()');
    call.demandAnswered('bridge.add()');
    const session = call.media.demand();
    const slot = call.activity.take('joined', 'bridge.add()');
    let seat: MixSeat;
    try {
      seat = this.#mix.join(session, { ...settings, isHeard: settings.isHeard && !isMuted });
    } catch (error) {
      slot[Symbol.dispose]();
      throw error;
    }
    const member = new BridgeMember(channel, {
      seat,
      settings,
      isMuted,
      level: async () => (await this.#mix.levels()).get(session) ?? SILENCE,
      leave: () => this.#leave(place),
    });
    const held = [call.onEnd(() => this.#leave(place)), slot];
    if (relays) held.push(channel.on('digit', (digit, by) => this.#relay(member, digit, by)));
    const place: Place = { member, call, session, held, relay: new DigitRelay(call) };
    this.#places.set(channel, place);
    this.#bySession.set(session, member);
    this.events.emit('joined', member);
    return member;
  }

  /** Lets somebody take part who is no member, until its session is closed. Throws `ChannelError` `INVALID_STATE`. */
  admit(session: MediaSession): void {
    this.demandOpen('the channel of a bridge');
    this.#mix.join(session, USUAL);
  }

  /** The session of a member. */
  get anySession(): MediaSession | undefined {
    return this.#bySession.keys().next().value;
  }

  /** Tells whether it was in. */
  remove(channel: Channel): boolean {
    const place = this.#places.get(channel);
    if (place) this.#leave(place);
    return place !== undefined;
  }

  async levels(): Promise<ReadonlyMap<Channel, number>> {
    const levels = await this.#mix.levels();
    return new Map(
      [...this.#places.values()].map(({ member, session }) => [member.channel, levels.get(session) ?? SILENCE]),
    );
  }

  /** Throws `ChannelError` `INVALID_STATE` when the bridge is closed. */
  demandOpen(operation: string): void {
    if (this.#isClosed) throw new ChannelError('INVALID_STATE', `${operation} needs a bridge that is not closed`);
  }

  close(): void {
    this.#isClosed = true;
    for (const place of [...this.#places.values()]) this.#leave(place);
    this.#mix.close();
  }

  #leave({ member, session, relay, held }: Place): void {
    if (!this.#places.delete(member.channel)) return;
    this.#bySession.delete(session);
    if (member.isTalking) this.#talking(member, false);
    if (this.#loudest === member) this.#loudestIs(undefined);
    dismiss(member);
    void relay.stop();
    for (const each of held) each[Symbol.dispose]();
    this.events.emit('left', member);
    if (this.#places.size === 0) this.events.emit('empty');
  }

  /** Sends a key on to all others that hear; what came as a tone they have heard. */
  #relay(from: BridgeMember, digit: string, by: DigitMethod): void {
    if (by === 'INBAND') return;
    for (const { member, call, relay } of this.#places.values()) {
      // Who is played to hears nothing else meanwhile.
      if (member !== from && member.hears && call.activity.isFree('send')) relay.press(digit);
    }
  }

  #noticed(event: MixEvent<MediaSession>): void {
    const member = event.session && this.#bySession.get(event.session);
    if (event.type === 'loudest') this.#loudestIs(member);
    else if (member) this.#talking(member, event.isTalking);
  }

  #talking(member: BridgeMember, isTalking: boolean): void {
    if (member.isTalking === isTalking) return;
    tell(member, { isTalking });
    this.events.emit('talking', member, isTalking);
  }

  #loudestIs(member: BridgeMember | undefined): void {
    if (this.#loudest === member) return;
    this.#loudest = member;
    this.events.emit('loudest', member);
  }
}
