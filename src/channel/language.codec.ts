import { ChannelError } from '../errors.ts';
import { shown } from '../shown.ts';

/** What calls speak when nothing is said. */
export const DEFAULT_LANGUAGE = 'en';

/** Checks a language tag such as `en` or `de-DE` (RFC 5646 §2.1, without looking the parts up). Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkLanguage(language: unknown): string {
  if (typeof language === 'string' && /^[a-z]{2,8}(?:[-_][a-z\d]{1,8})*$/i.test(language)) return language;
  throw new ChannelError('INVALID_ARGUMENT', `language must be a tag such as 'en' or 'de-DE', not ${shown(language)}`);
}
