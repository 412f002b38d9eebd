import type {
  DigitMethod,
  DigitsOutcome,
  DigitsRequest,
  InbandDtmf,
  MediaEvent,
  MediaOpenOptions,
  MediaSession,
  MediaStatistics,
  MediaTask,
  PlayOutcome,
  PlayRequest,
  RecordOutcome,
  RecordRequest,
  ToneRequest,
} from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { PCMA, PCMU } from '../../media/codec/g711.codec.ts';
import { DigitMerger } from '../../media/dtmf/digit-merger.state.ts';
import { noStatistics } from '../../media/no-statistics.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { toneLength } from '../../tone-sequence.ts';
import type { HeardPrompt } from './fake-caller.ts';
import { fakeDescription, mirrored } from './fake-description.ts';
import { FakeRecording } from './fake-recording.ts';
import { FakeTask } from './fake-task.ts';
import type { MemoryFiles } from './memory-files.ts';
import { PlayedPrompt } from './played-prompt.ts';
import { SilenceWatch } from './silence-watch.ts';
import { type SoundPiece, SoundTrack } from './sound-track.ts';
import { soundOf } from './speech.ts';

/** Length of a comma in a string of digits, in milliseconds. */
const COMMA_MS = 500;

interface Playing {
  readonly task: FakeTask<PlayOutcome>;
  readonly prompt: PlayedPrompt;
}

/** One call's media without audio: everything takes the time that it would really take. */
export class FakeMediaSession implements MediaSession {
  readonly local = { address: '192.0.2.1', rtpPort: 40_000, rtcpPort: 40_001 };
  /** Digits that were sent, complete ones only. */
  sentDigits = '';
  /** Tells a test what the application begins to do. */
  onBegin: (what: 'play' | 'record' | 'digits' | 'echo', detail: string) => void = () => undefined;
  isClosed = false;
  readonly #clock: Clock;
  readonly #files: MemoryFiles;
  readonly #codecs: readonly string[];
  readonly #tasks = new Map<FakeTask<unknown>, () => void>();
  #codec: string | undefined;
  #direction: MediaDirection | undefined;
  #version = 0;
  #listener: (event: MediaEvent) => void = () => undefined;
  #playing: Playing | undefined;
  #recording: FakeRecording | undefined;
  readonly #track = new SoundTrack();
  readonly #played: PlayedPrompt[] = [];
  readonly #silence: SilenceWatch;
  readonly #merger = new DigitMerger();
  readonly #inbandDtmf: InbandDtmf;
  #isAnswered = false;
  #isGone = false;
  /** Whether a key has come as a telephone-event: tones in the audio are none then. */
  #hasEvents = false;

  constructor(
    clock: Clock,
    files: MemoryFiles,
    { codecs, mediaTimeout, inbandDtmf = 'auto' }: Pick<MediaOpenOptions, 'codecs' | 'inbandDtmf' | 'mediaTimeout'>,
  ) {
    this.#clock = clock;
    this.#files = files;
    this.#codecs = codecs;
    this.#inbandDtmf = inbandDtmf;
    this.#silence = new SilenceWatch(clock, mediaTimeout, (ms) => this.#listener({ type: 'silent', ms }));
  }

  /** What the call carries, once that is negotiated. */
  get codec(): string | undefined {
    return this.#codec;
  }

  get direction(): MediaDirection | undefined {
    return this.#direction;
  }

  offer(direction: MediaDirection = 'sendrecv'): SessionDescription {
    return fakeDescription(this.#codecs, direction, ++this.#version);
  }

  answer(offer: SessionDescription): SessionDescription {
    this.#take(offer);
    return fakeDescription([this.#codec ?? 'PCMU'], this.#direction ?? 'sendrecv', ++this.#version);
  }

  accept(answer: SessionDescription): void {
    this.#take(answer);
  }

  #take(description: SessionDescription): void {
    const line = description.media.find(({ kind, port }) => kind === 'audio' && port > 0);
    const common = line?.payloads.find(({ encoding }) => this.#codecs.includes(encoding));
    if (!line || !common) throw new ChannelError('NO_COMMON_CODEC', 'the far end offers no codec that this end has');
    this.#codec = common.encoding;
    this.#direction = mirrored(line.direction);
    this.#flowChanged();
  }

  play({ path, bargeIn, loop = false }: PlayRequest): MediaTask<PlayOutcome> {
    return this.#play(path, this.#files.durationOf(path), bargeIn, loop);
  }

  playTone({ tone, bargeIn }: ToneRequest): MediaTask<PlayOutcome> {
    return this.#play(tone.name, toneLength(tone), bargeIn, tone.repeat === Number.POSITIVE_INFINITY);
  }

  #play(file: string, length: number, bargeIn: string, isEndless: boolean): MediaTask<PlayOutcome> {
    const startedAt = this.#clock.now();
    const prompt = new PlayedPrompt(file, length, bargeIn, startedAt, this.#isHeard);
    this.#played.push(prompt);
    let timer: Disposable | undefined;
    const task = this.#begin<PlayOutcome>(
      (reason) => ({ reason, playedMs: this.#clock.now() - startedAt }),
      () => {
        timer?.[Symbol.dispose]();
        prompt.hear(this.#clock.now(), false);
        this.#playing = undefined;
      },
    );
    if (!isEndless) {
      timer = this.#clock.schedule(startedAt + length, () => task.end({ reason: 'completed', playedMs: length }));
    }
    this.#playing = { task, prompt };
    this.onBegin('play', file);
    return task;
  }

  record(request: RecordRequest): MediaTask<RecordOutcome> {
    if (request.ifExists === 'fail' && this.#files.has(request.path)) {
      const failure = new ChannelError('FILE_EXISTS', `there is a file ${request.path} already; take another name`);
      const nothing: RecordOutcome = { reason: 'error', durationMs: 0, bytes: 0, audioDetected: false, error: failure };
      return new FakeTask<RecordOutcome>(
        () => nothing,
        () => undefined,
        failure,
      );
    }
    const law = this.#codec === 'PCMA' ? PCMA : PCMU;
    const recording: FakeRecording = new FakeRecording(this.#clock, request, this.#track, law, () => {
      this.#recording = undefined;
      this.#tasks.delete(recording.task as FakeTask<unknown>);
    });
    this.#recording = recording;
    this.#files.keep(request.path, recording);
    this.#tasks.set(recording.task as FakeTask<unknown>, () => recording.end('closed'));
    this.onBegin('record', request.path);
    return recording.task;
  }

  sendDigits({ digits, onMs, offMs }: DigitsRequest): MediaTask<DigitsOutcome> {
    let next = 0;
    let timer: Disposable | undefined;
    const task = this.#begin<DigitsOutcome>(
      (reason) => ({ reason }),
      () => timer?.[Symbol.dispose](),
    );
    const send = (): void => {
      if (next === digits.length) {
        task.end({ reason: 'completed' });
        return;
      }
      const digit = digits.charAt(next++);
      timer = this.#clock.schedule(this.#clock.now() + (digit === ',' ? COMMA_MS : onMs + offMs), () => {
        if (digit !== ',' && this.#isHeard) this.sentDigits += digit;
        send();
      });
    };
    send();
    this.onBegin('digits', digits);
    return task;
  }

  echo(): MediaTask<{ readonly reason: 'stopped' | 'closed' | 'error' }> {
    const task = this.#begin<{ readonly reason: 'stopped' | 'closed' | 'error' }>(
      (reason) => ({ reason }),
      () => undefined,
    );
    this.onBegin('echo', '');
    return task;
  }

  takeDigit(digit: string, by: 'INFO'): void {
    this.press(digit, by);
  }

  answered(): void {
    this.#isAnswered = true;
    this.#flowChanged();
  }

  listen(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  async statistics(): Promise<MediaStatistics> {
    return noStatistics(this.#codec, this.#direction);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#silence.isSilent = false;
    for (const end of [...this.#tasks.values()]) end();
  }

  /** The far end presses a key. */
  press(digit: string, by: DigitMethod = 'RFC4733'): void {
    if (this.isClosed || !this.#notices(by)) return;
    if (by === 'RFC4733') this.#hasEvents = true;
    if (!this.#merger.take(digit, by, this.#clock.now())) return;
    this.#listener({ type: 'digit', digit, by });
    const playing = this.#playing;
    if (playing?.prompt.bargeIn.includes(digit)) {
      playing.task.end({ reason: 'bargein', playedMs: this.#clock.now() - playing.prompt.startedAt });
    }
    this.#recording?.press(digit);
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    this.#track.add(piece);
    this.#recording?.arm();
  }

  /** A voice comes from the far end for so long. */
  speak(ms: number): void {
    const from = this.#clock.now();
    this.hear({ from, until: from + ms, sound: soundOf(ms).sound });
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    return this.#played.map((prompt) => prompt.report(this.#clock.now()));
  }

  /** The far end falls off the network. */
  dropOff(): void {
    this.#isGone = true;
    this.#flowChanged();
  }

  /** The media breaks down. */
  fail(error: ChannelError): void {
    this.#listener({ type: 'failed', error });
  }

  /** Whether a key is noticed that comes in this way. */
  #notices(by: DigitMethod): boolean {
    if (by === 'INFO') return true;
    if (!this.#isHearing) return false;
    return by === 'RFC4733' || this.#inbandDtmf === 'always' || (this.#inbandDtmf === 'auto' && !this.#hasEvents);
  }

  /** Whether the far end hears us. */
  get #isHeard(): boolean {
    return !this.#isGone && (this.#direction === 'sendrecv' || this.#direction === 'sendonly');
  }

  /** Whether we hear the far end. */
  get #isHearing(): boolean {
    return !this.#isGone && this.#receives;
  }

  get #receives(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'recvonly';
  }

  /** Audio flows another way than before. */
  #flowChanged(): void {
    const now = this.#clock.now();
    this.#playing?.prompt.hear(now, this.#isHeard);
    this.#track.mute(now, !this.#isHearing);
    this.#silence.isSilent = this.#isAnswered && this.#isGone && this.#receives && !this.isClosed;
    this.#recording?.arm();
  }

  #begin<Outcome>(outcome: (reason: 'stopped' | 'closed') => Outcome, onEnd: () => void): FakeTask<Outcome> {
    const task: FakeTask<Outcome> = new FakeTask(
      () => outcome('stopped'),
      () => {
        this.#tasks.delete(task as FakeTask<unknown>);
        onEnd();
      },
    );
    this.#tasks.set(task as FakeTask<unknown>, () => task.end(outcome('closed')));
    return task;
  }
}
