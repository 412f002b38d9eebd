import { ChannelError } from '../../errors.ts';
import { type OperationOptions, runOperation, type Stop, shown } from '../../operation.ts';
import type { Call } from '../call.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from '../option-names.ts';
import { inTurn, reoffer } from '../session-turn.ts';
import { State } from '../state.ts';

/** How to put the far end on hold. */
export interface HoldOptions extends OperationOptions {
  /**
   * Whether no audio is to flow at all (`inactive`). Otherwise the far end is still sent what this side plays, such as music on hold
   * (`sendonly`). Default false.
   */
  inactive?: boolean | undefined;
}

/** How this side has audio flow while it holds the far end. */
type HoldDirection = 'sendonly' | 'inactive';

const HOLD_OPTIONS: OptionNames<HoldOptions> = { ...OPERATION_OPTIONS, inactive: true };
const HOLDABLE: readonly State[] = [State.ANSWERED, State.HOLDING, State.ON_HOLD];
const ALLOWED = 'ANSWERED or ON_HOLD';

/** Puts the far end on hold. */
export function hold(call: Call, options: HoldOptions): Promise<State> {
  const refused = refuseOptions(call, 'hold()', options, HOLD_OPTIONS);
  if (refused) return refused;
  const { inactive = false, signal, timeout } = options;
  return runOperation(call, { signal, timeout }, async (stop) => {
    if (typeof inactive !== 'boolean') {
      throw new ChannelError('INVALID_ARGUMENT', `inactive must be true or false, not ${shown(inactive)}`);
    }
    // Its far end would still be spoken to by that of the other call. One that refuses to come back is in the log, and keeps nobody from it.
    if (call.connection) await call.connection.mediaRelease.takeBack(stop).catch(() => undefined);
    await change(call, 'hold()', stop, () => holdWith(call, inactive ? 'inactive' : 'sendonly'));
    return call.state;
  });
}

/** Takes the far end back from hold. */
export function resume(call: Call, options: OperationOptions): Promise<State> {
  const refused = refuseOptions(call, 'resume()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(call, options, async (stop) => {
    await change(call, 'resume()', stop, () => takeBack(call));
    return call.state;
  });
}

async function holdWith(call: Call, direction: HoldDirection): Promise<void> {
  if (call.state === State.ON_HOLD) {
    if (call.holding.ours !== direction) await offer(call, direction);
    return;
  }
  call.demand({ type: 'shift', to: State.HOLDING }, 'hold()', ALLOWED);
  try {
    await offer(call, direction);
  } catch (error) {
    call.accept({ type: 'shift', to: State.ANSWERED });
    throw error;
  }
  call.accept({ type: 'shift', to: State.ON_HOLD });
}

async function takeBack(call: Call): Promise<void> {
  if (call.state === State.ANSWERED) return;
  if (call.state !== State.ON_HOLD) throw call.wrongState('resume()', ALLOWED);
  await offer(call, 'sendrecv');
  // A transfer may have begun meanwhile; it ends where the call is then.
  if (call.state === State.ON_HOLD) call.accept({ type: 'shift', to: State.ANSWERED });
}

/** Agrees with the far end on how audio flows. When it refuses, everything stays as it was. */
async function offer(call: Call, direction: HoldDirection | 'sendrecv'): Promise<void> {
  const session = call.media.demand();
  await reoffer(
    call,
    () => session.offer(direction),
    (answer) => {
      session.accept(answer);
      call.holding.ours = direction === 'sendrecv' ? undefined : direction;
      call.holding.described(answer, direction);
      call.media.agreed();
    },
  );
}

async function change(call: Call, operation: string, stop: Stop, run: () => Promise<void>): Promise<void> {
  if (!HOLDABLE.includes(call.state)) throw call.wrongState(operation, ALLOWED);
  await inTurn([call], operation, stop, run);
}
