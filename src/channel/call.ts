import type { Clock } from '../clock.ts';
import { ChannelError, type HangupInfo } from '../errors.ts';
import type { OperationHost, Stop } from '../operation.ts';
import { Activity } from './activity.ts';
import type { BackToBack } from './back-to-back/back-to-back.ts';
import {
  type CallEffect,
  type CallInput,
  type CallState,
  noCallYet,
  shownCause,
  shownState,
  step,
} from './call.state.ts';
import { CallMedia, type MediaOwner } from './call-media.ts';
import type { CallWatcher } from './call-watcher.ts';
import type { Cause } from './cause.ts';
import type { Channel } from './channel.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import { DigitInbox } from './digit-inbox.ts';
import { FarEndType } from './far-end-type.ts';
import { Holding } from './hold/holding.ts';
import { callFact } from './journal/call-fact.ts';
import type { JournalFact } from './journal/journal-entry.ts';
import { followLeg, type LegOwner } from './leg-events.ts';
import type { ListenEvent } from './listen-port.ts';
import type { DigitMethod } from './media-port.ts';
import type { Connection } from './parties/connection.ts';
import { TransferCause } from './parties/transfer-cause.ts';
import { Ringtone } from './ringtone.ts';
import type { Leg, LegRequest, ReferReply, ReferredTo, Release } from './signaling-port.ts';
import { RequestInbox } from './sip/request-inbox.ts';
import { State } from './state.ts';
import { StateChanges } from './state-changes.ts';

const NO_CALL: HangupInfo = { by: 'local', text: 'there is no call on this channel' };

/** One call of a channel, from its first message to its end: a leg, its media, and the operations that hang on it. */
export class Call implements OperationHost, MediaOwner, LegOwner {
  readonly clock: Clock;
  readonly environment: ChannelEnvironment;
  readonly watcher: CallWatcher;
  readonly activity = new Activity();
  readonly digits: DigitInbox;
  /** The requests of the far end that nobody has fetched. */
  readonly requests = new RequestInbox();
  readonly media: CallMedia;
  readonly ringtone = new Ringtone(this.activity);
  readonly holding: Holding;
  /** How the last transfer of it came out. */
  transferCause: TransferCause = TransferCause.NONE;
  /** What joins it with another call, while something does. */
  connection: Connection | undefined;
  /** Resolves when nothing is left of the last connection. */
  parted: Promise<void> = Promise.resolve();
  /** The back-to-back call that it is one side of. */
  backToBack: BackToBack | undefined;
  /** Ends the looking for a callee, while that goes on. */
  seeking: ((text: string) => void) | undefined;
  /** Resolves when the call is over; never rejects. */
  readonly ended: Promise<HangupInfo>;
  #state: CallState = noCallYet;
  #leg: Leg | undefined;
  #answeredAt: number | undefined;
  #endedAt: number | undefined;
  #farEndType: FarEndType = FarEndType.UNKNOWN;
  #isDetecting = false;
  #resolveEnded: (info: HangupInfo) => void = () => undefined;
  readonly #onEnd = new Set<(info: HangupInfo) => void>();
  readonly #changes = new StateChanges();

  constructor(environment: ChannelEnvironment, watcher: CallWatcher) {
    this.environment = environment;
    this.clock = environment.clock;
    this.watcher = watcher;
    this.digits = new DigitInbox(environment.clock);
    this.holding = new Holding(this, (isHeld) => watcher.held(isHeld));
    this.media = new CallMedia(environment, this);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get state(): State {
    return shownState(this.#state);
  }

  get cause(): Cause {
    return shownCause(this.#state);
  }

  get channel(): Channel {
    return this.watcher.channel();
  }

  get leg(): Leg | undefined {
    return this.#leg;
  }

  /** True for a call object that has not been used yet. */
  get isUnused(): boolean {
    return this.#state === noCallYet;
  }

  /** Whether the call can still be worked with: begun, and not over or about to be. */
  get isLive(): boolean {
    return this.#state.name !== 'IDLE' && this.#state.name !== 'RELEASING';
  }

  /** Whether it has been answered and is not over or about to be, whatever has become of it since. */
  get isUp(): boolean {
    return this.isLive && this.#answeredAt !== undefined;
  }

  /** What was found out about who answered. */
  get farEndType(): FarEndType {
    return this.#farEndType;
  }

  /** Whether it is still to be found out who answers. */
  get isDetecting(): boolean {
    return this.#isDetecting;
  }

  /** Milliseconds since the answer, or from the answer to the end; 0 before the answer. */
  get durationMs(): number {
    return this.#answeredAt === undefined ? 0 : (this.#endedAt ?? this.clock.now()) - this.#answeredAt;
  }

  /** How the call ended or is being ended; undefined while it is up, or when there was none. */
  get endInfo(): HangupInfo | undefined {
    return this.#state.name === 'IDLE' || this.#state.name === 'RELEASING' ? this.#state.hangup : undefined;
  }

  get hangup(): HangupInfo | undefined {
    return this.endInfo ?? (this.#state.name === 'IDLE' ? NO_CALL : undefined);
  }

  onEnd(run: (info: HangupInfo) => void): Disposable {
    this.#onEnd.add(run);
    return { [Symbol.dispose]: () => void this.#onEnd.delete(run) };
  }

  /** Ties the call to the leg that signalling has for it. */
  attach(leg: Leg): void {
    this.#leg = leg;
    this.journal(callFact(leg, this.clock.wallNow()));
    followLeg(this, leg);
  }

  /** Takes an input when it makes sense in the present state; says whether it did. For what comes from the far end. */
  accept(input: CallInput): boolean {
    const before = shownState(this.#state);
    const next = step(this.#state, input);
    if (!next) return false;
    this.#state = next.state;
    const after = shownState(next.state);
    const isAnswer = after === State.ANSWERED && this.#answeredAt === undefined;
    if (isAnswer) {
      this.#answeredAt = this.clock.now();
      this.media.answered();
    }
    if (after !== before || input.type === 'progress') {
      this.#changes.tell();
    }
    // The watcher first: who hears of the end can read the state that belongs to it.
    if (after !== before) this.watcher.stateChanged(after);
    if (isAnswer && this.#leg?.offer) this.holding.described(this.#leg.offer);
    for (const effect of next.effects) this.#run(effect);
    return true;
  }

  /** Takes an input of this side. Throws `ChannelError` `INVALID_STATE` when it makes no sense in the present state. */
  demand(input: CallInput, operation: string, allowed: string): void {
    if (!this.accept(input)) throw this.wrongState(operation, allowed);
  }

  /** Throws `ChannelError` `INVALID_STATE` unless the call is answered. */
  demandAnswered(operation: string): void {
    if (this.#state.name !== State.ANSWERED) throw this.wrongState(operation, 'ANSWERED');
  }

  /** Throws `ChannelError` `INVALID_STATE` unless the call is answered, whatever has become of it since. */
  demandUp(operation: string): void {
    if (!this.isUp) throw this.wrongState(operation, 'ANSWERED, on hold or transferred');
  }

  /** Throws `ChannelError` `INVALID_STATE` unless the call is answered, or the far end on hold. */
  demandAnsweredOrHeld(operation: string): void {
    if (this.#state.name !== State.ON_HOLD && this.#state.name !== State.ANSWERED) {
      throw this.wrongState(operation, 'ANSWERED or ON_HOLD');
    }
  }

  wrongState(operation: string, allowed: string): ChannelError {
    return new ChannelError(
      'INVALID_STATE',
      `${operation} needs a channel that is ${allowed}; this one is ${this.state}`,
    );
  }

  /** Ends the call from this side. Does nothing when it is ending already. */
  release(cause: Cause, hangup: HangupInfo, release: Release = {}): void {
    this.accept({ type: 'release', cause, hangup, release });
  }

  journal(fact: JournalFact): void {
    this.watcher.happened(fact);
  }

  /** A key was pressed at the far end. */
  pressed(digit: string, by: DigitMethod): void {
    if (!this.isLive) return;
    this.digits.press(digit);
    this.connection?.pressed(this, digit, by);
    this.watcher.digitPressed(digit, by);
  }

  /** The far end speaks or is silent, or a tone sounds. */
  heard(event: ListenEvent): void {
    if (this.isLive) this.watcher.heard(event);
  }

  /** It is joined with another call. */
  connected({ channel }: Call): void {
    this.watcher.connected(channel);
  }

  /** It is not joined with that call any more. */
  disconnected({ channel }: Call): void {
    this.watcher.disconnected(channel);
  }

  /** It is to be found out who answers. */
  beginDetection(): void {
    this.#isDetecting = true;
  }

  /** It was found out who answered. */
  detected(type: FarEndType): void {
    this.#farEndType = type;
    this.#isDetecting = false;
    this.#changes.tell();
  }

  /** The far end asks this side to call somebody else. */
  referred(request: ReferredTo, reply: ReferReply): void {
    this.watcher.transferRequested(request, reply);
  }

  /** Goes on with another leg, whose far end has taken the place of the one so far; the old one is ended. */
  replaceLeg(leg: Leg): void {
    const old = this.#leg;
    this.#leg = leg;
    this.journal({ kind: 'note', text: `the far end was replaced by ${leg.invite.from}` });
    followLeg(this, leg);
    old?.listen(() => undefined);
    old?.release({ text: 'replaced by another call' });
  }

  /** The new far end is there. */
  replaced(): void {
    this.watcher.replaced();
  }

  /** The far end has sent a request for the program. */
  received(request: LegRequest): void {
    this.watcher.requestReceived(this.requests.add(request));
  }

  /** Calls back after each change of state and each provisional response. */
  watch(run: () => void): Disposable {
    return this.#changes.watch(run);
  }

  /** Resolves when `done` says so, after a change of state, or when the operation must stop. */
  until(done: (state: State) => boolean, stop: Stop): Promise<void> {
    return this.#changes.until(() => done(this.state), stop);
  }

  #run(effect: CallEffect): void {
    switch (effect.type) {
      case 'hangup':
        this.#endedAt = this.clock.now();
        for (const run of [...this.#onEnd]) run(effect.info);
        void this.media.close();
        return;
      case 'release':
        this.#leg?.release(effect.release);
        return;
      case 'ended':
        this.#resolveEnded(effect.info);
        this.watcher.ended(effect.info);
        return;
    }
  }
}
