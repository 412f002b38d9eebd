import type { ListenRequest } from '../../channel/listen-port.ts';
import type {
  DigitMethod,
  DigitsOutcome,
  DigitsRequest,
  MediaEvent,
  MediaOpenOptions,
  MediaSession,
  MediaStatistics,
  MediaTask,
} from '../../channel/media-port.ts';
import type { AudioLink } from '../../channel/mix-port.ts';
import type { Playing, PlayRequest } from '../../channel/play-port.ts';
import type { CallRecordRequest, RecordingTask, RecordRequest } from '../../channel/record-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { PCMA, PCMU } from '../../media/codec/g711.codec.ts';
import { noStatistics } from '../../media/no-statistics.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { CallSound } from './call-sound.ts';
import type { HeardPrompt } from './fake-caller.ts';
import { agreed, fakeDescription } from './fake-description.ts';
import { FakeEar } from './fake-ear.ts';
import { FakePlaying } from './fake-playing.ts';
import { FakeRecording, refusedRecording } from './fake-recording.ts';
import { FakeStreams } from './fake-streams.ts';
import { FakeTasks } from './fake-tasks.ts';
import { KeySense } from './key-sense.ts';
import type { MemoryFiles } from './memory-files.ts';
import { hearKeys } from './played-keys.ts';
import { type RecordTarget, recordTarget } from './record-target.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { SoundSource } from './sound-source.ts';
import type { SoundPiece } from './sound-track.ts';
import { soundOf } from './speech.ts';
import { TimedDigits } from './timed-digits.ts';

/** One call's media without audio: everything takes the time that it would really take. */
export class FakeMediaSession implements MediaSession {
  readonly local = { address: '192.0.2.1', rtpPort: 40_000, rtcpPort: 40_001 };
  readonly streams: FakeStreams;
  /** Digits that were sent, complete ones only, whichever way. */
  sentDigits = '';
  /** Tells a test what the application begins to do. */
  onBegin: (what: 'play' | 'music' | 'record' | 'recordCall' | 'digits' | 'echo', detail: string) => void = () =>
    undefined;
  isClosed = false;
  readonly #clock: Clock;
  readonly #files: MemoryFiles;
  readonly #codecs: readonly string[];
  readonly #tasks = new FakeTasks();
  #agreed: ReturnType<typeof agreed> | undefined;
  #version = 0;
  #listener: (event: MediaEvent) => void = () => undefined;
  readonly #sound: CallSound;
  readonly #playing: FakePlaying;
  readonly #ear: FakeEar;
  readonly #silence: SilenceWatch;
  readonly #keys: KeySense;
  #isAnswered = false;
  #isGone = false;

  constructor(
    clock: Clock,
    files: MemoryFiles,
    { codecs, mediaTimeout, inbandDtmf = 'auto' }: Pick<MediaOpenOptions, 'codecs' | 'inbandDtmf' | 'mediaTimeout'>,
  ) {
    this.#clock = clock;
    this.#sound = new CallSound(clock);
    this.#playing = new FakePlaying({
      clock,
      files,
      begin: (outcome, onEnd) => this.#tasks.begin(outcome, onEnd),
      sound: (ms, make) => this.#sound.play(ms, make),
      bargeIn: (isPossible) => this.#ear.bargeIn(isPossible),
      began: (step, name) => this.onBegin(step, name),
    });
    this.streams = new FakeStreams({
      clock,
      sound: this.#sound,
      occupy: () => this.#playing.occupy(),
      began: () => this.onBegin('play', 'stream'),
    });
    this.#ear = new FakeEar(clock, this.#sound.incoming, {
      heard: (event) => this.#listener(event),
      speechBegins: () => this.#playing.speak(),
    });
    this.#files = files;
    this.#codecs = codecs;
    this.#keys = new KeySense(clock, inbandDtmf);
    this.#silence = new SilenceWatch(clock, mediaTimeout, (ms) => this.#listener({ type: 'silent', ms }));
  }

  /** What the call carries, once that is negotiated. */
  get codec(): string | undefined {
    return this.#agreed?.codec;
  }

  get direction(): MediaDirection | undefined {
    return this.#agreed?.direction;
  }

  offer(direction: MediaDirection = 'sendrecv'): SessionDescription {
    return fakeDescription(this.#codecs, direction, ++this.#version);
  }

  answer(offer: SessionDescription): SessionDescription {
    this.#take(offer);
    return fakeDescription([this.codec ?? 'PCMU'], this.direction ?? 'sendrecv', ++this.#version);
  }

  accept(answer: SessionDescription): void {
    this.#take(answer);
  }

  #take(description: SessionDescription): void {
    this.#agreed = agreed(description, this.#codecs);
    this.#flowChanged();
  }

  play(request: PlayRequest): Playing {
    const playing = this.#playing.play(request);
    const keys = hearKeys(this.#clock, request.sources, playing, (key) => this.#sent(key));
    if (keys !== '') this.onBegin('digits', keys);
    return playing;
  }

  playBackground(request: PlayRequest): Playing {
    return this.#playing.playBackground(request);
  }

  record(request: RecordRequest): RecordingTask {
    return this.#record('record', request, [this.#sound.received(!request.removeDigits)]);
  }

  recordCall({ channels, ...request }: CallRecordRequest): RecordingTask {
    const sources = this.#sound.both(channels, !request.removeDigits);
    return this.#record('recordCall', { ...request, bargeIn: '' }, sources);
  }

  #record(step: 'record' | 'recordCall', request: RecordRequest, sources: readonly SoundSource[]): RecordingTask {
    const { path } = request;
    const law = this.codec === 'PCMA' ? PCMA : PCMU;
    let target: RecordTarget;
    try {
      target = recordTarget(this.#files, request, sources.length);
    } catch (error) {
      if (!isChannelError(error)) throw error;
      return refusedRecording(error);
    }
    const { before, undo } = target;
    const onEnd = (isDiscarded: boolean): void => {
      endListening();
      this.#tasks.forget(recording);
      if (isDiscarded) undo();
    };
    const onBegin = (): void => this.onBegin(step, path);
    const recording = new FakeRecording({ clock: this.#clock, request, sources, law, before, onBegin, onEnd });
    const endListening = this.#sound.record(recording);
    this.#files.keep(path, recording);
    this.#tasks.keep(recording, () => recording.end('closed'));
    return recording;
  }

  get takesEvents(): boolean {
    return this.#agreed?.takesEvents ?? false;
  }

  sendDigits(request: DigitsRequest): MediaTask<DigitsOutcome> {
    const digits = new TimedDigits(this.#clock, request);
    const free = this.#playing.occupy();
    const task = this.#tasks.begin<DigitsOutcome>(
      (reason) => ({ reason }),
      () => {
        digits[Symbol.dispose]();
        free();
      },
    );
    digits.send(
      (digit) => this.#sent(digit),
      () => task.end({ reason: 'completed' }),
    );
    this.onBegin('digits', request.digits);
    return task;
  }

  echo(): MediaTask<{ readonly reason: 'stopped' | 'closed' | 'error' }> {
    const task = this.#tasks.begin<{ readonly reason: 'stopped' | 'closed' | 'error' }>(
      (reason) => ({ reason }),
      () => {
        endSound();
        free();
      },
    );
    const free = this.#playing.occupy();
    const endSound = this.#sound.echo();
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

  link(): AudioLink {
    throw new ChannelError('INTERNAL', 'fake calls cannot be linked yet');
  }

  attend(request: ListenRequest): void {
    if (!this.isClosed) this.#ear.attend(request);
  }

  listen(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  async statistics(): Promise<MediaStatistics> {
    return noStatistics(this.codec, this.direction);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#silence.isSilent = false;
    this.#ear.close();
    this.streams.close();
    this.#tasks.close();
  }

  /** The far end presses a key. */
  press(digit: string, by: DigitMethod = 'RFC4733'): void {
    if (this.isClosed || !this.#keys.take(digit, by, this.isHearing)) return;
    this.#listener({ type: 'digit', digit, by });
    this.#playing.press(digit);
    this.#sound.press(digit);
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    this.#sound.hear(piece);
    this.#ear.hear();
  }

  /** A voice comes from the far end for so long. */
  speak(ms: number): void {
    const from = this.#clock.now();
    this.hear({ from, until: from + ms, ...soundOf(ms) });
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    const all = [...this.#playing.heard(), ...this.streams.heard()];
    return all.sort((one, other) => one.startedAt - other.startedAt);
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

  /** Whether the far end hears us. */
  get #isHeard(): boolean {
    return !this.#isGone && this.#sends;
  }

  /** Whether we hear the far end. */
  get isHearing(): boolean {
    return !this.#isGone && this.#receives;
  }

  get #sends(): boolean {
    return this.direction === 'sendrecv' || this.direction === 'sendonly';
  }

  get #receives(): boolean {
    return this.direction === 'sendrecv' || this.direction === 'recvonly';
  }

  /** A key has been sent. */
  #sent(key: string): void {
    if (this.#isHeard) this.sentDigits += key;
  }

  /** Audio flows another way than before. */
  #flowChanged(): void {
    this.#playing.flow(this.#isHeard);
    this.streams.isHeard = this.#isHeard;
    this.#silence.isSilent = this.#isAnswered && this.#isGone && this.#receives && !this.isClosed;
    this.#sound.flow(this.isHearing, this.#sends);
  }
}
