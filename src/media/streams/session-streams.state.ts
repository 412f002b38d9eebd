import type { AudioFeed, FeedProgress, FeedRequest, MediaStreams, TapRequest } from '../../channel/tap-port.ts';
import type { FeedReport } from './feed.state.ts';
import type { StreamCommand, StreamEvent } from './stream-protocol.ts';

/** The streams of samples of one call, at the end of the program. */
export class SessionStreams implements MediaStreams {
  readonly #post: (command: StreamCommand) => void;
  readonly #taps = new Map<number, (samples: Int16Array<ArrayBuffer>) => void>();
  readonly #feeds = new Map<number, (report: FeedReport) => void>();
  #count = 0;

  constructor(post: (command: StreamCommand) => void) {
    this.#post = post;
  }

  tap({ sampleRate, frameMs }: TapRequest, take: (samples: Int16Array<ArrayBuffer>) => void): Disposable {
    const stream = ++this.#count;
    this.#taps.set(stream, take);
    this.#post({ kind: 'tap', stream, request: { sampleRate, frameMs } });
    return {
      [Symbol.dispose]: () => {
        if (this.#taps.delete(stream)) this.#post({ kind: 'close', stream });
      },
    };
  }

  feed({ sampleRate }: FeedRequest, tell: (progress: FeedProgress) => void): AudioFeed {
    const stream = ++this.#count;
    let pushed = 0;
    this.#feeds.set(stream, ({ received, aheadMs, ...report }) =>
      // What was on its way to the engine meanwhile is not sent either.
      tell({ ...report, aheadMs: aheadMs + ((pushed - received) * 1000) / sampleRate }),
    );
    const post = (command: StreamCommand): void => {
      if (this.#feeds.has(stream)) this.#post(command);
    };
    post({ kind: 'feed', stream, request: { sampleRate } });
    return {
      push: (samples) => {
        pushed += samples.length;
        post({ kind: 'samples', stream, samples });
      },
      mark: (mark) => post({ kind: 'mark', stream, mark }),
      clear: () => post({ kind: 'clear', stream }),
      close: () => {
        if (this.#feeds.delete(stream)) this.#post({ kind: 'close', stream });
      },
    };
  }

  /** Takes what the engine tells. What is about a stream that is closed comes too late. */
  take(event: StreamEvent): void {
    if (event.kind === 'heard') this.#taps.get(event.stream)?.(event.samples);
    else this.#feeds.get(event.stream)?.(event.report);
  }
}
