import { describe, expect, it } from 'vitest';
import { firstValue, readFields, valuesOf } from '../../../../src/sip/message/fields.codec.ts';
import { canonicalName } from '../../../../src/sip/message/header-names.codec.ts';

describe('canonicalName', () => {
  it.each([
    ['a', 'Accept-Contact'],
    ['b', 'Referred-By'],
    ['c', 'Content-Type'],
    ['d', 'Request-Disposition'],
    ['e', 'Content-Encoding'],
    ['f', 'From'],
    ['i', 'Call-ID'],
    ['j', 'Reject-Contact'],
    ['k', 'Supported'],
    ['l', 'Content-Length'],
    ['m', 'Contact'],
    ['n', 'Identity-Info'],
    ['o', 'Event'],
    ['r', 'Refer-To'],
    ['s', 'Subject'],
    ['t', 'To'],
    ['u', 'Allow-Events'],
    ['v', 'Via'],
    ['x', 'Session-Expires'],
    ['y', 'Identity'],
  ])('takes %s for %s in both cases', (compact, name) => {
    expect(canonicalName(compact)).toBe(name);
    expect(canonicalName(compact.toUpperCase())).toBe(name);
  });

  it.each(['Call-ID', 'CSeq', 'WWW-Authenticate', 'RAck', 'RSeq', 'Min-SE', 'MIME-Version', 'SIP-ETag'])(
    'spells %s right whatever its case',
    (name) => {
      expect(canonicalName(name.toLowerCase())).toBe(name);
      expect(canonicalName(name.toUpperCase())).toBe(name);
    },
  );

  it.each(['X-Mine', 'z', '__proto__', 'constructor', 'hasOwnProperty', 'é', ''])('leaves %j as written', (name) => {
    expect(canonicalName(name)).toBe(name);
  });
});

describe('readFields', () => {
  it('joins folded lines with one space and trims values', () => {
    const read = readFields('Subject:  one \r\n  two\r\n\t three\t\r\nTo:\r\n <sip:a@b>\r\ns :\r\n', 0);
    expect(read).toEqual({
      fields: [
        { name: 'Subject', value: 'one two three' },
        { name: 'To', value: '<sip:a@b>' },
        { name: 'Subject', value: '' },
      ],
      problem: undefined,
      unusable: false,
    });
  });

  it('trims spaces and tabs only: a byte order mark is part of the value', () => {
    expect(readFields('X-Mine: \uFEFFa\u00A0\r\n', 0).fields).toEqual([{ name: 'X-Mine', value: '\uFEFFa\u00A0' }]);
  });

  it.each(['no colon here\r\n', ': value\r\n', 'two words: x\r\n', ' begins with space: x\r\n', 'é: x\r\n'])(
    'reports %j and reads on',
    (line) => {
      const read = readFields(`${line}To: x\r\n`, 0);
      expect(read.problem).toBeDefined();
      expect(read.unusable).toBe(false);
      expect(read.fields).toEqual([{ name: 'To', value: 'x' }]);
    },
  );

  it.each(['To: x\n', 'To: x\rY: z\r\n', 'To: x\r\n y\nZ: a\r\n', 'To: x', 'To: x\r\r\n'])(
    'gives up at %j: lines end in CRLF and in nothing else',
    (text) => {
      expect(readFields(text, 0).unusable).toBe(true);
    },
  );

  it('reads 200 lines, folded ones included, and no more', () => {
    expect(readFields('X: y\r\n'.repeat(200), 0).fields).toHaveLength(200);
    expect(readFields('X: y\r\n'.repeat(201), 0).unusable).toBe(true);
    expect(readFields(`X: y\r\n${' z\r\n'.repeat(199)}`, 0).unusable).toBe(false);
    expect(readFields(`X: y\r\n${' z\r\n'.repeat(200)}`, 0).unusable).toBe(true);
  });
});

describe('looking a field up', () => {
  const { fields } = readFields('v: 1\r\nX-Mine: 2\r\nVIA: 3\r\nx-mine: 4\r\n__proto__: 5\r\n', 0);

  it('goes by name in any case and form', () => {
    expect(valuesOf(fields, 'via')).toEqual(['1', '3']);
    expect(valuesOf(fields, 'V')).toEqual(['1', '3']);
    expect(valuesOf(fields, 'X-MINE')).toEqual(['2', '4']);
    expect(firstValue(fields, 'x-mine')).toBe('2');
  });

  it('finds nothing that was not sent', () => {
    expect(firstValue(fields, 'To')).toBeUndefined();
    expect(firstValue(fields, 'constructor')).toBeUndefined();
    expect(firstValue(fields, '__proto__')).toBe('5');
    expect(({} as Record<string, unknown>)['5']).toBeUndefined();
  });
});
