import { ChannelError } from '../errors.ts';
import { checkTimeout, type OperationOptions, pause, runOperation, type Stop, stopped } from '../operation.ts';
import type { Call } from './call.ts';
import { parseFileName } from './file-name.codec.ts';
import type { MediaSession } from './media-port.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';
import type { Playing } from './play-port.ts';
import { refuseIfImpossible } from './refuse.ts';
import { State } from './state.ts';
import type { ToneManager } from './tone/tone-manager.ts';

/** How to ring an inbound call. */
export interface RingOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * How long to wait before returning, in milliseconds. 0, the default, returns at once and lets it ring on. `'ringtone'` waits
   * until the ringtone, or the tone, has been played once.
   */
  duration?: number | 'ringtone' | undefined;
  /** Opens the audio before the answer (183 with a session description), so that the caller can hear `ringtone` or `tone`. Default false. */
  earlyMedia?: boolean | undefined;
  /** WAV file for the caller to hear instead of the network's ring-back; only with `earlyMedia`, otherwise it is not used. */
  ringtone?: string | undefined;
  /** Plays the ringtone over and over until the call is answered or over. Default false. */
  loop?: boolean | undefined;
  /**
   * Name of a tone for the caller to hear instead of a `ringtone`, as often as the tone says; only with `earlyMedia`. The tones are those of
   * the manager that `channel.createTonePlayer()` was given last, otherwise the predefined ones.
   */
  tone?: string | undefined;
}

const OPTIONS: OptionNames<RingOptions> = {
  duration: true,
  earlyMedia: true,
  loop: true,
  ringtone: true,
  signal: true,
  tone: true,
};
const ALLOWED = 'CALL_INCOMING or RING_INCOMING';

/** Tells the caller that it rings. */
export function ring(call: Call, tones: ToneManager, options: RingOptions): Promise<State> {
  const refused = refuseOptions(call, 'ring()', options, OPTIONS);
  if (refused) return refused;
  return refuseIfImpossible(
    call,
    runOperation(call, { signal: options.signal }, (stop) => ringUntil(call, tones, options, stop)),
  );
}

/** Begins what the caller hears. */
type Sound = (session: MediaSession) => Playing;

async function ringUntil(call: Call, tones: ToneManager, options: RingOptions, stop: Stop): Promise<State> {
  const { duration = 0, earlyMedia = false, ringtone, tone } = options;
  if (duration !== 'ringtone') checkTimeout(duration, 'duration');
  if (ringtone !== undefined && tone !== undefined) {
    throw new ChannelError('INVALID_ARGUMENT', 'ring() plays a ringtone or a tone, not both; leave one out');
  }
  if (ringtone !== undefined) parseFileName(ringtone);
  if (tone !== undefined) tones.sequence(tone);
  const { leg } = call;
  if (!leg) throw call.wrongState('ring()', ALLOWED);
  // Early media needs an offer to answer; without one (a late offer) the caller hears what its network plays.
  const early = earlyMedia && leg.offer !== undefined;
  const begin = early ? await soundOf(call, tones, options) : undefined;
  if (stop.reason) return call.state;

  call.demand({ type: 'ring' }, 'ring()', ALLOWED);
  if (early) {
    const description = await call.media.describe(leg.localAddress, leg.offer);
    if (call.state !== State.RING_INCOMING || stop.reason) return call.state;
    leg.ring(description);
  } else {
    leg.ring();
  }
  const sound = begin && (await startRingtone(call, begin));
  if (duration !== 'ringtone') await pause(call.clock, duration, stop);
  else if (sound) await Promise.race([sound.finished, stopped(stop)]);
  if (stop.reason) await call.ringtone.stop();
  return call.state;
}

async function soundOf(call: Call, tones: ToneManager, options: RingOptions): Promise<Sound | undefined> {
  const { duration, loop = false, ringtone, tone } = options;
  const once = duration === 'ringtone';
  if (tone !== undefined) {
    const known = tones.sequence(tone);
    const played = once ? { ...known, repeat: 1 } : known;
    return (session) => session.play({ sources: [{ kind: 'tone', name: tone, tone: played }], bargeIn: '' });
  }
  if (ringtone === undefined) return undefined;
  const path = await call.environment.files.forReading(ringtone);
  return (session) =>
    session.play({
      sources: [{ kind: 'file', name: parseFileName(ringtone).join('/'), path }],
      bargeIn: '',
      loop: loop && !once,
    });
}

async function startRingtone(call: Call, begin: Sound): Promise<Playing> {
  await call.ringtone.stop();
  const session = call.media.demand();
  const task = call.ringtone.start(() => begin(session));
  await task.started;
  return task;
}
