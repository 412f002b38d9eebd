import { ChannelError } from '../errors.ts';
import { type OperationOptions, runOperation } from '../operation.ts';
import { ChannelAudioStreams } from './audio/channel-audio-streams.ts';
import type { ChannelCore } from './channel-core.ts';
import { DigitStream, type DigitStreamOptions } from './digit-stream.ts';
import { DtmfDetector } from './dtmf-detector.ts';
import { DtmfPlayer } from './dtmf-player.ts';
import { echo } from './echo.ts';
import { FilePlayer } from './file-player.ts';
import { FileRecorder } from './file-recorder.ts';
import { journaled } from './journal/journaled.ts';
import { checkLanguage } from './language.codec.ts';
import type { MediaStatistics } from './media-port.ts';
import { MusicOnHold } from './playback/music-on-hold.ts';
import { SpeechDetector } from './speech-detector.ts';
import { ToneManager } from './tone/tone-manager.ts';
import { TonePlayer } from './tone/tone-player.ts';
import { ToneDetector } from './tone-detector.ts';
import { WholeCallRecorder } from './whole-call-recorder.ts';

/** @internal What belongs to a channel; nothing for whatever else a program may give. */
export let coreOf: (channel: unknown) => ChannelCore | undefined;

/** What every {@link Channel} can do with audio. */
export abstract class ChannelAudio {
  static {
    coreOf = (channel) =>
      typeof channel === 'object' && channel !== null && #core in channel ? channel.#core : undefined;
  }

  /** Plays to the far end: files, sounds, recordings, text, tones, and lists of them. */
  readonly filePlayer: FilePlayer;
  /** Records what the far end says. */
  readonly fileRecorder: FileRecorder;
  /** Records both sides of the call. */
  readonly wholeCallRecorder: WholeCallRecorder;
  /** Collects the keys that the far end presses. */
  readonly dtmfDetector: DtmfDetector;
  /** Tells when the far end speaks. */
  readonly speechDetector: SpeechDetector;
  /** Tells which tones the far end sends, other than keys. */
  readonly toneDetector: ToneDetector;
  /** Sends DTMF digits to the far end. */
  readonly dtmfPlayer: DtmfPlayer;
  /** Music that the far end hears whenever nothing else is sent. */
  readonly musicOnHold: MusicOnHold;
  /** The audio itself, as streams of samples: for programs that listen and speak by themselves. */
  readonly audio: ChannelAudioStreams;
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
    this.filePlayer = new FilePlayer(core);
    this.fileRecorder = new FileRecorder(core);
    this.wholeCallRecorder = new WholeCallRecorder(core);
    this.dtmfDetector = new DtmfDetector(core);
    this.speechDetector = new SpeechDetector(core);
    this.toneDetector = new ToneDetector(core);
    this.dtmfPlayer = new DtmfPlayer(core);
    this.musicOnHold = new MusicOnHold(core);
    this.audio = new ChannelAudioStreams(core);
  }

  /**
   * What is spoken on this channel: in which language sounds, numbers and text are that do not say so themselves. A tag such as `'de'` or
   * `'en-GB'`; that of the user agent at first. Setting it counts for what is played from then on.
   *
   * @throws ChannelError `INVALID_ARGUMENT` when it is set to something else.
   */
  get language(): string {
    return this.#core.language;
  }

  set language(language: string) {
    this.#core.language = checkLanguage(language);
  }

  /**
   * The digits that the far end presses, one by one as they come, beginning with those that were pressed before and not fetched. They are
   * the same that {@link DtmfDetector.getDigits} collects: each goes to whoever asks first, and none is lost between two turns of the loop.
   * It ends by leaving the loop, or by throwing:
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered; `BUSY` while something else collects digits; `INVALID_ARGUMENT`.
   * @example
   * for await (const digit of channel.digits()) {
   *   if (digit === '#') break;
   *   await channel.filePlayer.play({ digits: digit });
   * }
   */
  digits(options: DigitStreamOptions = {}): AsyncIterableIterator<string, undefined> {
    return new DigitStream(this.#core, options);
  }

  /**
   * Makes a player for the tones of a manager: for those of a country, or for your own. From now on `ring({ tone })` and media
   * `{ tone }` find their tones there too. Without a manager they are the predefined ones.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   * @example
   * const tones = channel.createTonePlayer(ToneManager.forCountry('GB'));
   * await channel.ring({ earlyMedia: true, tone: 'RINGBACK', duration: 6000 });
   * await channel.answer();
   * await tones.play('BUSY', { timeout: 3000 });
   */
  createTonePlayer(toneManager: ToneManager = new ToneManager()): TonePlayer {
    if (!(toneManager instanceof ToneManager)) {
      throw new ChannelError('INVALID_ARGUMENT', 'createTonePlayer() needs a ToneManager: new ToneManager(), or none');
    }
    this.#core.tones = toneManager;
    return new TonePlayer(this.#core, toneManager);
  }

  /**
   * Sends back to the far end what it says, packet by packet, until `timeout` milliseconds have passed (it resolves then) or the
   * call is over.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered; `BUSY` while something else is being sent.
   * @example
   * ua.onCall(async (channel) => {
   *   await channel.answer();
   *   await channel.echo();
   * });
   */
  echo(options: OperationOptions = {}): Promise<void> {
    return this.#journaled('echo', [options], () => echo(this.#core.call, options));
  }

  /**
   * Counters of the call's media since it began (RFC 3550 §6.4).
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError `INVALID_STATE` before there is media.
   */
  mediaStatistics(): Promise<MediaStatistics> {
    const { call } = this.#core;
    return this.#journaled('mediaStatistics', [], () => runOperation(call, {}, () => call.media.demand().statistics()));
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, method, values, run);
  }
}
