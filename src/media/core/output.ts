import type { PlayOutcome } from '../../channel/play-port.ts';
import { encodeG711, type Law, silenceOf, translateG711 } from '../codec/g711.codec.ts';
import { SILENCE_DBOV } from '../level/level.codec.ts';
import type { Joined } from '../mix/joined.state.ts';
import { Feeds } from '../streams/feeds.state.ts';
import type { MediaObserver } from './media-observer.ts';
import { Player, type PlayerOptions } from './player.ts';
import type { RtpReceiver } from './rtp-receiver.ts';
import { FRAME } from './rtp-sender.ts';

/** How a player begins, and whether it is the one of the background. */
export interface OutputOptions extends PlayerOptions {
  readonly isBackground?: boolean | undefined;
}

/**
 * The audio that goes out: what is played, what the program sends, what is sent back, what other calls say, or the background, whichever
 * is there first.
 */
export class Output {
  /** What the program sends. */
  readonly feeds: Feeds = new Feeds();
  readonly #observer: MediaObserver;
  readonly #receiver: RtpReceiver;
  readonly #joined: Joined;
  #player: Player | undefined;
  #background: Player | undefined;
  #echoTask: number | undefined;
  #shown: Player | 'feed' | 'echo' | 'joined' | 'silence' = 'silence';

  constructor(observer: MediaObserver, receiver: RtpReceiver, joined: Joined) {
    this.#observer = observer;
    this.#receiver = receiver;
    this.#joined = joined;
  }

  /** Level of the last frame in dBov. */
  get level(): number {
    if (this.#shown === 'silence') return SILENCE_DBOV;
    if (this.#shown === 'feed') return this.feeds.level;
    if (this.#shown === 'joined') return this.#joined.level;
    return this.#shown === 'echo' ? this.#receiver.level : this.#shown.level;
  }

  /** Begins to play. @returns nothing when something is playing already. */
  play(task: number, options: OutputOptions): Player | undefined {
    if (options.isBackground) {
      if (this.#background) return undefined;
      const isCovered = this.#player || this.#echoTask !== undefined || this.#joined.isThere;
      const flow = isCovered ? 'still' : options.flow;
      this.#background = new Player(task, { ...options, flow }, this.#observer);
      return this.#background;
    }
    if (this.#player) return undefined;
    this.#player = new Player(task, options, this.#observer);
    return this.#player;
  }

  /** What a task plays; nothing when it is over. */
  player(task: number): Player | undefined {
    if (this.#player?.task === task) return this.#player;
    return this.#background?.task === task ? this.#background : undefined;
  }

  /** Begins to send back what comes in. @returns false when that is done already. */
  echo(task: number): boolean {
    if (this.#echoTask !== undefined) return false;
    this.#echoTask = task;
    return true;
  }

  /**
   * Writes the next frame.
   *
   * @param hasVoice - whether the frame that has come in just now is one to be sent back
   * @param isHeard - whether it is sent; otherwise what is played goes on in its own time, unheard
   */
  write(into: Uint8Array, offset: number, law: Law, hasVoice: boolean, isHeard: boolean): void {
    this.#shown = 'silence';
    let isJoined = false;
    const player = this.#player;
    if (player) {
      this.#take(player, into, offset, law, isHeard);
      this.#background?.rest();
    } else if (this.feeds.next(isHeard)) {
      if (isHeard) this.#shown = 'feed';
      encodeG711(law, this.feeds.frame, 0, into, offset, FRAME);
      this.#background?.rest();
    } else if (this.#echoTask !== undefined) {
      if (hasVoice) this.#sendBack(into, offset, law, isHeard);
      this.#background?.rest();
    } else if (this.#joined.isThere) {
      isJoined = isHeard;
      if (isJoined) this.#join(into, offset, law);
      this.#background?.rest();
    } else if (this.#background) {
      this.#take(this.#background, into, offset, law, isHeard);
    }
    if (!isJoined) this.#joined.skip(1);
    if (this.#shown === 'silence' && !player && isHeard) into.fill(silenceOf(law), offset, offset + FRAME);
  }

  /** Lets a frame pass in which something else is sent. */
  rest(): void {
    this.#shown = 'silence';
    this.#joined.skip(1);
    this.#player?.rest();
    this.#background?.rest();
  }

  /** A key went down: it may end what is played. */
  digit(digit: string): void {
    this.#player?.digit(digit);
    this.#background?.digit(digit);
    this.#dropEnded();
  }

  /** Whether something is played that ends when the far end speaks. */
  get endsOnSpeech(): boolean {
    return this.#player?.endsOnSpeech === true || this.#background?.endsOnSpeech === true;
  }

  /** The far end speaks: that may end what is played. */
  speech(): void {
    this.#player?.speech();
    this.#background?.speech();
    this.#dropEnded();
  }

  /** Ends a task. @returns false when it is none of these. */
  stop(task: number, reason: 'stopped' | 'closed' | 'error'): boolean {
    const player = this.player(task);
    if (player) this.#end(player, reason);
    else if (this.#echoTask === task) this.#endEcho(reason === 'closed' ? 'closed' : 'stopped');
    else return false;
    return true;
  }

  close(): void {
    if (this.#player) this.#end(this.#player, 'closed');
    if (this.#background) this.#end(this.#background, 'closed');
    if (this.#echoTask !== undefined) this.#endEcho('closed');
  }

  #take(player: Player, into: Uint8Array, offset: number, law: Law, isHeard: boolean): void {
    if (isHeard) this.#shown = player;
    player.take(into, offset, FRAME, law, isHeard);
    if (player.ended) this.#dropEnded();
  }

  #sendBack(into: Uint8Array, offset: number, law: Law, isHeard: boolean): void {
    if (isHeard) this.#shown = 'echo';
    translateG711(this.#receiver.law, law, this.#receiver.frame, 0, into, offset, FRAME);
  }

  #join(into: Uint8Array, offset: number, law: Law): void {
    this.#shown = 'joined';
    this.#joined.next(law);
    into.set(this.#joined.frame, offset);
  }

  #end(player: Player, reason: PlayOutcome['reason']): void {
    player.end(reason);
    this.#dropEnded();
  }

  #dropEnded(): void {
    if (this.#player?.ended) this.#player = undefined;
    if (this.#background?.ended) this.#background = undefined;
  }

  #endEcho(reason: 'stopped' | 'closed'): void {
    const task = this.#echoTask as number;
    this.#echoTask = undefined;
    this.#observer.echoEnded(task, reason);
  }
}
