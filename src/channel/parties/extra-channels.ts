import { ChannelError } from '../../errors.ts';
import { shown } from '../../shown.ts';

/** How many extra channels a channel has unless told otherwise. */
const DEFAULT_COUNT = 1;
const MOST = 100;

/** Checks how many extra channels each channel is to have. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkExtraChannels(count: unknown = DEFAULT_COUNT): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST) return count;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `extraChannels must be a whole number from 0 to ${MOST}, not ${shown(count)}`,
  );
}
