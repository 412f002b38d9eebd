import { keysOf } from '../../channel/key-tones.codec.ts';
import type { Playing, PlaySource } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';

/** Hears keys in what is played, each when it is over. @returns those that will come unless it is stopped. */
export function hearKeys(
  clock: Clock,
  sources: readonly PlaySource[],
  playing: Playing,
  heard: (key: string) => void,
): string {
  const [source] = sources;
  const keys = source?.kind === 'tone' && sources.length === 1 ? keysOf(source.tone) : [];
  const timers = keys.map(({ key, endMs }) => clock.schedule(clock.now() + endMs, () => heard(key)));
  void playing.finished.then(() => {
    for (const timer of timers) timer[Symbol.dispose]();
  });
  return keys.map(({ key }) => key).join('');
}
