import { type OperationHost, type OperationOptions, runOperation } from '../operation.ts';
import type { Call } from './call.ts';
import { Cause } from './cause.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';
import { State } from './state.ts';

/** How long `hangUp()` and `reject()` wait for the far end to confirm, in milliseconds. */
const FAREWELL_MS = 60_000;

/** Ends the call, in whatever state it is, and waits until it is over. */
export function hangUp(call: Call, endless: OperationHost): Promise<State> {
  call.release(Cause.NORMAL, { by: 'local', text: 'hung up by this side' });
  return gone(call, endless, undefined);
}

/** Waits until the call is over and its media closed, but not for ever. */
export function gone(call: Call, endless: OperationHost, signal: AbortSignal | undefined): Promise<State> {
  return runOperation(
    endless,
    { signal, timeout: FAREWELL_MS },
    async (stop) => {
      await call.until((state) => state === State.IDLE, stop);
      if (call.state === State.IDLE) await call.media.close();
      return call.state;
    },
    ['timeout'],
  );
}

/** Waits until the call is over, whoever ends it. */
export function waitForIdle(call: Call, endless: OperationHost, options: OperationOptions): Promise<State> {
  const refused = refuseOptions(endless, 'waitForIdle()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(endless, options, async (stop) => {
    await call.until((state) => state === State.IDLE, stop);
    return call.state;
  });
}
