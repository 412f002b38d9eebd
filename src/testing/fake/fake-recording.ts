import type { RecordOutcome, RecordRequest } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import type { Law } from '../../media/codec/g711.codec.ts';
import { SilenceDetector } from '../../media/level/silence.state.ts';
import { wavHeaderSize, wavSampleBytes } from '../../media/wav/wav-writer.codec.ts';
import { FakeTask } from './fake-task.ts';
import type { MemoryFile } from './memory-files.ts';
import { recordedWav, wavSize } from './recorded-wav.ts';
import type { SoundSource } from './sound-source.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from './sound-track.ts';

/** A recording that does not begin because there is a file already. */
export function refusedRecording(path: string): FakeTask<RecordOutcome> {
  const error = new ChannelError('FILE_EXISTS', `there is a file ${path} already; take another name`);
  const nothing: RecordOutcome = { reason: 'error', durationMs: 0, bytes: 0, audioDetected: false, error };
  return new FakeTask<RecordOutcome>(
    () => nothing,
    () => undefined,
    error,
  );
}

/** A recording of one source for each channel of its file. It ends when a real one would, and is a real WAV file when somebody wants to have it. */
export class FakeRecording implements MemoryFile {
  readonly task: FakeTask<RecordOutcome>;
  readonly #clock: Clock;
  readonly #request: RecordRequest;
  readonly #sources: readonly SoundSource[];
  readonly #law: Law;
  readonly #startedAt: number;
  /** The most samples that it may have, and why it ends then. */
  readonly #limit: number;
  readonly #limitReason: 'timeout' | 'size';
  #outcome: RecordOutcome | undefined;
  #timer: Disposable | undefined;

  constructor(clock: Clock, request: RecordRequest, sources: readonly SoundSource[], law: Law, onEnd: () => void) {
    this.#clock = clock;
    this.#request = request;
    this.#sources = sources;
    this.#law = law;
    this.#startedAt = clock.now();
    const { maxDurationMs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY, format } = request;
    const byTime = Math.floor(maxDurationMs * SAMPLES_PER_MS);
    // In 16-bit words, as the real recorder counts.
    const sampleBytes = wavSampleBytes(format) * sources.length;
    const unit = Math.max(2, sampleBytes);
    const bySize = (Math.max(0, Math.floor((maxBytes - wavHeaderSize(format)) / unit)) * unit) / sampleBytes;
    this.#limit = Math.min(byTime, bySize);
    this.#limitReason = byTime <= bySize ? 'timeout' : 'size';
    this.task = new FakeTask<RecordOutcome>(
      () => (this.#outcome ??= this.#outcomeOf('stopped')),
      () => {
        this.#timer?.[Symbol.dispose]();
        onEnd();
      },
    );
    this.arm();
  }

  get durationMs(): number {
    return this.#samples / SAMPLES_PER_MS;
  }

  wav(): Uint8Array {
    return recordedWav(this.#request.format, {
      sources: this.#sources,
      from: this.#startedAt,
      samples: this.#samples,
      law: this.#law,
    });
  }

  end(reason: RecordOutcome['reason']): void {
    if (this.#outcome) return;
    this.#outcome = this.#outcomeOf(reason);
    this.task.end(this.#outcome);
  }

  press(digit: string): void {
    if (this.#request.bargeIn.includes(digit)) this.end('bargein');
  }

  /** What is on the track has changed: finds out anew when it will end by itself. */
  arm(): void {
    this.#timer?.[Symbol.dispose]();
    const limitAt = this.#startedAt + this.#limit / SAMPLES_PER_MS;
    const silenceAt = this.#silentAt(limitAt);
    const [at, reason] = silenceAt < limitAt ? [silenceAt, 'silence' as const] : [limitAt, this.#limitReason];
    if (at === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.schedule(at, () => this.end(reason));
  }

  /** Samples so far: whole frames, as the real recorder has them, and the limit at most. */
  get #samples(): number {
    if (this.#outcome) return this.#outcome.durationMs * SAMPLES_PER_MS;
    const frames = Math.floor((this.#clock.now() - this.#startedAt) / FRAME_MS);
    return Math.min(frames * FRAME_SAMPLES, this.#limit);
  }

  #outcomeOf(reason: RecordOutcome['reason']): RecordOutcome {
    const samples = reason === this.#limitReason ? this.#limit : this.#samples;
    return {
      reason,
      durationMs: samples / SAMPLES_PER_MS,
      bytes: wavSize(this.#request.format, samples, this.#sources.length),
      audioDetected: this.#isHeard(samples),
    };
  }

  get #lastAt(): number {
    return Math.max(...this.#sources.map(({ lastAt }) => lastAt));
  }

  #level(at: number): number {
    return Math.max(...this.#sources.map((source) => source.level(at)));
  }

  /** When the silence will have been too long if nothing more comes than what is on the track. */
  #silentAt(limitAt: number): number {
    const { maxSilenceMs, initialSilenceMs = maxSilenceMs } = this.#request;
    if (maxSilenceMs === undefined && initialSilenceMs === undefined) return Number.POSITIVE_INFINITY;
    const silence = new SilenceDetector();
    const lastAt = this.#lastAt;
    // Somebody is heard until further notice; this is called again when that ends.
    if (lastAt === Number.POSITIVE_INFINITY) return lastAt;
    for (let at = this.#startedAt; at < limitAt; at += FRAME_MS) {
      silence.frame(this.#level(at));
      const allowed = silence.heard ? maxSilenceMs : initialSilenceMs;
      if (allowed === undefined && silence.heard) break;
      if (allowed !== undefined && silence.silenceMs >= allowed) return at + FRAME_MS;
      if (allowed === undefined && at > lastAt) break;
    }
    return Number.POSITIVE_INFINITY;
  }

  #isHeard(samples: number): boolean {
    const silence = new SilenceDetector();
    const end = Math.min(this.#startedAt + samples / SAMPLES_PER_MS, this.#lastAt);
    for (let at = this.#startedAt; at < end && !silence.heard; at += FRAME_MS) silence.frame(this.#level(at));
    return silence.heard;
  }
}
