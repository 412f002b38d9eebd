import { describe, expect, it } from 'vitest';
import { checkRecordingsOptions } from '../../../../src/channel/recordings/recordings-option.ts';
import { formatSidecar, parseSidecar } from '../../../../src/channel/recordings/sidecar.codec.ts';
import { localStorage } from '../../../../src/index.ts';

describe('the option recordings', () => {
  it('takes a store, or none', () => {
    const storage = localStorage({ directory: 'media' });
    expect(checkRecordingsOptions({ storage })).toBe(storage);
    expect(checkRecordingsOptions({})).toBeUndefined();
  });

  it.each([
    [null, /recordings must be an object/],
    [{ store: 1 }, /no option "store"; did you mean storage/],
    [{ storage: 'media' }, /storage must be made by .*; it is "media"/],
    [{ storage: null }, /it is null/],
    [{ storage: { list: () => [] } }, /lacks head, read, write/],
  ] as const)('refuses %j', (value, message) => {
    expect(() => checkRecordingsOptions(value)).toThrow(message);
  });

  it('a local store needs a directory', () => {
    for (const options of [{}, { directory: '' }, { directory: 5 }, { directory: 'a', root: 'b' }]) {
      expect(() => localStorage(options as never)).toThrow(/directory|root/);
    }
  });
});

describe('what is written down beside a recording', () => {
  it('comes back for the recording that it was written for, and for no other', () => {
    const text = formatSidecar({ caller: '305' }, 1000.4);
    expect(parseSidecar(text, 1000.9)).toEqual({ caller: '305' });
    expect(parseSidecar(text, 1002)).toEqual({});
  });

  it.each(['', '{', 'null', '[]', '{"recorded":1}', '{"recorded":1,"metadata":null}', '{"metadata":{"a":"b"}}'])(
    'is nothing when it is damaged: %s',
    (text) => expect(parseSidecar(text, 1)).toEqual({}),
  );

  it('leaves out what is no text', () => {
    expect(parseSidecar('{"recorded":1,"metadata":{"a":"b","c":5}}', 1)).toEqual({ a: 'b' });
  });
});
