import type { FeedRequest, TapRequest } from '../../channel/tap-port.ts';
import type { FeedReport } from './feed.state.ts';

/** What the program does with a stream of samples. Its number is unique within the call. */
export type StreamCommand =
  | { readonly kind: 'tap'; readonly stream: number; readonly request: TapRequest }
  | { readonly kind: 'feed'; readonly stream: number; readonly request: FeedRequest }
  /** Samples to be sent, which are the engine's from now on. */
  | { readonly kind: 'samples'; readonly stream: number; readonly samples: Int16Array<ArrayBuffer> }
  | { readonly kind: 'mark'; readonly stream: number; readonly mark: number }
  | { readonly kind: 'clear'; readonly stream: number }
  | { readonly kind: 'close'; readonly stream: number };

/** What the engine tells of one. */
export type StreamEvent =
  /** Samples that came, which are the program's from now on. */
  | { readonly kind: 'heard'; readonly stream: number; readonly samples: Int16Array<ArrayBuffer> }
  | { readonly kind: 'fed'; readonly stream: number; readonly report: FeedReport };
