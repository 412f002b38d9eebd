import type {
  DigitsRequest,
  MediaStatistics,
  PlayOutcome,
  RecordOutcome,
  RecordRequest,
} from '../../channel/media-port.ts';
import { type Law, PCMA, PCMU, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { levelOfG711, SILENCE_DBOV } from '../level/level.codec.ts';
import { receives, sends } from '../negotiation/direction.codec.ts';
import type { MediaPlan } from '../negotiation/plan.ts';
import { FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import { isRtcp } from '../rtp/rtcp.codec.ts';
import { DigitOutput } from './digit-output.ts';
import type { MediaObserver } from './media-observer.ts';
import type { PacketSink } from './packet-sink.ts';
import { Player } from './player.ts';
import { Recorder } from './recorder.ts';
import { RtcpControl, type RtcpControlOptions } from './rtcp-control.ts';
import { isNowhere, RtpReceiver } from './rtp-receiver.ts';
import { FRAME, RtpSender } from './rtp-sender.ts';

/** More frames than this are not made up for after a stall. */
const MAX_SKIPPED_INPUT = 50;

export interface CallMediaOptions extends RtcpControlOptions {
  readonly sink: PacketSink;
  readonly observer: MediaObserver;
}

/** The media of one call without sockets, clock or files: datagrams, ticks and commands in, datagrams and events out. */
export class CallMedia {
  readonly #sink: PacketSink;
  readonly #observer: MediaObserver;
  readonly #sender: RtpSender;
  readonly #receiver: RtpReceiver;
  readonly #control: RtcpControl;
  readonly #digits: DigitOutput;
  readonly #unsent = new Uint8Array(FRAME);
  #plan: MediaPlan | undefined;
  #sending = false;
  #law: Law = PCMU;
  #player: Player | undefined;
  #recorder: Recorder | undefined;
  #echoTask: number | undefined;
  #lastFrame = -1;
  #rtcpAddress = '';
  #rtcpPort = 0;
  #sentTo: unknown;
  #settled = false;

  constructor(options: CallMediaOptions) {
    const { sink, observer, random } = options;
    this.#sink = sink;
    this.#observer = observer;
    const word = (): number => Math.floor(random() * 0x1_0000_0000);
    this.#sender = new RtpSender(sink, word(), word(), word());
    this.#receiver = new RtpReceiver((digit) => this.#digit(digit));
    this.#control = new RtcpControl(options, this.#sender);
    this.#digits = new DigitOutput(observer);
  }

  /** Takes what was negotiated into use, from the next frame on. */
  configure(plan: MediaPlan): void {
    const { remote } = plan;
    this.#sending = sends(plan.direction) && !isNowhere(remote);
    this.#law = plan.codec === 'PCMU' ? PCMU : PCMA;
    this.#sender.configure(plan.sendPayloadType, plan.ptimeMs);
    this.#receiver.configure(plan, receives(plan.direction));
    const before = this.#plan?.remote;
    if (before?.address !== remote.address || before.rtcpPort !== remote.rtcpPort) {
      this.#rtcpAddress = remote.address;
      this.#rtcpPort = remote.rtcpPort;
    }
    this.#plan = plan;
    this.#follow(false);
  }

  receiveRtp(packet: Uint8Array, length: number, address: string, port: number, now: number): void {
    if (isRtcp(packet, length)) {
      if (this.#plan?.rtcpMux) this.receiveRtcp(packet, length, address, port, now);
      return;
    }
    if (this.#receiver.receive(packet, length, address, port, now)) this.#follow(this.#receiver.isSettled(now));
  }

  receiveRtcp(packet: Uint8Array, length: number, address: string, port: number, now: number): void {
    // Only from where the audio comes from: the port may be another than described, behind a NAT.
    if (address !== this.#receiver.latch.remote?.address && address !== this.#rtcpAddress) return;
    if (!this.#control.receive(packet, length, this.#receiver.reception, now)) return;
    if (this.#rtcpPort === port && this.#rtcpAddress === address) return;
    this.#rtcpAddress = address;
    this.#rtcpPort = port;
    this.#tellRemote();
  }

  /** Makes the frame of 20 ms that is due: takes one in, sends one out. */
  tick(now: number): void {
    if (this.#settled && !this.#receiver.isSettled(now)) this.#follow(false);
    const kind = this.#takeIn();
    if (this.#digits.task !== undefined) this.#sendDigits();
    else if (this.#sending) this.#sendAudio(kind);
    else this.#passSilently(1);
    const length = this.#plan ? this.#control.tick(this.#receiver.reception, now) : 0;
    if (length > 0) this.#sendRtcp(length);
  }

  /** Lets frames pass for which it is too late: they are taken in, so that recordings keep their length, but not sent. */
  skip(frames: number): void {
    for (let frame = Math.min(frames, MAX_SKIPPED_INPUT); frame > 0; frame--) this.#takeIn();
    this.#sender.skipFrames(frames);
  }

  /** Begins to play; audio follows by {@link CallMedia.push}. @returns false when something is playing already. */
  play(task: number, bargeIn: string): boolean {
    if (this.#player) return false;
    this.#player = new Player(task, bargeIn, this.#observer);
    return true;
  }

  /** Appends audio to what is playing, if it is still that task. */
  push(task: number, bytes: Uint8Array, law: Law): void {
    if (this.#player?.task === task) this.#player.push(bytes, law);
  }

  /** Says that nothing more will be pushed. */
  complete(task: number): void {
    if (this.#player?.task === task) this.#player.complete();
  }

  /** Begins to record. @returns false when a recording is under way already. */
  record(task: number, request: RecordRequest): boolean {
    if (this.#recorder) return false;
    this.#recorder = new Recorder(task, request, this.#observer);
    return true;
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
    if (this.#echoTask !== undefined) return false;
    this.#echoTask = task;
    return true;
  }

  /** Ends a task; nothing of it is sent after this. A digit that has begun is still ended properly. */
  stop(task: number, reason: 'stopped' | 'closed' | 'error'): void {
    if (this.#player?.task === task) this.#endPlayer(reason);
    else if (this.#recorder?.task === task) this.#endRecorder(reason);
    else if (this.#echoTask === task) this.#endEcho(reason === 'closed' ? 'closed' : 'stopped');
    else if (this.#digits.task === task) this.#digits.stop();
  }

  statistics(): MediaStatistics {
    const { reception, jitter, latch } = this.#receiver;
    const remote = latch.remote;
    return {
      packetsSent: this.#sender.packetsSent,
      packetsReceived: this.#receiver.packetsReceived,
      packetsLost: this.#receiver.packetsLost,
      packetsDiscarded: jitter.discarded,
      framesConcealed: jitter.concealed,
      jitterMs: (reception?.jitter ?? 0) / 8,
      bufferMs: jitter.depthMs,
      roundTripMs: this.#control.roundTripMs,
      levelReceived: this.#receiver.level,
      levelSent: this.#lastFrame < 0 ? SILENCE_DBOV : levelOfG711(this.#law, this.#sender.slab, this.#lastFrame, FRAME),
      codec: this.#plan?.codec,
      direction: this.#plan?.direction ?? 'inactive',
      remoteAddress:
        remote && `${remote.address.includes(':') ? `[${remote.address}]` : remote.address}:${remote.port}`,
    };
  }

  /** Ends all tasks and says BYE. Nothing must be called afterwards. */
  close(now: number): void {
    if (this.#player) this.#endPlayer('closed');
    if (this.#recorder) this.#endRecorder('closed');
    if (this.#echoTask !== undefined) this.#endEcho('closed');
    this.#digits.end('closed');
    const length = this.#plan ? this.#control.bye(this.#receiver.reception, now) : 0;
    if (length > 0) this.#sendRtcp(length);
  }

  #takeIn(): number {
    const kind = this.#receiver.take();
    const recorder = this.#recorder;
    if (recorder) {
      if (kind === FRAME_VOICE) recorder.voice(this.#receiver.law, this.#receiver.frame);
      else if (kind === FRAME_LOST) recorder.lost();
      else recorder.nothing();
      if (recorder.ended) this.#recorder = undefined;
    }
    return kind;
  }

  #sendAudio(kind: number): void {
    const { slab, frameOffset } = this.#sender;
    if (this.#player) this.#playInto(slab, frameOffset);
    else if (this.#echoTask !== undefined && kind === FRAME_VOICE) {
      translateG711(this.#receiver.law, this.#law, this.#receiver.frame, 0, slab, frameOffset, FRAME);
    } else slab.fill(silenceOf(this.#law), frameOffset, frameOffset + FRAME);
    this.#lastFrame = frameOffset;
    this.#sender.sendFrame();
  }

  /** Nothing may be sent now (hold): a prompt goes on in its own time, unheard. */
  #passSilently(frames: number): void {
    if (this.#player) this.#playInto(this.#unsent, 0);
    this.#lastFrame = -1;
    this.#sender.skipFrames(frames);
  }

  #playInto(into: Uint8Array, offset: number): void {
    const player = this.#player as Player;
    player.take(into, offset, FRAME, this.#law);
    if (player.ended) this.#player = undefined;
  }

  #sendDigits(): void {
    this.#digits.tick(this.#sender, this.#sending ? this.#plan?.sendEventPayloadType : undefined);
    this.#lastFrame = -1;
  }

  #digit(digit: string): void {
    this.#observer.digit(digit);
    this.#player?.digit(digit);
    if (this.#player?.ended) this.#player = undefined;
    this.#recorder?.digit(digit);
    if (this.#recorder?.ended) this.#recorder = undefined;
  }

  #endPlayer(reason: PlayOutcome['reason']): void {
    const player = this.#player;
    this.#player = undefined;
    player?.end(reason);
  }

  #endRecorder(reason: RecordOutcome['reason']): void {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    recorder?.end(reason);
  }

  #endEcho(reason: 'stopped' | 'closed'): void {
    const task = this.#echoTask as number;
    this.#echoTask = undefined;
    this.#observer.echoEnded(task, reason);
  }

  /** Sends to where the latch says. */
  #follow(settled: boolean): void {
    const remote = this.#receiver.latch.remote;
    if (!remote || (remote === this.#sentTo && settled === this.#settled)) return;
    if (remote !== this.#sentTo && this.#sentTo !== undefined && remote.address !== this.#plan?.remote.address) {
      this.#rtcpAddress = remote.address;
      this.#rtcpPort = remote.port + 1;
    }
    this.#sentTo = remote;
    this.#settled = settled;
    this.#tellRemote();
  }

  #tellRemote(): void {
    const remote = this.#receiver.latch.remote;
    if (!remote) return;
    this.#sink.setRemote(remote.address, remote.port, this.#rtcpAddress, this.#rtcpPort, this.#settled);
  }

  #sendRtcp(length: number): void {
    if (this.#rtcpPort === 0) return;
    if (this.#plan?.rtcpMux) this.#sink.sendRtp(this.#control.slab, 0, length);
    else this.#sink.sendRtcp(this.#control.slab, 0, length);
  }
}
