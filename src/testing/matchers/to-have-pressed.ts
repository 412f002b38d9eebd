import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { examine } from './examined-call.ts';
import { isAsymmetric, shownExpectation } from './expectation.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';

export function toHavePressed(this: MatcherContext, received: unknown, digits: unknown): MatcherResult {
  const { call, report } = examine('toHavePressed', received);
  if (typeof digits !== 'string' && !(digits instanceof RegExp) && !isAsymmetric(digits)) {
    throw new ChannelError('INVALID_ARGUMENT', `toHavePressed() takes keys, such as '1#', not ${shown(digits)}`);
  }
  const { pressed } = call.caller;
  const pass = digits instanceof RegExp ? digits.test(pressed) : this.equals(pressed, digits);
  return {
    pass,
    message: () =>
      report(
        `expected the caller ${pass ? 'not ' : ''}to have pressed ${shownExpectation(digits)}`,
        pass ? [] : [`pressed: ${pressed === '' ? 'nothing' : JSON.stringify(pressed)}`],
      ),
  };
}
