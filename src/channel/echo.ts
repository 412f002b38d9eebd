import { type OperationOptions, runOperation } from '../operation.ts';
import type { Call } from './call.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';

/** Sends back to the far end what it says. */
export function echo(call: Call, options: OperationOptions): Promise<void> {
  const refused = refuseOptions(call, 'echo()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(
    call,
    options,
    async (stop) => {
      call.demandAnswered('echo()');
      const session = call.media.demand();
      const run = new MediaRun(call, call.activity.take('send', 'echo()'), async () => () => session.echo());
      run.obey(stop);
      await run.started;
      await run.finished;
      if (run.error) throw run.error;
    },
    ['timeout'],
  );
}
