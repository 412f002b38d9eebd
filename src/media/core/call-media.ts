import type { ListenRequest } from '../../channel/listen-port.ts';
import type { DigitMethod, DigitsRequest, InbandDtmf, MediaStatistics } from '../../channel/media-port.ts';
import type { CallRecordRequest, RecordControl, RecordRequest } from '../../channel/record-port.ts';
import { type Law, PCMA, PCMU } from '../codec/g711.codec.ts';
import { Ear } from '../listen/ear.state.ts';
import { Joined } from '../mix/joined.state.ts';
import { receives, sends } from '../negotiation/direction.codec.ts';
import type { MediaPlan } from '../negotiation/plan.ts';
import { FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import { isRtcp } from '../rtp/rtcp.codec.ts';
import type { Feeds } from '../streams/feeds.state.ts';
import { Taps } from '../streams/taps.state.ts';
import { DigitInput } from './digit-input.ts';
import { DigitOutput } from './digit-output.ts';
import { FarEnd } from './far-end.ts';
import { hearFrame } from './heard-frame.ts';
import type { MediaObserver } from './media-observer.ts';
import { MediaWatch } from './media-watch.state.ts';
import { Output, type OutputOptions } from './output.ts';
import type { PacketSink } from './packet-sink.ts';
import type { PacketSlab } from './packet-slab.ts';
import type { Player } from './player.ts';
import { type FileSize, Recordings } from './recordings.ts';
import { RtcpControl, type RtcpControlOptions } from './rtcp-control.ts';
import { isNowhere, RtpReceiver } from './rtp-receiver.ts';
import { FRAME, RtpSender } from './rtp-sender.ts';

/** More frames than this are not made up for after a stall. */
const MAX_SKIPPED_INPUT = 50;
/** A report need not leave on a tick of its own: it is enough to look a few times a second. */
const TICKS_PER_REPORT_CHECK = 10;
/** Takes audio that is not sent. */
const UNSENT = new Uint8Array(FRAME);

export interface CallMediaOptions extends RtcpControlOptions {
  readonly sink: PacketSink;
  readonly observer: MediaObserver;
  /** Where packets are made. */
  readonly slab: PacketSlab;
}

/** The media of one call without sockets, clock or files: datagrams, ticks and commands in, datagrams and events out. */
export class CallMedia {
  /** Who is given what comes in. */
  readonly taps: Taps = new Taps();
  /** What it says to other calls and hears of them. */
  readonly joined: Joined = new Joined();
  readonly #sink: PacketSink;
  readonly #observer: MediaObserver;
  readonly #sender: RtpSender;
  readonly #receiver: RtpReceiver;
  readonly #control: RtcpControl;
  readonly #digits: DigitOutput;
  readonly #recordings: Recordings;
  readonly #farEnd: FarEnd;
  readonly #pressed: DigitInput;
  readonly #output: Output;
  readonly #ear: Ear;
  #watch: MediaWatch | undefined;
  #plan: MediaPlan | undefined;
  #sending = false;
  #law: Law = PCMU;
  /** Ticks until it is looked whether a report is due. */
  #untilReport = 0;

  constructor(options: CallMediaOptions) {
    const { sink, observer, random, slab } = options;
    this.#sink = sink;
    this.#observer = observer;
    const word = (): number => Math.floor(random() * 0x1_0000_0000);
    this.#sender = new RtpSender(sink, slab, word(), word(), word());
    this.#pressed = new DigitInput((digit, by) => this.#digit(digit, by));
    this.#receiver = new RtpReceiver(this.#pressed);
    this.#farEnd = new FarEnd(sink, this.#receiver.latch);
    this.#control = new RtcpControl(options, this.#sender);
    this.#output = new Output(observer, this.#receiver, this.joined);
    this.#digits = new DigitOutput(observer);
    this.#recordings = new Recordings(observer);
    this.#ear = new Ear({ heard: (event) => observer.heard(event), speechBegins: () => this.#output.speech() });
  }

  /** Takes what was negotiated into use, from the next frame on. */
  configure(plan: MediaPlan, inbandDtmf: InbandDtmf): void {
    const { remote } = plan;
    this.#pressed.inband = inbandDtmf;
    this.#sending = sends(plan.direction) && !isNowhere(remote);
    this.#law = plan.codec === 'PCMU' ? PCMU : PCMA;
    this.#sender.configure(plan.sendPayloadType, plan.ptimeMs);
    this.#receiver.configure(plan, receives(plan.direction));
    this.#farEnd.describe(remote);
    this.#plan = plan;
  }

  /** The call is answered: something has to come within so many milliseconds from now on. */
  answered(mediaTimeout: number, now: number): void {
    this.#watch = new MediaWatch(mediaTimeout, now);
  }

  /** A key was pressed that signalling heard of. */
  takeDigit(digit: string, by: 'INFO', now: number): void {
    this.#pressed.press(digit, by, now);
  }

  /** What to listen for from now on. */
  attend(request: ListenRequest): void {
    this.#ear.attend(request);
  }

  /** The samples that the program sends. */
  get feeds(): Feeds {
    return this.#output.feeds;
  }

  receiveRtp(packet: Uint8Array, length: number, address: string, port: number, now: number): void {
    if (isRtcp(packet, length)) {
      if (this.#plan?.rtcpMux) this.receiveRtcp(packet, length, address, port, now);
      return;
    }
    if (this.#receiver.receive(packet, length, address, port, now)) this.#farEnd.follow(this.#receiver.isSettled(now));
  }

  receiveRtcp(packet: Uint8Array, length: number, address: string, port: number, now: number): void {
    // What was on its way when audio went past us would have our reports follow it.
    if (this.#plan?.isReleased || !this.#farEnd.acceptsReports(address)) return;
    if (this.#control.receive(packet, length, this.#receiver.reception, now)) this.#farEnd.reportsFrom(address, port);
  }

  /** Makes the frame of 20 ms that is due: takes one in, sends one out. */
  tick(now: number): void {
    if (this.#farEnd.settled && !this.#receiver.isSettled(now)) this.#farEnd.follow(false);
    const kind = this.#takeIn(now);
    if (this.#digits.task !== undefined) this.#sendDigits();
    else if (this.#sending) this.#sendAudio(kind);
    else this.#passSilently(kind);
    if (--this.#untilReport > 0) return;
    this.#untilReport = TICKS_PER_REPORT_CHECK;
    const packets = this.#receiver.packetsHeard + this.#control.received;
    if (this.#watch?.look(packets, this.#receiver.isExpecting, now)) {
      this.#observer.silent(this.#watch.timeoutMs);
      this.#watch = undefined;
    }
    const length = this.#plan ? this.#control.tick(this.#receiver.reception, now) : 0;
    if (length > 0) this.#sendRtcp(length);
  }

  /** Lets frames pass for which it is too late: they are taken in, so that recordings keep their length, but not sent. */
  skip(frames: number, now: number): void {
    for (let frame = Math.min(frames, MAX_SKIPPED_INPUT); frame > 0; frame--) {
      this.#takeIn(now);
      this.#recordings.sentNothing();
    }
    this.joined.skip(frames);
    this.#sender.skipFrames(frames);
  }

  /**
   * Begins to play; audio follows by {@link Player.push}. What is played in the background is heard while nothing else is sent.
   *
   * @returns nothing when something is playing there already.
   */
  play(task: number, options: OutputOptions = {}): Player | undefined {
    return this.#output.play(task, { flow: this.#sending ? 'heard' : 'still', ...options });
  }

  /** What a task plays; nothing when it is over. */
  player(task: number): Player | undefined {
    return this.#output.player(task);
  }

  /** Begins to record the far end. @returns false when that is done already. */
  record(task: number, request: RecordRequest & FileSize): boolean {
    return this.#recordings.record(task, request);
  }

  /** Begins to record both sides. @returns false when that is done already. */
  recordCall(task: number, request: CallRecordRequest & FileSize): boolean {
    return this.#recordings.recordCall(task, request);
  }

  /** Does something to a recording. @returns false when it is over. */
  controlRecording(task: number, control: RecordControl): boolean {
    return this.#recordings.control(task, control);
  }

  /** Whether the far end takes telephone-events. */
  get canSendDigits(): boolean {
    return this.#plan?.sendEventPayloadType !== undefined;
  }

  /** Begins to send digits. @returns false when some are being sent already. */
  sendDigits(task: number, request: DigitsRequest): boolean {
    if (this.#digits.task !== undefined) return false;
    this.#digits.start(task, request);
    return true;
  }

  /** Begins to send back what comes in. @returns false when that is done already. */
  echo(task: number): boolean {
    return this.#output.echo(task);
  }

  /** Ends a task; nothing of it is sent after this. A digit that has begun is still ended properly. */
  stop(task: number, reason: 'stopped' | 'closed' | 'error'): void {
    if (this.#output.stop(task, reason) || this.#recordings.stop(task, reason)) return;
    if (this.#digits.task === task) this.#digits.stop();
  }

  statistics(): MediaStatistics {
    const { reception, jitter } = this.#receiver;
    return {
      packetsSent: this.#sender.packetsSent,
      packetsReceived: this.#receiver.packetsReceived,
      packetsLost: this.#receiver.packetsLost,
      packetsDiscarded: jitter.discarded,
      framesConcealed: jitter.concealed,
      framesDropped: jitter.dropped,
      jitterMs: (reception?.jitter ?? 0) / 8,
      bufferMs: jitter.depthMs,
      roundTripMs: this.#control.roundTripMs,
      levelReceived: this.#receiver.level,
      levelSent: this.#output.level,
      codec: this.#plan?.codec,
      direction: this.#plan?.direction ?? 'inactive',
      remoteAddress: this.#farEnd.remoteAddress,
    };
  }

  /** Ends all tasks and says BYE. Nothing must be called afterwards. */
  close(now: number): void {
    this.#output.close();
    this.#recordings.close();
    this.#digits.end('closed');
    const length = this.#plan ? this.#control.bye(this.#receiver.reception, now) : 0;
    if (length > 0) this.#sendRtcp(length);
  }

  #takeIn(now: number): number {
    const kind = this.#receiver.take();
    this.#recordings.heard(kind, this.#receiver.law, this.#receiver.frame);
    this.taps.heard(kind, this.#receiver.law, this.#receiver.frame);
    this.joined.heard(kind, this.#receiver.law, this.#receiver.frame);
    if (kind === FRAME_VOICE) this.#pressed.voice(this.#receiver.law, this.#receiver.frame, now);
    else this.#pressed.missed();
    this.#ear.bargeIn(this.#output.endsOnSpeech);
    if (this.#ear.isOn) hearFrame(this.#ear, kind, this.#receiver.law, this.#receiver.frame, this.#pressed.hasKey);
    return kind;
  }

  #sendAudio(kind: number): void {
    const offset = this.#sender.beginFrame();
    const { slab } = this.#sender;
    this.#output.write(slab, offset, this.#law, kind === FRAME_VOICE, true);
    this.#recordings.sent(this.#law, slab, offset);
    this.#sender.sendFrame();
  }

  /** Nothing may be sent now (hold): what is played goes on in its own time, unheard; it waits where audio goes past us. */
  #passSilently(kind: number): void {
    if (this.#plan?.isReleased) this.#output.rest();
    else this.#output.write(UNSENT, 0, this.#law, kind === FRAME_VOICE, false);
    this.#recordings.sentNothing();
    this.#sender.skipFrames(1);
  }

  #sendDigits(): void {
    this.#digits.tick(this.#sender, this.#sending ? this.#plan?.sendEventPayloadType : undefined);
    this.#recordings.sentNothing();
    this.#output.rest();
  }

  #digit(digit: string, by: DigitMethod): void {
    this.#observer.digit(digit, by);
    this.#output.digit(digit);
    this.#recordings.digit(digit);
  }

  #sendRtcp(length: number): void {
    if (!this.#farEnd.takesReports) return;
    if (this.#plan?.rtcpMux) this.#sink.sendRtp(this.#control.slab, 0, length);
    else this.#sink.sendRtcp(this.#control.slab, 0, length);
  }
}
