import { describe, expect, it } from 'vitest';
import { isTerminated, parseEvent } from '../../../../src/sip/refer/event.codec.ts';
import { formatSipfrag, statusIn } from '../../../../src/sip/refer/sipfrag.codec.ts';

describe('the body of a NOTIFY about a REFER (RFC 3420)', () => {
  it.each([
    ['SIP/2.0 200 OK', 200],
    ['SIP/2.0 100 Trying\r\n', 100],
    ['SIP/2.0 486 Busy Here\r\nTo: <sip:x@y>\r\n\r\n', 486],
    ['\r\nSIP/2.0 603\n', 603],
    ['sip/2.0  180', 180],
    ['SIP/2.0\t404 x', 404],
  ])('%j says %i', (body, status) => {
    expect(statusIn(body)).toBe(status);
  });

  it.each([
    '',
    'OK',
    '200 OK',
    'INVITE sip:x SIP/2.0',
    'SIP/2.0 2000 x',
    'SIP/2.0 99 x',
    'SIP/2.0 700',
    'SIP/1.0 200 OK',
  ])('%j says nothing', (body) => {
    expect(statusIn(body)).toBeUndefined();
  });

  it('is written with CR LF, and with the phrase of the status unless there is another', () => {
    expect(formatSipfrag(180)).toBe('SIP/2.0 180 Ringing\r\n');
    expect(formatSipfrag(200, 'Fine')).toBe('SIP/2.0 200 Fine\r\n');
    expect(() => formatSipfrag(200, 'a\nb')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('Event and Subscription-State', () => {
  it.each([
    ['refer', { name: 'refer', id: undefined }],
    ['Refer ; id=93809823', { name: 'refer', id: 93_809_823 }],
    ['refer;id=x', { name: 'refer', id: undefined }],
    ['presence', { name: 'presence', id: undefined }],
    ['', undefined],
    [';id=1', undefined],
    ['refer id=1', undefined],
  ])('%j is %j', (value, event) => {
    expect(parseEvent(value)).toEqual(event);
  });

  it('terminated is terminated, with and without a reason', () => {
    expect(['terminated', 'Terminated;reason=noresource', 'terminated ; x'].map(isTerminated)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['active', 'active;expires=0', 'terminatedx', undefined, ''].map(isTerminated)).toEqual(
      Array(5).fill(false),
    );
  });
});
