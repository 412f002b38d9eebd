import { ChannelError } from '../../errors.ts';
import { type OperationOptions, runOperation, type Stop, shown, stopped } from '../../operation.ts';
import type { Call } from '../call.ts';
import { Cause } from '../cause.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { checkAddress } from '../dial.ts';
import { gone } from '../hang-up.ts';
import { checkHeaderFields, type HeaderFields } from '../header-field.codec.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from '../option-names.ts';
import { checkOther } from '../parties/connect.ts';
import { TransferCause } from '../parties/transfer-cause.ts';
import { refusalOf } from '../parties/transfer-failure.codec.ts';
import type { HeaderField, Leg, Referral } from '../signaling-port.ts';
import { State } from '../state.ts';

/** How to have the far end call somebody else. */
export interface TransferOptions extends OperationOptions {
  /** How long to wait for what comes of it, in milliseconds, `Infinity` for ever. Default 120,000: two minutes. */
  timeout?: number | undefined;
  /** Who asks for it, as the one who is called is told (Referred-By, RFC 3892): a SIP URI. That of this side by default. */
  referredBy?: string | undefined;
  /** Header fields for the REFER. */
  headers?: HeaderFields | undefined;
}

interface CheckedTransfer {
  readonly to: string | Call;
  readonly referredBy: string | undefined;
  readonly headers: readonly HeaderField[];
}

const OPTIONS: OptionNames<TransferOptions> = { ...OPERATION_OPTIONS, headers: true, referredBy: true };

/** How long a transfer may take unless told otherwise, in milliseconds. */
const TRANSFER_TIMEOUT_MS = 120_000;

/** Has the far end call somebody else, and ends our part in it when it has reached them. */
export function transfer(core: ChannelCore, to: string | Channel, options: TransferOptions): Promise<TransferCause> {
  const { call, endless } = core;
  const refused = refuseOptions(call, 'transfer()', options, OPTIONS);
  if (refused) return refused;
  const { signal, timeout = TRANSFER_TIMEOUT_MS } = options;
  return runOperation(
    call,
    { signal, timeout },
    async (stop) => {
      const checked = checkTransfer(core, to, options);
      const { to: target } = checked;
      const referral = refer(call, checked);
      if (typeof target !== 'string' && call.connection?.other(call) === target) call.connection.end();
      call.transferCause = TransferCause.NONE;
      call.accept({ type: 'shift', to: State.TRANSFERRING });
      using _ = call.onEnd(() => {
        if (call.transferCause === TransferCause.NONE) call.transferCause = TransferCause.HANGUP;
      });
      const isDone = (): boolean => call.transferCause === TransferCause.NORMAL;
      await Promise.race([settled(call, referral, target, stop), stopped(stop)]);
      if (stop.reason === 'timeout') call.transferCause = TransferCause.TIMEOUT;
      if (isDone()) await leave(core, target);
      else if (call.state === State.TRANSFERRING) {
        call.accept({ type: 'shift', to: call.holding.ours ? State.ON_HOLD : State.ANSWERED });
      }
      return call.transferCause;
    },
    ['timeout'],
  );

  /** Both of our calls are over for us; most far ends have hung up themselves. */
  async function leave({ call }: ChannelCore, target: string | Call): Promise<void> {
    const calls = typeof target === 'string' ? [call] : [call, target];
    for (const each of calls) each.release(Cause.NORMAL, { by: 'local', text: 'the call was transferred' });
    await Promise.all(calls.map((each) => gone(each, endless, undefined)));
  }
}

function refer(call: Call, { to, ...more }: CheckedTransfer): Referral {
  call.demandAnsweredOrHeld('transfer()');
  return legOf(call).refer({ to: typeof to === 'string' ? to : targetOf(to), ...more });
}

function targetOf(target: Call): Leg {
  if (target.state !== State.ANSWERED && target.state !== State.ON_HOLD) {
    throw target.wrongState('transfer() to another channel', 'ANSWERED or ON_HOLD');
  }
  return legOf(target);
}

function legOf(call: Call): Leg {
  if (call.leg) return call.leg;
  throw call.wrongState('transfer()', 'ANSWERED or ON_HOLD');
}

/** Waits for what comes of it, and notes that at once: the far end may hang up in the next moment. */
async function settled(call: Call, referral: Referral, target: string | Call, stop: Stop): Promise<void> {
  const accepted = await referral.accepted;
  const isAccepted = accepted >= 200 && accepted < 300;
  const status = isAccepted ? await referral.outcome : undefined;
  if (stop.reason || !call.isLive) return;
  stop.finish();
  if (status !== undefined) call.transferCause = causeOf(status, target);
  else call.transferCause = accepted === 408 ? TransferCause.TIMEOUT : TransferCause.FAIL;
}

function causeOf(status: number, target: string | Call): TransferCause {
  if (status < 300) return TransferCause.NORMAL;
  if (typeof target !== 'string' && !target.isLive) return TransferCause.TARGETHANGUP;
  if (status === 408) return TransferCause.TIMEOUT;
  return refusalOf(status);
}

function checkTransfer(core: ChannelCore, to: unknown, { referredBy, headers }: TransferOptions): CheckedTransfer {
  if (typeof to !== 'string' && (typeof to !== 'object' || to === null)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `transfer() needs a SIP URI or another channel to transfer to, not ${shown(to)}`,
    );
  }
  return {
    to: typeof to === 'string' ? checkAddress('to', to) : checkOther(core, to, 'transfer()').call,
    referredBy: referredBy === undefined ? undefined : checkAddress('referredBy', referredBy),
    headers: checkHeaderFields(headers),
  };
}
