import { checkTimeout, type OperationOptions, runOperation, type Stop } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { MachineWait, type MachineWaitRules } from './listen/machine-wait.state.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';

/** How to recognise that an answering machine has said its greeting and records now. */
export interface WaitForAnswerMachineOptions extends OperationOptions {
  /** How long a tone must last to be its beep, in milliseconds. Default 180. */
  minBeep?: number | undefined;
  /** How long it must be silent after the beep, in milliseconds. Default 1000. */
  postBeepSilence?: number | undefined;
  /** How long it must be silent when there is no beep, in milliseconds. Default 4000. */
  noBeepSilence?: number | undefined;
  /** How long to wait in milliseconds, `Infinity` for ever; `false` is the result then. Default 10000. */
  timeout?: number | undefined;
}

const OPTIONS: OptionNames<WaitForAnswerMachineOptions> = {
  ...OPERATION_OPTIONS,
  minBeep: true,
  noBeepSilence: true,
  postBeepSilence: true,
};

/** Waits until an answering machine records. */
export function waitForAnswerMachine(core: ChannelCore, options: WaitForAnswerMachineOptions): Promise<boolean> {
  const { call } = core;
  const refused = refuseOptions(call, 'waitForAnswerMachine()', options, OPTIONS);
  if (refused) return refused;
  const { minBeep = 180, postBeepSilence = 1000, noBeepSilence = 4000, signal, timeout = 10_000 } = options;
  const rules = { minBeep, postBeepSilence, noBeepSilence };
  return runOperation(
    call,
    { signal, timeout },
    async (stop) => {
      checkTimeout(minBeep, 'minBeep');
      checkTimeout(postBeepSilence, 'postBeepSilence');
      checkTimeout(noBeepSilence, 'noBeepSilence');
      call.demandAnswered('waitForAnswerMachine()');
      return await follow(core, rules, stop);
    },
    ['timeout'],
  );
}

function follow(core: ChannelCore, rules: MachineWaitRules, stop: Stop): Promise<boolean> {
  const { hearing, environment } = core;
  const { clock } = environment;
  const wait = new MachineWait(rules, hearing.isSpeaking, clock.now());
  return new Promise((resolve) => {
    let timer: Disposable | undefined;
    let following: Disposable | undefined;
    let stopping: Disposable | undefined;
    const end = (isReady: boolean): void => {
      timer?.[Symbol.dispose]();
      following?.[Symbol.dispose]();
      stopping?.[Symbol.dispose]();
      resolve(isReady);
    };
    const arm = (): void => {
      timer?.[Symbol.dispose]();
      timer = undefined;
      if (wait.deadline === Number.POSITIVE_INFINITY) return;
      timer = clock.schedule(Math.max(wait.deadline, clock.now()), () => {
        stop.finish();
        end(true);
      });
    };
    following = hearing.follow({
      speech: true,
      tones: true,
      beepMs: rules.minBeep,
      heard: (event) => {
        if (event.type === 'speech') wait.speech(event.isSpeaking, event.sinceMs, clock.now());
        else wait.tone(event, clock.now());
        arm();
      },
    });
    arm();
    stopping = stop.onStop(() => end(false));
  });
}
