import type { Channel } from '../channel.ts';
import { State } from '../state.ts';

/** Hangs up a channel and its extra channels, whichever of them are not IDLE, and waits until they are. */
export async function hangUpParty(channel: Channel): Promise<void> {
  const up = [channel, ...channel.extraChannel].filter(({ state }) => state !== State.IDLE);
  await Promise.all(up.map((each) => each.hangUp()));
}
