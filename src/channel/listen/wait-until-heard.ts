import type { Stop } from '../../operation.ts';
import type { ListenEvent } from '../listen-port.ts';
import type { Hearing, Wish } from './hearing.ts';

/**
 * Waits for something to be heard.
 *
 * @param resultOf - says whether this is it: with anything but `undefined`.
 * @returns that; `undefined` when the operation must stop.
 */
export function waitUntilHeard<T>(
  hearing: Hearing,
  wish: Omit<Wish, 'heard'>,
  stop: Stop,
  resultOf: (event: ListenEvent) => T | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    let stopping: Disposable | undefined;
    const end = (result?: T): void => {
      following[Symbol.dispose]();
      stopping?.[Symbol.dispose]();
      resolve(result);
    };
    const following = hearing.follow({
      ...wish,
      heard: (event) => {
        const result = resultOf(event);
        if (result === undefined) return;
        stop.finish();
        end(result);
      },
    });
    stopping = stop.onStop(() => end());
  });
}
