import { takesNoAudio } from '../../holding.codec.ts';
import type { MediaLine, SessionDescription } from '../../media-description.ts';

/** Whether who sends this description will hear and be heard. */
export function isTwoWay(description: SessionDescription): boolean {
  return audioOf(description)?.direction === 'sendrecv' && !takesNoAudio(description);
}

/**
 * Whether two far ends that were described to each other can begin: the first has answered from where the other one was `told` that it is,
 * and still takes the codec that the other one has chosen.
 *
 * @param told - the description of the first that was offered to the other.
 * @param chosen - what the other answered, as it was offered to the first.
 * @param answered - what the first answered to that.
 */
export function isAsTold(told: SessionDescription, chosen: SessionDescription, answered: SessionDescription): boolean {
  const [before, other, after] = [told, chosen, answered].map(audioOf);
  if (!before || !other || !after) return false;
  const codec = other.payloads[0]?.encoding.toUpperCase();
  return (
    before.port === after.port &&
    before.connection?.address === after.connection?.address &&
    after.payloads.some(({ encoding }) => encoding.toUpperCase() === codec)
  );
}

function audioOf({ media }: SessionDescription): MediaLine | undefined {
  return media.find(({ kind, port }) => kind === 'audio' && port !== 0);
}
