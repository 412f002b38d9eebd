import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../src/errors.ts';
import { formatReasons, parseReasons } from '../../../src/sip/reason-header.codec.ts';

describe('parseReasons', () => {
  it.each([
    [
      'SIP ;cause=200 ;text="Call completed elsewhere"',
      [{ protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' }],
    ],
    ['Q.850;cause=16', [{ protocol: 'Q.850', cause: 16 }]],
    ['Q.850 ; Cause = 16 ; TEXT = "Terminated"', [{ protocol: 'Q.850', cause: 16, text: 'Terminated' }]],
    [
      'SIP;cause=486;text="a, b; \\"c\\"", Q.850;cause=17',
      [
        { protocol: 'SIP', cause: 486, text: 'a, b; "c"' },
        { protocol: 'Q.850', cause: 17 },
      ],
    ],
    ['X-other;foo;bar=1;text=word', [{ protocol: 'X-other', text: 'word' }]],
    ['SIP;cause=abc', [{ protocol: 'SIP' }]],
    ['SIP;cause=1;cause=2, Q.850', [{ protocol: 'Q.850' }]],
    ['SIP;text="no end', []],
    ['', []],
    [' , ;cause=1, "x", SIP', [{ protocol: 'SIP' }]],
  ])('%s', (value, expected) => {
    expect(parseReasons(value)).toEqual(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[SIPQ.850;=, "\\causetx]{0,40}$/)),
        (value) => void parseReasons(value),
      ),
    );
  });
});

describe('formatReasons', () => {
  it('writes several reasons, with text quoted', () => {
    expect(
      formatReasons([
        { protocol: 'SIP', cause: 200, text: 'say "hi" \\' },
        { protocol: 'Q.850', cause: 16 },
      ]),
    ).toBe('SIP;cause=200;text="say \\"hi\\" \\\\", Q.850;cause=16');
  });

  it('is undone by parseReasons', () => {
    const reason = fc.record(
      { protocol: fc.constantFrom('SIP', 'Q.850', 'X-a'), cause: fc.nat(9999), text: fc.stringMatching(/^[ -~äß€]*$/) },
      { requiredKeys: ['protocol'] },
    );
    fc.assert(
      fc.property(fc.array(reason, { minLength: 1, maxLength: 3 }), (reasons) => {
        expect(parseReasons(formatReasons(reasons))).toEqual(reasons);
      }),
    );
  });

  it.each([
    [{ protocol: 'S IP' }],
    [{ protocol: '' }],
    [{ protocol: 'SIP', cause: 1.5 }],
    [{ protocol: 'SIP', cause: -1 }],
    [{ protocol: 'SIP', text: 'x\r\nVia: y' }],
    [{ protocol: 'SIP', text: 'x\0' }],
  ])('refuses %j', (reason) => {
    try {
      formatReasons([reason]);
      expect.unreachable();
    } catch (error) {
      expect(isChannelError(error) && error.code).toBe('INVALID_ARGUMENT');
    }
  });
});
