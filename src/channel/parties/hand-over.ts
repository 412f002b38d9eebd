import { Hangup, isChannelError } from '../../errors.ts';
import { type OperationOptions, runOperation, type Stop } from '../../operation.ts';
import type { ToneSequence } from '../../tone-sequence.ts';
import type { Call } from '../call.ts';
import { Cause } from '../cause.ts';
import type { ChannelCore } from '../channel-core.ts';
import { ANSWER_TIMEOUT_MS, dialUntilSettled, type Placement } from '../dial.ts';
import { State } from '../state.ts';
import { checkOther } from './connect.ts';
import { type Connection, joinCalls } from './connection.ts';
import { RingBack } from './ring-back.ts';
import { TransferCause } from './transfer-cause.ts';
import { failureOf } from './transfer-failure.codec.ts';

/** How to hand a call over to somebody else. */
export interface HandOverOptions extends OperationOptions {
  /**
   * Name of the tone that the party hears while it rings at the target. The tones are those of the manager that `channel.createTonePlayer()`
   * was given last, otherwise the predefined ones; the default is the default tone of that manager.
   */
  ringbackTone?: string | undefined;
  /** How long to wait for the answer in milliseconds, `Infinity` for ever. Default 120,000: two minutes. */
  timeout?: number | undefined;
}

/** A call that is being handed over, and the one to whom. */
interface Parties {
  readonly call: Call;
  readonly target: Call;
}

/**
 * Hands the call of a channel over to whom another channel of the same user agent calls: the one mechanism behind all transfers that can be
 * taken back. `check` says how the other one is to call; it throws `ChannelError` for bad arguments.
 */
export function handOver(
  core: ChannelCore,
  other: unknown,
  operation: string,
  options: HandOverOptions,
  check: (other: ChannelCore) => Placement,
): Promise<State> {
  const { call, tones } = core;
  const { signal, timeout = ANSWER_TIMEOUT_MS, ringbackTone = tones.default } = options;
  return runOperation(
    call,
    { signal, timeout },
    async (stop) => {
      const otherCore = checkOther(core, other, operation);
      const tone = tones.sequence(ringbackTone);
      const placement = check(otherCore);
      call.demandAnswered(operation);
      for (const slot of ['send', 'joined'] as const) call.activity.take(slot, operation)[Symbol.dispose]();
      const target = otherCore.beginDial(operation);
      target.media.place = { ...target.media.place, near: call.media.session };
      return await transferred(
        { call, target },
        { operation, tone, reach: () => dialUntilSettled(otherCore, target, placement, stop, timeout) },
        stop,
      );
    },
    ['timeout'],
  );
}

/** Calls the target and joins the two. */
async function transferred(
  { call, target }: Parties,
  { operation, tone, reach }: { operation: string; tone: ToneSequence; reach: () => Promise<State> },
  stop: Stop,
): Promise<State> {
  call.transferCause = TransferCause.NONE;
  call.accept({ type: 'shift', to: State.TRANSFERRING });
  const ringBack = new RingBack(call, target, tone);
  const refusal = await reach().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  await ringBack.stop();
  const connection = join({ call, target }, operation);
  if (connection) {
    call.transferCause = TransferCause.NORMAL;
    call.accept({ type: 'shift', to: State.TRANSFERRED });
    void connection.ended.then(() => takeBack({ call, target }));
    return call.state;
  }
  // Nothing stops who has been answered, but then the party can be gone as well.
  const gone = stop.reason ? undefined : call.hangup;
  call.transferCause = failureOf(gone ? 'hangup' : stop.reason, target.endInfo);
  target.release(Cause.NORMAL, { by: 'local', text: 'the transfer failed' });
  if (gone) throw new Hangup(gone);
  call.accept({ type: 'shift', to: State.ANSWERED });
  // What is wrong with an address is sometimes known only when it is used.
  if (refusal && isChannelError(refusal.error) && refusal.error.code === 'INVALID_ARGUMENT') throw refusal.error;
  return State.ANSWERED;
}

/** Joins the two, if both are there. */
function join({ call, target }: Parties, operation: string): Connection | undefined {
  if (call.state !== State.TRANSFERRING || !call.isUp || target.state !== State.ANSWERED || !target.isUp)
    return undefined;
  try {
    return joinCalls(call, target, { operation, relayDigits: true });
  } catch (error) {
    call.environment.logger.warn('a call could not be joined with the target of its transfer', { error });
    return undefined;
  }
}

/** The two are not joined any more, for whatever reason: the target has no part in it now, and the party is an ordinary call again. */
function takeBack({ call, target }: Parties): void {
  call.accept({ type: 'shift', to: State.RECONNECTING });
  const text = call.isUp ? 'the transferred call was taken back' : 'the transferred party has hung up';
  target.release(Cause.NORMAL, { by: 'local', text });
  call.accept({ type: 'shift', to: State.ANSWERED });
}
