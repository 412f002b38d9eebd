import { type OperationOptions, runOperation } from '../../operation.ts';
import type { Call } from '../call.ts';
import { OPERATION_OPTIONS, refuseOptions } from '../option-names.ts';
import { State } from '../state.ts';

/** Where a call can be on its way back. Who is back already has nothing to wait for. */
const COMING_BACK: readonly State[] = [State.TRANSFERRED, State.RECONNECTING, State.ANSWERED];

/** Waits until a transferred call is back. */
export function waitForRetrieval(call: Call, options: OperationOptions): Promise<State> {
  const operation = 'waitForTransferredCallRetrieval()';
  return back(call, operation, [State.TRANSFERRING, ...COMING_BACK], options, () => undefined);
}

/** Takes a transferred call back. */
export function retrieve(call: Call, options: OperationOptions): Promise<State> {
  return back(call, 'retrieve()', COMING_BACK, options, () => {
    if (call.state === State.TRANSFERRED) call.connection?.end();
  });
}

function back(
  call: Call,
  operation: string,
  allowed: readonly State[],
  options: OperationOptions,
  begin: () => void,
): Promise<State> {
  const refused = refuseOptions(call, operation, options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(call, options, async (stop) => {
    if (!allowed.includes(call.state)) throw call.wrongState(operation, allowed.join(' or '));
    begin();
    await call.until((state) => state === State.ANSWERED, stop);
    return call.state;
  });
}
