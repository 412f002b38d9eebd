import type { PlayOutcome } from '../../channel/play-port.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { PCMA, PCMU } from '../codec/g711.codec.ts';
import type { CallMedia } from '../core/call-media.ts';
import type { CodecName } from '../negotiation/plan.ts';
import type { AudioReader } from '../play/audio-reader.ts';
import { FileReader, type FileReaderContext } from '../play/file-reader.ts';
import { Playlist } from '../play/playlist.ts';
import { SamplesReader } from '../play/samples-reader.ts';
import { SilenceReader } from '../play/silence-reader.ts';
import { StreamReader } from '../play/stream-reader.ts';
import { ToneReader } from '../play/tone-reader.ts';
import type { EnginePlayRequest, EngineSource, PlayControl } from './play-protocol.ts';
import { PlayTask } from './play-task.ts';
import type { EngineEvent, TaskOutcome } from './protocol.ts';

export interface CallPlaysHost {
  readonly call: number;
  readonly media: CallMedia;
  finished(task: number, outcome: TaskOutcome, unstarted: boolean): void;
}

export interface CallPlaysContext extends FileReaderContext {
  post(event: EngineEvent): void;
}

/** Everything that a call plays: one thing in the foreground and one in the background. */
export class CallPlays {
  readonly #host: CallPlaysHost;
  readonly #context: CallPlaysContext;
  readonly #tasks = new Map<number, PlayTask>();

  constructor(host: CallPlaysHost, context: CallPlaysContext) {
    this.#host = host;
    this.#context = context;
  }

  /** Those that run, and those that are being closed. */
  get all(): readonly PlayTask[] {
    return [...this.#tasks.values()];
  }

  /** Begins to play. @returns why that cannot be. */
  begin(task: number, request: EnginePlayRequest, isBackground: boolean, codec: CodecName): ChannelError | undefined {
    const { media, call } = this.#host;
    const { post, clock } = this.#context;
    const { bargeIn, bargeInOnSpeech, volume, loop = false, positionMs = 0 } = request;
    const streams = new Map<number, StreamReader>();
    let readers: AudioReader[];
    try {
      readers = request.sources.map((source, index) => this.#reader(source, task, index, codec, streams));
    } catch (error) {
      return asRefusal(error);
    }
    const [only] = readers;
    if (!only) return new ChannelError('INVALID_ARGUMENT', 'there is nothing to be played');
    const player = media.play(task, { bargeIn, bargeInOnSpeech, volume, isBackground });
    if (!player) return new ChannelError('BUSY', 'this call is playing already');
    if (positionMs > 0) player.restart(positionMs * 8);
    const play = new PlayTask({
      player,
      reader: loop || readers.length > 1 ? new Playlist(readers, loop) : only,
      streams,
      law: codec === 'PCMU' ? PCMU : PCMA,
      positionMs,
      host: {
        wallNow: () => clock.wallNow(),
        started: (anchor) => post({ type: 'started', call, task, anchor }),
        moved: (anchor) => post({ type: 'moved', call, task, anchor }),
        fail: () => media.stop(task, 'error'),
        finished: (outcome, unstarted) => this.#host.finished(task, outcome, unstarted),
      },
    });
    this.#tasks.set(task, play);
    play.feed();
    return undefined;
  }

  control(task: number, control: PlayControl): void {
    this.#tasks.get(task)?.control(control);
  }

  hungry(task: number): void {
    this.#tasks.get(task)?.feed();
  }

  moved(task: number): void {
    this.#tasks.get(task)?.tell();
  }

  ended(task: number, end: Omit<PlayOutcome, 'error'>): void {
    const play = this.#tasks.get(task);
    play?.end(end);
    void play?.settled().then(() => this.#tasks.delete(task));
  }

  #reader(
    source: EngineSource,
    task: number,
    index: number,
    codec: CodecName,
    streams: Map<number, StreamReader>,
  ): AudioReader {
    const law = codec === 'PCMU' ? PCMU : PCMA;
    const { awaitDisk, post } = this.#context;
    switch (source.kind) {
      case 'file':
        return new FileReader(source, codec, this.#context);
      case 'tone':
        return new ToneReader(source.tone, law);
      case 'silence':
        return new SilenceReader(source.ms, law);
      case 'samples':
        return new SamplesReader(source.samples, source.sampleRate, law, awaitDisk);
      case 'stream': {
        const { call } = this.#host;
        const want = (samples: number): void => post({ type: 'wanted', call, task, source: index, samples });
        const stream = new StreamReader({ ...source.stream, law, awaitDisk, want });
        streams.set(index, stream);
        return stream;
      }
    }
  }
}

/** A source that makes no sense is refused; anything else is a fault. */
function asRefusal(error: unknown): ChannelError {
  if (isChannelError(error)) return error;
  throw error;
}
