import { CallHost } from '../../channel/call-host.ts';
import { type Codec, DEFAULT_CODECS } from '../../channel/codec.ts';
import { DEFAULT_LANGUAGE } from '../../channel/language.codec.ts';
import { LocalExchange } from '../../channel/local/local-exchange.ts';
import type { InbandDtmf } from '../../channel/media-port.ts';
import { checkExtraChannels } from '../../channel/parties/extra-channels.ts';
import type { Sounds } from '../../channel/sounds/sounds.ts';
import { StoredMedia } from '../../channel/stored-media.ts';
import { makeUserAgent, type UserAgent } from '../../channel/user-agent.ts';
import { awaitDisk } from '../../disk.ts';
import type { Logger } from '../../logger.ts';
import { silentLogger } from '../../logger.ts';
import { describeAudio } from '../../media/facts/describe-audio.codec.ts';
import { TestClock } from '../clock/test-clock.ts';
import { FakeMedia } from './fake-media.ts';
import { fakeServices } from './fake-services.ts';
import { FakeSignaling } from './fake-signaling.ts';
import { MemoryFileStore } from './memory-file-store.ts';
import { MemoryFiles, type MemoryFilesOptions } from './memory-files.ts';
import { MemoryCopies, MemoryStorage } from './memory-storage.ts';
import { promptSounds } from './prompt-sounds.ts';

export interface FakeNetworkOptions extends MemoryFilesOptions {
  /** The time; one that is moved by hand by default. */
  readonly clock?: TestClock | undefined;
  readonly codecs?: readonly Codec[] | undefined;
  readonly inbandDtmf?: InbandDtmf | undefined;
  readonly mediaTimeout?: number | undefined;
  readonly language?: string | undefined;
  readonly maxCalls?: number | undefined;
  readonly extraChannels?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** The user of its address. */
const USER = 'offhook';

/** The real channel layer over ports that exist in memory only, on a clock that a test moves. */
export class FakeNetwork {
  readonly clock: TestClock;
  readonly files: MemoryFiles;
  readonly signaling: FakeSignaling;
  readonly media: FakeMedia;
  readonly host: CallHost;
  readonly #stored: StoredMedia;
  readonly #sounds: Sounds;
  #ids = 0;
  #userAgent: UserAgent | undefined;
  #calls = 0;

  constructor({
    clock = new TestClock({ time: 'manual' }),
    codecs = DEFAULT_CODECS,
    maxCalls = Number.POSITIVE_INFINITY,
    extraChannels,
    logger = silentLogger,
    language = DEFAULT_LANGUAGE,
    inbandDtmf,
    mediaTimeout,
    ...files
  }: FakeNetworkOptions = {}) {
    this.clock = clock;
    this.files = new MemoryFiles(files, clock);
    this.signaling = new FakeSignaling(clock);
    this.media = new FakeMedia(clock, this.files);
    const { signaling, media } = this;
    const stored = new StoredMedia({
      store: new MemoryFileStore(this.files),
      storage: new MemoryStorage(this.files),
      copies: new MemoryCopies(this.files),
      describe: describeAudio,
      decode: async (path, name) => {
        this.files.checkPlayable(path);
        return { kind: 'file', name, path };
      },
      clock,
      awaitDisk,
    });
    this.#stored = stored;
    this.#sounds = promptSounds(files.prompts ?? {}, { language, awaitDisk });
    const services = fakeServices(this.files, stored.sources);
    const local = new LocalExchange({ user: USER, newCallId: () => `local-${++this.#calls}`, logger });
    this.host = new CallHost({
      environment: {
        signaling,
        local,
        media,
        files: this.files,
        stored,
        services,
        clock,
        logger,
        codecs,
        language,
        inbandDtmf,
        mediaTimeout,
      },
      maxCalls,
      extraChannels: checkExtraChannels(extraChannels),
      newId: () => `fake-${++this.#ids}`,
    });
  }

  /** The user agent that all these calls belong to. */
  get userAgent(): UserAgent {
    const { host, signaling } = this;
    const parts = { host, listening: signaling.listening, stored: this.#stored, sounds: this.#sounds };
    this.#userAgent ??= makeUserAgent(parts, undefined, USER);
    return this.#userAgent;
  }

  /** Lets time pass, and everything that happens in it. */
  elapse(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }
}
