import type { MixSettings } from '../../channel/mix-port.ts';

/**
 * What the program does with what joins calls of one engine, guests among them: calls of other engines. The numbers of links and mixes are
 * unique within the engine, those of calls in all engines of a user agent.
 */
export type JoinCommand =
  /** A call of this engine is a guest of another one. */
  | { readonly kind: 'lend'; readonly call: number; readonly guest: number; readonly memory: GuestMemory }
  | { readonly kind: 'lend-end'; readonly guest: number }
  /** A call of another engine is a guest of this one. */
  | { readonly kind: 'guest'; readonly call: number; readonly memory: GuestMemory }
  | { readonly kind: 'guest-end'; readonly call: number }
  | {
      readonly kind: 'link';
      readonly link: number;
      /** Whose far end speaks, and whose hears it. */
      readonly from: number;
      readonly to: number;
      readonly volume: number;
    }
  | { readonly kind: 'unlink'; readonly link: number }
  | { readonly kind: 'link-volume'; readonly link: number; readonly volume: number }
  | { readonly kind: 'mix-open'; readonly mix: number }
  /** From now on it is told who talks. */
  | { readonly kind: 'mix-watch'; readonly mix: number }
  | { readonly kind: 'mix-join'; readonly mix: number; readonly call: number; readonly settings: MixSettings }
  | {
      readonly kind: 'mix-change';
      readonly mix: number;
      readonly call: number;
      readonly settings: Partial<MixSettings>;
    }
  | { readonly kind: 'mix-leave'; readonly mix: number; readonly call: number }
  | { readonly kind: 'mix-levels'; readonly mix: number; readonly request: number }
  | { readonly kind: 'mix-close'; readonly mix: number };

/** What a call and the engine that it is a guest of share: what its far end says, and what its far end is to hear. */
export interface GuestMemory {
  readonly heard: SharedArrayBuffer;
  readonly said: SharedArrayBuffer;
}

/** What the engine tells of a mix. */
export type MixTold =
  | { readonly kind: 'talking'; readonly call: number; readonly isTalking: boolean }
  | { readonly kind: 'loudest'; readonly call: number | undefined }
  | { readonly kind: 'levels'; readonly request: number; readonly levels: readonly (readonly [number, number])[] };
