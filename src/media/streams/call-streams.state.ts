import { Feed } from './feed.state.ts';
import type { Feeds } from './feeds.state.ts';
import type { StreamCommand, StreamEvent } from './stream-protocol.ts';
import { Tap } from './tap.state.ts';
import type { Taps } from './taps.state.ts';

/** The streams of samples of one call, at the end of the engine: commands come in, events go out. */
export class CallStreams {
  readonly #taps: Taps;
  readonly #feeds: Feeds;
  readonly #post: (event: StreamEvent) => void;
  readonly #tapping = new Map<number, Tap>();
  readonly #feeding = new Map<number, Feed>();

  constructor(taps: Taps, feeds: Feeds, post: (event: StreamEvent) => void) {
    this.#taps = taps;
    this.#feeds = feeds;
    this.#post = post;
  }

  /** Carries out a command. Those for a stream that is not there are late and mean nothing. */
  take(command: StreamCommand): void {
    const { stream } = command;
    switch (command.kind) {
      case 'tap': {
        const tap = new Tap(command.request, (samples) => this.#post({ kind: 'heard', stream, samples }));
        this.#tapping.set(stream, tap);
        this.#taps.add(tap);
        break;
      }
      case 'feed': {
        const { sampleRate } = command.request;
        const feed = new Feed(sampleRate, (report) => this.#post({ kind: 'fed', stream, report }));
        this.#feeding.set(stream, feed);
        this.#feeds.add(feed);
        break;
      }
      case 'samples':
        this.#feeding.get(stream)?.push(command.samples);
        break;
      case 'mark':
        this.#feeding.get(stream)?.mark(command.mark);
        break;
      case 'clear':
        this.#feeding.get(stream)?.clear();
        break;
      case 'close':
        this.#close(stream);
        break;
    }
  }

  #close(stream: number): void {
    const tap = this.#tapping.get(stream);
    if (tap) this.#taps.remove(tap);
    this.#tapping.delete(stream);
    const feed = this.#feeding.get(stream);
    if (feed) this.#feeds.remove(feed);
    this.#feeding.delete(stream);
  }
}
