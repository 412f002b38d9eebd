import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accepts, parseMediaType } from '../../../../src/sip/screening/media-type.codec.ts';
import { findPart } from '../../../../src/sip/screening/session-part.codec.ts';

const WANTED = ['application/sdp'];
const find = (contentType: string, body: string): string | undefined =>
  findPart(contentType, Buffer.from(body, 'latin1'), WANTED)?.toString('latin1');

describe('a media type', () => {
  it('has type, subtype and parameters, in any case and with white space', () => {
    const media = parseMediaType(' Multipart / MIXED ; Boundary = "a;b" ;x=y');
    expect(media).toMatchObject({ type: 'multipart', subtype: 'mixed' });
    expect([...(media?.params ?? [])]).toEqual([
      ['boundary', 'a;b'],
      ['x', 'y'],
    ]);
  });

  it.each(['', 'text', '/', 'text/', 'a/b/c', 'a b/c', ';a=b'])('is not %j', (text) => {
    expect(parseMediaType(text)).toBeUndefined();
    expect(accepts(text, 'a/b')).toBe(false);
  });
});

describe('the session description of a body', () => {
  it('is the body itself, or the part of its type', () => {
    expect(find('Application/SDP;charset=utf-8', 'v=0')).toBe('v=0');
    expect(find('multipart/mixed;boundary=x', '--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--x--')).toBe(
      'v=0\r\n',
    );
    expect(
      find(
        'multipart/mixed;boundary=x',
        'preamble\r\n--x \r\nA: b\r\ncontent-type : application/SDP\r\n\r\nv=0\r\n--x--\r\n',
      ),
    ).toBe('v=0');
  });

  it.each([
    ['text/plain', 'v=0'],
    ['multipart/mixed', '--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--'],
    ['multipart/mixed;boundary=x', '--x\r\nContent-Type: application/sdp\r\n\r\nv=0 without an end'],
    ['multipart/mixed;boundary=x', '--x\r\nContent-Type: text/plain\r\n\r\nContent-Type: application/sdp\r\n--x--'],
    ['multipart/mixed;boundary=x', '--x'],
    ['nonsense', 'v=0'],
  ])('is not found in %s %j', (type, body) => {
    expect(find(type, body)).toBeUndefined();
  });

  it('is found whatever the other parts hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (noise, content) => {
        const boundary = 'not-in-random-bytes';
        const head = (type: string) => Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`);
        const end = Buffer.from('\r\n');
        const body = Buffer.concat([
          head('image/png'),
          noise,
          end,
          head('application/sdp'),
          content,
          end,
          Buffer.from(`--${boundary}--`),
        ]);
        expect(findPart(`multipart/mixed;boundary="${boundary}"`, body, WANTED)).toEqual(Buffer.from(content));
      }),
    );
  });
});
