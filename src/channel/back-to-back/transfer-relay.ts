import { ChannelError } from '../../errors.ts';
import type { Call } from '../call.ts';
import { Cause } from '../cause.ts';
import type { ReferReply, Referral, ReferredTo } from '../signaling-port.ts';

/** What a far end hears of a call that nothing is known about. */
const UNKNOWN = 500;

/**
 * Passes the request of one far end to call somebody on to the other one, and back what comes of it: the response, and how the new call
 * goes. When that is answered, the call of who was asked is over for this side. Never rejects.
 */
export async function relayTransfer(request: ReferredTo, reply: ReferReply, to: Call): Promise<void> {
  let referral: Referral | undefined;
  try {
    referral = to.leg?.refer({ to: addressOf(request), referredBy: request.referredBy });
  } catch (error) {
    const isBad = error instanceof ChannelError && error.code === 'INVALID_ARGUMENT';
    reply.refuse(isBad ? 416 : UNKNOWN);
    return;
  }
  const accepted = (await referral?.accepted) ?? UNKNOWN;
  if (!referral || !isGood(accepted)) {
    reply.refuse(accepted >= 400 ? accepted : UNKNOWN);
    return;
  }
  const progress = reply.accept();
  progress.notify(100);
  const outcome = (await referral.outcome) ?? UNKNOWN;
  progress.notify(outcome);
  if (isGood(outcome)) to.release(Cause.NORMAL, { by: 'local', text: 'the call was transferred' });
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whom to call, with the call whose place the new one is to take (RFC 3891 §3, RFC 3261 §19.1.5). */
function addressOf({ to, replaces }: ReferredTo): string {
  if (!replaces) return to;
  const { callId, toTag, fromTag, earlyOnly } = replaces;
  const value = `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
  return `${to}?Replaces=${encodeURIComponent(value)}`;
}
