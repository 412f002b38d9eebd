import type { Clock } from '../clock.ts';
import { ChannelError, isChannelError, isHangup } from '../errors.ts';
import { handled } from '../operation.ts';
import type { DigitsOutcome, MediaTask } from './media-port.ts';
import type { Leg } from './signaling-port.ts';
import { formatDtmfInfo } from './sip/dtmf-info.codec.ts';

/** What to send. Durations are milliseconds. */
export interface InfoDigits {
  readonly digits: string;
  readonly onMs: number;
  readonly offMs: number;
  readonly pauseMs: number;
}

/**
 * Sends keys by SIP INFO, one after the other: each waits until the one before was taken, and until it would be over if it was a tone,
 * since some far ends make tones of them.
 */
export function sendDigitsByInfo(leg: Pick<Leg, 'send'>, clock: Clock, request: InfoDigits): MediaTask<DigitsOutcome> {
  const started = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  let isStopped = false;

  const sleep = async (ms: number): Promise<void> => {
    const over = Promise.withResolvers<void>();
    using _ = clock.schedule(clock.now() + ms, over.resolve);
    await Promise.race([over.promise, stop.promise]);
  };
  const send = async (digit: string): Promise<void> => {
    const { onMs, offMs } = request;
    const headers = { method: 'INFO', ...formatDtmfInfo(digit, onMs), headers: [] } as const;
    const over = sleep(onMs + offMs);
    const status = await Promise.race([handled(leg.send(headers)), stop.promise]);
    if (status !== undefined && (status < 200 || status >= 300)) {
      throw new ChannelError('INVALID_STATE', `the far end takes no keys by INFO: it answered ${status}`);
    }
    started.resolve();
    await over;
  };
  const run = async (): Promise<DigitsOutcome> => {
    for (const digit of request.digits) {
      if (isStopped) break;
      await (digit === ',' ? sleep(request.pauseMs) : send(digit));
    }
    started.resolve();
    return { reason: isStopped ? 'stopped' : 'completed' };
  };
  const finished = run().catch((error: unknown): DigitsOutcome => {
    stop.resolve();
    if (isHangup(error)) return { reason: 'closed' };
    const known = isChannelError(error)
      ? error
      : new ChannelError('INTERNAL', 'an INFO could not be sent', { cause: error });
    started.reject(known);
    return { reason: 'error', error: known };
  });
  return {
    started: handled(started.promise),
    // Whoever waits for the start is told when it never came to that.
    finished: finished.finally(() => started.resolve()),
    stop() {
      isStopped = true;
      stop.resolve();
    },
  };
}
