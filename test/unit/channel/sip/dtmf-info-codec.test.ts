import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_DIGITS } from '../../../../src/channel/bargein.codec.ts';
import { formatDtmfInfo, parseDtmfInfo } from '../../../../src/channel/sip/dtmf-info.codec.ts';

const RELAY = 'application/dtmf-relay';
const BARE = 'application/dtmf';

const digit = fc.constantFrom(...ALL_DIGITS);
const blank = fc.constantFrom('', ' ', '  ', '\t');
const lineEnd = fc.constantFrom('\r\n', '\n', '\r');
/** Pieces of such bodies in any order, and anything else. */
const pieces = ['signal', 'Duration', '=', ' ', '\r', '\n', '1', '#', 'a', '10', '16', '\0', 'é'];
const body = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join('')),
);
/** Letters of a text in any case. */
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((flags) => Array.from(text, (c, i) => (flags[i] ? c.toUpperCase() : c.toLowerCase())).join(''));

describe('a key in an INFO', () => {
  it.each([
    [RELAY, 'Signal=5\r\nDuration=160\r\n', '5'],
    [RELAY, 'Signal= 5\r\nDuration= 160\r\n', '5'],
    [RELAY, 'signal=#\nduration=100', '#'],
    [RELAY, 'Duration=100\r\nSignal=*', '*'],
    [RELAY, 'Signal=10\r\n', '*'],
    [RELAY, 'Signal=11\r\n', '#'],
    [RELAY, 'Signal=12\r\n', 'A'],
    [RELAY, 'Signal=15\r\n', 'D'],
    [RELAY, 'Signal=b\r\n', 'B'],
    [RELAY, '7', '7'],
    [BARE, '5', '5'],
    [BARE, ' 5\r\n', '5'],
    [BARE, '11', '#'],
    [BARE, 'Signal=3\r\n', '3'],
    ['APPLICATION/DTMF-Relay ; charset=utf-8', 'Signal=9', '9'],
  ])('%s %j is %s', (contentType, body, expected) => {
    expect(parseDtmfInfo(contentType, body)).toEqual({ digit: expected });
  });

  it.each(['Signal=16\r\n', 'Signal=hf', 'signal=Flash\r\nDuration=100', '!'])(
    '%j is a hook flash: no digit',
    (body) => {
      expect(parseDtmfInfo(RELAY, body)).toEqual({ digit: undefined });
    },
  );

  it.each([
    [undefined, 'Signal=5'],
    ['text/plain', 'Signal=5'],
    ['application/dtmf-relays', 'Signal=5'],
    ['application/sdp', 'v=0'],
    [RELAY, ''],
    [RELAY, 'Signal=\r\n'],
    [RELAY, 'Signal=17'],
    [RELAY, 'Signal=123'],
    [RELAY, 'Signal=E'],
    [RELAY, 'Duration=5'],
    [RELAY, 'constructor'],
    [BARE, '123'],
    [BARE, 'Signals=5'],
  ])('%s %j is none', (contentType, body) => {
    expect(parseDtmfInfo(contentType, body)).toBeUndefined();
  });

  it('is read in whatever way it is written', () => {
    const written = fc
      .tuple(digit, blank, blank, blank, lineEnd, anyCase('Signal'), anyCase('Duration'), fc.boolean())
      .map(([key, a, b, c, end, signal, duration, first]) => {
        const lines = [`${a}${signal}${b}=${c}${key.toLowerCase()}${a}`, `${duration}=160`];
        return { key, body: (first ? lines : lines.reverse()).join(end) + end };
      });
    fc.assert(
      fc.property(written, anyCase(RELAY), ({ key, body }, type) => {
        expect(parseDtmfInfo(type, body)).toEqual({ digit: key });
      }),
    );
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(digit, fc.integer({ min: 100, max: 5000 }), (key, ms) => {
        const { contentType, body } = formatDtmfInfo(key, ms);
        expect(parseDtmfInfo(contentType, body)).toEqual({ digit: key });
        expect(body).toBe(`Signal=${key}\r\nDuration=${ms}\r\n`);
      }),
    );
  });

  it('is one of the sixteen or none, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(RELAY, BARE), body, (type, text) => {
        const key = parseDtmfInfo(type, text)?.digit;
        expect(key === undefined || (key.length === 1 && ALL_DIGITS.includes(key))).toBe(true);
      }),
    );
  });
});
