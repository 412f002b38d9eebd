import type { ChannelError } from '../../errors.ts';
import type { OperationOptions } from '../../operation.ts';
import type { ChannelCore } from '../channel-core.ts';
import { ChannelPlayer } from '../channel-player.ts';
import type { PlayerCause, PlayerState } from '../media-cause.ts';
import type { OptionNames } from '../option-names.ts';
import { checkPlayOptions } from '../playback/play-options.ts';
import type { Playback } from '../playback/playback.ts';
import type { Playable } from '../playback/playback-run.ts';
import type { ToneManager } from './tone-manager.ts';
import { checkRepeat } from './tone-steps.ts';

/** How to start playing a tone. */
export interface ToneStartOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * Which keys of the far end stop it: `true` for all, or a string of digits. Only a key pressed while it plays counts. Default false.
   */
  bargeIn?: boolean | string | undefined;
  /** How many times its steps are played, instead of what the tone says; `Infinity` for on and on. */
  repeat?: number | undefined;
}

/** How to play a tone. */
export interface TonePlayOptions extends ToneStartOptions {
  /** Stops it after so many milliseconds, with the cause `TIMEOUT`. No limit by default: ring-back goes on until it is stopped. */
  timeout?: number | undefined;
}

const START_OPTIONS: OptionNames<ToneStartOptions> = { bargeIn: true, repeat: true, signal: true };
const PLAY_OPTIONS: OptionNames<TonePlayOptions> = { ...START_OPTIONS, timeout: true };

/**
 * Plays tones to the far end; made by `channel.createTonePlayer()`. One thing is sent at a time: while a file, digits or a tone are being
 * sent, another one rejects with `ChannelError` `BUSY`. Before the answer, `channel.ring({ earlyMedia: true, tone })` lets a caller hear one.
 *
 * @example
 * const tones = channel.createTonePlayer(ToneManager.forCountry('DE'));
 * await tones.play('BUSY', { timeout: 5000 });
 */
export class TonePlayer {
  /** The tones that it plays. */
  readonly manager: ToneManager;
  readonly #player: ChannelPlayer;

  /** @internal */
  constructor(core: ChannelCore, manager: ToneManager) {
    this.manager = manager;
    this.#player = new ChannelPlayer(core, 'tonePlayer');
  }

  /** `PLAYING` while a tone plays; `ERROR` after one that broke off; otherwise `IDLE`. */
  get state(): PlayerState {
    return this.#player.state;
  }

  /** How the last playing ended; `NONE` while it runs or when there was none. */
  get cause(): PlayerCause {
    return this.#player.cause;
  }

  /** What went wrong with the last playing, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#player.error;
  }

  /**
   * Plays a tone and waits until it has been played.
   *
   * Resolves with `NORMAL`, `BARGEIN`, `ABORTED` (by {@link TonePlayer.stop}), `TIMEOUT`, or `ERROR` when it broke off
   * ({@link TonePlayer.error} says why). However it ends, it is off the wire within one packet (20 ms).
   *
   * @param name - name of the tone; the default tone of the manager when left out.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `INVALID_ARGUMENT`; nothing has been sent then.
   */
  play(name: string = this.manager.default, options: TonePlayOptions = {}): Promise<PlayerCause> {
    return this.#player.play({ subject: name, options, names: PLAY_OPTIONS, check: () => this.#check(name, options) });
  }

  /**
   * Starts to play a tone, and resolves with its {@link Playback} when it is being sent. It plays on by itself: {@link TonePlayer.state} and
   * {@link TonePlayer.waitUntilFinished} follow it as well.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link TonePlayer.play}.
   */
  start(name: string = this.manager.default, options: ToneStartOptions = {}): Promise<Playback> {
    return this.#player.start({
      subject: name,
      options,
      names: START_OPTIONS,
      check: () => this.#check(name, options),
    });
  }

  /** Stops what is playing; resolves with `true` when nothing is sent any more. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#player.stop();
  }

  /**
   * Waits until what was started has been played, and resolves with the cause; with `NONE` when nothing was ever started.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it plays on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<PlayerCause> {
    return this.#player.waitUntilFinished(options);
  }

  #check(name: string, { bargeIn, repeat }: ToneStartOptions): Playable {
    const known = this.manager.sequence(name);
    const { how, skip } = checkPlayOptions({ bargeIn });
    if (repeat !== undefined) checkRepeat(repeat);
    const tone = { ...known, repeat: repeat ?? known.repeat };
    return { media: { tone: name }, name, how, skip, open: async () => [{ kind: 'tone', name, tone }] };
  }
}
