import type { Playing, PlayOutcome, PlayProgress, PlayRequest } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { handled } from '../../operation.ts';
import type { FakeItem, FakeList } from './fake-list.ts';
import type { FakeTask } from './fake-task.ts';
import type { Sound } from './sound-track.ts';

/** Makes a task that ends with the session. */
export type BeginTask = (
  outcome: (reason: 'stopped' | 'closed') => PlayOutcome,
  onEnd: () => void,
) => FakeTask<PlayOutcome>;

/** What a playing needs of the session that it belongs to. */
export interface FakePlaybackHost {
  readonly clock: Clock;
  readonly begin: BeginTask;
  /** Something sounds for so long from now on. @returns what ends that before its time. */
  sound(ms: number, make: () => Sound): () => void;
  /** One of its sources begins for the first time. */
  entered(item: FakeItem): void;
  ended(): void;
}

/** Streams are read this far ahead. */
const AHEAD_MS = 1000;
/** What is nearer than this to a place is there: times are no whole numbers when streams are played. */
const NEAR_MS = 1e-6;

/** One playing in virtual time. Its position goes on counting when it begins again in a loop. */
export class FakePlayback implements Playing {
  readonly started: Promise<void>;
  readonly bargeIn: string;
  readonly bargeInOnSpeech: boolean;
  readonly #list: FakeList;
  readonly #host: FakePlaybackHost;
  readonly #task: FakeTask<PlayOutcome>;
  readonly #isLoop: boolean;
  readonly #entered = new Set<FakeItem>();
  #resolveStarted: () => void = () => undefined;
  #rejectStarted: (error: ChannelError) => void = () => undefined;
  #position: number;
  /** When it was there. */
  #since = 0;
  /** Whether it is moving. */
  #isRunning = false;
  #isPaused = false;
  #isHeld = false;
  #isHeard: boolean;
  #isReading = false;
  /** What has gone wrong with a stream; it ends the playing when everything before it has been played. */
  #fault: ChannelError | undefined;
  #sentMs = 0;
  #volume: number;
  #timer: Disposable | undefined;
  #endSound: () => void = () => undefined;

  constructor(request: PlayRequest, list: FakeList, isHeard: boolean, host: FakePlaybackHost) {
    const { bargeIn, bargeInOnSpeech = false, loop = false, positionMs = 0, volume = 0 } = request;
    this.bargeIn = bargeIn;
    this.bargeInOnSpeech = bargeInOnSpeech;
    this.#list = list;
    this.#host = host;
    this.#isLoop = loop;
    this.#isHeard = isHeard;
    this.#position = positionMs;
    this.#volume = volume;
    this.started = handled(
      new Promise((resolve, reject) => {
        this.#resolveStarted = resolve;
        this.#rejectStarted = reject;
      }),
    );
    this.#task = host.begin(
      (reason) => this.#outcome(reason),
      () => this.#ended(),
    );
  }

  get finished(): Promise<PlayOutcome> {
    return this.#task.finished;
  }

  /** Begins to play. Once. */
  begin(): void {
    const first = this.#list.itemAt(this.#place);
    if (first) this.#enter(first);
    if (this.#list.knownMs > 0 || this.#list.isWhole) this.#resolveStarted();
    this.#arm();
  }

  stop(): void {
    this.#task.stop();
  }

  pause(): void {
    this.#isPaused = true;
    this.#changed();
  }

  resume(): void {
    this.#isPaused = false;
    this.#changed();
  }

  seek(positionMs: number): void {
    this.#advance();
    this.#position = Math.max(0, positionMs);
    this.#arm();
  }

  setVolume(decibels: number): void {
    this.#volume = decibels;
    this.#changed();
  }

  progress(): PlayProgress {
    this.#advance();
    return {
      positionMs: this.#shownPosition,
      heardMs: this.#heardMs,
      durationMs: this.#isLoop ? Number.POSITIVE_INFINITY : this.#list.durationMs,
      paused: this.#isPaused,
    };
  }

  /** Stands still while something else is heard in its place, or goes on. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#advance();
    this.#isHeld = isHeld;
    this.#arm();
  }

  /** From now on it is heard, or not. */
  flow(isHeard: boolean): void {
    this.#advance();
    this.#isHeard = isHeard;
  }

  /** The far end has done what stops it. */
  interrupt(): void {
    this.#task.end(this.#outcome('bargein'));
  }

  /** Brings its position up to now. */
  #advance(): void {
    if (!this.#isRunning) return;
    const now = this.#host.clock.now();
    const ms = Math.min(now - this.#since, this.#end - this.#position);
    this.#since = now;
    if (ms <= 0) return;
    if (this.#isHeard) this.#hear(this.#position, ms);
    this.#position += ms;
    this.#sentMs += ms;
  }

  #changed(): void {
    this.#advance();
    this.#arm();
  }

  /** Goes on from where it is, as far as it can. */
  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#endSound();
    this.#endSound = () => undefined;
    this.#isRunning = false;
    if (this.#task.isOver) return;
    this.#readAhead();
    if (this.#isPaused || this.#isHeld) return;
    const end = this.#end;
    if (this.#position >= end - NEAR_MS) {
      if (this.#fault) this.#fail(this.#fault);
      else if (this.#list.isWhole) this.#complete();
      return;
    }
    const item = this.#list.itemAt(this.#place + NEAR_MS);
    if (item) this.#enter(item);
    const { clock } = this.#host;
    const { knownMs } = this.#list;
    const place = this.#place;
    this.#isRunning = true;
    this.#since = clock.now();
    const loops = end === Number.POSITIVE_INFINITY && knownMs < end;
    this.#endSound = this.#host.sound(end - this.#position, () => this.#list.soundFrom(place, this.#volume, loops));
    const next = this.#list.items.find(({ from = 0 }) => from > place + NEAR_MS);
    const isNew = next && !this.#entered.has(next);
    const ms = Math.min(end - this.#position, isNew ? (next.from ?? end) - place : end);
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#timer = clock.schedule(this.#since + Math.max(0, ms), () => this.#changed());
  }

  /** Nothing ends before a turn of the clock: who plays nothing over and over would let nobody else have one. */
  #complete(): void {
    const end = (): void => this.#task.end(this.#outcome('completed'));
    if (this.#sentMs > 0) end();
    else this.#timer = this.#host.clock.schedule(this.#host.clock.now(), end);
  }

  /** Up to where it can play by what is known now. */
  get #end(): number {
    const { isWhole, knownMs } = this.#list;
    return this.#isLoop && isWhole && knownMs > 0 ? Number.POSITIVE_INFINITY : knownMs;
  }

  get #shownPosition(): number {
    return this.#list.isWhole ? Math.min(this.#position, this.#end) : this.#position;
  }

  /** Its position within the list. */
  get #place(): number {
    const { isWhole, knownMs } = this.#list;
    if (this.#isLoop && isWhole && knownMs > 0) return this.#position % knownMs;
    return this.#shownPosition;
  }

  get #heardMs(): number {
    return this.#list.items.reduce((sum, { heard }) => sum + heard.samples, 0);
  }

  #enter(item: FakeItem): void {
    if (this.#entered.has(item)) return;
    this.#entered.add(item);
    this.#host.entered(item);
  }

  /** Notes which sources were heard from a position on, each round of a loop for itself. */
  #hear(position: number, ms: number): void {
    const { items, knownMs } = this.#list;
    const [only] = items;
    if (only && items.length === 1) {
      only.heard.add(position, ms);
      return;
    }
    const length = this.#end === knownMs ? position + ms : knownMs;
    for (let round = Math.floor(position / length) * length; round < position + ms; round += length) {
      for (const item of items) {
        const first = Math.max(position, round + (item.from ?? 0));
        const last = Math.min(position + ms, round + (item.from ?? 0) + item.ms);
        if (last > first) item.heard.add(first, last - first);
      }
    }
  }

  #readAhead(): void {
    if (this.#isReading || this.#list.isWhole || this.#list.knownMs - this.#position >= AHEAD_MS) return;
    this.#isReading = true;
    this.#list.read().then(
      () => {
        this.#isReading = false;
        if (this.#task.isOver) return;
        if (this.#list.knownMs > 0 || this.#list.isWhole) this.#resolveStarted();
        this.#changed();
      },
      (cause: unknown) => {
        if (this.#task.isOver) return;
        this.#fault = isChannelError(cause) ? cause : new ChannelError('INTERNAL', 'a stream failed', { cause });
        if (this.#list.knownMs > 0) this.#changed();
        else this.#fail(this.#fault);
      },
    );
  }

  #fail(error: ChannelError): void {
    this.#rejectStarted(error);
    this.#task.end({ ...this.#outcome('error'), error });
  }

  #outcome(reason: PlayOutcome['reason']): PlayOutcome {
    this.#advance();
    return { reason, playedMs: this.#sentMs, positionMs: this.#shownPosition, heardMs: this.#heardMs };
  }

  #ended(): void {
    this.#isRunning = false;
    this.#timer?.[Symbol.dispose]();
    this.#endSound();
    this.#list.close();
    this.#resolveStarted();
    this.#host.ended();
  }
}
