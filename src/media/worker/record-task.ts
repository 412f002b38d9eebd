import type { CallRecordRequest, RecordControl, RecordOutcome, RecordRequest } from '../../channel/record-port.ts';
import type { AwaitDisk } from '../../disk.ts';
import { type ChannelError, isChannelError } from '../../errors.ts';
import type { CallMedia } from '../core/call-media.ts';
import { OpusFile } from '../source/opus-file.ts';
import { unwritable } from '../wav/wav-file.ts';
import { WavSink } from '../wav/wav-sink.ts';
import { type WavShape, wavSamples } from '../wav/wav-writer.codec.ts';
import { toPlainError } from './plain-error.ts';
import type { Plain } from './protocol.ts';

export interface RecordTaskHost {
  readonly media: CallMedia;
  started(task: number): void;
  finished(task: number, outcome: Plain<RecordOutcome>, unstarted: boolean): void;
}

/** Writes a recording of a call to its file. */
export class RecordTask {
  readonly #task: number;
  readonly #request: RecordRequest | CallRecordRequest;
  readonly #host: RecordTaskHost;
  readonly #disk: AwaitDisk;
  #sink: WavSink | undefined;
  /** What the WAV file is to become, and its name until then. */
  #opus: { readonly file: OpusFile; readonly wav: string } | undefined;
  #fault: ChannelError | undefined;
  /** Set when it was ended before the file was there. */
  #endedEarly: RecordOutcome['reason'] | undefined;
  #isRecording = false;
  #isDiscarded = false;
  #isOpening = true;
  #work: Promise<void> = Promise.resolve();

  constructor(task: number, request: RecordRequest | CallRecordRequest, host: RecordTaskHost, awaitDisk: AwaitDisk) {
    this.#task = task;
    this.#request = request;
    this.#host = host;
    this.#disk = awaitDisk;
  }

  /** Whether it records both sides. */
  get isOfCall(): boolean {
    return 'channels' in this.#request;
  }

  begin(): void {
    this.#work = this.#open();
  }

  /** A key that is pressed while the file is being opened counts already. */
  digit(digit: string): void {
    const bargeIn = 'bargeIn' in this.#request ? this.#request.bargeIn : '';
    if (!this.#isRecording && bargeIn.includes(digit)) this.#endedEarly ??= 'bargein';
  }

  stop(reason: 'stopped' | 'closed'): void {
    if (this.#isRecording) this.#host.media.stop(this.#task, reason);
    else this.#endedEarly ??= reason;
  }

  /** @returns whether it is so now; otherwise it is over. */
  control(control: RecordControl): boolean {
    return this.#isRecording && this.#host.media.controlRecording(this.#task, control);
  }

  /** Ends it and throws it away, unless it is over. */
  cancel(): void {
    if (!this.#isRecording && !this.#isOpening) return;
    this.#isDiscarded = true;
    this.stop('stopped');
  }

  write(samples: Uint8Array): void {
    this.#sink?.write(samples);
  }

  /** The recorder is done. */
  end(reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void {
    if (!this.#isRecording) {
      // Its file is being opened, and closed as soon as it is; or it is being closed already.
      this.#endedEarly ??= reason;
      return;
    }
    this.#isRecording = false;
    this.#work = this.#finish(reason, durationMs, audioDetected);
  }

  /** Resolves when the file is complete and closed. Called after the end. */
  async settled(): Promise<void> {
    await this.#work;
  }

  get #shape(): WavShape {
    const request = this.#request;
    const channels = 'channels' in request && request.channels === 'stereo' ? 2 : 1;
    return { format: wavSamples(request.format), rate: request.rate ?? 8000, channels };
  }

  async #open(): Promise<void> {
    const request = this.#request;
    try {
      this.#sink = request.format === 'OGG_OPUS' ? await this.#openBeside() : await this.#openAt(request.path);
    } catch (error) {
      const nothing = { durationMs: 0, bytes: 0, audioDetected: false };
      this.#host.finished(this.#task, { ...nothing, reason: 'error', error: toPlainError(error) }, true);
      return;
    }
    this.#isOpening = false;
    this.#host.started(this.#task);
    if (this.#endedEarly) {
      await this.#finish(this.#endedEarly, 0, false);
      return;
    }
    this.#isRecording = true;
    const usedBytes = this.#sink.size;
    if ('channels' in request) this.#host.media.recordCall(this.#task, { ...request, usedBytes });
    else this.#host.media.record(this.#task, { ...request, usedBytes });
  }

  #openAt(path: string, ifExists = this.#request.ifExists): Promise<WavSink> {
    const onFault = (error: ChannelError): void => this.#fail(error);
    return this.#disk(WavSink.open(path, this.#shape, ifExists, onFault, this.#disk));
  }

  /** Opens a WAV file beside the file that it is to become, under a name that nothing has. */
  async #openBeside(): Promise<WavSink> {
    const { path, ifExists } = this.#request;
    const file = await this.#disk(OpusFile.prepare(path, ifExists === 'overwrite'));
    for (let count = 1; ; count++) {
      const wav = `${path}.${count}.wav`;
      try {
        const sink = await this.#openAt(wav, 'fail');
        this.#opus = { file, wav };
        return sink;
      } catch (error) {
        if (!isChannelError(error) || error.code !== 'FILE_EXISTS') throw error;
      }
    }
  }

  async #encode(): Promise<number> {
    const bytes = (await this.#sink?.finish()) ?? 0;
    const opus = this.#opus;
    // After a fault, what is there is better than what would come of trying more.
    if (!opus || this.#fault) return bytes;
    try {
      return await this.#disk(opus.file.encode(opus.wav, this.#shape.channels));
    } catch (error) {
      this.#fault = isChannelError(error) ? error : unwritable(this.#request.path, error);
      return bytes;
    }
  }

  #fail(error: ChannelError): void {
    this.#fault = error;
    this.#host.media.stop(this.#task, 'error');
  }

  async #finish(reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): Promise<void> {
    const isDiscarded = this.#isDiscarded;
    const bytes = isDiscarded ? 0 : await this.#encode();
    if (isDiscarded) await this.#sink?.discard();
    const fault = this.#fault;
    const outcome = {
      reason: fault ? 'error' : reason,
      durationMs,
      bytes,
      audioDetected,
      isDiscarded,
      error: fault && toPlainError(fault),
    } as const;
    this.#host.finished(this.#task, outcome, false);
  }
}
