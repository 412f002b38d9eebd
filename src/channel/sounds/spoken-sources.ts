import { checkLanguage } from '../language.codec.ts';
import type { PlaySource } from '../play-port.ts';
import type { SoundSources, Speech } from '../playback/media-services.ts';
import type { Spoken, SpokenPart } from './spoken.ts';
import { spokenCharacters } from './spoken-characters.codec.ts';
import { spokenDigits } from './spoken-digits.codec.ts';
import { spokenNumber } from './spoken-number.codec.ts';

/** Something that is spoken part by part. */
export type SpokenItem = { readonly language?: string | undefined } & (
  | { readonly number: number | string }
  | { readonly digits: string }
  | { readonly characters: string }
);

export interface SpokenContext {
  readonly sounds: SoundSources;
  readonly speech: Speech;
  /** What is spoken when the item does not say. */
  readonly language: string;
  readonly signal: AbortSignal;
}

/**
 * What to play for a number, for digits or for characters: recorded sounds when all that it takes are installed in the language, otherwise
 * all of it as one text, so that no voice changes in the middle. Rejects with `ChannelError` `INVALID_ARGUMENT` for what cannot be spoken.
 */
export async function spokenSources(item: SpokenItem, context: SpokenContext): Promise<readonly PlaySource[]> {
  const language = checkLanguage(item.language ?? context.language);
  const { parts, text } = spoken(item, language);
  const { sounds, speech, signal } = context;
  if (parts && sounds.hasAll(namesOf(parts), language)) {
    return Promise.all(parts.map((part) => sourceOf(part, sounds, language)));
  }
  return speech.say(text, { language, signal });
}

/** Throws `ChannelError` `INVALID_ARGUMENT` for what cannot be spoken. */
function spoken(item: SpokenItem, language: string): Spoken {
  if ('number' in item) return spokenNumber(item.number, language);
  return 'digits' in item ? spokenDigits(item.digits, language) : spokenCharacters(item.characters, language);
}

function namesOf(parts: readonly SpokenPart[]): readonly string[] {
  return parts.flatMap((part) => ('sound' in part ? [part.sound] : []));
}

async function sourceOf(part: SpokenPart, sounds: SoundSources, language: string): Promise<PlaySource> {
  if ('sound' in part) return sounds.source(part.sound, language);
  return { kind: 'silence', name: `silence:${part.pause}`, ms: part.pause };
}
