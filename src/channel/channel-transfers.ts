import type { OperationOptions } from '../operation.ts';
import type { Channel } from './channel.ts';
import { coreOf } from './channel-audio.ts';
import { ChannelConnections } from './channel-connections.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import {
  callInboundService,
  type ServiceCallOptions,
  type StartServiceCallOptions,
  startCallInboundService,
} from './local/call-service.ts';
import { retrieve, waitForRetrieval } from './parties/retrieval.ts';
import {
  type RetrievableTransferOptions,
  retrievableTransfer,
  type ServiceTransferOptions,
  transferToInboundService,
} from './parties/transfer-call.ts';
import type { TransferCause } from './parties/transfer-cause.ts';
import { callConferenceRoom, startCallConferenceRoom, transferToConferenceRoom } from './rooms/call-room.ts';
import type {
  ConferenceCallOptions,
  ConferenceTransferOptions,
  StartConferenceCallOptions,
} from './rooms/conference-options.ts';
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

  /** How the last transfer of the call went: `NORMAL` when it was transferred, otherwise why it was not; `NONE` before. */
  get transferCause(): TransferCause {
    return this.#core.call.transferCause;
  }

  /**
   * Transfers the call to somebody whom another channel calls, and can take it back. While it rings there, the far end of this channel hears
   * a ring-back tone, or what the target lets be heard before it answers; then the two talk. Resolves with `TRANSFERRED` then, or with
   * `ANSWERED` when it failed: {@link ChannelTransfers.transferCause} says why, and `cause` and `info` of the other channel say more.
   *
   * This channel is TRANSFERRING and TRANSFERRED meanwhile; nothing can be played, recorded or detected on it then, but a recording of the
   * whole call goes on and can be started. What was begun on it before and is not in the way goes on as well. The other channel shows the
   * states of a call out, and is ANSWERED and connected to this one as long as the transfer lasts.
   *
   * When the target hangs up, or the other channel is hung up or disconnected, the call comes back by itself: RECONNECTING, then ANSWERED;
   * see {@link ChannelTransfers.waitForTransferredCallRetrieval}. When the far end of this channel hangs up, the target is hung up on too.
   * (Aculab UAS: `retrievable_transfer`.)
   *
   * @param other - a channel for calls out that is IDLE: an extra channel, or one of `ua.channel()`.
   * @param to - SIP URI; `sip:` may be left out.
   * @throws Hangup when the call of this channel is or gets over.
   * @throws ChannelError `INVALID_STATE` unless this channel is ANSWERED and the other one IDLE; `BUSY` while this one sends something, is
   * connected or in a bridge, and when there are `maxCalls` calls; `INVALID_ARGUMENT`; `STOPPED`.
   * @example
   * const [agent] = channel.extraChannel;
   * if (agent && (await channel.retrievableTransfer(agent, 'sip:agent@192.0.2.1')) === 'TRANSFERRED') {
   *   await channel.waitForTransferredCallRetrieval();
   *   await channel.filePlayer.say('Are you satisfied with what you heard?');
   * }
   */
  retrievableTransfer(other: Channel, to: string, options: RetrievableTransferOptions = {}): Promise<State> {
    return this.#journaled('retrievableTransfer', [nameOf(other), to, options], () =>
      retrievableTransfer(this.#core, other, to, options),
    );
  }

  /**
   * Transfers the call to a service of the same user agent, set by {@link UserAgent.service}, as {@link ChannelTransfers.retrievableTransfer}
   * transfers it to an address. (Aculab UAS: `transfer_to_inbound_service`.)
   *
   * @throws Hangup when the call of this channel is or gets over.
   * @throws ChannelError as {@link ChannelTransfers.retrievableTransfer}.
   * @example
   * const [helper] = channel.extraChannel;
   * if (helper) await channel.transferToInboundService(helper, 'weather', { ringbackTone: 'RINGBACK_UK' });
   */
  transferToInboundService(other: Channel, name: string, options: ServiceTransferOptions = {}): Promise<State> {
    return this.#journaled('transferToInboundService', [nameOf(other), name, options], () =>
      transferToInboundService(this.#core, other, name, options),
    );
  }

  /**
   * Calls a conference room of the same user agent and waits until the channel is in it. The room comes to be with its first party and is gone
   * with its last one. The call stays within the process, with the states, laws and results of {@link Channel.call}: resolves with `ANSWERED`,
   * or with `IDLE`; the cause is `BUSY` when the room is full. The channel is the party: what is played on it is heard by the room, what is
   * recorded on it is the room, and its `dtmfPlayer` presses the keys of the settings. (Aculab UAS: `call_conference_room`.)
   *
   * @param name - letters and digits.
   * @throws ChannelError `INVALID_STATE` unless IDLE, or on the channel of an inbound call; `INVALID_ARGUMENT`; `BUSY` when there are
   * `maxCalls` calls already; `STOPPED`.
   * @example
   * const [room] = channel.extraChannel;
   * if ((await room?.callConferenceRoom('sales', { media: { beepOnEntry: false } })) === 'ANSWERED') {
   *   await room?.filePlayer.say('The meeting ends in five minutes.');
   *   await room?.hangUp();
   * }
   */
  callConferenceRoom(name: string, options: ConferenceCallOptions = {}): Promise<State> {
    return this.#journaled('callConferenceRoom', [name, options], () => callConferenceRoom(this.#core, name, options));
  }

  /**
   * Calls a conference room as {@link ChannelTransfers.callConferenceRoom} does, and resolves with `true` when the call is under way, with
   * `false` when it was over before that. Follow it by `state` and {@link Channel.waitForOutgoingCall}.
   *
   * @throws ChannelError as {@link ChannelTransfers.callConferenceRoom}.
   */
  startCallConferenceRoom(name: string, options: StartConferenceCallOptions = {}): Promise<boolean> {
    return this.#journaled('startCallConferenceRoom', [name, options], () =>
      startCallConferenceRoom(this.#core, name, options),
    );
  }

  /**
   * Transfers the call to a conference room of the same user agent, as {@link ChannelTransfers.retrievableTransfer} transfers it to an address.
   * The call comes back with the exit key, or by {@link ChannelTransfers.retrieve}; it is hung up when the room is destroyed. When the room is
   * full, the transfer fails with `TARGETREJECT`. (Aculab UAS: `transfer_to_conference_room`.)
   *
   * @param name - letters and digits.
   * @throws Hangup when the call of this channel is or gets over.
   * @throws ChannelError as {@link ChannelTransfers.retrievableTransfer}.
   * @example
   * const [other] = channel.extraChannel;
   * const media = { exitOnDtmfDigit: '*', muteOnDtmfDigits: { mute: '6', unmute: '7' }, onConferenceStoppedFile: 'hold.wav' };
   * if (other && (await channel.transferToConferenceRoom(other, 'sales', { media })) === 'TRANSFERRED') {
   *   await channel.waitForTransferredCallRetrieval();
   *   await channel.filePlayer.say('You have left the conference.');
   * }
   */
  transferToConferenceRoom(other: Channel, name: string, options: ConferenceTransferOptions = {}): Promise<State> {
    return this.#journaled('transferToConferenceRoom', [nameOf(other), name, options], () =>
      transferToConferenceRoom(this.#core, other, name, options),
    );
  }

  /**
   * Waits until the transferred call is back, because the target has hung up or the call was taken back: resolves with `ANSWERED`, at once
   * when the call is not transferred. (Aculab UAS: `wait_for_transferred_call_retrieval`.)
   *
   * @throws Hangup when the call is or gets over: the party that was transferred has hung up.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, it stays transferred; no limit by default. `INVALID_STATE` unless
   * TRANSFERRING, TRANSFERRED, RECONNECTING or ANSWERED.
   */
  waitForTransferredCallRetrieval(options: OperationOptions = {}): Promise<State> {
    return this.#journaled('waitForTransferredCallRetrieval', [options], () =>
      waitForRetrieval(this.#core.call, options),
    );
  }

  /**
   * Takes the transferred call back: the target is hung up on, and this channel is ANSWERED again. Resolves with the state, at once when the
   * call is back already. The other channel can be used again when it is IDLE, which is when its far end has confirmed the end.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless TRANSFERRED, RECONNECTING or ANSWERED.
   */
  retrieve(options: OperationOptions = {}): Promise<State> {
    return this.#journaled('retrieve', [options], () => retrieve(this.#core.call, options));
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, method, values, run);
  }
}

/** A channel as the journal names it. */
function nameOf(other: unknown): unknown {
  return coreOf(other)?.id ?? other;
}
