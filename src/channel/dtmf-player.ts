import { ChannelError } from '../errors.ts';
import { runOperation, stopped } from '../operation.ts';
import type { Call } from './call.ts';
import type { ChannelCore } from './channel-core.ts';
import { checkDigitPlay, DIGIT_PLAY_OPTIONS, type DigitPlay, type DigitPlayOptions } from './digit-play-options.ts';
import { sendDigitsByInfo } from './info-digits.ts';
import { journaled } from './journal/journaled.ts';
import { type KeyTones, keyTones } from './key-tones.codec.ts';
import { DtmfPlayerCause, DtmfPlayerState } from './media-cause.ts';
import type { DigitsOutcome, MediaSession, MediaTask } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { refuseOptions } from './option-names.ts';

/**
 * Sends DTMF digits to the far end (`channel.dtmfPlayer`): as RFC 4733 telephone-events, as tones in the audio or by SIP INFO. Names and
 * causes are those of the Aculab UAS API.
 *
 * @example
 * if ((await channel.dtmfPlayer.play('1234#')) !== DtmfPlayerCause.NORMAL) console.log('not all were sent');
 */
export class DtmfPlayer {
  readonly #core: ChannelCore;
  #run: MediaRun<DigitsOutcome> | undefined;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** `PLAYING` while digits are sent; `ERROR` after a sending that broke off; otherwise `IDLE`. */
  get state(): DtmfPlayerState {
    if (this.#run && !this.#run.isOver) return DtmfPlayerState.PLAYING;
    return this.cause === DtmfPlayerCause.ERROR ? DtmfPlayerState.ERROR : DtmfPlayerState.IDLE;
  }

  /** How the last sending ended; `NONE` while it runs, when there was none, or when a signal ended it. */
  get cause(): DtmfPlayerCause {
    return this.#run ? causeOf(this.#run) : DtmfPlayerCause.NONE;
  }

  /** What went wrong with the last sending, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#run?.error;
  }

  /**
   * Sends digits and waits until they have been sent. Resolves with `NORMAL`, `TIMEOUT`, or `ERROR` when it broke off.
   *
   * @param digits - 1 to 32 of 0-9, A-D, * and #; a comma pauses, for half a second unless `pause` says otherwise.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, when the far end takes no telephone-events although `method` asks for them,
   * or when it refuses the first INFO; `BUSY` while anything else is sent, and by INFO while `sip.send()` is at work; `INVALID_ARGUMENT`.
   * @example
   * await channel.dtmfPlayer.play('1,42#', { method: 'INBAND', on: 80, off: 80, pause: 2000 });
   */
  play(digits: string, options: DigitPlayOptions = {}): Promise<DtmfPlayerCause> {
    return journaled(this.#core.journal, 'dtmfPlayer.play', [digits, options], () => this.#play(digits, options));
  }

  #play(digits: string, options: DigitPlayOptions): Promise<DtmfPlayerCause> {
    const refused = refuseOptions(this.#core.call, 'dtmfPlayer.play()', options, DIGIT_PLAY_OPTIONS);
    if (refused) return refused;
    const { signal, timeout } = options;
    return runOperation(
      this.#core.call,
      { signal, timeout },
      async (stop) => {
        const play = checkDigitPlay(digits, options);
        const { call } = this.#core;
        call.demandAnswered('dtmfPlayer.play()');
        const session = call.media.demand();
        if (play.method === 'RFC4733' && !session.takesEvents) {
          throw new ChannelError(
            'INVALID_STATE',
            "the far end takes no telephone-events (RFC 4733); leave method out, or say 'INBAND' or 'INFO'",
          );
        }
        const slots = takeSlots(call, play);
        const isAfterKey = this.#run?.halted !== undefined;
        const run = new MediaRun(call, slots, async () => {
          // A key that has begun would have to be ended, which takes three packets.
          if (timeout === 0) await stopped(stop);
          return () => this.#send(call, session, { ...play, isAfterKey });
        });
        this.#run = run;
        run.obey(stop);
        await run.started;
        await run.finished;
        return causeOf(run);
      },
      ['timeout'],
    );
  }

  #send(call: Call, session: MediaSession, play: DigitPlay & KeyTones): MediaTask<DigitsOutcome> {
    const { leg } = call;
    if (play.method === 'INFO' && leg) return sendDigitsByInfo(leg, this.#core.environment.clock, play);
    const isInBand = play.method === 'INBAND' || (play.method === 'auto' && !session.takesEvents);
    if (isInBand) return playTones(session, play);
    const { digits, onMs, offMs, pauseMs, level } = play;
    return session.sendDigits({ digits, onMs, offMs, pauseMs, volume: -level });
  }
}

/** Nothing else may be sent meanwhile; by INFO no other request either. */
function takeSlots(call: Call, { method }: DigitPlay): Disposable {
  const { activity } = call;
  const sending = activity.take('send', 'dtmfPlayer.play()');
  if (method !== 'INFO') return sending;
  try {
    const requesting = activity.take('request', 'dtmfPlayer.play()');
    return {
      [Symbol.dispose]() {
        requesting[Symbol.dispose]();
        sending[Symbol.dispose]();
      },
    };
  } catch (error) {
    sending[Symbol.dispose]();
    throw error;
  }
}

function playTones(session: MediaSession, play: DigitPlay & KeyTones): MediaTask<DigitsOutcome> {
  const tone = keyTones(play.digits, play);
  const playing = session.play({ sources: [{ kind: 'tone', name: tone.name, tone }], bargeIn: '' });
  return {
    started: playing.started,
    finished: playing.finished.then(({ reason, error }) => ({
      reason: reason === 'bargein' ? 'stopped' : reason,
      error,
    })),
    stop: () => playing.stop(),
  };
}

function causeOf(run: MediaRun<DigitsOutcome>): DtmfPlayerCause {
  if (!run.isOver) return DtmfPlayerCause.NONE;
  if (run.error) return DtmfPlayerCause.ERROR;
  if (run.halted) return run.halted === 'ABORTED' ? DtmfPlayerCause.NONE : run.halted;
  switch (run.outcome?.reason) {
    case 'completed':
      return DtmfPlayerCause.NORMAL;
    case 'error':
      return DtmfPlayerCause.ERROR;
    case 'stopped':
    case 'closed':
    case undefined:
      return DtmfPlayerCause.NONE;
  }
}
