import type { Clock } from '../../clock.ts';
import type { MediaFiles } from '../media-files.ts';
import type { PlaySource } from '../play-port.ts';
import { spokenSources } from '../sounds/spoken-sources.ts';
import type { ToneManager } from '../tone/tone-manager.ts';
import type { MediaItem } from './media.ts';
import { mediaName } from './media-name.codec.ts';
import type { MediaServices } from './media-services.ts';
import { ProgramStream } from './program-stream.ts';

/** What turns media into audio. */
export interface MediaContext {
  readonly files: MediaFiles;
  readonly services: MediaServices;
  readonly tones: ToneManager;
  /** Of what does not say in which it is. */
  readonly language: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Opens everything that is to be played, all at once, so that nothing can be missing any more when the first audio is sent. When one
 * cannot be opened, the others are closed. Rejects with `ChannelError`.
 */
export async function resolveMedia(items: readonly MediaItem[], context: MediaContext): Promise<readonly PlaySource[]> {
  const [first] = items;
  if (first && items.length === 1) return resolveItem(first, context);
  const opened = await Promise.allSettled(items.map((item) => resolveItem(item, context)));
  const sources = opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  const failed = opened.find(({ status }) => status === 'rejected');
  if (failed?.status !== 'rejected') return sources;
  await closeSources(sources);
  throw failed.reason;
}

/** Lets go of what was opened and will not be played. */
export async function closeSources(sources: readonly PlaySource[]): Promise<void> {
  const streams = sources.flatMap((source) => (source.kind === 'stream' ? [source.stream] : []));
  await Promise.allSettled(streams.map((stream) => stream.close()));
}

async function resolveItem(item: MediaItem, context: MediaContext): Promise<readonly PlaySource[]> {
  const { services, tones, language, signal, clock } = context;
  const name = mediaName(item);
  if ('file' in item) return [await fileSource(item.file, name, context)];
  if ('tone' in item) return [{ kind: 'tone', name, tone: tones.sequence(item.tone) }];
  if ('silence' in item) return [{ kind: 'silence', name, ms: item.silence }];
  if ('sound' in item) return [await services.sounds.source(item.sound, item.language ?? language)];
  if ('recording' in item) return [await services.recordings.source(item.recording)];
  if ('url' in item) return [await services.decoder.url(item.url, signal)];
  if ('text' in item) {
    const { text, voice, language: spoken = language, rate } = item;
    return services.speech.say(text, { voice, language: spoken, rate, signal });
  }
  if ('buffer' in item) {
    const { buffer, sampleRate } = item;
    if (buffer instanceof Uint8Array) return [await services.decoder.bytes(buffer, name, signal)];
    return [{ kind: 'samples', name, samples: buffer, sampleRate: sampleRate ?? 0 }];
  }
  if ('stream' in item)
    return [{ kind: 'stream', name, stream: new ProgramStream(item.stream, item.sampleRate ?? 0, clock) }];
  const { sounds, speech } = services;
  return spokenSources(item, { sounds, speech, language, signal });
}

async function fileSource(file: string, name: string, context: MediaContext): Promise<PlaySource> {
  const { files, services, signal } = context;
  return services.decoder.file(await files.forReading(file), name, signal);
}
