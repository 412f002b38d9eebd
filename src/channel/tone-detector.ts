import { ChannelError } from '../errors.ts';
import { type OperationOptions, runOperation, shown } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import { waitUntilHeard } from './listen/wait-until-heard.ts';
import type { DetectedToneName } from './listen-port.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';

const NAMES: Readonly<Record<DetectedToneName, true>> = {
  CNG: true,
  CED: true,
  BEEP: true,
  SIT: true,
  BUSY: true,
  CONGESTION: true,
};

/**
 * Tells which tones the far end sends (`channel.toneDetector`): those of fax machines and networks, and beeps. Keys are none of them; the
 * {@link DtmfDetector} has those. Media listens only while something waits here or `channel.on('tone')` has a listener, and for a second
 * after that.
 *
 * @example
 * const tone = await channel.toneDetector.waitFor(['CNG', 'CED'], { timeout: 10_000 });
 * console.log('a fax machine:', tone);
 */
export class ToneDetector {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /**
   * Resolves with the name of the first of these tones that is recognised from now on. The first tone of a cadence or of `SIT` is a
   * `BEEP` as long as no more is known.
   *
   * @param tones - one name, or several.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, without limit by default; `INVALID_STATE` unless answered;
   * `INVALID_ARGUMENT`.
   */
  waitFor(
    tones: DetectedToneName | readonly DetectedToneName[],
    options: OperationOptions = {},
  ): Promise<DetectedToneName> {
    return journaled(this.#core.journal, 'toneDetector.waitFor', [tones, options], () => this.#waitFor(tones, options));
  }

  #waitFor(
    tones: DetectedToneName | readonly DetectedToneName[],
    options: OperationOptions,
  ): Promise<DetectedToneName> {
    const { call, hearing } = this.#core;
    const refused = refuseOptions(call, 'toneDetector.waitFor()', options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(call, options, async (stop) => {
      const wanted = checkNames(tones);
      call.demandAnswered('toneDetector.waitFor()');
      const heard = await waitUntilHeard(hearing, { tones: true }, stop, (event) =>
        event.type === 'tone' && !event.isOver && wanted.includes(event.tone) ? event.tone : undefined,
      );
      // It is undefined only when the operation must stop, and rejects.
      return heard ?? 'BEEP';
    });
  }
}

function checkNames(tones: unknown): readonly DetectedToneName[] {
  const all: readonly unknown[] = Array.isArray(tones) ? tones : [tones];
  const known = all.filter((name): name is DetectedToneName => typeof name === 'string' && Object.hasOwn(NAMES, name));
  if (all.length > 0 && known.length === all.length) return known;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `tones must be one or several of ${Object.keys(NAMES).join(', ')}, not ${shown(tones)}`,
  );
}
