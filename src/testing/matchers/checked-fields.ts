import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';

/**
 * Refuses what a matcher cannot compare with: it would be passed over without a word after `not`.
 *
 * @throws ChannelError `INVALID_ARGUMENT`.
 */
export function checkFields<T>(matcher: string, fields: unknown, names: OptionNames<T>): void {
  if (fields instanceof RegExp) {
    throw new ChannelError('INVALID_ARGUMENT', `${matcher} takes no RegExp here; use expect.stringMatching(${fields})`);
  }
  const problem = optionsProblem(matcher, fields, names);
  if (problem) throw problem;
}
