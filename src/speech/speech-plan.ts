import type { SpeechRequest } from '../channel/playback/media-services.ts';
import type { CheckedSpeechOptions } from '../channel/playback/speech-options.ts';
import { ChannelError } from '../errors.ts';
import { shown } from '../operation.ts';
import { checkTextLength } from '../text-length.ts';
import { speakable } from './speakable.codec.ts';
import { isSsml, parseSsml } from './ssml/parse-ssml.codec.ts';
import { LEAST_RATE, MOST_RATE } from './ssml/prosody.codec.ts';
import type { SpeechSegment } from './ssml/segment.ts';

/** The most parts with a voice or between pauses: each is asked for by itself. */
const MOST_PARTS = 200;

/**
 * What is to be said, in parts. Nothing has been done yet when it throws.
 *
 * @throws ChannelError `INVALID_ARGUMENT` or `TEXT_TOO_LONG`.
 */
export function speechPlan(
  text: string,
  request: SpeechRequest,
  options: CheckedSpeechOptions,
): readonly SpeechSegment[] {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new ChannelError('INVALID_ARGUMENT', `a text to say must be a string that is not empty, not ${shown(text)}`);
  }
  checkTextLength(text);
  const rate = checkRate(request.rate);
  const language = checkName('language', request.language) ?? options.language;
  const voice = checkName('voice', request.voice) ?? voiceFor(language, options);
  const segments: readonly SpeechSegment[] = isSsml(text) ? parseSsml(text) : [{ text, rate: 1, volumeDb: 0 }];
  const plan = segments.flatMap((segment): readonly SpeechSegment[] => {
    if ('breakMs' in segment) return segment.breakMs > 0 ? [segment] : [];
    const said = speakable(segment.text);
    if (said === '') return [];
    const isForeign = segment.language !== undefined && !isSame(segment.language, language);
    return [
      {
        text: said,
        voice: segment.voice ?? (isForeign ? undefined : voice),
        language: segment.language ?? language,
        rate: Math.min(MOST_RATE, Math.max(LEAST_RATE, segment.rate * rate)),
        volumeDb: segment.volumeDb,
      },
    ];
  });
  if (plan.length === 0) throw new ChannelError('INVALID_ARGUMENT', 'there is nothing in the text that can be said');
  if (plan.length > MOST_PARTS) {
    throw new ChannelError(
      'TEXT_TOO_LONG',
      `the SSML has ${plan.length} parts and pauses; ${MOST_PARTS} may be said at once`,
    );
  }
  return plan;
}

function checkRate(rate: unknown = 1): number {
  if (typeof rate === 'number' && rate >= LEAST_RATE && rate <= MOST_RATE) return rate;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `rate must be a number from ${LEAST_RATE} to ${MOST_RATE}, 1 being normal, not ${shown(rate)}`,
  );
}

function checkName(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[^\p{Control}]{1,200}$/u.test(value))) return value;
  throw new ChannelError('INVALID_ARGUMENT', `${name} must be a string such as 'en', not ${shown(value)}`);
}

/** The voice of the options, unless that is for another language. */
function voiceFor(language: string | undefined, options: CheckedSpeechOptions): string | undefined {
  return options.language === undefined || isSame(language, options.language) ? options.voice : undefined;
}

/** Whether two tags are of the same language, whatever their countries. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  const primary = (tag: string | undefined): string | undefined => tag?.split(/[-_]/)[0]?.toLowerCase();
  return primary(one) === primary(other);
}
