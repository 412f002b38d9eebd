import type { ListenRequest } from '../channel/listen-port.ts';
import type {
  DigitsOutcome,
  DigitsRequest,
  DirectMedia,
  InbandDtmf,
  MediaEvent,
  MediaSession,
  MediaStatistics,
  MediaTask,
} from '../channel/media-port.ts';
import type { AudioLink, LinkOptions } from '../channel/mix-port.ts';
import type { Playing, PlayRequest } from '../channel/play-port.ts';
import type { CallRecordRequest, RecordingTask, RecordOutcome, RecordRequest } from '../channel/record-port.ts';
import type { Clock } from '../clock.ts';
import type { AwaitDisk } from '../disk.ts';
import { ChannelError } from '../errors.ts';
import type { MediaDirection, SessionDescription } from '../media-description.ts';
import { AskedStatistics } from './asked-statistics.ts';
import type { EngineJoins } from './engine-joins.ts';
import { SessionTask } from './media-task.ts';
import type { CodecName } from './negotiation/plan.ts';
import { noStatistics } from './no-statistics.codec.ts';
import { SessionEvents } from './session-events.ts';
import { SessionJoins } from './session-joins.ts';
import { SessionNegotiation } from './session-negotiation.ts';
import { engineRequest, SessionPlaying } from './session-playing.ts';
import { recordLimits, SessionRecording } from './session-recording.ts';
import { endTask, SessionTasks } from './session-tasks.ts';
import { SessionStreams } from './streams/session-streams.state.ts';
import { fromPlainError } from './worker/plain-error.ts';
import type { PlayControl } from './worker/play-protocol.ts';
import type { EngineCommand, SessionEvent, TaskCommand } from './worker/protocol.ts';

export interface SessionOptions {
  readonly call: number;
  readonly address: string;
  readonly publicAddress?: string | undefined;
  readonly rtpPort: number;
  readonly codecs: readonly CodecName[];
  /** Decimal digits, unlike those of other sessions. */
  readonly sessionId: string;
  readonly mediaTimeout?: number | undefined;
  readonly inbandDtmf?: InbandDtmf | undefined;
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly post: (command: EngineCommand) => void;
  /** What joins the calls of its engine. */
  readonly joins: EngineJoins;
}

type EchoOutcome = { readonly reason: 'stopped' | 'closed' | 'error' };

/** The program's end of one call's media: it negotiates here and has the engine do the rest. */
export class CallSession implements MediaSession {
  readonly local: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number };
  readonly streams: SessionStreams;
  readonly #options: SessionOptions;
  readonly #negotiation: SessionNegotiation;
  readonly #tasks = new SessionTasks();
  readonly #playings = new Map<number, SessionPlaying>();
  readonly #recordings = new Map<number, SessionRecording>();
  readonly #asked = new AskedStatistics(() => {
    const { plan } = this.#negotiation;
    return noStatistics(plan?.codec, plan?.direction);
  });
  readonly #joins: SessionJoins;
  readonly #events = new SessionEvents();
  #count = 0;
  #failure: ChannelError | undefined;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;

  constructor(options: SessionOptions) {
    const { address, publicAddress, rtpPort, codecs, sessionId } = options;
    this.#options = options;
    const advertised = publicAddress ?? address;
    this.local = { address: advertised, rtpPort, rtcpPort: rtpPort + 1 };
    this.streams = new SessionStreams((command) => this.#post({ type: 'stream', call: options.call, command }));
    this.#joins = new SessionJoins(this, options.call, options.joins);
    this.#negotiation = new SessionNegotiation({ ...this.local, codecs, sessionId }, () => this.#configure());
  }

  get direction(): MediaDirection | undefined {
    return this.#negotiation.plan?.direction;
  }

  get direct(): DirectMedia {
    return this.#negotiation;
  }

  offer(direction?: MediaDirection): SessionDescription {
    return this.#negotiation.offer(direction);
  }

  answer(offer: SessionDescription): SessionDescription {
    return this.#negotiation.answer(offer);
  }

  accept(answer: SessionDescription): void {
    this.#negotiation.accept(answer);
  }

  // Requests are copied field by field: what else a caller has put into the object may not be able to cross threads.

  play(request: PlayRequest): Playing {
    return this.#play(request, false);
  }

  playBackground(request: PlayRequest): Playing {
    return this.#play(request, true);
  }

  record({ path, bargeIn, isHeld, ...wanted }: RecordRequest): RecordingTask {
    const request = { path, bargeIn, isHeld, ...recordLimits(wanted) };
    return this.#record(isHeld, (call, task) => ({ type: 'record', call, task, request }));
  }

  recordCall({ path, channels, ...wanted }: CallRecordRequest): RecordingTask {
    const request = { path, channels, ...recordLimits(wanted) };
    return this.#record(false, (call, task) => ({ type: 'record-call', call, task, request }));
  }

  get takesEvents(): boolean {
    return this.#negotiation.plan?.sendEventPayloadType !== undefined;
  }

  sendDigits({ digits, onMs, offMs, pauseMs, volume }: DigitsRequest): MediaTask<DigitsOutcome> {
    const request = { digits, onMs, offMs, pauseMs, volume };
    return this.#begin<DigitsOutcome>((call, task) => ({ type: 'digits', call, task, request }));
  }

  takeDigit(digit: string, by: 'INFO'): void {
    this.#post({ type: 'take-digit', call: this.#options.call, digit, by });
  }

  answered(): void {
    const { call, mediaTimeout } = this.#options;
    if (mediaTimeout !== undefined) this.#post({ type: 'answered', call, mediaTimeout });
  }

  echo(): MediaTask<EchoOutcome> {
    return this.#begin<EchoOutcome>((call, task) => ({ type: 'echo', call, task }));
  }

  link(to: MediaSession, options?: LinkOptions): AudioLink {
    return this.#joins.link(to, options);
  }

  attend({ speech, tones, beepMs }: ListenRequest): void {
    this.#post({ type: 'attend', call: this.#options.call, request: { speech, tones, beepMs } });
  }

  listen(listener: (event: MediaEvent) => void): void {
    this.#events.listen(listener);
  }

  statistics(): Promise<MediaStatistics> {
    if (this.#closing || this.#failure) return Promise.resolve(this.#asked.last);
    const request = ++this.#count;
    return this.#asked.ask(request, () => this.#post({ type: 'statistics', call: this.#options.call, request }));
  }

  close(): Promise<void> {
    this.#joins.close();
    this.#closing ??= new Promise((resolve) => {
      this.#closed = resolve;
      if (this.#failure && this.#tasks.size === 0) this.#settle();
      else this.#post({ type: 'close', call: this.#options.call });
    });
    return this.#closing;
  }

  /** Takes what the engine says about this call. */
  take(event: SessionEvent): void {
    switch (event.type) {
      case 'started':
        if (event.anchor) this.#playings.get(event.task)?.moved(event.anchor);
        this.#tasks.begin(event.task);
        break;
      case 'finished':
        this.#tasks.finish(event.task, event.outcome, event.unstarted);
        break;
      case 'moved':
        this.#playings.get(event.task)?.moved(event.anchor);
        break;
      case 'wanted':
        this.#playings.get(event.task)?.wanted(event.source, event.samples);
        break;
      case 'recording':
        this.#recordings.get(event.task)?.tell(event);
        break;
      case 'record-controlled':
        this.#recordings.get(event.task)?.controlled();
        break;
      case 'streamed':
        this.streams.take(event.event);
        break;
      case 'digit':
        this.#events.emit({ type: 'digit', digit: event.digit, by: event.by });
        break;
      case 'heard':
        this.#events.emit(event.event);
        break;
      case 'silent':
        this.#events.emit({ type: 'silent', ms: event.ms });
        break;
      case 'statistics':
        this.#asked.answer(event.request, event.statistics);
        break;
      case 'failed':
        this.#joins.endVisits();
        this.#events.emit({ type: 'failed', error: fromPlainError(event.error) });
        break;
      case 'closed':
        this.#asked.close(event.statistics);
        this.#settle();
        break;
    }
  }

  /** The engine is gone: nothing will come from it any more. */
  lose(error: ChannelError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#joins.close();
    this.#settle();
    this.#events.emit({ type: 'failed', error });
  }

  #configure(): void {
    const { plan } = this.#negotiation;
    const { call, inbandDtmf = 'auto' } = this.#options;
    if (plan) this.#post({ type: 'configure', call, plan, inbandDtmf });
  }

  #post(command: EngineCommand): void {
    if (!this.#failure) this.#options.post(command);
  }

  #begin<Outcome>(command: (call: number, task: number) => TaskCommand): SessionTask<Outcome> {
    const task = ++this.#count;
    const made = new SessionTask<Outcome>(this.#stopper(task));
    this.#start(task, made, command);
    return made;
  }

  #start<Outcome>(
    task: number,
    made: SessionTask<Outcome>,
    command: (call: number, task: number) => TaskCommand,
  ): void {
    if (this.#closing || this.#failure) {
      const error = this.#failure ?? new ChannelError('INVALID_STATE', 'the media of this call is closed');
      endTask(made, this.#failure ? 'error' : 'closed', error);
      return;
    }
    this.#tasks.add(task, made);
    this.#post(command(this.#options.call, task));
  }

  #stopper(task: number): () => void {
    return () => this.#post({ type: 'stop', call: this.#options.call, task });
  }

  #play(request: PlayRequest, isBackground: boolean): Playing {
    const { call, clock, awaitDisk } = this.#options;
    const task = ++this.#count;
    const control = (control: PlayControl): void => this.#post({ type: 'control-play', call, task, control });
    const playing = new SessionPlaying({ request, clock, awaitDisk, control, stop: this.#stopper(task) });
    this.#playings.set(task, playing);
    void playing.finished.then(() => this.#playings.delete(task));
    this.#start(task, playing, () => ({ type: 'play', call, task, isBackground, request: engineRequest(request) }));
    return playing;
  }

  #record(isHeld = false, command: (call: number, task: number) => TaskCommand): SessionRecording {
    const { call, clock } = this.#options;
    const begun = this.#begin<RecordOutcome>(command);
    const task = this.#count;
    const recording = new SessionRecording(begun, isHeld, {
      now: () => clock.now(),
      control: (control) => this.#post({ type: 'control-record', call, task, control }),
      cancel: () => this.#post({ type: 'cancel-record', call, task }),
    });
    this.#recordings.set(task, recording);
    void recording.finished.then(() => this.#recordings.delete(task));
    return recording;
  }

  /** Nothing more comes from the engine: whatever is still open ends now. */
  #settle(): void {
    this.#tasks.endAll(this.#failure);
    this.#asked.end();
    // Streams of the program may take a while to be closed.
    void Promise.all(Array.from(this.#playings.values(), ({ finished }) => finished)).then(() => this.#closed?.());
  }
}
