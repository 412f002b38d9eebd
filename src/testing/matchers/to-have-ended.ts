import type { ExpectedEnd } from './call-matchers.ts';
import { examine } from './examined-call.ts';
import { shownExpectation } from './expectation.ts';
import type { MatcherContext, MatcherResult } from './matcher-context.ts';

export function toHaveEnded(this: MatcherContext, received: unknown, expected: ExpectedEnd = {}): MatcherResult {
  const { call, report } = examine('toHaveEnded', received);
  const end = call.caller.ended && { ...call.caller.ended, cause: call.channel.cause };
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
