import { describeAudio } from '../media/facts/describe-audio.codec.ts';
import { Media } from '../media/media.ts';
import { MediaDecoder } from '../media/source/media-decoder.ts';
import { SipSignaling } from '../sip/signaling.ts';
import { SpeechSynthesis } from '../speech/speech-synthesis.ts';
import { CallHost } from './call-host.ts';
import { DiskFileStore } from './files/disk-file-store.ts';
import { JournalDirectory } from './journal/journal-directory.ts';
import { LocalExchange } from './local/local-exchange.ts';
import { MediaDirectory } from './media-directory.ts';
import type { Platform } from './platform.ts';
import type { MediaServices } from './playback/media-services.ts';
import { localStorage } from './recordings/local-storage.ts';
import { TemporaryCopies } from './recordings/temporary-copies.ts';
import type { SignalingPort } from './signaling-port.ts';
import { installedSounds } from './sounds/installed-sounds.ts';
import { Sounds } from './sounds/sounds.ts';
import { StoredMedia } from './stored-media.ts';
import type { CheckedOptions } from './user-agent-options.ts';

export interface StartedCallHost {
  readonly host: CallHost;
  readonly listening: SignalingPort['listening'];
  readonly stored: StoredMedia;
  readonly sounds: Sounds;
}

/** Starts SIP and audio and joins them. When it fails, nothing stays open. */
export async function startCallHost(options: CheckedOptions, platform: Platform): Promise<StartedCallHost> {
  const { logger, codecs, language, publicAddress, mediaTimeout, inbandDtmf } = options;
  const { clock, awaitDisk, random, network, lookup, inline, holdTime } = platform;
  const files = await MediaDirectory.open(options.mediaDirectory ?? process.cwd(), awaitDisk);
  const sounds = await Sounds.open({ directories: options.sounds?.directories ?? [], language, awaitDisk });
  const storage = options.recordings ?? localStorage({ directory: files.root });
  await storage.open?.();
  const journals =
    options.journal &&
    (await JournalDirectory.open(options.journal.directory, clock, { ...options.journal, files, awaitDisk, logger }));
  const { rtpPorts, mediaWorkers: workers } = options;
  const media = await Media.start({ rtpPorts, workers, clock, logger, inline });
  let signaling: SipSignaling;
  try {
    signaling = await SipSignaling.start({
      address: options.address,
      port: options.port,
      transports: options.transports,
      publicAddress,
      user: options.user,
      displayName: options.displayName,
      userAgentHeader: 'offhook',
      credentials: options.credentials,
      outboundProxy: options.outboundProxy,
      maxCalls: Number.isFinite(options.maxCalls) ? options.maxCalls : undefined,
      acceptRegistrations: options.acceptRegistrations,
      trace: options.trace,
      logger,
      clock,
      random,
      network,
      lookup,
    });
  } catch (error) {
    await media.close();
    throw error;
  }
  const stored = new StoredMedia({
    store: new DiskFileStore(files, awaitDisk),
    storage,
    copies: new TemporaryCopies(),
    describe: describeAudio,
    decode: (path, name) => services.decoder.file(path, name, new AbortController().signal),
    clock,
    awaitDisk,
  });
  const decoder = new MediaDecoder({ clock, awaitDisk });
  const speech = new SpeechSynthesis({ ...options.speech, clock, awaitDisk, logger, holdTime });
  const services: MediaServices = {
    speech,
    close: () => speech.close(),
    recordings: stored.sources,
    decoder,
    sounds: installedSounds(sounds, decoder, awaitDisk),
  };
  const suffix = Buffer.alloc(3);
  random(suffix);
  const run = `${clock.wallNow().toString(36)}-${suffix.toString('hex')}`;
  let count = 0;
  const local = new LocalExchange({ user: options.user, newCallId: () => `${run}-local-${++count}`, logger });
  const host = new CallHost({
    environment: {
      signaling,
      local,
      media,
      files,
      stored,
      services,
      clock,
      logger,
      codecs,
      language,
      publicAddress,
      mediaTimeout,
      inbandDtmf,
      journals,
    },
    maxCalls: options.maxCalls,
    extraChannels: options.extraChannels,
    roomSize: options.roomSize,
    newId: () => `${run}-${++count}`,
  });
  return { host, stored, listening: signaling.listening, sounds };
}
