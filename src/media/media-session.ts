import type {
  CallRecordRequest,
  DigitsOutcome,
  DigitsRequest,
  InbandDtmf,
  MediaEvent,
  MediaSession,
  MediaStatistics,
  MediaTask,
  RecordOutcome,
  RecordRequest,
} from '../channel/media-port.ts';
import type { Playing, PlayRequest } from '../channel/play-port.ts';
import { ChannelError } from '../errors.ts';
import type { MediaDirection, SessionDescription } from '../media-description.ts';
import { SessionTask } from './media-task.ts';
import { acceptAnswer } from './negotiation/accept-answer.codec.ts';
import { createAnswer } from './negotiation/create-answer.codec.ts';
import { createOffer } from './negotiation/create-offer.codec.ts';
import type { LocalMedia } from './negotiation/local-media.ts';
import { nextVersion } from './negotiation/next-version.codec.ts';
import type { CodecName, MediaPlan } from './negotiation/plan.ts';
import { noStatistics } from './no-statistics.codec.ts';
import { SessionPlaying } from './session-playing.ts';
import { fromPlainError } from './worker/plain-error.ts';
import type { EngineCommand, EngineEvent, TaskCommand, TaskOutcome } from './worker/protocol.ts';

/** Packet time that we want to receive with. */
const PTIME_MS = 20;

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
  readonly post: (command: EngineCommand) => void;
}

type EchoOutcome = { readonly reason: 'stopped' | 'closed' | 'error' };

/** A task whatever its outcome. */
interface OpenTask {
  begin(): void;
  finish(outcome: never, unstarted?: ChannelError): void;
}

/** The program's end of one call's media: it negotiates here and has the engine do the rest. */
export class CallSession implements MediaSession {
  readonly local: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number };
  readonly #options: SessionOptions;
  readonly #media: LocalMedia;
  readonly #tasks = new Map<number, OpenTask>();
  readonly #asked = new Map<number, (statistics: MediaStatistics) => void>();
  readonly #waiting: MediaEvent[] = [];
  #listener: ((event: MediaEvent) => void) | undefined;
  #count = 0;
  /** Our description in force, and one of ours that still waits for its answer. */
  #described: SessionDescription | undefined;
  #offered: { readonly description: SessionDescription; readonly direction: MediaDirection } | undefined;
  #wanted: MediaDirection = 'sendrecv';
  #plan: MediaPlan | undefined;
  #failure: ChannelError | undefined;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;
  #last: MediaStatistics | undefined;

  constructor(options: SessionOptions) {
    const { address, publicAddress, rtpPort, codecs, sessionId } = options;
    this.#options = options;
    const advertised = publicAddress ?? address;
    this.local = { address: advertised, rtpPort, rtcpPort: rtpPort + 1 };
    this.#media = {
      address: advertised,
      family: advertised.includes(':') ? 6 : 4,
      rtpPort,
      rtcpPort: rtpPort + 1,
      codecs,
      ptimeMs: PTIME_MS,
      sessionId,
      sessionVersion: sessionId,
    };
  }

  get direction(): MediaDirection | undefined {
    return this.#plan?.direction;
  }

  offer(direction: MediaDirection = this.#wanted): SessionDescription {
    const next = createOffer({ ...this.#media, direction }, this.#described);
    const description = nextVersion(this.#described, next);
    this.#offered = { description, direction };
    return description;
  }

  answer(offer: SessionDescription): SessionDescription {
    const { description, plan } = createAnswer({ ...this.#media, direction: this.#wanted }, offer);
    this.#described = nextVersion(this.#described, description);
    this.#offered = undefined;
    this.#configure(plan);
    return this.#described;
  }

  accept(answer: SessionDescription): void {
    const offered = this.#offered;
    if (!offered) throw new ChannelError('INVALID_STATE', 'there is no offer that this answer could belong to');
    const plan = acceptAnswer({ ...this.#media, direction: offered.direction }, offered.description, answer);
    this.#described = offered.description;
    this.#wanted = offered.direction;
    this.#configure(plan);
  }

  // Requests are copied field by field: what else a caller has put into the object may not be able to cross threads.

  play({ sources, bargeIn, loop }: PlayRequest): Playing {
    const request = { sources: sources.filter((source) => source.kind !== 'stream'), bargeIn, loop };
    return new SessionPlaying(this.#begin((call, task) => ({ type: 'play', call, task, request })));
  }

  playBackground(): Playing {
    throw new ChannelError('INVALID_STATE', 'nothing can be played in the background');
  }

  record(wanted: RecordRequest): MediaTask<RecordOutcome> {
    const { path, format, maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs, bargeIn, ifExists } = wanted;
    const request = { path, format, maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs, bargeIn, ifExists };
    return this.#begin<RecordOutcome>((call, task) => ({ type: 'record', call, task, request }));
  }

  recordCall(wanted: CallRecordRequest): MediaTask<RecordOutcome> {
    const { path, format, channels, maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs, ifExists } = wanted;
    const request = { path, format, channels, maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs, ifExists };
    return this.#begin<RecordOutcome>((call, task) => ({ type: 'record-call', call, task, request }));
  }

  sendDigits({ digits, onMs, offMs }: DigitsRequest): MediaTask<DigitsOutcome> {
    const request = { digits, onMs, offMs };
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

  listen(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }

  statistics(): Promise<MediaStatistics> {
    if (this.#closing || this.#failure) return Promise.resolve(this.#last ?? this.#nothing());
    return new Promise((resolve) => {
      const request = ++this.#count;
      this.#asked.set(request, resolve);
      this.#post({ type: 'statistics', call: this.#options.call, request });
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#closed = resolve;
      if (this.#failure && this.#tasks.size === 0) this.#settle();
      else this.#post({ type: 'close', call: this.#options.call });
    });
    return this.#closing;
  }

  /** Takes what the engine says about this call. */
  take(event: EngineEvent): void {
    switch (event.type) {
      case 'started':
        this.#tasks.get(event.task)?.begin();
        break;
      case 'finished':
        this.#finish(event.task, event.outcome, event.unstarted);
        break;
      case 'digit':
        this.#emit({ type: 'digit', digit: event.digit, by: event.by });
        break;
      case 'silent':
        this.#emit({ type: 'silent', ms: event.ms });
        break;
      case 'statistics':
        this.#asked.get(event.request)?.(event.statistics);
        this.#asked.delete(event.request);
        break;
      case 'failed':
        this.#emit({ type: 'failed', error: fromPlainError(event.error) });
        break;
      case 'closed':
        this.#last = event.statistics;
        this.#settle();
        break;
      case 'ready':
      case 'opened':
      case 'open-failed':
        break;
    }
  }

  /** The engine is gone: nothing will come from it any more. */
  lose(error: ChannelError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#settle();
    this.#emit({ type: 'failed', error });
  }

  #configure(plan: MediaPlan): void {
    this.#plan = plan;
    const { call, inbandDtmf = 'auto' } = this.#options;
    this.#post({ type: 'configure', call, plan, inbandDtmf });
  }

  #post(command: EngineCommand): void {
    if (!this.#failure) this.#options.post(command);
  }

  #begin<Outcome>(command: (call: number, task: number) => TaskCommand): SessionTask<Outcome> {
    const { call } = this.#options;
    const task = ++this.#count;
    const made = new SessionTask<Outcome>(() => this.#post({ type: 'stop', call, task }));
    if (this.#closing || this.#failure) {
      const error = this.#failure ?? new ChannelError('INVALID_STATE', 'the media of this call is closed');
      const ended = { ...NO_OUTCOME, reason: this.#failure ? 'error' : 'closed', error };
      made.finish(ended as Outcome, error);
      return made;
    }
    this.#tasks.set(task, made);
    this.#post(command(call, task));
    return made;
  }

  #finish(task: number, plain: TaskOutcome, unstarted: boolean): void {
    const error = plain.error && fromPlainError(plain.error);
    this.#tasks.get(task)?.finish({ ...plain, error } as never, unstarted ? error : undefined);
    this.#tasks.delete(task);
  }

  /** Nothing more comes from the engine: whatever is still open ends now. */
  #settle(): void {
    const error = this.#failure;
    for (const task of this.#tasks.values()) {
      task.finish({ ...NO_OUTCOME, reason: error ? 'error' : 'closed', error } as never, error);
    }
    this.#tasks.clear();
    for (const resolve of this.#asked.values()) resolve(this.#last ?? this.#nothing());
    this.#asked.clear();
    this.#closed?.();
  }

  #emit(event: MediaEvent): void {
    if (this.#listener) this.#listener(event);
    else this.#waiting.push(event);
  }

  #nothing(): MediaStatistics {
    return noStatistics(this.#plan?.codec, this.#plan?.direction);
  }
}

/** Outcome of a task of whatever kind that did nothing. */
const NO_OUTCOME = { playedMs: 0, positionMs: 0, heardMs: 0, durationMs: 0, bytes: 0, audioDetected: false } as const;
