import type { Clock } from '../../src/clock.ts';

/** Tells how long something takes, from its making on. */
export interface Watch extends Disposable {
  /** In milliseconds. */
  elapsed(): number;
}

/** A watch that goes by a clock. */
export function watchOf(clock: Clock): Watch {
  const from = clock.now();
  return { elapsed: () => clock.now() - from, [Symbol.dispose]: () => undefined };
}
