import type { RecordControl, RecordOutcome } from '../../channel/record-port.ts';
import type { AwaitDisk } from '../../disk.ts';
import type { TaskCommand } from './protocol.ts';
import { RecordTask, type RecordTaskHost } from './record-task.ts';

/** The recordings of one call, from the opening of their files to the closing. */
export class RecordTasks {
  readonly #host: RecordTaskHost;
  readonly #disk: AwaitDisk;
  readonly #tasks = new Map<number, RecordTask>();

  constructor(host: RecordTaskHost, awaitDisk: AwaitDisk) {
    this.#host = host;
    this.#disk = awaitDisk;
  }

  /** Those that are not over. */
  get all(): readonly RecordTask[] {
    return [...this.#tasks.values()];
  }

  /** @returns false when there is one of its kind already. */
  begin({ task, request }: Extract<TaskCommand, { readonly type: 'record' | 'record-call' }>): boolean {
    const record = new RecordTask(task, request, this.#host, this.#disk);
    if (this.all.some(({ isOfCall }) => isOfCall === record.isOfCall)) return false;
    this.#tasks.set(task, record);
    record.begin();
    return true;
  }

  /** @returns false when there is none of that number. */
  stop(task: number, reason: 'stopped' | 'closed'): boolean {
    this.#tasks.get(task)?.stop(reason);
    return this.#tasks.has(task);
  }

  /** @returns whether it is so now; otherwise it is over. */
  control(task: number, control: RecordControl): boolean {
    return this.#tasks.get(task)?.control(control) ?? false;
  }

  cancel(task: number): void {
    this.#tasks.get(task)?.cancel();
  }

  digit(digit: string): void {
    for (const record of this.all) record.digit(digit);
  }

  write(task: number, samples: Uint8Array): void {
    this.#tasks.get(task)?.write(samples);
  }

  /** The recorder is done; the file is not yet. */
  end(task: number, reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void {
    this.#tasks.get(task)?.end(reason, durationMs, audioDetected);
  }

  /** The file is complete. */
  remove(task: number): void {
    this.#tasks.delete(task);
  }
}
