import type { Playing, PlayOutcome, PlayProgress, PlayRequest, PlaySource } from '../channel/play-port.ts';
import type { Clock } from '../clock.ts';
import type { AwaitDisk } from '../disk.ts';
import type { ChannelError } from '../errors.ts';
import { SessionTask } from './media-task.ts';
import { StreamPump } from './stream-pump.ts';
import type { EnginePlayRequest, EngineSource, PlayAnchor, PlayControl } from './worker/play-protocol.ts';

export interface SessionPlayingOptions {
  readonly request: PlayRequest;
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly control: (control: PlayControl) => void;
  readonly stop: () => void;
}

/** The program's end of a playing: it delivers the streams, and knows where the playing stands without asking. */
export class SessionPlaying extends SessionTask<PlayOutcome> implements Playing {
  readonly #clock: Clock;
  readonly #control: (control: PlayControl) => void;
  readonly #pumps: ReadonlyMap<number, StreamPump>;
  /** Controls that were numbered. */
  #count = 0;
  #isPaused = false;
  #anchor: PlayAnchor;
  /** When the anchor was, on our clock. */
  #anchoredAt = 0;
  #outcome: PlayOutcome | undefined;

  constructor({ request, clock, awaitDisk, control, stop }: SessionPlayingOptions) {
    super(stop);
    this.#clock = clock;
    this.#control = control;
    this.#pumps = new Map(
      request.sources.flatMap((source, index) =>
        source.kind === 'stream' ? [[index, pumpOf(source.stream, index, awaitDisk, control)] as const] : [],
      ),
    );
    const positionMs = Math.max(0, request.positionMs ?? 0);
    this.#anchor = {
      number: 0,
      at: 0,
      flow: 'still',
      positionMs,
      heardMs: 0,
      newFromMs: positionMs,
      durationMs: undefined,
    };
  }

  pause(): void {
    if (this.#isPaused || this.isOver) return;
    this.#moveTo(this.#positionMs, 'still');
    this.#isPaused = true;
    this.#control({ kind: 'pause', number: ++this.#count });
  }

  resume(): void {
    if (!this.#isPaused || this.isOver) return;
    this.#isPaused = false;
    this.#control({ kind: 'resume', number: ++this.#count });
  }

  seek(positionMs: number): void {
    if (this.isOver) return;
    const to = Math.max(0, Math.min(positionMs, this.#anchor.durationMs ?? positionMs));
    this.#moveTo(to, 'still');
    this.#control({ kind: 'seek', number: ++this.#count, positionMs });
  }

  setVolume(decibels: number): void {
    if (!this.isOver) this.#control({ kind: 'volume', decibels });
  }

  progress(): PlayProgress {
    const { durationMs } = this.#anchor;
    const { positionMs, heardMs } = this.#outcome ?? { positionMs: this.#positionMs, heardMs: this.#heardMs };
    return { positionMs, heardMs, durationMs, paused: this.#isPaused };
  }

  /** The engine tells where it stands. */
  moved(anchor: PlayAnchor): void {
    if (this.isOver) return;
    // What it says about a time before our last word is out of date, but for the length.
    const { durationMs } = anchor;
    if (anchor.number < this.#count) {
      this.#anchor = { ...this.#anchor, durationMs };
      return;
    }
    this.#anchor = anchor;
    this.#anchoredAt = this.#clock.now() - Math.max(0, this.#clock.wallNow() - anchor.at);
  }

  /** A stream is to deliver more. */
  wanted(source: number, samples: number): void {
    this.#pumps.get(source)?.want(samples);
  }

  override finish(outcome: PlayOutcome, unstarted?: ChannelError): void {
    if (this.isOver) return;
    this.#outcome = outcome;
    if (this.#pumps.size === 0) super.finish(outcome, unstarted);
    else void this.#finishWith(outcome, unstarted);
  }

  async #finishWith(outcome: PlayOutcome, unstarted: ChannelError | undefined): Promise<void> {
    this.settleStart(unstarted);
    await Promise.all(Array.from(this.#pumps.values(), (pump) => pump.close()));
    super.finish(outcome, unstarted);
  }

  /** Whether it is over, though its streams may still be closing. */
  protected override get isOver(): boolean {
    return this.#outcome !== undefined || super.isOver;
  }

  get #sinceMs(): number {
    return this.#anchor.flow === 'still' ? 0 : this.#clock.now() - this.#anchoredAt;
  }

  get #positionMs(): number {
    const { positionMs, durationMs = Number.POSITIVE_INFINITY } = this.#anchor;
    return Math.min(positionMs + this.#sinceMs, durationMs);
  }

  get #heardMs(): number {
    const { flow, heardMs, newFromMs } = this.#anchor;
    return flow === 'heard' ? heardMs + Math.max(0, this.#positionMs - newFromMs) : heardMs;
  }

  #moveTo(positionMs: number, flow: PlayAnchor['flow']): void {
    const newFromMs = Math.max(positionMs, this.#anchor.newFromMs);
    this.#anchor = { ...this.#anchor, heardMs: this.#heardMs, positionMs, newFromMs, flow };
    this.#anchoredAt = this.#clock.now();
  }
}

/** A request without what cannot cross threads. Copied field by field: who knows what else a caller has put into it. */
export function engineRequest(request: PlayRequest): EnginePlayRequest {
  const { bargeIn, bargeInOnSpeech, loop, positionMs, volume } = request;
  return { sources: request.sources.map(engineSource), bargeIn, bargeInOnSpeech, loop, positionMs, volume };
}

function engineSource(source: PlaySource): EngineSource {
  const { name } = source;
  switch (source.kind) {
    case 'file':
      return { kind: 'file', name, path: source.path, identity: source.identity };
    case 'tone':
      return { kind: 'tone', name, tone: source.tone };
    case 'silence':
      return { kind: 'silence', name, ms: source.ms };
    case 'samples':
      return { kind: 'samples', name, samples: source.samples.slice(), sampleRate: source.sampleRate };
    case 'stream': {
      const { sampleRate, durationMs } = source.stream;
      return { kind: 'stream', name, stream: { sampleRate, durationMs } };
    }
  }
}

function pumpOf(
  stream: Extract<PlaySource, { readonly kind: 'stream' }>['stream'],
  source: number,
  awaitDisk: AwaitDisk,
  control: (control: PlayControl) => void,
): StreamPump {
  return new StreamPump(stream, awaitDisk, {
    piece: (samples) => control({ kind: 'piece', source, samples }),
    end: () => control({ kind: 'end', source }),
    failure: (error) => control({ kind: 'failure', source, error }),
  });
}
