import type {
  RecordControl,
  RecordingTask,
  RecordOutcome,
  RecordProgress,
  RecordRequest,
} from '../../channel/record-port.ts';
import type { Clock } from '../../clock.ts';
import type { ChannelError } from '../../errors.ts';
import type { Law } from '../../media/codec/g711.codec.ts';
import { SILENCE_DBOV } from '../../media/level/level.codec.ts';
import { SilenceDetector } from '../../media/level/silence.state.ts';
import { type WavShape, wavHeaderSize } from '../../media/wav/wav-writer.codec.ts';
import { FakeTask } from './fake-task.ts';
import type { MemoryFile } from './memory-files.ts';
import { RecordedTime } from './recorded-time.ts';
import { dataSize, recordedWav, shapeOf } from './recorded-wav.ts';
import type { SoundSource } from './sound-source.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from './sound-track.ts';

/** A recording that does not begin. */
export function refusedRecording(error: ChannelError): RecordingTask {
  const nothing: RecordOutcome = { reason: 'error', durationMs: 0, bytes: 0, audioDetected: false, error };
  const { started, finished } = new FakeTask<RecordOutcome>(
    () => nothing,
    () => undefined,
    error,
  );
  const progress = { durationMs: 0, level: SILENCE_DBOV, audioDetected: false, isPaused: false };
  return {
    started,
    finished,
    stop: () => undefined,
    control: () => Promise.resolve(false),
    cancel: () => undefined,
    progress: () => progress,
  };
}

/** What a recording on a fake call is about. */
export interface FakeRecordingOptions {
  readonly clock: Clock;
  readonly request: RecordRequest;
  /** One for each channel of the file. */
  readonly sources: readonly SoundSource[];
  /** What the call carries. */
  readonly law: Law;
  /** Samples as bytes that it is appended to. */
  readonly before: Uint8Array;
  /** It records, which one that is held does not from the beginning. */
  readonly onBegin: () => void;
  /** It is over. @param isDiscarded - and is to be taken back. */
  readonly onEnd: (isDiscarded: boolean) => void;
}

/** A recording of one source for each channel of its file. It ends when a real one would, and is a real WAV file when somebody wants to have it. */
export class FakeRecording implements MemoryFile, RecordingTask {
  readonly task: FakeTask<RecordOutcome>;
  readonly #options: FakeRecordingOptions;
  readonly #shape: WavShape;
  readonly #time = new RecordedTime();
  /** The most samples that it may have, and why it ends then. */
  readonly #limit: number;
  readonly #limitReason: 'timeout' | 'size';
  #hasBegun = false;
  #outcome: RecordOutcome | undefined;
  #timer: Disposable | undefined;

  constructor(options: FakeRecordingOptions) {
    const { clock, request, sources, before, onEnd } = options;
    this.#options = options;
    this.#shape = shapeOf(request, sources.length);
    const { maxDurationMs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = request;
    const byTime = Math.floor(maxDurationMs * SAMPLES_PER_MS);
    // In 16-bit words, as the real recorder counts.
    const momentBytes = dataSize(this.#shape, 1);
    const unit = Math.max(2, momentBytes);
    const room = Math.max(0, maxBytes - wavHeaderSize(this.#shape.format) - before.length);
    const bySize = (Math.floor(room / unit) * unit) / momentBytes;
    this.#limit = Math.min(byTime, bySize);
    this.#limitReason = byTime <= bySize ? 'timeout' : 'size';
    this.task = new FakeTask<RecordOutcome>(
      () => (this.#outcome ??= this.#outcomeOf('stopped')),
      () => {
        this.#timer?.[Symbol.dispose]();
        onEnd(this.#outcome?.isDiscarded === true);
      },
    );
    if (!request.isHeld) this.#resume(clock.now());
    this.arm();
  }

  get started(): Promise<void> {
    return this.task.started;
  }

  get finished(): Promise<RecordOutcome> {
    return this.task.finished;
  }

  get durationMs(): number {
    return this.#samples / SAMPLES_PER_MS;
  }

  wav(): Uint8Array {
    const { sources, law, before } = this.#options;
    return recordedWav(this.#shape, { sources, law, stretches: this.#stretches, samples: this.#samples }, before);
  }

  stop(): void {
    this.task.stop();
  }

  control(control: RecordControl): Promise<boolean> {
    if (this.#outcome) return Promise.resolve(false);
    const now = this.#options.clock.now();
    if (control === 'pause') this.#time.pause(now);
    else if (control === 'resume') this.#resume(now);
    else this.#time.mute(now, control === 'mute');
    this.arm();
    return Promise.resolve(true);
  }

  cancel(): void {
    if (this.#outcome) return;
    this.#outcome = { ...this.#outcomeOf('stopped'), bytes: 0, isDiscarded: true };
    this.task.end(this.#outcome);
  }

  progress(): RecordProgress {
    const { durationMs } = this;
    const audioDetected = this.#outcome?.audioDetected ?? this.#listen().heard;
    const isPaused = this.#time.isPaused;
    return { durationMs, audioDetected, isPaused, level: this.#outcome ? SILENCE_DBOV : this.#level(this.#lastFrame) };
  }

  end(reason: RecordOutcome['reason']): void {
    if (this.#outcome) return;
    this.#outcome = this.#outcomeOf(reason);
    this.task.end(this.#outcome);
  }

  press(digit: string): void {
    if (this.#options.request.bargeIn.includes(digit)) this.end('bargein');
  }

  /** What is on the track has changed: finds out anew when it will end by itself. */
  arm(): void {
    this.#timer?.[Symbol.dispose]();
    if (this.#outcome || this.#time.isPaused) return;
    const { clock } = this.#options;
    const last = this.#stretches.at(-1);
    const began = last?.from ?? clock.now();
    const samplesBefore = this.#samples - (last?.frames ?? 0) * FRAME_SAMPLES;
    const limitAt = began + (this.#limit - samplesBefore) / SAMPLES_PER_MS;
    const silenceAt = this.#silentAt(limitAt);
    const [at, reason] = silenceAt < limitAt ? [silenceAt, 'silence' as const] : [limitAt, this.#limitReason];
    if (at === Number.POSITIVE_INFINITY) return;
    this.#timer = clock.schedule(at, () => this.end(reason));
  }

  get #stretches() {
    return this.#time.stretches(this.#options.clock.now());
  }

  /** Samples so far: whole frames, as the real recorder has them, and the limit at most. */
  get #samples(): number {
    if (this.#outcome) return this.#outcome.durationMs * SAMPLES_PER_MS;
    return Math.min(this.#time.samples(this.#options.clock.now()), this.#limit);
  }

  /** When the frame began that was the last to be complete. */
  get #lastFrame(): number {
    const now = this.#options.clock.now();
    const began = this.#stretches.at(-1)?.from ?? now;
    return began + (Math.floor((now - began) / FRAME_MS) - 1) * FRAME_MS;
  }

  #resume(now: number): void {
    this.#time.resume(now);
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#options.onBegin();
  }

  #outcomeOf(reason: RecordOutcome['reason']): RecordOutcome {
    const samples = reason === this.#limitReason ? this.#limit : this.#samples;
    const audioDetected = this.#listen(samples).heard;
    // The recording stands still from here on.
    if (!this.#time.isPaused) this.#time.pause(this.#options.clock.now());
    const data = this.#options.before.length + dataSize(this.#shape, samples);
    const bytes = wavHeaderSize(this.#shape.format) + data + (data & 1);
    return { reason, durationMs: samples / SAMPLES_PER_MS, bytes, audioDetected };
  }

  get #lastAt(): number {
    return Math.max(...this.#options.sources.map(({ lastAt }) => lastAt));
  }

  #level(at: number): number {
    return Math.max(...this.#options.sources.map((source) => source.level(at)));
  }

  /** What a detector knows that has heard so many of the samples, all of them when left out. */
  #listen(samples = Number.POSITIVE_INFINITY): SilenceDetector {
    const silence = new SilenceDetector();
    let left = samples;
    for (const { from, frames, isMuted, isContinued } of this.#stretches) {
      if (!isContinued) silence.restart();
      for (let frame = 0; frame < frames && left > 0; frame++, left -= FRAME_SAMPLES) {
        silence.frame(isMuted ? SILENCE_DBOV : this.#level(from + frame * FRAME_MS));
      }
    }
    return silence;
  }

  /** When the silence will have been too long if nothing more comes than what is on the track. */
  #silentAt(limitAt: number): number {
    const { maxSilenceMs, initialSilenceMs = maxSilenceMs } = this.#options.request;
    if (maxSilenceMs === undefined && initialSilenceMs === undefined) return Number.POSITIVE_INFINITY;
    const last = this.#stretches.at(-1);
    const lastAt = last?.isMuted ? Number.NEGATIVE_INFINITY : this.#lastAt;
    // Somebody is heard until further notice; this is called again when that ends.
    if (!last || lastAt === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const silence = this.#listen();
    for (let at = last.from + last.frames * FRAME_MS; at < limitAt; at += FRAME_MS) {
      silence.frame(last.isMuted ? SILENCE_DBOV : this.#level(at));
      const allowed = silence.heard ? maxSilenceMs : initialSilenceMs;
      if (allowed === undefined && silence.heard) break;
      if (allowed !== undefined && silence.silenceMs >= allowed) return at + FRAME_MS;
      if (allowed === undefined && at > lastAt) break;
    }
    return Number.POSITIVE_INFINITY;
  }
}
