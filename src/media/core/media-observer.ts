import type { ListenEvent } from '../../channel/listen-port.ts';
import type { DigitMethod } from '../../channel/media-port.ts';
import type { PlayOutcome } from '../../channel/play-port.ts';
import type { RecordOutcome } from '../../channel/record-port.ts';

/** What the core of one call tells its host. Called from within `tick` and `receiveRtp`. */
export interface MediaObserver {
  /** A key went down at the far end. */
  digit(digit: string, by: DigitMethod): void;
  /** The far end speaks or is silent, or a tone sounds. */
  heard(event: ListenEvent): void;
  /** Nothing has come for so many milliseconds, although something should have. */
  silent(ms: number): void;
  /** Less than a second of audio is left; asked once until something is pushed. */
  playerHungry(task: number): void;
  /** What becomes of its audio has changed, or it goes on at another place. */
  playerMoved(task: number): void;
  playerEnded(task: number, reason: PlayOutcome['reason'], playedMs: number, positionMs: number, heardMs: number): void;
  /** A piece of the recording, which the host owns now. */
  recorded(task: number, samples: Uint8Array): void;
  /** How a recording stands: told a few times a second when somebody watches it, and after each control. */
  recorderProgress(task: number, durationMs: number, level: number, audioDetected: boolean): void;
  /** The last piece has been handed over before. */
  recorderEnded(task: number, reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void;
  digitsEnded(task: number, reason: 'completed' | 'stopped' | 'closed'): void;
  echoEnded(task: number, reason: 'stopped' | 'closed'): void;
}
