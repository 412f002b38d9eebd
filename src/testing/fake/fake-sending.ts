import type { DigitsOutcome, DigitsRequest, MediaTask } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import type { CallSound } from './call-sound.ts';
import type { FakeTasks } from './fake-tasks.ts';
import { TimedDigits } from './timed-digits.ts';

/** How an echo ends. */
export type EchoOutcome = { readonly reason: 'stopped' | 'closed' | 'error' };

/** What sending needs of its session. */
export interface FakeSendingHost {
  readonly clock: Clock;
  readonly tasks: FakeTasks;
  readonly sound: CallSound;
  /** Something is sent, and the background stands still. @returns what ends that. */
  occupy(): () => void;
}

/** Sends keys as telephone-events; calls back with each that is complete. */
export function sendKeys(
  { clock, tasks, occupy }: FakeSendingHost,
  request: DigitsRequest,
  sent: (digit: string) => void,
): MediaTask<DigitsOutcome> {
  const digits = new TimedDigits(clock, request);
  const free = occupy();
  const task = tasks.begin<DigitsOutcome>(
    (reason) => ({ reason }),
    () => {
      digits[Symbol.dispose]();
      free();
    },
  );
  digits.send(sent, () => task.end({ reason: 'completed' }));
  return task;
}

/** Sends back what comes in. */
export function sendBack({ tasks, sound, occupy }: FakeSendingHost): MediaTask<EchoOutcome> {
  const task = tasks.begin<EchoOutcome>(
    (reason) => ({ reason }),
    () => {
      endSound();
      free();
    },
  );
  const free = occupy();
  const endSound = sound.echo();
  return task;
}
