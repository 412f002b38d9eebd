import { ChannelError } from '../errors.ts';
import { type OperationOptions, runOperation, type Stop, shown } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import { waitUntilHeard } from './listen/wait-until-heard.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';

/** How long the far end has to be silent. */
export interface WaitForSilenceOptions extends OperationOptions {
  /** Milliseconds, 200 at least: shorter gaps belong to speech. Default 1000. */
  duration?: number | undefined;
}

const SILENCE_OPTIONS: OptionNames<WaitForSilenceOptions> = { ...OPERATION_OPTIONS, duration: true };
const SHORTEST_SILENCE_MS = 200;

/**
 * Tells when the far end speaks (`channel.speechDetector`).
 *
 * Speech is sound above the background noise that is no tone and no key. It is noticed after 60 ms, and its end after 200 ms of silence.
 * Media listens only while something waits here, `channel.on('speech')` has a listener, or a prompt plays with `bargeInOnSpeech`, and for
 * a second after that. It cannot tell a voice from music, nor from the echo of a prompt that comes back.
 *
 * @example
 * await channel.filePlayer.say('What can we do for you?');
 * await channel.speechDetector.waitForSpeech({ timeout: 5000 });
 * await channel.speechDetector.waitForSilence({ duration: 1500 });
 */
export class SpeechDetector {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** Whether the far end speaks now. False while media does not listen. */
  get isSpeaking(): boolean {
    return this.#core.hearing.isSpeaking;
  }

  /**
   * Resolves when the far end begins to speak; at once when it is known to be speaking, and after 60 ms when it was speaking before
   * media listened.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, without limit by default; `INVALID_STATE` unless answered;
   * `INVALID_ARGUMENT`.
   */
  waitForSpeech(options: OperationOptions = {}): Promise<void> {
    return journaled(this.#core.journal, 'speechDetector.waitForSpeech', [options], () => this.#waitForSpeech(options));
  }

  /**
   * Resolves when the far end has been silent for `duration` milliseconds. Silence from before this was called does not count, so that it
   * takes as long as that at least.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, without limit by default; `INVALID_STATE` unless answered;
   * `INVALID_ARGUMENT`.
   */
  waitForSilence(options: WaitForSilenceOptions = {}): Promise<void> {
    return journaled(this.#core.journal, 'speechDetector.waitForSilence', [options], () =>
      this.#waitForSilence(options),
    );
  }

  #waitForSpeech(options: OperationOptions): Promise<void> {
    const { call, hearing } = this.#core;
    const refused = refuseOptions(call, 'speechDetector.waitForSpeech()', options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(call, options, async (stop) => {
      call.demandAnswered('speechDetector.waitForSpeech()');
      if (hearing.isSpeaking) return;
      await waitUntilHeard(hearing, { speech: true }, stop, (event) =>
        event.type === 'speech' && event.isSpeaking ? true : undefined,
      );
    });
  }

  #waitForSilence(options: WaitForSilenceOptions): Promise<void> {
    const { call } = this.#core;
    const refused = refuseOptions(call, 'speechDetector.waitForSilence()', options, SILENCE_OPTIONS);
    if (refused) return refused;
    const { duration = 1000, signal, timeout } = options;
    return runOperation(call, { signal, timeout }, async (stop) => {
      if (!(typeof duration === 'number' && duration >= SHORTEST_SILENCE_MS)) {
        throw new ChannelError(
          'INVALID_ARGUMENT',
          `duration must be a number of milliseconds of at least ${SHORTEST_SILENCE_MS}, not ${shown(duration)}`,
        );
      }
      call.demandAnswered('speechDetector.waitForSilence()');
      await this.#silence(duration, stop);
    });
  }

  async #silence(duration: number, stop: Stop): Promise<void> {
    const { hearing, environment } = this.#core;
    const { clock } = environment;
    let timer: Disposable | undefined;
    await new Promise<void>((resolve) => {
      let following: Disposable | undefined;
      let stopping: Disposable | undefined;
      const end = (): void => {
        timer?.[Symbol.dispose]();
        following?.[Symbol.dispose]();
        stopping?.[Symbol.dispose]();
        resolve();
      };
      const count = (ms: number): void => {
        timer = clock.schedule(clock.now() + Math.max(0, ms), () => {
          stop.finish();
          end();
        });
      };
      following = hearing.follow({
        speech: true,
        heard: (event) => {
          if (event.type !== 'speech') return;
          timer?.[Symbol.dispose]();
          if (!event.isSpeaking) count(duration - event.sinceMs);
        },
      });
      if (!hearing.isSpeaking && duration < Number.POSITIVE_INFINITY) count(duration);
      stopping = stop.onStop(end);
    });
  }
}
