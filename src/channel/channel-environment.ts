import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Codec } from './codec.ts';
import type { JournalStore } from './journal/journal-store.ts';
import type { LocalExchange } from './local/local-exchange.ts';
import type { MediaFiles } from './media-files.ts';
import type { InbandDtmf, MediaPort } from './media-port.ts';
import type { MediaServices } from './playback/media-services.ts';
import type { SignalingPort } from './signaling-port.ts';
import type { StoredMedia } from './stored-media.ts';

/** What all channels of one user agent share. */
export interface ChannelEnvironment {
  readonly signaling: SignalingPort;
  /** Puts calls through that stay within the process. */
  readonly local: LocalExchange;
  readonly media: MediaPort;
  readonly files: MediaFiles;
  /** Files and recordings, for programs. */
  readonly stored: StoredMedia;
  /** What can be played besides plain files. */
  readonly services: MediaServices;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In order of preference. */
  readonly codecs: readonly Codec[];
  /** What channels speak at first. */
  readonly language: string;
  /** Address for session descriptions, for a host behind a NAT. */
  readonly publicAddress?: string | undefined;
  /** Silence that ends a call, in milliseconds; never when left out. */
  readonly mediaTimeout?: number | undefined;
  readonly inbandDtmf?: InbandDtmf | undefined;
  /** Keeps the journals of all channels, if somebody wants that. */
  readonly journals?: JournalStore | undefined;
}
