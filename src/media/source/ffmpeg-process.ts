import type { Readable, Writable } from 'node:stream';
import type prism from 'prism-media';
import { unusable } from './ffmpeg-program.ts';
import type { FfmpegReport } from './ffmpeg-report.codec.ts';

type Prism = typeof prism;
type Child = InstanceType<Prism['FFmpeg']>['process'];
/** A child whose three streams are pipes, as the package starts it. */
type PipedChild = Child & { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable };

/** How a process came to its end. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A second of 16-bit samples at 8 kHz. */
const PIECE_BYTES = 16_000;

/** Those that run now. */
const running = new Set<FfmpegProcess>();

function killAll(): void {
  for (const child of running) child.kill();
}

/** An ffmpeg that runs. It is gone when the program ends, whatever way it ends: at the latest when its pipes break. */
export class FfmpegProcess {
  readonly stdin: Writable;
  /** Resolves when nothing of it is left. Rejects with `DECODER_MISSING` when it could not be started. */
  readonly ended: Promise<ProcessEnd>;
  /** Resolves when it has said all it knows about its input. */
  readonly begun: Promise<void>;
  readonly #child: PipedChild;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #killed = false;

  private constructor(child: PipedChild, program: string, report: FfmpegReport) {
    this.#child = child;
    this.stdin = child.stdin;
    this.#pieces = child.stdout.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
    this.begun = new Promise((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        report.push(text);
        if (report.begun) resolve();
      });
    });
    child.stderr.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', (error) => {
        if (child.pid === undefined) reject(unusable(program, error));
      });
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    if (running.size === 0) process.on('exit', killAll);
    running.add(this);
    this.ended.then(
      () => this.#forget(),
      () => this.#forget(),
    );
  }

  /** @param report - is told what it says */
  static async start(program: string, args: readonly string[], report: FfmpegReport): Promise<FfmpegProcess> {
    const { default: loaded } = await import('prism-media');
    return new FfmpegProcess(spawn(loaded, program, args), program, report);
  }

  /** Whether it was ended from here. */
  get killed(): boolean {
    return this.#killed;
  }

  /** The next second of its output or less, or `undefined` at the end. No more is read ahead than Node reads of a pipe, 128 KiB. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0) {
      try {
        const { value, done } = await this.#pieces.next();
        if (done) return undefined;
        this.#rest = value;
      } catch {
        // The pipe was cut; `ended` tells why.
        return undefined;
      }
    }
    const piece = this.#rest.subarray(0, PIECE_BYTES);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Ends it at once. Safe to repeat. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.#rest = new Uint8Array(0);
    this.#child.kill('SIGKILL');
    // What a script has started in its place sees its pipes break.
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe.destroy();
  }

  #forget(): void {
    running.delete(this);
    if (running.size === 0) process.off('exit', killAll);
  }
}

/**
 * The package looks for ffmpeg by itself, and waits for programs while it does so. It asks `getInfo` for what it has found, so for
 * this moment, in which nobody else can ask, that names the program found already.
 */
function spawn({ FFmpeg }: Prism, program: string, args: readonly string[]): PipedChild {
  const getInfo = FFmpeg.getInfo;
  FFmpeg.getInfo = () => ({ command: program, info: '', version: '', output: '' });
  try {
    const ffmpeg = new FFmpeg({ args: [...args], shell: false });
    // It repeats the errors of the pipes, which break whenever ffmpeg ends before its input.
    ffmpeg.on('error', () => undefined);
    return ffmpeg.process as PipedChild;
  } catch (error) {
    throw unusable(program, error);
  } finally {
    FFmpeg.getInfo = getInfo;
  }
}
