import { isHangup } from '../errors.ts';
import type { SessionDescription } from '../media-description.ts';
import { handled, type Stop, stopped } from '../operation.ts';
import type { Call } from './call.ts';

/**
 * Changes the sessions of calls once no other change of them is under way. Who stops waiting does not stop what a far end has been asked
 * already: the state follows its answer. Who changes those of several calls names them in the order that everybody does.
 */
export async function inTurn(
  calls: readonly Call[],
  operation: string,
  stop: Stop,
  change: () => Promise<void>,
): Promise<void> {
  const turns: Disposable[] = [];
  const giveBack = (): void => {
    for (const turn of turns) turn[Symbol.dispose]();
  };
  for (const { activity } of calls) {
    let isTaken = false;
    const { promise: taken, resolve } = Promise.withResolvers<void>();
    turns.push(
      activity.takeWhenFree('session', operation, () => {
        isTaken = true;
        resolve();
      }),
    );
    if (!isTaken) await Promise.race([taken, stopped(stop)]);
    if (stop.reason) {
      giveBack();
      return;
    }
  }
  await Promise.race([handled(change().finally(giveBack)), stopped(stop)]);
}

/**
 * Offers the far end something new, and has its answer taken at once, before it can offer something itself. Resolves with whether it was;
 * it is not when the call is over, which has been noticed by then. Rejects as `Leg.reinvite` does, and with what `take` throws.
 */
export async function reoffer(
  call: Call,
  offer: () => SessionDescription,
  take: (answer: SessionDescription) => void,
): Promise<boolean> {
  const { leg } = call;
  if (!leg || !call.isLive) return false;
  try {
    const answer = await leg.reinvite(offer);
    if (call.isLive) take(answer);
    return call.isLive;
  } catch (error) {
    if (!isHangup(error)) throw error;
    if (call.isLive) await new Promise<void>((resolve) => void call.onEnd(() => resolve()));
    return false;
  }
}
