import { Cause } from '../../channel/cause.ts';
import type { OptionNames } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import type { ExpectedEnd } from './call-matchers.ts';
import { checkFields } from './checked-fields.ts';
import { examine } from './examined-call.ts';
import { shownExpectation } from './expectation.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';

const END: OptionNames<ExpectedEnd> = {
  by: true,
  cause: true,
  contacts: true,
  q850: true,
  reason: true,
  status: true,
  text: true,
};

export function toHaveEnded(this: MatcherContext, received: unknown, expected: ExpectedEnd = {}): MatcherResult {
  const { call, report } = examine('toHaveEnded', received);
  const end = call.caller.ended && { ...call.caller.ended, cause: call.channel.cause };
  checkFields('toHaveEnded()', expected, END);
  checkReason(expected.reason, end?.reason);
  const pass =
    end !== undefined &&
    Object.entries(expected).every(([name, value]) => this.equals((end as Record<string, unknown>)[name], value));
  const how = Object.keys(expected).length === 0 ? '' : ` with ${shownExpectation(expected)}`;
  return {
    pass,
    message: () =>
      report(`expected the call ${pass ? 'not ' : ''}to have ended${how}`, [
        end ? `it ended with ${shownExpectation(end)}` : 'it has not ended',
      ]),
  };
}

/** A cause in the place of the reason phrase is taken for one only where the far end has said just that. */
function checkReason(expected: unknown, actual: string | undefined): void {
  if (typeof expected !== 'string' || !Object.hasOwn(Cause, expected) || expected === actual) return;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `toHaveEnded(): reason is what the far end has said in words, such as 'Busy Here'; did you mean cause: '${expected}'?`,
  );
}
