import { ChannelError } from '../../errors.ts';
import { runOperation } from '../../operation.ts';
import { Cause } from '../cause.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { gone } from '../hang-up.ts';
import { State } from '../state.ts';

/** The channel of the other side of a back-to-back call, as long as its call is not over. */
export function otherLeg({ call }: ChannelCore): Channel | undefined {
  const other = call.backToBack?.other(call);
  return other && other.call.state !== State.IDLE ? other.owner.channel() : undefined;
}

/** Ends the other side of a back-to-back call, or the looking for one; says whether there was one. */
export async function terminateOtherLeg({ call, endless }: ChannelCore): Promise<boolean> {
  const { seeking, backToBack } = call;
  seeking?.('the program wants no callee any more');
  const other = backToBack?.other(call).call;
  if (!other || other.state === State.IDLE) return seeking !== undefined;
  backToBack?.terminate(other);
  await gone(other, endless, undefined);
  return true;
}

/** Ends the own side of a back-to-back call, and leaves the other one with the program. */
export function terminateLeg({ call, endless }: ChannelCore): Promise<State> {
  if (call.backToBack) call.backToBack.terminate(call);
  else call.release(Cause.NORMAL, { by: 'local', text: 'hung up by this side' });
  return gone(call, endless, undefined);
}

/** Takes the audio of both sides to the program; says whether it was elsewhere. */
export function connectAudio({ call }: ChannelCore): Promise<boolean> {
  return runOperation(call, {}, async () => {
    demandOther(call.backToBack?.isUp, 'connectAudio()');
    const { connection } = call;
    connection?.end();
    return connection !== undefined;
  });
}

/** Lets both sides hear each other again; says whether they did not. */
export function disconnectAudio({ call }: ChannelCore): Promise<boolean> {
  return runOperation(call, {}, async () => {
    demandOther(call.backToBack?.isUp, 'disconnectAudio()');
    if (call.connection) return false;
    call.backToBack?.join('disconnectAudio()');
    return true;
  });
}

function demandOther(isUp: boolean | undefined, operation: string): void {
  if (!isUp)
    throw new ChannelError(
      'INVALID_STATE',
      `${operation} needs a channel with an other leg; connectCallee() makes one`,
    );
}
