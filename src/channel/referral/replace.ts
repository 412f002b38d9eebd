import { Disposables } from '../../disposables.ts';
import { Stop } from '../../operation.ts';
import type { Call } from '../call.ts';
import { refusalFor } from '../call-media.ts';
import { Cause } from '../cause.ts';
import type { Leg } from '../signaling-port.ts';
import { State } from '../state.ts';

/**
 * Lets the far end of a call be replaced by somebody who asks for that (Replaces, RFC 3891 §3): the call goes on with the new leg and the same
 * media, and the old leg is ended. Never rejects.
 */
export async function replaceFarEnd(call: Call, leg: Leg): Promise<void> {
  let isGone = false;
  using waiting = new Disposables();
  await new Promise<void>((resolve) => {
    leg.listen((event) => {
      if (event.type !== 'ended') return;
      isGone = true;
      resolve();
    });
    waiting.use(call.onEnd(() => resolve()));
    waiting.use(call.activity.takeWhenFree('session', 'a new far end', resolve));
  });
  // Our answer is on its way: the call is there as soon as that is acknowledged.
  await call.until((state) => state !== State.ANSWERING, new Stop());
  if (isGone) return;
  const { session } = call.media;
  if (!call.isUp || !session) {
    // RFC 3891 §3: what matched a call that is over is declined; one that is not answered cannot be replaced here.
    leg.release({ status: call.isLive ? 481 : 603 });
    return;
  }
  let ours: ReturnType<typeof session.offer>;
  try {
    ours = leg.offer ? session.answer(leg.offer) : session.offer();
  } catch (error) {
    leg.release({ status: refusalFor(error).status });
    return;
  }
  const acknowledged = leg.answer(ours);
  call.replaceLeg(leg);
  const late = await acknowledged;
  if (!call.isLive) return;
  try {
    if (late) session.accept(late);
  } catch (error) {
    call.release(refusalFor(error).cause, { by: 'local', status: 488, text: 'no common codec in the answer' });
    return;
  }
  if (!leg.offer && !late) {
    call.release(Cause.FAILED, { by: 'local', text: 'the new far end acknowledged our offer without an answer to it' });
    return;
  }
  const theirs = leg.offer ?? late;
  if (theirs) call.holding.described(theirs, leg.offer ? undefined : call.holding.ours);
  call.media.agreed();
  call.replaced();
}
