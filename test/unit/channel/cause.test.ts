import { describe, expect, it } from 'vitest';
import { Cause, causeForStatus, statusForCause } from '../../../src/channel/cause.ts';

describe('cause', () => {
  it('has values that are their own names', () => {
    for (const [name, value] of Object.entries(Cause)) expect(value).toBe(name);
    expect(Object.keys(Cause)).toHaveLength(14);
  });

  it.each([
    ['BUSY', 486],
    ['NOANSWER', 480],
    ['UNOBTAINABLE', 404],
    ['CHANGED', 410],
    ['OUTOFORDER', 502],
    ['BARRED', 403],
    ['REJECTED', 603],
    ['NOCHANNELS', 503],
    ['CONGESTION', 503],
  ])('refuses with %s as %i', (cause, status) => {
    expect(statusForCause(cause)).toBe(status);
  });

  it.each(['NORMAL', 'TIMEOUT', 'ERROR', 'FAILED', 'OTHER', 'busy', '', 'toString'])(
    'has no status for %j',
    (cause) => {
      expect(statusForCause(cause)).toBeUndefined();
    },
  );

  it.each([
    [486, 'BUSY'],
    [600, 'BUSY'],
    [480, 'NOANSWER'],
    [408, 'NOANSWER'],
    [404, 'UNOBTAINABLE'],
    [484, 'UNOBTAINABLE'],
    [485, 'UNOBTAINABLE'],
    [604, 'UNOBTAINABLE'],
    [410, 'CHANGED'],
    [502, 'OUTOFORDER'],
    [403, 'BARRED'],
    [603, 'REJECTED'],
    [503, 'CONGESTION'],
    [487, 'NORMAL'],
    [200, 'NORMAL'],
    [488, 'FAILED'],
    [401, 'FAILED'],
    [500, 'FAILED'],
    [302, 'FAILED'],
    [180, 'OTHER'],
    [0, 'OTHER'],
    [700, 'OTHER'],
    [Number.NaN, 'OTHER'],
  ])('reads %d as %s', (status, cause) => {
    expect(causeForStatus(status)).toBe(cause);
  });

  it('reads what it refuses with as the same cause, save NOCHANNELS, which shares 503', () => {
    for (const cause of Object.values(Cause)) {
      const status = statusForCause(cause);
      if (status !== undefined && cause !== Cause.NOCHANNELS) expect(causeForStatus(status)).toBe(cause);
    }
  });
});
