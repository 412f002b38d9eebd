import type { CallRecordRequest, RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
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
  readonly #request: RecordRequest | CallRecordRequest;
  readonly #host: RecordTaskHost;
  readonly #disk: AwaitDisk;
  #sink: WavSink | undefined;
  #fault: ChannelError | undefined;
  /** Set when it was ended before the file was there. */
  #endedEarly: RecordOutcome['reason'] | undefined;
  #recording = false;
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
    if (!this.#recording && bargeIn.includes(digit)) this.#endedEarly ??= 'bargein';
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
    const request = this.#request;
    const { path, format, ifExists } = request;
    const channels = 'channels' in request && request.channels === 'stereo' ? 2 : 1;
    try {
      const onFault = (error: ChannelError): void => this.#fail(error);
      this.#sink = await this.#disk(WavSink.open(path, format, ifExists, onFault, this.#disk, channels));
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
    if ('channels' in request) this.#host.media.recordCall(this.#task, request);
    else this.#host.media.record(this.#task, request);
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
