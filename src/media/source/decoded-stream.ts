import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { PcmStream } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { DECODED_RATE, ffmpegArguments, ffmpegInput } from './ffmpeg-arguments.codec.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { FfmpegReport } from './ffmpeg-report.codec.ts';
import type { Medium } from './medium.codec.ts';

/** An ffmpeg that gives nothing for so long hangs. */
const HANGS_MS = 15_000;
/** What ffmpeg ends with when it is told to by a signal. */
const STOPPED = 255;
/** How long its words about the length are waited for once there is audio. */
const REPORT_MS = 500;

/** Fills the input of ffmpeg. Rejects with what the playing is to fail with. When the signal is aborted no more of it is wanted. */
export type Feed = (stdin: Writable, signal: AbortSignal) => Promise<void>;

export interface DecodingRequest {
  readonly program: string;
  /** How messages call it. */
  readonly name: string;
  readonly medium: Medium;
  /** A file by its absolute path, or something that comes through a pipe. */
  readonly input: { readonly path: string } | { readonly feed: Feed };
  readonly clock: Clock;
  /** Gives up the opening. */
  readonly signal: AbortSignal;
}

/** Audio that ffmpeg decodes while it is played. Of what it has decoded never more waits than fits into its pipe. */
export class DecodedStream implements PcmStream {
  readonly sampleRate = DECODED_RATE;
  readonly isRealWork = true;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #process: FfmpegProcess;
  readonly #report: FfmpegReport;
  readonly #feeding = new AbortController();
  readonly #fed: Promise<void>;
  /** What the first reading gave. */
  #first: Int16Array | undefined;
  /** Half a sample from the end of the last piece. */
  #half: number | undefined;
  #fault: ChannelError | undefined;
  #heard = false;
  #closed = false;

  private constructor({ name, clock, input }: DecodingRequest, process: FfmpegProcess, report: FfmpegReport) {
    this.#name = name;
    this.#clock = clock;
    this.#process = process;
    this.#report = report;
    const feed: Feed = 'feed' in input ? input.feed : noInput;
    this.#fed = feed(process.stdin, this.#feeding.signal)
      .catch((error: unknown) => {
        if (!this.#feeding.signal.aborted) this.#fault = isChannelError(error) ? error : this.#invalid(String(error));
      })
      .finally(() => process.stdin.end());
    const stop = (): void => this.#feeding.abort();
    process.ended.then(stop, stop);
  }

  /** Resolves when the first audio is there. Rejects with a `ChannelError`, or with the reason of the signal, and leaves nothing. */
  static async open(request: DecodingRequest): Promise<DecodedStream> {
    const { program, medium, input, signal } = request;
    const path = 'path' in input ? input.path : undefined;
    const report = new FfmpegReport(ffmpegInput(medium, path));
    signal.throwIfAborted();
    const process = await FfmpegProcess.start(program, ffmpegArguments(medium, path), report);
    const stream = new DecodedStream(request, process, report);
    const onAbort = (): void => process.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      stream.#first = await stream.#next();
      signal.throwIfAborted();
      if (!stream.#first) throw stream.#silent();
      await stream.#reported();
      signal.throwIfAborted();
      return stream;
    } catch (error) {
      await stream.close();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  get durationMs(): number | undefined {
    return this.#report.durationMs;
  }

  async read(): Promise<Int16Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    return this.#closed ? undefined : (first ?? this.#next());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#first = undefined;
    this.#feeding.abort();
    this.#process.kill();
    await Promise.allSettled([this.#process.ended, this.#fed]);
  }

  /** What it says of the length may arrive a little after the first audio, and a script in its place may keep it back. */
  async #reported(): Promise<void> {
    let timer: Disposable | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = this.#clock.schedule(this.#clock.now() + REPORT_MS, resolve);
    });
    await Promise.race([this.#process.begun, this.#process.ended, enough]);
    timer?.[Symbol.dispose]();
  }

  async #next(): Promise<Int16Array | undefined> {
    let hangs = false;
    const timer = this.#clock.schedule(this.#clock.now() + HANGS_MS, () => {
      hangs = true;
      this.#process.kill();
    });
    try {
      for (;;) {
        const bytes = await this.#process.read();
        if (!bytes) break;
        const samples = this.#samples(bytes);
        if (samples.length === 0) continue;
        this.#heard = true;
        return samples;
      }
      return await this.#end();
    } catch (error) {
      throw hangs ? this.#invalid(`ffmpeg gave nothing for ${HANGS_MS / 1000} s`) : error;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  /** Why there is no more. A file that is damaged after some audio ends there. */
  async #end(): Promise<undefined> {
    const { code, signal } = await this.#process.ended;
    await this.#fed;
    if (this.#closed) return;
    if (this.#fault) throw this.#fault;
    if (signal || code === STOPPED) throw this.#invalid(`ffmpeg was ended by ${signal ?? 'a signal'}`);
    if (code !== 0 && !this.#heard) throw this.#silent();
  }

  /** 16-bit samples of their own memory, whatever the pieces are that come through the pipe. */
  #samples(bytes: Uint8Array): Int16Array {
    const half = this.#half;
    const before = half === undefined ? 0 : 1;
    const total = before + bytes.length;
    const samples = new Int16Array(total >> 1);
    const view = new Uint8Array(samples.buffer);
    if (half !== undefined && view.length > 0) view[0] = half;
    view.set(bytes.subarray(0, view.length - before), before);
    this.#half = total % 2 === 1 ? bytes[bytes.length - 1] : undefined;
    return samples;
  }

  #silent(): ChannelError {
    return this.#invalid(this.#report.complaint() ?? 'there is no audio in it');
  }

  #invalid(what: string): ChannelError {
    return new ChannelError('FILE_INVALID', `${this.#name} cannot be played: ${what}. Give a complete file with audio`);
  }
}

const noInput: Feed = () => Promise.resolve();

/** Feeds what is in memory. */
export function feedOf(bytes: Uint8Array): Feed {
  return async (stdin, signal) => {
    stdin.end(bytes);
    await closed(stdin, signal);
  };
}

/** Writes one piece and waits until there is room for the next one, or none is wanted any more. */
export async function writePiece(stdin: Writable, piece: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!stdin.writable || stdin.write(piece) || signal.aborted) return;
  await once(stdin, 'drain', { signal }).catch(() => undefined);
}

async function closed(stdin: Writable, signal: AbortSignal): Promise<void> {
  await once(stdin, 'close', { signal }).catch(() => undefined);
}
