import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import type { AwaitDisk } from '../../disk.ts';
import type { ChannelError } from '../../errors.ts';
import type { CallMedia } from '../core/call-media.ts';
import { WavSink } from '../wav/wav-sink.ts';
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
  readonly #request: RecordRequest;
  readonly #host: RecordTaskHost;
  readonly #disk: AwaitDisk;
  #sink: WavSink | undefined;
  #fault: ChannelError | undefined;
  /** Set when it was ended before the file was there. */
  #endedEarly: RecordOutcome['reason'] | undefined;
  #recording = false;
  #work: Promise<void> = Promise.resolve();

  constructor(task: number, request: RecordRequest, host: RecordTaskHost, awaitDisk: AwaitDisk) {
    this.#task = task;
    this.#request = request;
    this.#host = host;
    this.#disk = awaitDisk;
  }

  begin(): void {
    this.#work = this.#open();
  }

  /** A key that is pressed while the file is being opened counts already. */
  digit(digit: string): void {
    if (!this.#recording && this.#request.bargeIn.includes(digit)) this.#endedEarly ??= 'bargein';
  }

  stop(reason: 'stopped' | 'closed'): void {
    if (this.#recording) this.#host.media.stop(this.#task, reason);
    else this.#endedEarly ??= reason;
  }

  write(samples: Uint8Array): void {
    this.#sink?.write(samples);
  }

  /** The recorder is done. */
  end(reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void {
    this.#work = this.#finish(reason, durationMs, audioDetected);
  }

  /** Resolves when the file is complete and closed. Called after the end. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #open(): Promise<void> {
    const { path, format, ifExists } = this.#request;
    try {
      this.#sink = await this.#disk(WavSink.open(path, format, ifExists, (error) => this.#fail(error), this.#disk));
    } catch (error) {
      const outcome = {
        reason: 'error',
        durationMs: 0,
        bytes: 0,
        audioDetected: false,
        error: toPlainError(error),
      } as const;
      this.#host.finished(this.#task, outcome, true);
      return;
    }
    this.#host.started(this.#task);
    if (this.#endedEarly) {
      await this.#finish(this.#endedEarly, 0, false);
      return;
    }
    this.#recording = true;
    this.#host.media.record(this.#task, this.#request);
  }

  #fail(error: ChannelError): void {
    this.#fault = error;
    this.#host.media.stop(this.#task, 'error');
  }

  async #finish(reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): Promise<void> {
    const bytes = (await this.#sink?.finish()) ?? 0;
    const fault = this.#fault;
    this.#host.finished(
      this.#task,
      { reason: fault ? 'error' : reason, durationMs, bytes, audioDetected, error: fault && toPlainError(fault) },
      false,
    );
  }
}
