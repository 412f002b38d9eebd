import { CallHost } from '../../channel/call-host.ts';
import { type Codec, DEFAULT_CODECS } from '../../channel/codec.ts';
import type { InbandDtmf } from '../../channel/media-port.ts';
import type { Logger } from '../../logger.ts';
import { silentLogger } from '../../logger.ts';
import { TestClock } from '../clock/test-clock.ts';
import { FakeMedia } from './fake-media.ts';
import { FakeSignaling } from './fake-signaling.ts';
import { MemoryFiles, type MemoryFilesOptions } from './memory-files.ts';

export interface FakeNetworkOptions extends MemoryFilesOptions {
  /** The time; one that is moved by hand by default. */
  readonly clock?: TestClock | undefined;
  readonly codecs?: readonly Codec[] | undefined;
  readonly inbandDtmf?: InbandDtmf | undefined;
  readonly mediaTimeout?: number | undefined;
  readonly maxCalls?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** The real channel layer over ports that exist in memory only, on a clock that a test moves. */
export class FakeNetwork {
  readonly clock: TestClock;
  readonly files: MemoryFiles;
  readonly signaling: FakeSignaling;
  readonly media: FakeMedia;
  readonly host: CallHost;
  #ids = 0;

  constructor({
    clock = new TestClock({ time: 'manual' }),
    codecs = DEFAULT_CODECS,
    maxCalls = Number.POSITIVE_INFINITY,
    logger = silentLogger,
    inbandDtmf,
    mediaTimeout,
    ...files
  }: FakeNetworkOptions = {}) {
    this.clock = clock;
    this.files = new MemoryFiles(files, clock);
    this.signaling = new FakeSignaling(clock);
    this.media = new FakeMedia(clock, this.files);
    const { signaling, media } = this;
    this.host = new CallHost({
      environment: { signaling, media, files: this.files, clock, logger, codecs, inbandDtmf, mediaTimeout },
      maxCalls,
      newId: () => `fake-${++this.#ids}`,
    });
  }

  /** Lets time pass, and everything that happens in it. */
  elapse(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }
}
