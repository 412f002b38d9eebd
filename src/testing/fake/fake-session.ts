import type { ListenRequest } from '../../channel/listen-port.ts';
import type {
  DigitMethod,
  DigitsOutcome,
  DigitsRequest,
  DirectMedia,
  MediaEvent,
  MediaOpenOptions,
  MediaSession,
  MediaStatistics,
  MediaTask,
} from '../../channel/media-port.ts';
import type { AudioLink, LinkOptions } from '../../channel/mix-port.ts';
import type { Playing, PlayRequest } from '../../channel/play-port.ts';
import type { CallRecordRequest, RecordingTask, RecordRequest } from '../../channel/record-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { PCMA, PCMU } from '../../media/codec/g711.codec.ts';
import { noStatistics } from '../../media/no-statistics.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { CallSound } from './call-sound.ts';
import type { HeardPrompt } from './fake-caller.ts';
import { ON_NETWORK } from './fake-description.ts';
import { FakeEar } from './fake-ear.ts';
import { linkEnds } from './fake-link.ts';
import { FakeNegotiation } from './fake-negotiation.ts';
import { FakePlaying } from './fake-playing.ts';
import { FakeRecords } from './fake-records.ts';
import { type EchoOutcome, type FakeSendingHost, sendBack, sendKeys } from './fake-sending.ts';
import { FakeStreams } from './fake-streams.ts';
import { FakeTasks } from './fake-tasks.ts';
import { KeySense } from './key-sense.ts';
import { LocalEnd, type SessionPlace } from './local-end.ts';
import type { MemoryFiles } from './memory-files.ts';
import { hearKeys } from './played-keys.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { SoundSource } from './sound-source.ts';
import type { SoundPiece } from './sound-track.ts';
import { soundOf } from './speech.ts';

/** One call's media without audio: everything takes the time that it would really take. */
export class FakeMediaSession implements MediaSession {
  readonly local: MediaSession['local'];
  readonly streams: FakeStreams;
  /** Digits that were sent, complete ones only, whichever way. */
  sentDigits = '';
  /** Tells a test what the application begins to do. */
  onBegin: (what: 'play' | 'music' | 'record' | 'recordCall' | 'digits' | 'echo', detail: string) => void = () =>
    undefined;
  isClosed = false;
  /** Whether it takes part in a mix. */
  isSeated = false;
  readonly clock: Clock;
  readonly tasks: FakeTasks = new FakeTasks();
  readonly sound: CallSound;
  readonly #negotiation: FakeNegotiation;
  readonly #end: LocalEnd;
  #listener: (event: MediaEvent) => void = () => undefined;
  readonly #playing: FakePlaying;
  readonly #records: FakeRecords;
  readonly #sending: FakeSendingHost;
  readonly #ear: FakeEar;
  readonly #silence: SilenceWatch;
  readonly #keys: KeySense;
  #isAnswered = false;
  #isGone = false;

  constructor(
    clock: Clock,
    files: MemoryFiles,
    { codecs, mediaTimeout, inbandDtmf = 'auto' }: Pick<MediaOpenOptions, 'codecs' | 'inbandDtmf' | 'mediaTimeout'>,
    place: SessionPlace = ON_NETWORK,
  ) {
    this.clock = clock;
    this.sound = new CallSound(clock, () => this.#ear.hear());
    this.#end = new LocalEnd(place, this.sound);
    const { address, port } = place;
    this.local = { address, rtpPort: port, rtcpPort: port + 1 };
    this.#negotiation = new FakeNegotiation(codecs, place, () => this.#flowChanged());
    this.#playing = new FakePlaying({
      clock,
      files,
      begin: (outcome, onEnd) => this.tasks.begin(outcome, onEnd),
      sound: (ms, make) => this.sound.play(ms, make),
      bargeIn: (isPossible) => this.#ear.bargeIn(isPossible),
      occupied: (isOccupied) => this.sound.occupy(isOccupied),
      began: (step, name) => this.onBegin(step, name),
    });
    const { tasks, sound } = this;
    const occupy = (): (() => void) => this.#playing.occupy();
    this.#records = new FakeRecords({ clock, files, tasks, sound });
    this.#sending = { clock, tasks, sound, occupy };
    this.streams = new FakeStreams({ clock, sound, occupy, began: () => this.onBegin('play', 'stream') });
    this.#ear = new FakeEar(clock, this.sound.incoming, {
      heard: (event) => this.#listener(event),
      speechBegins: () => this.#playing.speak(),
    });
    this.#keys = new KeySense(clock, inbandDtmf);
    this.#silence = new SilenceWatch(clock, mediaTimeout, (ms) => this.#listener({ type: 'silent', ms }));
  }

  /** What the call carries, once that is negotiated. */
  get codec(): string | undefined {
    return this.#negotiation.agreed?.codec;
  }

  get direction(): MediaDirection | undefined {
    return this.#negotiation.agreed?.direction;
  }

  get direct(): DirectMedia {
    return this.#negotiation;
  }

  offer(direction?: MediaDirection): SessionDescription {
    return this.#negotiation.offer(direction);
  }

  answer(offer: SessionDescription): SessionDescription {
    return this.#negotiation.answer(offer);
  }

  accept(answer: SessionDescription): void {
    this.#negotiation.accept(answer);
  }

  play(request: PlayRequest): Playing {
    const playing = this.#playing.play(request);
    const keys = hearKeys(this.clock, request.sources, playing, (key) => this.#sent(key, 'INBAND'));
    if (keys !== '') this.onBegin('digits', keys);
    return playing;
  }

  playBackground(request: PlayRequest): Playing {
    return this.#playing.playBackground(request);
  }

  record(request: RecordRequest): RecordingTask {
    return this.#record('record', request, [this.sound.received(!request.removeDigits)]);
  }

  recordCall({ channels, ...request }: CallRecordRequest): RecordingTask {
    const sources = this.sound.both(channels, !request.removeDigits);
    return this.#record('recordCall', { ...request, bargeIn: '' }, sources);
  }

  #record(step: 'record' | 'recordCall', request: RecordRequest, sources: readonly SoundSource[]): RecordingTask {
    const law = this.codec === 'PCMA' ? PCMA : PCMU;
    return this.#records.begin(request, sources, law, () => this.onBegin(step, request.path));
  }

  get takesEvents(): boolean {
    return this.#negotiation.agreed?.takesEvents ?? false;
  }

  sendDigits(request: DigitsRequest): MediaTask<DigitsOutcome> {
    const task = sendKeys(this.#sending, request, (digit) => this.#sent(digit, 'RFC4733'));
    this.onBegin('digits', request.digits);
    return task;
  }

  echo(): MediaTask<EchoOutcome> {
    const task = sendBack(this.#sending);
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

  link(to: MediaSession, { volume = 0 }: LinkOptions = {}): AudioLink {
    if (!(to instanceof FakeMediaSession) || to === this || to.isClosed || this.isClosed) {
      throw new ChannelError('INVALID_STATE', 'only two different sessions that are open can be linked');
    }
    return linkEnds(this, to, volume);
  }

  /** Another call is heard instead of music on hold. @returns what ends that. */
  yield(): () => void {
    return this.#playing.yield();
  }

  /** Takes part in a mix, which is told when the session is closed. @returns what ends that. */
  sit(closed: () => void): () => void {
    this.isSeated = true;
    this.tasks.keep(closed, closed);
    return () => {
      this.isSeated = false;
      this.tasks.forget(closed);
    };
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
    this.streams.close();
    this.tasks.close();
    this.#flowChanged();
    this.#ear.close();
  }

  /** The far end presses a key. */
  press(digit: string, by: DigitMethod = 'RFC4733'): void {
    if (this.isClosed || !this.#keys.take(digit, by, this.isHearing)) return;
    this.#listener({ type: 'digit', digit, by });
    this.#playing.press(digit);
    this.sound.press(digit);
  }

  /** Sound comes from the far end. */
  hear(piece: SoundPiece): void {
    this.sound.hear(piece);
  }

  /** A voice comes from the far end for so long. */
  speak(ms: number): void {
    const from = this.clock.now();
    this.hear({ from, until: from + ms, ...soundOf(ms) });
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    const all = [...this.#playing.heard(), ...this.streams.heard()];
    return all.sort((one, other) => one.startedAt - other.startedAt);
  }

  /** For how many milliseconds the far end has heard others since then. */
  linkedMs(since: number): number {
    return this.sound.linkedMs(since);
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
  #sent(key: string, by: DigitMethod): void {
    if (!this.#isHeard) return;
    this.sentDigits += key;
    this.#end.press(key, by);
  }

  /** Audio flows another way than before. */
  #flowChanged(): void {
    const isReleased = this.direct.isReleased && !this.#isGone;
    this.#playing.flow(this.#isHeard, isReleased);
    this.streams.isHeard = this.#isHeard;
    this.#silence.isSilent = this.#isAnswered && this.#isGone && this.#receives && !this.isClosed;
    this.#end.meet(this.clock.now(), this.isClosed ? undefined : this.#negotiation.agreed?.port);
    this.sound.flow(this.isHearing, this.#sends, isReleased);
  }
}
