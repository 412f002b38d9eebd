/**
 * What a channel needs from media. Owned by the channel layer, implemented by `src/media` and by the fake.
 * Paths are absolute and have been checked; durations are milliseconds.
 */
import type { ChannelError } from '../errors.ts';
import type { MediaDirection, SessionDescription } from '../media-description.ts';
import type { ListenEvent, ListenRequest } from './listen-port.ts';
import type { AudioLink, LinkOptions, Mix } from './mix-port.ts';
import type { Playing, PlayRequest } from './play-port.ts';
import type { CallRecordRequest, RecordingTask, RecordRequest } from './record-port.ts';
import type { MediaStreams } from './tap-port.ts';

/** Work that the media side does on its own until it is finished or stopped. */
export interface MediaTask<Outcome> {
  /** Resolves when it runs (first audio is ready); rejects with a `ChannelError` when it cannot be begun. */
  readonly started: Promise<void>;
  /** Always resolves, once, also after a failed start and after the session was closed. */
  readonly finished: Promise<Outcome>;
  /** Asks it to end; off the wire within one packet. Safe to repeat. */
  stop(): void;
}

export interface DigitsRequest {
  /** 0-9 A-D * #, and comma for a pause. */
  readonly digits: string;
  /** Length of a digit and of the gap after it. */
  readonly onMs: number;
  readonly offMs: number;
  /** Length of a comma; 500 when left out. */
  readonly pauseMs?: number | undefined;
  /** Level that events say they have, in -dBm0 (RFC 4733 §2.3.3); 10 when left out. */
  readonly volume?: number | undefined;
}

export interface DigitsOutcome {
  readonly reason: 'completed' | 'stopped' | 'closed' | 'error';
  readonly error?: ChannelError | undefined;
}

/** How a key came: as telephone-event (RFC 4733), as tones in the audio, or as SIP INFO. */
export type DigitMethod = 'RFC4733' | 'INBAND' | 'INFO';

/**
 * When audio is searched for keys: until the far end has sent one as a telephone-event (`auto`), all the time, or not at all.
 */
export type InbandDtmf = 'auto' | 'always' | 'never';

export type MediaEvent =
  /**
   * A key went down at the far end; once for each press, however its packets were lost or repeated, and also when it comes as event
   * and as tone. Comes before the outcome of a task that this key barges in on.
   */
  | { readonly type: 'digit'; readonly digit: string; readonly by: DigitMethod }
  /** For `mediaTimeout` milliseconds nothing has come from the far end although something should have. Comes once. */
  | { readonly type: 'silent'; readonly ms: number }
  /** What {@link MediaSession.attend} asked for was heard. */
  | ListenEvent
  /** The media of this call broke down and will not come back. */
  | { readonly type: 'failed'; readonly error: ChannelError };

/** Counters of one call's media since it began (RFC 3550 §6.4). */
export interface MediaStatistics {
  /** RTP packets sent. */
  readonly packetsSent: number;
  /** RTP packets received, those that came too late or twice included. */
  readonly packetsReceived: number;
  /** As RFC 3550 counts it: expected less received. */
  readonly packetsLost: number;
  /** Came too late or twice. */
  readonly packetsDiscarded: number;
  /** Frames that were concealed because no packet was there in time. */
  readonly framesConcealed: number;
  /** Frames that were left out because more had come than the jitter buffer needs or holds. */
  readonly framesDropped: number;
  /** Interarrival jitter in milliseconds. */
  readonly jitterMs: number;
  /** Present depth of the jitter buffer in milliseconds. */
  readonly bufferMs: number;
  /** From the last receiver report, or `undefined` before the first. */
  readonly roundTripMs?: number | undefined;
  /** Level of what was heard in the last frame, in dBov: 0 is the loudest, -127 silence. */
  readonly levelReceived: number;
  /** Level of what was sent in the last frame, in dBov. */
  readonly levelSent: number;
  /** Codec in use, for example `PCMU`; undefined before the negotiation. */
  readonly codec?: string | undefined;
  /** How audio may flow, seen from this side. */
  readonly direction: MediaDirection;
  /** Where audio goes to, `address:port`. */
  readonly remoteAddress?: string | undefined;
}

/** How the far end of a session is told to send its audio to somebody else and to hear them, past this side. */
export interface DirectMedia {
  /** What the far end has described last; undefined before that, and when it is within the process, where nobody else can send to. */
  readonly farEnd: SessionDescription | undefined;
  /**
   * Whether it has agreed to that: nothing is sent here and nothing expected, {@link MediaSession.direction} is `inactive`, and what is
   * played stands still. It is over with the next offer or answer about audio of our own, and with {@link DirectMedia.giveUp}.
   */
  readonly isReleased: boolean;
  /**
   * Offers the audio of somebody else, as they have described it, in place of ours. The answer goes to {@link MediaSession.accept}, which
   * takes it whatever it says. Throws `ChannelError` `INVALID_STATE` when there is nothing in it that could be offered.
   */
  offerFor(other: SessionDescription): SessionDescription;
  /**
   * It does not come back. Nothing is sent or expected still, but what is played goes on in its own time, unheard as on hold, until audio of
   * our own is agreed on. Does nothing unless it {@link DirectMedia.isReleased}.
   */
  giveUp(): void;
}

/** The media of one call. */
export interface MediaSession {
  readonly local: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number };
  /** Audio that goes past this side. */
  readonly direct: DirectMedia;
  /** Bare samples, in and out. */
  readonly streams: MediaStreams;

  /** Describes what we can do; `direction` is ours. Each change of what it says raises the session version. */
  offer(direction?: MediaDirection): SessionDescription;
  /**
   * Answers an offer and takes it into use. Throws `ChannelError` `NO_COMMON_CODEC` when no line of it can be used,
   * leaving everything as it was.
   */
  answer(offer: SessionDescription): SessionDescription;
  /**
   * Takes the far end's answer to our last offer into use. May be called again for the same offer: early media comes before
   * the answer, and each branch of a forked call has one of its own; the last one counts. Throws like
   * {@link MediaSession.answer}.
   */
  accept(answer: SessionDescription): void;
  /** Whether something has been negotiated, and how audio may flow now, seen from us. */
  readonly direction: MediaDirection | undefined;

  /** One at a time. */
  play(request: PlayRequest): Playing;
  /**
   * Plays something that is heard whenever nothing else is being sent: nothing that {@link MediaSession.play} plays, no digits, no
   * echo. It stands still while something else is heard and goes on afterwards. One at a time.
   */
  playBackground(request: PlayRequest): Playing;
  record(request: RecordRequest): RecordingTask;
  /** Records what the far end says and what is sent to it. One at a time, beside everything else. */
  recordCall(request: CallRecordRequest): RecordingTask;
  /** Whether the far end takes telephone-events, so that {@link MediaSession.sendDigits} is possible. */
  readonly takesEvents: boolean;
  /** Sends digits as telephone-events (RFC 4733). Fails with `INVALID_STATE` when the far end did not offer them. */
  sendDigits(request: DigitsRequest): MediaTask<DigitsOutcome>;
  /**
   * A key was pressed that signalling heard of. It is reported like any other and ends what it barges in on, unless the same key came
   * with the audio just now.
   */
  takeDigit(digit: string, by: 'INFO'): void;
  /** The call is answered: from now on something has to come from the far end; see {@link MediaOpenOptions.mediaTimeout}. */
  answered(): void;
  /** Sends back what comes in until stopped. */
  echo(): MediaTask<{ readonly reason: 'stopped' | 'closed' | 'error' }>;

  /**
   * Lets the far end of `to` hear from now on what the far end of this session says; one way. Throws `ChannelError` `INVALID_STATE` when one
   * of the two is closed, when both are the same, or when they are of different ports.
   */
  link(to: MediaSession, options?: LinkOptions): AudioLink;

  /**
   * Says what to listen for from now on, instead of what it was before: nothing, at first. What is still wanted goes on undisturbed. Who
   * is speaking already when speech is asked for is told of as soon as that is noticed.
   */
  attend(request: ListenRequest): void;

  /** Sets the one listener. */
  listen(listener: (event: MediaEvent) => void): void;
  statistics(): Promise<MediaStatistics>;
  /** Ends all tasks (reason `closed`), says RTCP BYE, closes the ports. Resolves when files are complete and ports free. */
  close(): Promise<void>;
}

export interface MediaOpenOptions {
  /** Address to bind and to put into descriptions; numeric. */
  readonly address: string;
  /** Address to advertise instead, for a host behind a NAT. */
  readonly publicAddress?: string | undefined;
  /** Codecs in order of preference. */
  readonly codecs: readonly string[];
  /**
   * After how many milliseconds without any packet the far end counts as gone; see the event `silent`. Counts from
   * {@link MediaSession.answered} on, and not while the far end is held. Never by default.
   */
  readonly mediaTimeout?: number | undefined;
  /** Default `auto`. */
  readonly inbandDtmf?: InbandDtmf | undefined;
  /**
   * The far end is another session of the same port: no socket is opened, and packets pass in memory. The second of the two has to be
   * {@link MediaOpenOptions.near} the first. Its `address` means nothing.
   */
  readonly isLocal?: boolean | undefined;
  /** Has it carried by the same thread as that session, which it will be linked with: that is cheaper than between threads. */
  readonly near?: MediaSession | undefined;
}

export interface MediaPort {
  /** Takes a port pair for a call. Rejects with `ChannelError` `PORTS_EXHAUSTED` when none is left. */
  open(options: MediaOpenOptions): Promise<MediaSession>;
  /** A mix that nobody takes part in yet. */
  mix(): Mix<MediaSession>;
  close(): Promise<void>;
}
