import type { TestClock } from './test-clock.ts';
import type { RunningTimer } from './virtual-timers.ts';

/** So many are described one by one. */
const MOST_SHOWN = 5;

/** What is still due on a clock, in order: timers of the program, and what the channel waits for. */
export function runningTimers({ timers, dueTimes }: Pick<TestClock, 'timers' | 'dueTimes'>): readonly RunningTimer[] {
  const running = [...timers.running].sort((one, other) => one.at - other.at);
  return dueTimes.map((at) => {
    const own = running.findIndex((timer) => timer.at === at);
    return own < 0 ? { at, setAt: undefined } : (running.splice(own, 1)[0] as RunningTimer);
  });
}

/** Timers as a message has them. */
export function shownTimers(timers: readonly RunningTimer[]): string {
  const shown = timers
    .slice(0, MOST_SHOWN)
    .map(({ at, setAt }) => `due at ${Math.round(at)} ms${setAt === undefined ? '' : ` (set at ${setAt})`}`);
  if (timers.length > MOST_SHOWN) shown.push(`and ${timers.length - MOST_SHOWN} more`);
  return shown.join(', ');
}
