import type { MixSettings } from '../../channel/mix-port.ts';

/**
 * What the program does with what joins calls of one engine. The numbers of links and mixes are unique within the engine.
 */
export type JoinCommand =
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

/** What the engine tells of a mix. */
export type MixTold =
  | { readonly kind: 'talking'; readonly call: number; readonly isTalking: boolean }
  | { readonly kind: 'loudest'; readonly call: number | undefined }
  | { readonly kind: 'levels'; readonly request: number; readonly levels: readonly (readonly [number, number])[] };
