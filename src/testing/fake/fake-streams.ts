import type { AudioFeed, FeedProgress, FeedRequest, MediaStreams, TapRequest } from '../../channel/tap-port.ts';
import type { Clock } from '../../clock.ts';
import { CallStreams } from '../../media/streams/call-streams.state.ts';
import { Feeds } from '../../media/streams/feeds.state.ts';
import { SessionStreams } from '../../media/streams/session-streams.state.ts';
import type { StreamCommand, StreamEvent } from '../../media/streams/stream-protocol.ts';
import { Taps } from '../../media/streams/taps.state.ts';
import type { CallSound } from './call-sound.ts';
import type { HeardPrompt } from './fake-caller.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from './sound-track.ts';

/** What streams need of their session. */
export interface FakeStreamsHost {
  readonly clock: Clock;
  /** What sounds on the call. */
  readonly sound: Pick<CallSound, 'incoming' | 'play' | 'sent'>;
  /** Something is sent, and the background stands still. @returns what ends that. */
  occupy(): () => void;
  /** The program begins to send. */
  began(): void;
}

/** What was sent without a pause. */
interface Burst {
  readonly startedAt: number;
  readonly frames: Int16Array[];
  readonly end: () => void;
  sentMs: number;
  heardMs: number;
  droppedMs: number;
}

/** The streams of samples of a fake call: those of a real one, ticking in virtual time. */
export class FakeStreams implements MediaStreams {
  /** Whether the far end hears what is sent. */
  isHeard = false;
  readonly #host: FakeStreamsHost;
  readonly #taps = new Taps();
  readonly #feeds = new Feeds();
  readonly #call = new CallStreams(this.#taps, this.#feeds, (event) => this.#tell(event));
  readonly #session = new SessionStreams((command) => this.#take(command));
  readonly #bursts: Burst[] = [];
  #burst: Burst | undefined;
  readonly #frame = new Int16Array(FRAME_SAMPLES);
  /** Where its grid of frames begins. */
  #began: number | undefined;
  #timer: Disposable | undefined;
  #isClosed = false;

  constructor(host: FakeStreamsHost) {
    this.#host = host;
  }

  tap(request: TapRequest, take: (samples: Int16Array<ArrayBuffer>) => void): Disposable {
    return this.#session.tap(request, take);
  }

  feed(request: FeedRequest, tell: (progress: FeedProgress) => void): AudioFeed {
    return this.#session.feed(request, tell);
  }

  /** What was sent, and how much of it the far end has heard. */
  heard(): readonly HeardPrompt[] {
    return this.#bursts.map(({ startedAt, sentMs, heardMs, droppedMs }) => {
      const durationMs = sentMs + droppedMs;
      return { file: 'stream', playedMs: heardMs, durationMs, complete: heardMs === durationMs, startedAt };
    });
  }

  /** What the far end could hear from a moment on, whoever sent it, as samples of 8000 Hz. */
  sent(from: number, ms: number): Int16Array {
    return this.#host.sound.sent(from, ms);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    this.#endBurst();
  }

  #take(command: StreamCommand): void {
    if (this.#isClosed) return;
    this.#call.take(command);
    this.#arm();
  }

  #tell(event: StreamEvent): void {
    if (event.kind === 'fed' && this.#burst) {
      for (const ms of event.report.cleared) this.#burst.droppedMs += ms;
    }
    this.#session.take(event);
  }

  /** Ticks as long as there is something to do. */
  #arm(): void {
    const isIdle = this.#taps.isEmpty && !this.#feeds.isBusy && !this.#burst;
    if (this.#timer || this.#isClosed || isIdle) return;
    const { clock } = this.#host;
    const now = clock.now();
    this.#began ??= now;
    const frames = Math.floor((now - this.#began) / FRAME_MS) + 1;
    this.#timer = clock.schedule(this.#began + frames * FRAME_MS, () => {
      this.#timer = undefined;
      this.#tick();
      this.#arm();
    });
  }

  #tick(): void {
    if (!this.#taps.isEmpty) {
      this.#host.sound.incoming.render(this.#host.clock.now() - FRAME_MS, this.#frame);
      this.#taps.linear(this.#frame);
    }
    if (!this.#feeds.next(this.isHeard)) {
      if (!this.#feeds.isBusy) this.#endBurst();
      return;
    }
    this.#burst ??= this.#beginBurst();
    const ms = this.#feeds.samples / SAMPLES_PER_MS;
    this.#burst.frames.push(this.#feeds.frame.slice());
    this.#burst.sentMs += ms;
    if (this.isHeard) this.#burst.heardMs += ms;
  }

  #beginBurst(): Burst {
    const frames: Int16Array[] = [];
    const at = (position: number): number =>
      frames[Math.floor(position / FRAME_SAMPLES)]?.[position % FRAME_SAMPLES] ?? 0;
    const endSound = this.#host.sound.play(Number.POSITIVE_INFINITY, () => ({ kind: 'computed', at }));
    const free = this.#host.occupy();
    const end = (): void => {
      endSound();
      free();
    };
    const burst = { startedAt: this.#host.clock.now(), frames, end, sentMs: 0, heardMs: 0, droppedMs: 0 };
    this.#bursts.push(burst);
    this.#host.began();
    return burst;
  }

  #endBurst(): void {
    this.#burst?.end();
    this.#burst = undefined;
  }
}
