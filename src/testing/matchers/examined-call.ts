import { ChannelError } from '../../errors.ts';
import { callOf } from '../fake/call-of.ts';
import type { FakeParty } from '../fake/fake-call.ts';
import { shortTimeline } from '../fake/short-timeline.ts';

/** What a matcher looks at. */
export interface ExaminedCall {
  readonly call: FakeParty;
  /** A message: what is wrong, some lines about it, and the whole call. */
  report(problem: string, lines: readonly string[]): string;
}

/**
 * The call that a test gave to a matcher, or to whose caller it gave.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when it is none.
 */
export function examine(matcher: string, received: unknown): ExaminedCall {
  const call = callOf(received);
  if (!call) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${matcher}() looks at a fake call: expect(call).${matcher}(…), where call comes from createFakeChannel()`,
    );
  }
  return {
    call,
    report: (problem, lines) => [problem, ...lines, '', 'the call:', shortTimeline(call.timeline())].join('\n'),
  };
}
