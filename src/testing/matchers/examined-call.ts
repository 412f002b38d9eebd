import type { Cause } from '../../channel/cause.ts';
import { ChannelError } from '../../errors.ts';
import type { FakeCaller } from '../fake/fake-caller.ts';

interface Call {
  readonly channel: { readonly cause: Cause };
  readonly caller: FakeCaller;
  timeline(): string;
}

/** What a matcher looks at. */
export interface ExaminedCall {
  readonly call: Call;
  readonly caller: FakeCaller;
  /** A message: what is wrong, some lines about it, and the whole call. */
  report(problem: string, lines: readonly string[]): string;
}

/**
 * The call that a test gave to a matcher.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when it is none.
 */
export function examine(matcher: string, received: unknown): ExaminedCall {
  if (!isCall(received)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${matcher}() looks at a fake call: expect(call).${matcher}(…), where call comes from createFakeChannel()`,
    );
  }
  return {
    call: received,
    caller: received.caller,
    report: (problem, lines) => [problem, ...lines, '', 'the call:', received.timeline()].join('\n'),
  };
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'caller' in value && 'timeline' in value;
}
