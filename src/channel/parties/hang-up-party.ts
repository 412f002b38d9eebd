import type { Channel } from '../channel.ts';
import { coreOf } from '../channel-audio.ts';
import { State } from '../state.ts';

/** A channel, its extra channels and the other side of its back-to-back call: whichever of them are not IDLE. */
export function liveParty(channel: Channel): readonly Channel[] {
  const extra = coreOf(channel)?.owner.madeExtraChannels() ?? [];
  const otherLeg = channel.otherLeg ? [channel.otherLeg] : [];
  return [channel, ...extra, ...otherLeg].filter(({ state }) => state !== State.IDLE);
}

/** Hangs all of them up and waits until they are IDLE. */
export async function hangUpParty(channel: Channel): Promise<void> {
  await Promise.all(liveParty(channel).map((each) => each.hangUp()));
}
