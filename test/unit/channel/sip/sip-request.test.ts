import { describe, expect, it } from 'vitest';
import {
  SIPHeaderField,
  SIPInfo,
  SIPInfoDTMFRelay,
  SIPInfoPlainText,
  SIPMessage,
  SIPMessagePlainText,
} from '../../../../src/index.ts';

const RELAY = 'application/dtmf-relay';
const ASCII = 'text/plain; charset=ascii';
const UTF8 = 'text/plain; charset=UTF-8';

describe('the content of a request', () => {
  it.each([
    [new SIPInfo('hello'), 'INFO', 'hello', ASCII],
    [new SIPInfo('Grüße'), 'INFO', 'Grüße', UTF8],
    [new SIPInfo('{}', 'application/json'), 'INFO', '{}', 'application/json'],
    [new SIPInfo(''), 'INFO', '', undefined],
    [new SIPInfo('5'), 'INFO', 'Signal=5\r\nDuration=250\r\n', RELAY],
    [new SIPInfo('#'), 'INFO', 'Signal=#\r\nDuration=250\r\n', RELAY],
    [new SIPInfo('a'), 'INFO', 'a', ASCII],
    [new SIPInfo('5', 'text/plain'), 'INFO', '5', 'text/plain'],
    [new SIPInfo('12'), 'INFO', '12', ASCII],
    [new SIPInfoPlainText('5'), 'INFO', '5', ASCII],
    [new SIPInfoDTMFRelay('5'), 'INFO', 'Signal=5\r\nDuration=250\r\n', RELAY],
    [new SIPInfoDTMFRelay('d', 500), 'INFO', 'Signal=D\r\nDuration=500\r\n', RELAY],
    [new SIPMessage('5'), 'MESSAGE', '5', ASCII],
    [new SIPMessage('世界'), 'MESSAGE', '世界', UTF8],
    [
      new SIPMessage('<b/>', 'text/html; level="1"; charset=utf-8'),
      'MESSAGE',
      '<b/>',
      'text/html; level="1"; charset=utf-8',
    ],
    [new SIPMessagePlainText('hi'), 'MESSAGE', 'hi', ASCII],
  ])('%o', (request, method, body, contentType) => {
    expect(request).toMatchObject({ method, body });
    expect(request.contentType).toBe(contentType);
  });

  it('has header fields, asked for in any case', () => {
    const info = new SIPInfo('x', undefined, { 'X-One': '1', 'X-Two': ['a', 'b'] });
    expect(info.header('x-one')).toEqual(['1']);
    expect(info.header('X-TWO')).toEqual(['a', 'b']);
    expect(info.header('X-Three')).toEqual([]);
  });

  it.each([
    ['a body that is no text', () => new SIPInfo(5 as unknown as string)],
    ['no body', () => new SIPMessage(undefined as unknown as string)],
    ['plain text that is none', () => new SIPMessagePlainText(null as unknown as string)],
    ['a content type with a line break', () => new SIPInfo('x', 'text/plain\r\nX-Evil: 1')],
    ['a content type with a line break in quotes', () => new SIPInfo('x', 'text/plain; a="\r\nX-Evil: 1"')],
    ['a content type of one word', () => new SIPMessage('x', 'text')],
    ['an empty content type', () => new SIPMessage('x', '')],
    ['a content type that is no text', () => new SIPInfo('x', 5 as unknown as string)],
    ['a header field with a line break', () => new SIPInfo('x', undefined, { 'X-A': 'a\r\nX-B: b' })],
    ['a header field of the message itself', () => new SIPInfo('x', undefined, { CSeq: '1 INFO' })],
    ['a key that there is not', () => new SIPInfoDTMFRelay('E')],
    ['two keys', () => new SIPInfoDTMFRelay('12')],
    ['a key that is no text', () => new SIPInfoDTMFRelay(5 as unknown as string)],
    ['99 ms', () => new SIPInfoDTMFRelay('5', 99)],
    ['5001 ms', () => new SIPInfoDTMFRelay('5', 5001)],
    ['a length that is no number', () => new SIPInfoDTMFRelay('5', '500' as unknown as number)],
  ])('cannot be %s: INVALID_ARGUMENT', (_what, make) => {
    expect(make).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });
});

describe('SIPHeaderField', () => {
  it('has a name and values, and takes more', () => {
    const field = new SIPHeaderField('x-Authorization', 'me@my.place');
    field.addValue('you@my.place');
    expect(field.name).toBe('x-Authorization');
    expect(field.values).toEqual(['me@my.place', 'you@my.place']);
    expect(new SIPHeaderField('X-A', ['1', '2']).values).toEqual(['1', '2']);
  });

  it.each([
    ['a name with a space', () => new SIPHeaderField('X A', '1')],
    ['an empty name', () => new SIPHeaderField('', '1')],
    ['a name with a colon', () => new SIPHeaderField('X-A:', '1')],
    ['a value with a line break', () => new SIPHeaderField('X-A', '1\r\nX-B: 2')],
    ['a value that is no text', () => new SIPHeaderField('X-A', ['1', 2 as unknown as string])],
    ['a second value with a NUL', () => new SIPHeaderField('X-A', '1').addValue('\0')],
  ])('refuses %s: INVALID_ARGUMENT', (_what, make) => {
    expect(make).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });
});
