import { constants, type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { moveFile } from '../../move-file.ts';
import { withAdvice } from '../wav/file-advice.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { findFfmpeg } from './ffmpeg-program.ts';
import { FfmpegReport } from './ffmpeg-report.codec.ts';

/** Bits per second of each channel: speech in full quality (RFC 7587 §3.1.1). */
const BIT_RATE = 32_000;
/** An ffmpeg that gives nothing for so long hangs. It takes real time also where time is virtual. */
const HANGS_MS = 60_000;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** An Ogg file in Opus that a finished WAV file is to become. */
export class OpusFile {
  readonly #path: string;
  readonly #program: string;
  readonly #replaces: boolean;
  readonly #clock: Clock;

  private constructor(path: string, program: string, replaces: boolean, clock: Clock) {
    this.#path = path;
    this.#program = program;
    this.#replaces = replaces;
    this.#clock = clock;
  }

  /**
   * Looks whether it can be made. Rejects with `ChannelError` `DECODER_MISSING`, `FILE_EXISTS` or `FILE_UNWRITABLE`, having written
   * nothing.
   *
   * @param replaces - whether it may take the place of a file that is there.
   */
  static async prepare(path: string, replaces: boolean, clock: Clock = systemClock): Promise<OpusFile> {
    const program = await findFfmpeg();
    const there = await lstat(path).catch(() => undefined);
    if (there && !replaces) throw exists(path);
    if (there && !there.isFile()) throw new ChannelError('FILE_UNWRITABLE', `${path} is no file; choose another name`);
    return new OpusFile(path, program, replaces, clock);
  }

  /**
   * Encodes a WAV file, which is deleted then. Rejects with a `ChannelError`, and leaves it where it is.
   *
   * @returns the size of the Ogg file in bytes.
   */
  async encode(wav: string, channels: 1 | 2): Promise<number> {
    const unfinished = `${wav}.ogg`;
    try {
      const bytes = await this.#write(wav, unfinished, channels);
      await this.#put(unfinished);
      await rm(wav, { force: true });
      return bytes;
    } catch (error) {
      // A folder that takes nothing new may let nothing go either.
      await rm(unfinished, { force: true }).catch(() => undefined);
      if (isChannelError(error)) throw error;
      throw new ChannelError('FILE_UNWRITABLE', `${this.#path} cannot be written: ${withAdvice(error)}. ${kept(wav)}`, {
        cause: error,
      });
    }
  }

  async #put(unfinished: string): Promise<void> {
    try {
      await moveFile(unfinished, this.#path, this.#replaces ? 'overwrite' : 'fail');
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? exists(this.#path) : error;
    }
  }

  async #write(wav: string, unfinished: string, channels: 1 | 2): Promise<number> {
    const file = await open(unfinished, CREATE);
    try {
      return await this.#encodeInto(file, wav, channels);
    } finally {
      await file.close();
    }
  }

  async #encodeInto(file: FileHandle, wav: string, channels: 1 | 2): Promise<number> {
    const report = new FfmpegReport(`file:${wav}`);
    const ffmpeg = await FfmpegProcess.start(this.#program, encodeArguments(wav, channels), report);
    let bytes = 0;
    try {
      for (let piece = await this.#next(ffmpeg, wav); piece; piece = await this.#next(ffmpeg, wav)) {
        await file.writeFile(piece);
        bytes += piece.length;
      }
    } catch (error) {
      ffmpeg.kill();
      await ffmpeg.ended;
      throw error;
    }
    const { code } = await ffmpeg.ended;
    if (code === 0 && bytes > 0) return bytes;
    throw this.#failed(report.complaint() ?? `it ended with code ${code}`, wav);
  }

  async #next(ffmpeg: FfmpegProcess, wav: string): Promise<Uint8Array | undefined> {
    let hangs = false;
    using _ = this.#clock.schedule(this.#clock.now() + HANGS_MS, () => {
      hangs = true;
      ffmpeg.kill();
    });
    const piece = await ffmpeg.read();
    if (hangs) throw this.#failed(`it gave nothing for ${HANGS_MS / 1000} s`, wav);
    return piece;
  }

  #failed(why: string, wav: string): ChannelError {
    return new ChannelError('FILE_UNWRITABLE', `ffmpeg could not encode ${this.#path}: ${why}. ${kept(wav)}`);
  }
}

/** Arguments with which ffmpeg writes Opus to its standard output, which is to be added as the last one. */
function encodeArguments(wav: string, channels: 1 | 2): readonly string[] {
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'level+info'],
    ...['-protocol_whitelist', 'file,pipe', '-f', 'wav', '-i', `file:${wav}`],
    ...['-c:a', 'libopus', '-application', 'voip', '-b:a', String(BIT_RATE * channels), '-f', 'ogg'],
  ];
}

function exists(path: string): ChannelError {
  return new ChannelError('FILE_EXISTS', `${path} exists already; choose another name or overwrite it`);
}

function kept(wav: string): string {
  return `The recording is kept as ${wav}`;
}
