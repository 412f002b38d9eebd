import type { PcmStream, PlayRequest, PlaySource } from '../../channel/play-port.ts';
import type { Flow } from '../core/player.ts';
import type { PlainError } from './plain-error.ts';

/** A source as it crosses threads: of a stream only what describes it. */
export type EngineSource =
  | Exclude<PlaySource, { readonly kind: 'stream' }>
  | { readonly kind: 'stream'; readonly name: string; readonly stream: Pick<PcmStream, 'sampleRate' | 'durationMs'> };

/** A request that can cross threads. */
export interface EnginePlayRequest extends Omit<PlayRequest, 'sources'> {
  readonly sources: readonly EngineSource[];
}

/** What the program does to a playing. Those of which the program wants to see the effect have a number, counted from 1. */
export type PlayControl =
  | { readonly kind: 'pause' | 'resume'; readonly number: number }
  | { readonly kind: 'seek'; readonly number: number; readonly positionMs: number }
  | { readonly kind: 'volume'; readonly decibels: number }
  /** A piece of a stream, which is the engine's from now on. */
  | { readonly kind: 'piece'; readonly source: number; readonly samples: Int16Array<ArrayBuffer> }
  | { readonly kind: 'end'; readonly source: number }
  | { readonly kind: 'failure'; readonly source: number; readonly error: PlainError };

/** Where a playing stood at a time, and whether it goes on from there. */
export interface PlayAnchor {
  /** Number of the last control that it takes account of. */
  readonly number: number;
  /** Time of day in milliseconds since 1970. */
  readonly at: number;
  readonly flow: Flow;
  readonly positionMs: number;
  readonly heardMs: number;
  /** The first position from there on that was not heard before. */
  readonly newFromMs: number;
  readonly durationMs: number | undefined;
}
