import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import { FakeTask } from './fake-task.ts';

const WAV_HEADER_BYTES = 44;

/** A recording of nothing: it knows when somebody speaks, and keeps its limits in virtual time. */
export class FakeRecording {
  readonly task: FakeTask<RecordOutcome>;
  readonly #clock: Clock;
  readonly #request: RecordRequest;
  readonly #startedAt: number;
  readonly #bytesPerMs: number;
  /** When the last sound ends or ended; undefined before the first. */
  #soundUntil: number | undefined;
  #timer: Disposable | undefined;

  constructor(
    clock: Clock,
    request: RecordRequest,
    soundUntil: number | undefined,
    onEnd: (outcome: RecordOutcome) => void,
  ) {
    this.#clock = clock;
    this.#request = request;
    this.#startedAt = clock.now();
    this.#bytesPerMs = request.format === 'PCM16' ? 16 : 8;
    this.#soundUntil = soundUntil !== undefined && soundUntil > this.#startedAt ? soundUntil : undefined;
    this.task = new FakeTask<RecordOutcome>(
      () => this.outcome('stopped'),
      () => {
        this.#timer?.[Symbol.dispose]();
        onEnd(this.outcome('stopped'));
      },
    );
    this.#arm();
  }

  /** The far end makes itself heard until then. */
  hear(until: number): void {
    this.#soundUntil = Math.max(until, this.#soundUntil ?? 0);
    this.#arm();
  }

  press(digit: string): void {
    if (this.#request.bargeIn.includes(digit)) this.task.end(this.outcome('bargein'));
  }

  outcome(reason: RecordOutcome['reason']): RecordOutcome {
    const durationMs = this.#clock.now() - this.#startedAt;
    return {
      reason,
      durationMs,
      bytes: WAV_HEADER_BYTES + durationMs * this.#bytesPerMs,
      audioDetected: this.#soundUntil !== undefined,
    };
  }

  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    const [at, reason] = this.#nextLimit();
    if (reason === undefined) return;
    this.#timer = this.#clock.schedule(at, () => this.task.end(this.outcome(reason)));
  }

  #nextLimit(): readonly [number, RecordOutcome['reason'] | undefined] {
    const { maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs = maxSilenceMs } = this.#request;
    const silence = this.#soundUntil === undefined ? initialSilenceMs : maxSilenceMs;
    let earliest: readonly [number, RecordOutcome['reason'] | undefined] = [Number.POSITIVE_INFINITY, undefined];
    const consider = (at: number, reason: RecordOutcome['reason']): void => {
      if (at < earliest[0]) earliest = [at, reason];
    };
    if (maxDurationMs !== undefined) consider(this.#startedAt + maxDurationMs, 'timeout');
    if (maxBytes !== undefined) consider(this.#startedAt + (maxBytes - WAV_HEADER_BYTES) / this.#bytesPerMs, 'size');
    if (silence !== undefined) consider((this.#soundUntil ?? this.#startedAt) + silence, 'silence');
    return earliest;
  }
}
