import { describe, expect, it } from 'vitest';
import { bestFailure, type CalleeFailure, releaseFor } from '../../../../src/channel/back-to-back/failure.codec.ts';
import { Cause, causeForStatus } from '../../../../src/channel/cause.ts';

const failure = (status: number, more: Partial<CalleeFailure> = {}): CalleeFailure => ({
  to: `sip:${status}@192.0.2.9`,
  cause: causeForStatus(status),
  status,
  hangup: { by: 'remote', status, reason: 'as it said', q850: 17 },
  ...more,
});

describe('of several failures', () => {
  it.each([
    [[486], 486],
    [[503, 486, 404], 404],
    [[486, 603, 404], 603],
    [[500, 302, 486], 486],
    [[], undefined],
  ])('%j the one that tells most is %s', (statuses, best) => {
    expect(bestFailure(statuses.map((status) => failure(status)))?.status).toBe(best);
  });

  it('a redirection is the best that knows where to', () => {
    const moved = failure(302, { hangup: { by: 'remote', status: 302, contacts: ['sip:new@192.0.2.9'] } });
    expect(bestFailure([failure(486), moved])).toBe(moved);
  });
});

describe('how the caller is refused', () => {
  it.each<[CalleeFailure, object]>([
    [failure(486), { status: 486, reason: 'as it said', q850: 17 }],
    [failure(603), { status: 603, reason: 'as it said', q850: 17 }],
    [failure(401), { status: 403, reason: undefined }],
    [failure(407), { status: 403, reason: undefined }],
    [failure(302), { status: 480, contacts: undefined }],
    [
      failure(302, { hangup: { by: 'remote', status: 302, contacts: ['sip:new@192.0.2.9'] } }),
      { status: 302, contacts: ['sip:new@192.0.2.9'] },
    ],
    [{ to: '', cause: Cause.TIMEOUT, status: undefined, hangup: undefined }, { status: 408 }],
    [{ to: '', cause: Cause.UNOBTAINABLE, status: undefined, hangup: { by: 'local' } }, { status: 404 }],
    [{ to: '', cause: Cause.NOCHANNELS, status: undefined, hangup: undefined }, { status: 503 }],
    [{ to: '', cause: Cause.NORMAL, status: undefined, hangup: { by: 'remote' } }, { status: 480 }],
    [{ to: '', cause: Cause.ERROR, status: undefined, hangup: undefined }, { status: 500 }],
    [failure(486, { hangup: { by: 'remote', status: 486, reason: 'a\r\nb' } }), { status: 486, reason: 'a  b' }],
  ])('after %j', (failed, expected) => {
    expect(releaseFor(failed)).toMatchObject(expected);
  });
});
