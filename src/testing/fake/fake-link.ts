import type { AudioLink } from '../../channel/mix-port.ts';
import type { Clock } from '../../clock.ts';
import type { CallSound } from './call-sound.ts';
import type { FakeTasks } from './fake-tasks.ts';

/** What a link needs of each of its two calls. */
export interface LinkEnd {
  readonly clock: Clock;
  readonly sound: CallSound;
  readonly tasks: FakeTasks;
  /** Another call is heard instead of the background. @returns what ends that. */
  yield(): () => void;
}

/** Lets the far end of one call hear that of another, until either is over. */
export function linkEnds(from: LinkEnd, to: LinkEnd, volume: number): AudioLink {
  const way = to.sound.link(from.sound, volume);
  const goOn = to.yield();
  const link = {
    setVolume: (decibels: number) => way.setVolume(to.clock.now(), decibels),
    close: () => {
      if (!from.tasks.forget(link)) return;
      to.tasks.forget(link);
      way.close(to.clock.now());
      goOn();
    },
  };
  from.tasks.keep(link, link.close);
  to.tasks.keep(link, link.close);
  return link;
}
