import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import type { Call } from '../call.ts';
import type { ChannelCore } from '../channel-core.ts';
import { FarEndType } from '../far-end-type.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import { State } from '../state.ts';
import { FarEndGuess, type FarEndRules } from './far-end.state.ts';

/** How to find out who answers. */
export interface DetectMachineOptions {
  /** How long to listen after the answer, in milliseconds; what cannot be told by then is `UNKNOWN`. Default 7000. */
  timeout?: number | undefined;
  /** Whoever speaks for longer than this, pauses of less than `greetingSilence` included, is a machine. Milliseconds, default 1800. */
  longestGreeting?: number | undefined;
  /** Whoever has spoken for less than that and is silent for so long is a person. Milliseconds, default 800. */
  greetingSilence?: number | undefined;
}

/** The same with nothing left open. */
interface DetectionRules extends FarEndRules {
  readonly timeout: number;
}

const OPTIONS: OptionNames<DetectMachineOptions> = { greetingSilence: true, longestGreeting: true, timeout: true };

/** The rules; `undefined` for no detection. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkDetection(wanted: boolean | DetectMachineOptions = false): DetectionRules | undefined {
  if (wanted === false) return undefined;
  if (wanted !== true && typeof wanted !== 'object') {
    throw new ChannelError('INVALID_ARGUMENT', `detectMachine must be true, false or options, not ${shown(wanted)}`);
  }
  const options = wanted === true ? {} : wanted;
  const problem = optionsProblem('detectMachine', options, OPTIONS);
  if (problem) throw problem;
  const { timeout = 7000, longestGreeting = 1800, greetingSilence = 800 } = options;
  checkTimeout(timeout, 'detectMachine.timeout');
  checkTimeout(longestGreeting, 'detectMachine.longestGreeting');
  checkTimeout(greetingSilence, 'detectMachine.greetingSilence');
  return { timeout, longestGreeting, greetingSilence };
}

/** Finds out who answers a call that is being placed. The call is not settled until then. */
export function detectFarEnd(core: ChannelCore, call: Call, rules: DetectionRules): void {
  call.beginDetection();
  let listening: Disposable | undefined;
  const following = core.events.on('state', (state) => {
    if (state === State.ANSWERED) listening ??= listen(core, call, rules);
  });
  call.onEnd(() => {
    following[Symbol.dispose]();
    listening?.[Symbol.dispose]();
  });
}

function listen(core: ChannelCore, call: Call, rules: DetectionRules): Disposable {
  const { clock } = call;
  const guess = new FarEndGuess(rules);
  const limit = clock.now() + rules.timeout;
  let timer: Disposable | undefined;
  const end = (): void => {
    timer?.[Symbol.dispose]();
    hearing[Symbol.dispose]();
  };
  const look = (): void => {
    timer?.[Symbol.dispose]();
    const now = clock.now();
    guess.decide(now);
    const decision = guess.decision ?? (now >= limit ? FarEndType.UNKNOWN : undefined);
    if (decision === undefined) {
      const next = Math.min(guess.deadline, limit);
      if (next < Number.POSITIVE_INFINITY) timer = clock.schedule(next, look);
      return;
    }
    end();
    call.detected(decision);
  };
  const hearing = core.hearing.follow({
    speech: true,
    tones: true,
    heard: (event) => {
      if (event.type === 'speech') guess.speech(event.isSpeaking, event.sinceMs, clock.now());
      else guess.tone(event, clock.now());
      look();
    },
  });
  look();
  return { [Symbol.dispose]: end };
}
