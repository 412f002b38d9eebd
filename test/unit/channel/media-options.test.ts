import { describe, expect, it } from 'vitest';
import { checkInbandDtmf, checkMediaTimeout } from '../../../src/channel/media-options.ts';
import { checkUserAgentOptions } from '../../../src/channel/user-agent-options.ts';
import { createFakeChannel } from '../../../src/testing.ts';

/** Where programs give these options. */
const PLACES: readonly [string, (options: object) => unknown][] = [
  ['of a user agent', checkUserAgentOptions],
  ['of a fake call', createFakeChannel],
];

it('are filled in when nothing is said', () => {
  expect([checkMediaTimeout(undefined), checkInbandDtmf(undefined)]).toEqual([300_000, 'auto']);
});

it.each([0, Number.POSITIVE_INFINITY])('mediaTimeout %s is never', (mediaTimeout) => {
  expect(checkMediaTimeout(mediaTimeout)).toBeUndefined();
});

it.each([1000, 60_000.5])('mediaTimeout may be %s', (mediaTimeout) => {
  expect(checkMediaTimeout(mediaTimeout)).toBe(mediaTimeout);
});

it.each(['auto', 'always', 'never'] as const)('inbandDtmf may be %s', (inbandDtmf) => {
  expect(checkInbandDtmf(inbandDtmf)).toBe(inbandDtmf);
});

describe.each(PLACES)('%s', (_where, take) => {
  it.each([-1, 999, Number.NaN, '1000', null])('mediaTimeout is not %s', (mediaTimeout) => {
    expect(() => take({ mediaTimeout })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^mediaTimeout must be a number of milliseconds of at least 1000, or 0 or Infinity/,
        ),
      }),
    );
  });

  it.each([true, 'on', null])('inbandDtmf is not %s', (inbandDtmf) => {
    expect(() => take({ inbandDtmf })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^inbandDtmf must be 'auto', 'always' or 'never', not /),
      }),
    );
  });
});
