import { checkTimeout, type OperationOptions, pause, runOperation, type Stop, stopped } from '../operation.ts';
import type { Call } from './call.ts';
import { parseFileName } from './file-name.codec.ts';
import type { MediaTask, PlayOutcome } from './media-port.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';
import { refuseIfImpossible } from './refuse.ts';
import { State } from './state.ts';

/** How to ring an inbound call. */
export interface RingOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * How long to wait before returning, in milliseconds. 0, the default, returns at once and lets it ring on. `'ringtone'` waits
   * until the ringtone has been played once.
   */
  duration?: number | 'ringtone' | undefined;
  /** Opens the audio before the answer (183 with a session description), so that the caller can hear `ringtone`. Default false. */
  earlyMedia?: boolean | undefined;
  /** WAV file for the caller to hear instead of the network's ring-back; only with `earlyMedia`, otherwise it is not used. */
  ringtone?: string | undefined;
  /** Plays the ringtone over and over until the call is answered or over. Default false. */
  loop?: boolean | undefined;
}

const OPTIONS: OptionNames<RingOptions> = {
  duration: true,
  earlyMedia: true,
  loop: true,
  ringtone: true,
  signal: true,
};
const ALLOWED = 'CALL_INCOMING or RING_INCOMING';

/** Tells the caller that it rings. */
export function ring(call: Call, options: RingOptions): Promise<State> {
  const refused = refuseOptions(call, 'ring()', options, OPTIONS);
  if (refused) return refused;
  return refuseIfImpossible(
    call,
    runOperation(call, { signal: options.signal }, (stop) => ringUntil(call, options, stop)),
  );
}

async function ringUntil(call: Call, options: RingOptions, stop: Stop): Promise<State> {
  const { duration = 0, earlyMedia = false, loop = false, ringtone } = options;
  if (duration !== 'ringtone') checkTimeout(duration, 'duration');
  if (ringtone !== undefined) parseFileName(ringtone);
  const { leg } = call;
  if (!leg) throw call.wrongState('ring()', ALLOWED);
  // Early media needs an offer to answer; without one (a late offer) the caller hears what its network plays.
  const early = earlyMedia && leg.offer !== undefined;
  const path = early && ringtone !== undefined ? await call.environment.files.forReading(ringtone) : undefined;
  if (stop.reason) return call.state;

  call.demand({ type: 'ring' }, 'ring()', ALLOWED);
  if (early) {
    const description = await call.media.describe(leg.localAddress, leg.offer);
    if (call.state !== State.RING_INCOMING || stop.reason) return call.state;
    leg.ring(description);
  } else {
    leg.ring();
  }
  const tone = path === undefined ? undefined : await startRingtone(call, path, loop && duration !== 'ringtone');
  if (duration !== 'ringtone') await pause(call.clock, duration, stop);
  else if (tone) await Promise.race([tone.finished, stopped(stop)]);
  if (stop.reason) await call.stopRingtone();
  return call.state;
}

async function startRingtone(call: Call, path: string, loop: boolean): Promise<MediaTask<PlayOutcome>> {
  await call.stopRingtone();
  const session = call.media.demand();
  const task = call.startRingtone(() => session.play({ path, bargeIn: '', loop }));
  await task.started;
  return task;
}
