import { ChannelError, type HangupInfo } from '../errors.ts';
import { Events } from '../events.ts';
import { endlessHost, handled, type OperationHost } from '../operation.ts';
import { Call } from './call.ts';
import type { MediaPlace } from './call-media.ts';
import type { CallWatcher } from './call-watcher.ts';
import type { Channel } from './channel.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import { Journal } from './journal/journal.ts';
import { type DetectedTone, detectedTone } from './listen/detected-tone.ts';
import { BEEP_MS, Hearing, type Wish } from './listen/hearing.ts';
import type { ListenEvent } from './listen-port.ts';
import type { DigitMethod } from './media-port.ts';
import { askToTransfer, type TransferRequest } from './referral/transfer-request.ts';
import type { ConferenceRooms } from './rooms/conference-rooms.ts';
import type { Leg } from './signaling-port.ts';
import type { SIPHeaderField } from './sip/sip-header-field.ts';
import type { SIPInfo } from './sip/sip-info.ts';
import type { SIPMessage } from './sip/sip-message.ts';
import { State } from './state.ts';
import { ToneManager } from './tone/tone-manager.ts';

/** What `channel.on()` can listen to, and what a listener is called with. */
export interface ChannelEvents {
  /** The state has changed. */
  state: [state: State];
  /** The far end has pressed a key: 0-9, A-D, * or #, and how it came. The digit is in the detector's buffer as well. */
  digit: [digit: string, by: DigitMethod];
  /** The far end has sent an INFO within the call, other than one that says a key was pressed. `sip.getInfos()` has it as well. */
  info: [info: SIPInfo];
  /** The far end has sent a MESSAGE within the call. `sip.getMessages()` has it as well. */
  message: [message: SIPMessage];
  /**
   * The far end begins to speak (`true`), or has fallen silent (`false`): the one is noticed after 60 ms, the other after 200. Media listens
   * as long as there is a listener; see {@link SpeechDetector}.
   */
  speech: [speaking: boolean];
  /** A tone of the far end was recognised, or is over. Media listens as long as there is a listener; see {@link ToneDetector}. */
  tone: [tone: DetectedTone];
  /** The channel is connected to another one: the two far ends hear each other. */
  connected: [other: Channel];
  /** That is over; both channels can do everything again that their calls allow. Before the `state` event when it is over with the call. */
  disconnected: [];
  /**
   * The audio of the far end goes to that of the other channel from now on, and not through this side (`true`), or comes here again
   * (`false`); see {@link ChannelConnections.releaseMedia}. {@link CallInfo.isMediaReleased} says the same.
   */
  mediaReleased: [isReleased: boolean];
  /** The far end puts this side on hold (`true`): it takes no audio. Or it is back (`false`). {@link CallInfo.isHeld} says the same. */
  held: [isHeld: boolean];
  /**
   * The far end asks this side to call somebody else: to be transferred (REFER). Answer it by {@link TransferRequest.accept} or
   * {@link TransferRequest.reject}. Without a listener it is refused with 603; with one that throws, with 500.
   */
  transferRequest: [request: TransferRequest];
  /**
   * Somebody else has taken the place of the far end, as the target of a transfer sees it (INVITE with Replaces). The call goes on with the
   * new party, and so does everything that runs on it; `info` says who it is.
   */
  replaced: [];
  /**
   * In a back-to-back call: the call of the other side is over, as `info` says. This one is hung up next, unless it was said otherwise; see
   * {@link ChannelCallee.connectCallee}.
   */
  otherLegEnded: [info: HangupInfo];
  /** The call is over. After the `state` event that says IDLE. */
  ended: [info: HangupInfo];
}

/** What a channel asks of the user agent that it belongs to. */
export interface ChannelOwner {
  /** Throws `ChannelError` `STOPPED` when no new call may begin. */
  checkRunning(): void;
  /** A call has begun on it. */
  began(channel: ChannelCore): void;
  /** The call is over. */
  ended(channel: ChannelCore): void;
  /** The channel itself. */
  channel(): Channel;
  /** Its extra channels, made when they are asked for first; none for one that is an extra channel itself. */
  extraChannels(): readonly Channel[];
  /** Those of them that have been asked for. */
  madeExtraChannels(): readonly Channel[];
  /** The conference rooms of the user agent. */
  rooms(): ConferenceRooms;
  /** A further channel for a call out that will be joined with the one of this channel. */
  furtherChannel(): ChannelCore;
  /** The channel that it is an extra or a further channel of, whose calls its own will be joined with. */
  readonly parent: ChannelCore | undefined;
}

/** The tones of channels that no others were given to. Nobody can change them. */
const PREDEFINED = new ToneManager();

/** What a listener of these events wants media to listen for. */
const WISHES: { readonly [Name in keyof ChannelEvents]?: Wish } = { speech: { speech: true }, tone: { tones: true } };

/** What the parts of a channel share: its present call, which changes from one outbound call to the next. */
export class ChannelCore {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly environment: ChannelEnvironment;
  readonly events: Events<{ [Name in keyof ChannelEvents]: ChannelEvents[Name] }>;
  /** Host of operations that need no call. */
  readonly endless: OperationHost;
  readonly owner: ChannelOwner;
  /** What happens on this channel. */
  readonly journal: Journal;
  /** Sent with every INVITE and every 200. */
  readonly headerFieldsToSend: SIPHeaderField[] = [];
  /** Where tones are found that are named on this channel. */
  tones: ToneManager = PREDEFINED;
  /** What is spoken on this channel. */
  language: string;
  /** What is heard of the far end. */
  readonly hearing: Hearing;
  /** The present call, or the last one. */
  call: Call;

  constructor(id: string, direction: 'inbound' | 'outbound', environment: ChannelEnvironment, owner: ChannelOwner) {
    this.id = id;
    this.direction = direction;
    this.environment = environment;
    this.owner = owner;
    this.language = environment.language;
    this.events = new Events(environment.logger);
    this.endless = endlessHost(environment.clock);
    this.journal = new Journal(environment.clock);
    environment.journals?.follow(id, this.journal);
    this.hearing = new Hearing(environment.clock, (event) => this.#heard(event));
    this.call = this.#newCall();
  }

  /** Calls a listener whenever something happens, until what is returned is disposed of. */
  on<Name extends keyof ChannelEvents>(event: Name, listener: (...args: ChannelEvents[Name]) => void): Disposable {
    const listening = this.events.on(event, listener);
    const wish = WISHES[event];
    const hearing = wish && this.hearing.follow({ ...wish });
    return {
      [Symbol.dispose]: () => {
        listening[Symbol.dispose]();
        hearing?.[Symbol.dispose]();
      },
    };
  }

  /** Takes an inbound call, whose media is to be carried at `place`. */
  take(leg: Leg, place: MediaPlace = {}): void {
    this.owner.began(this);
    this.call.media.place = place;
    this.call.demand({ type: 'incoming' }, 'an inbound call', 'IDLE');
    this.call.attach(leg);
  }

  /** Begins an outbound call. Throws `ChannelError` `INVALID_STATE` or `STOPPED`. */
  beginDial(operation: string): Call {
    if (this.direction === 'inbound') {
      throw new ChannelError(
        'INVALID_STATE',
        `${operation} is not possible on the channel of an inbound call; use ua.channel(), or in a test createFakeChannel({ direction: 'outbound' })`,
      );
    }
    if (this.call.state !== State.IDLE) throw this.call.wrongState(operation, 'IDLE');
    this.owner.checkRunning();
    if (!this.call.isUnused) this.call = this.#newCall();
    this.call.media.place = { near: this.owner.parent?.call.media.session };
    this.owner.began(this);
    this.call.demand({ type: 'dial' }, operation, 'IDLE');
    return this.call;
  }

  #heard(event: ListenEvent): void {
    if (event.type === 'speech') this.events.emit('speech', event.isSpeaking);
    else if (event.tone !== 'BEEP' || event.ms >= BEEP_MS) this.events.emit('tone', detectedTone(event));
  }

  #newCall(): Call {
    const watcher: CallWatcher = {
      channel: () => this.owner.channel(),
      connected: (other) => {
        this.journal.add({ kind: 'note', text: `connected to ${other.id}` });
        this.events.emit('connected', other);
      },
      disconnected: (other) => {
        this.journal.add({ kind: 'note', text: `disconnected from ${other.id}` });
        this.events.emit('disconnected');
      },
      stateChanged: (state) => {
        // Before the listeners hear of it: one of them may place the next call at once.
        if (state === State.IDLE) {
          this.hearing.detach();
          this.owner.ended(this);
        }
        this.journal.add({ kind: 'state', state, cause: this.call.cause });
        this.events.emit('state', state);
      },
      digitPressed: (digit, by) => {
        this.journal.add({ kind: 'digit', digit, by });
        this.events.emit('digit', digit, by);
      },
      heard: (event) => this.hearing.take(event),
      mediaOpened: (session) => this.hearing.attach(session),
      mediaReleased: (isReleased) => {
        this.journal.add({ kind: 'note', text: isReleased ? 'media released' : 'media taken back' });
        this.events.emit('mediaReleased', isReleased);
      },
      held: (isHeld) => this.events.emit('held', isHeld),
      transferRequested: (request, reply) => void handled(askToTransfer(this, request, reply)),
      replaced: () => this.events.emit('replaced'),
      requestReceived: (request) => {
        if (request.method === 'INFO') this.events.emit('info', request);
        else this.events.emit('message', request);
      },
      ended: (info) => {
        this.journal.add({ kind: 'ended', info });
        this.events.emit('ended', info);
      },
      happened: (fact) => this.journal.add(fact),
    };
    return new Call(this.environment, watcher);
  }
}
