import { CallHost } from '../../channel/call-host.ts';
import { type Codec, DEFAULT_CODECS } from '../../channel/codec.ts';
import type { Logger } from '../../logger.ts';
import { silentLogger } from '../../logger.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeMedia } from './fake-media.ts';
import { FakeSignaling } from './fake-signaling.ts';

export interface FakeNetworkOptions {
  /** Length of each prompt in milliseconds, by file name. */
  readonly prompts?: Readonly<Record<string, number>> | undefined;
  readonly codecs?: readonly Codec[] | undefined;
  readonly maxCalls?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** How often pending promises get their turn before time moves on. Far more than any chain of awaits in this library is long. */
const TURNS = 100;

/** The real channel layer over ports that exist in memory only, with time that stands still until it is told to move. */
export class FakeNetwork {
  readonly clock = new VirtualClock();
  readonly files: FakeFiles;
  readonly signaling = new FakeSignaling();
  readonly media: FakeMedia;
  readonly host: CallHost;
  #ids = 0;

  constructor({ prompts = {}, codecs = DEFAULT_CODECS, maxCalls, logger = silentLogger }: FakeNetworkOptions = {}) {
    const { clock, signaling } = this;
    this.files = new FakeFiles(prompts);
    this.media = new FakeMedia(clock, this.files);
    this.host = new CallHost({
      environment: { signaling, media: this.media, files: this.files, clock, logger, codecs },
      maxCalls: maxCalls ?? Number.POSITIVE_INFINITY,
      newId: () => `fake-${++this.#ids}`,
    });
  }

  /** Lets time pass, and everything that happens in it. */
  async elapse(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await settled();
    for (let next = this.clock.nextAt; next !== undefined && next <= until; next = this.clock.nextAt) {
      this.clock.advanceTo(next);
      await settled();
    }
    this.clock.advanceTo(until);
    await settled();
  }
}

/** Lets everything happen that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
