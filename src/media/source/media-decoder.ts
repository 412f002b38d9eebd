import type { PcmStream, PlaySource } from '../../channel/play-port.ts';
import type { Decoder } from '../../channel/playback/media-services.ts';
import { type Clock, systemClock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import { type ChannelError, isChannelError } from '../../errors.ts';
import { identifyFile } from '../wav/prompt-cache.ts';
import { SAMPLE_BYTES, type WavFormat, type WavLayout } from '../wav/wav-format.ts';
import { ForeignEncoding, invalid, isWavLayout, scanWav, WAV_SCAN_START } from '../wav/wav-header.codec.ts';
import { openForReading, readAt, readLayout } from '../wav/wav-source.ts';
import { DecodedCache } from './decoded-cache.ts';
import { DecodedStream, type DecodingRequest, type Feed, feedOf, writePiece } from './decoded-stream.ts';
import { Download } from './download.ts';
import { findFfmpeg } from './ffmpeg-program.ts';
import { HEAD_BYTES, type Medium, mediumOf } from './medium.codec.ts';
import { fileBytes, type MemoryBytes, memoryBytes, NativeStream } from './native-stream.ts';

type FileHandle = Awaited<ReturnType<typeof openForReading>>;
type Played = { readonly kind: 'file' } | { readonly kind: 'stream'; readonly stream: PcmStream };

/** Samples in memory that are converted at once; more of them are converted while they are played. */
const MAX_SAMPLES_BYTES = 4_000_000;
/** The largest file that is fetched whole: a WAV file when there is no ffmpeg. */
const MAX_WHOLE_BYTES = 50_000_000;
/** The largest file that is fetched into a file for the sake of seeking. */
const MAX_SEEKING_BYTES = 200_000_000;

export interface MediaDecoderOptions {
  /** Tells the time of day. */
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  /** Finds out that a program or a server hangs: they take real time also where time is virtual. The clock of the machine by default. */
  readonly realClock?: Clock | undefined;
}

/**
 * Makes something that can be played of files of every kind. WAV and files without a header need no program, everything else is
 * decoded by ffmpeg while it is played. Short files are kept decoded.
 */
export class MediaDecoder implements Decoder {
  readonly #clock: Clock;
  readonly #realClock: Clock;
  readonly #disk: AwaitDisk;
  readonly #cache = new DecodedCache();

  constructor({ clock, awaitDisk, realClock = systemClock }: MediaDecoderOptions) {
    this.#clock = clock;
    this.#realClock = realClock;
    this.#disk = awaitDisk;
  }

  file(path: string, name: string, signal: AbortSignal): Promise<PlaySource> {
    return this.#disk(this.#file(path, name, signal));
  }

  bytes(bytes: Uint8Array, name: string, signal: AbortSignal): Promise<PlaySource> {
    return this.#disk(this.#memory(bytes, name, signal));
  }

  url(url: string, signal: AbortSignal): Promise<PlaySource> {
    return this.#disk(this.#url(url, signal));
  }

  async #file(path: string, name: string, signal: AbortSignal): Promise<PlaySource> {
    signal.throwIfAborted();
    const identity = await identifyFile(path, this.#clock.wallNow());
    const known = identity === undefined ? undefined : this.#cache.get(identity);
    if (known === 'plain') return { kind: 'file', name, path, identity };
    if (known) return { kind: 'samples', name, ...known };
    const played = await this.#open(path, name, signal);
    if (played.kind === 'file') {
      if (identity !== undefined) this.#cache.put(identity, 'plain');
      return { kind: 'file', name, path, identity };
    }
    const { stream } = played;
    if (signal.aborted) {
      await stream.close();
      throw signal.reason;
    }
    return { kind: 'stream', name, stream: identity === undefined ? stream : this.#cache.keeping(identity, stream) };
  }

  async #open(path: string, name: string, signal: AbortSignal): Promise<Played> {
    const file = await openForReading(path);
    let reads = false;
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw invalid(name, 'it is not a regular file');
      const medium = mediumOf(await readAt(path, file, 0, HEAD_BYTES), path);
      if (medium.kind === 'raw') {
        reads = true;
        return { kind: 'stream', stream: new NativeStream(fileBytes(path, file, facts.size, formatOf(medium))) };
      }
      const isNamedWav = /\.wav$/i.test(path);
      const refusal = medium.kind === 'wav' || isNamedWav ? await wavRefusal(path, file) : undefined;
      if (medium.kind === 'wav' && !(refusal instanceof ForeignEncoding)) {
        if (refusal) throw refusal;
        return { kind: 'file' };
      }
      const decoding = this.#decode(name, medium, { path }, signal);
      // What is wrong with it as a WAV file says more than that ffmpeg cannot read it either.
      return { kind: 'stream', stream: await decoding.catch((error) => Promise.reject(particular(refusal, error))) };
    } finally {
      if (!reads) await file.close();
    }
  }

  async #memory(bytes: Uint8Array, name: string, signal: AbortSignal): Promise<PlaySource> {
    signal.throwIfAborted();
    const medium = mediumOf(bytes.subarray(0, HEAD_BYTES), name);
    const native = nativeSource(bytes, name, medium);
    if (native) return native;
    return { kind: 'stream', name, stream: await this.#decode(name, medium, { feed: feedOf(bytes) }, signal) };
  }

  async #url(address: string, signal: AbortSignal): Promise<PlaySource> {
    const download = await Download.open(address, this.#realClock, signal);
    const onAbort = (): void => download.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      return await this.#downloaded(download, signal);
    } catch (error) {
      download.close();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #downloaded(download: Download, signal: AbortSignal): Promise<PlaySource> {
    const { name } = download;
    const head = await download.peek(HEAD_BYTES);
    if (head.length === 0) throw download.failed('the server sent nothing');
    const medium = mediumOf(head, download.path);
    let program: string;
    try {
      program = await findFfmpeg();
    } catch (missing) {
      if (medium.kind === 'other') throw missing;
      // Without ffmpeg it can be played when it is all here.
      const bytes = await download.whole(MAX_WHOLE_BYTES);
      const source = nativeSource(bytes, name, medium);
      if (!source) throw missing;
      return source;
    }
    const input = { feed: feedFrom(download, medium) };
    const stream = await DecodedStream.open({ program, name, medium, input, clock: this.#realClock, signal });
    return { kind: 'stream', name, stream };
  }

  async #decode(
    name: string,
    medium: Medium,
    input: DecodingRequest['input'],
    signal: AbortSignal,
  ): Promise<DecodedStream> {
    return DecodedStream.open({ program: await findFfmpeg(), name, medium, input, clock: this.#realClock, signal });
  }
}

/** Why a file is not read as WAV, or nothing when it is. Rejects when it cannot be read at all. */
async function wavRefusal(path: string, file: FileHandle): Promise<ChannelError | undefined> {
  try {
    await readLayout(path, file);
    return undefined;
  } catch (error) {
    if (isChannelError(error) && error.code === 'FILE_INVALID') return error;
    throw error;
  }
}

function particular(refusal: ChannelError | undefined, error: unknown): unknown {
  if (!refusal || !isChannelError(error)) return error;
  const isForWav = error.code === 'DECODER_MISSING' && !(refusal instanceof ForeignEncoding);
  return error.code === 'FILE_INVALID' || isForWav ? refusal : error;
}

/** What is in memory and needs no ffmpeg, or nothing when it needs one. Throws when it is damaged. */
function nativeSource(bytes: Uint8Array, name: string, medium: Medium): PlaySource | undefined {
  if (medium.kind === 'other') return undefined;
  let samples: MemoryBytes;
  if (medium.kind === 'raw') {
    samples = memoryBytes(bytes, formatOf(medium));
  } else {
    const layout = wavLayout(bytes, name);
    if (!layout) return undefined;
    samples = memoryBytes(bytes.subarray(layout.dataOffset, layout.dataOffset + layout.dataLength), layout);
  }
  if (samples.length > MAX_SAMPLES_BYTES) return { kind: 'stream', name, stream: new NativeStream(samples) };
  const { sampleRate } = samples.format;
  return { kind: 'samples', name, samples: samples.all(), sampleRate };
}

function wavLayout(bytes: Uint8Array, name: string): WavLayout | undefined {
  try {
    const result = scanWav(name, bytes, bytes.length, WAV_SCAN_START);
    if (!isWavLayout(result)) throw invalid(name, 'the file is cut off');
    return result;
  } catch (error) {
    if (error instanceof ForeignEncoding) return undefined;
    throw error;
  }
}

function formatOf({ encoding, sampleRate }: Medium & { readonly kind: 'raw' }): WavFormat {
  return { encoding, sampleRate, channels: 1, frameBytes: SAMPLE_BYTES[encoding] };
}

function feedFrom(download: Download, medium: Medium): Feed {
  const limit = medium.kind === 'other' && medium.seeks ? MAX_SEEKING_BYTES : Number.POSITIVE_INFINITY;
  return async (stdin, signal) => {
    const stop = (): void => download.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      let total = 0;
      for (let piece = await download.read(); piece && !signal.aborted; piece = await download.read()) {
        total += piece.length;
        if (total > limit) throw download.failed(`it is larger than ${limit / 1_000_000} MB`);
        await writePiece(stdin, piece, signal);
      }
    } finally {
      download.close();
    }
  };
}
