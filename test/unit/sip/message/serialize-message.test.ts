import { describe, expect, it } from 'vitest';
import type { SipRequest } from '../../../../src/sip/message/message.ts';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';
import {
  responseTo,
  serializeRequest,
  serializeResponse,
} from '../../../../src/sip/message/serialize-message.codec.ts';
import { reasonPhrase } from '../../../../src/sip/message/status.codec.ts';
import { tortureCases } from '../../../support/torture.ts';

const INVALID = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

function requestOf(lines: readonly string[]): SipRequest {
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('must be a request');
  return parsed.message;
}

describe('serializeRequest', () => {
  it('writes fields in order and the Content-Length in bytes', () => {
    const fields = [
      { name: 'Via', value: 'SIP/2.0/UDP a' },
      { name: 'l', value: '999' },
      { name: 'X-Mine', value: 'é' },
    ];
    expect(serializeRequest({ method: 'INFO', uri: 'sip:a@b', fields, body: 'é€' }).toString()).toBe(
      'INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nX-Mine: é\r\nContent-Length: 5\r\n\r\né€',
    );
  });

  it('sends binary bodies as they are', () => {
    const body = Buffer.of(0, 255, 13, 10);
    const bytes = serializeRequest({ method: 'MESSAGE', uri: 'sip:a@b', fields: [], body });
    expect(bytes.subarray(-4)).toEqual(body);
    expect(bytes.toString('latin1')).toContain('Content-Length: 4\r\n');
  });

  it.each([
    { method: 'IN VITE' },
    { method: '' },
    { uri: '' },
    { uri: 'sip:a b' },
    { uri: 'sip:a\r\nX: y' },
    { fields: [{ name: 'X', value: 'a\r\nY: b' }] },
    { fields: [{ name: 'X', value: 'a\nY: b' }] },
    { fields: [{ name: 'X', value: 'a\0' }] },
    { fields: [{ name: 'X Y', value: 'a' }] },
    { fields: [{ name: 'X:', value: 'a' }] },
    { fields: [{ name: '', value: 'a' }] },
  ])('refuses %j', (parts) => {
    expect(() => serializeRequest({ method: 'INFO', uri: 'sip:a@b', fields: [], ...parts })).toThrow(INVALID);
  });
});

describe('serializeResponse', () => {
  it('fills the reason phrase in', () => {
    expect(serializeResponse({ status: 486, fields: [] }).toString()).toBe(
      'SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n',
    );
    expect(serializeResponse({ status: 486, reason: '', fields: [] }).toString()).toMatch(/^SIP\/2\.0 486 \r\n/u);
  });

  it.each([{ status: 99 }, { status: 700 }, { status: 200.5 }, { reason: 'a\r\nX: y' }, { reason: 'a\nb' }])(
    'refuses %j',
    (parts) => {
      expect(() => serializeResponse({ status: 200, fields: [], ...parts })).toThrow(INVALID);
    },
  );
});

describe('responseTo', () => {
  const request = requestOf([
    'INVITE sip:b@c SIP/2.0',
    'v: SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b',
    'Record-Route: <sip:p;lr>',
    'Via: SIP/2.0/UDP c',
    'f: <sip:a@b>;tag=1',
    't: sip:b@c',
    'i: x@y',
    'CSeq: 0009 INVITE',
    'Timestamp: 54',
    'Record-Route: <sip:q;lr>',
  ]);

  it('copies what RFC 3261 §8.2.6.2 demands and adds the To tag', () => {
    const fields = [{ name: 'Contact', value: '<sip:me>' }];
    expect(responseTo(request, 180, { toTag: 't2', fields }).toString()).toBe(
      [
        'SIP/2.0 180 Ringing',
        'Via: SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b',
        'Via: SIP/2.0/UDP c',
        'Record-Route: <sip:p;lr>',
        'Record-Route: <sip:q;lr>',
        'From: <sip:a@b>;tag=1',
        'To: sip:b@c;tag=t2',
        'Call-ID: x@y',
        'CSeq: 0009 INVITE',
        'Contact: <sip:me>',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('gives 100 no tag and the Timestamp, and failures no Record-Route', () => {
    const trying = responseTo(request, 100, { toTag: 't2' }).toString();
    expect(trying).toContain('\r\nTo: sip:b@c\r\n');
    expect(trying).toContain('\r\nTimestamp: 54\r\n');
    const busy = responseTo(request, 486, { toTag: 't2', reason: 'Not now' }).toString();
    expect(busy).toMatch(/^SIP\/2\.0 486 Not now\r\n/u);
    expect(busy).not.toContain('Record-Route');
  });

  it('keeps a tag that is there', () => {
    const bye = requestOf([
      'BYE sip:b SIP/2.0',
      'Via: SIP/2.0/UDP a',
      'From: <sip:a>;tag=1',
      'To: <sip:b>;tag=2',
      'Call-ID: x',
      'CSeq: 1 BYE',
    ]);
    expect(responseTo(bye, 200, { toTag: 'other' }).toString()).toContain('\r\nTo: <sip:b>;tag=2\r\n');
  });

  it.each(['', 'a b', 'a;b', 'a\r\nX: y'])('refuses the tag %j', (toTag) => {
    expect(() => responseTo(request, 200, { toTag })).toThrow(INVALID);
  });

  it('answers every torture request that is accepted or answerable with a response that parses', () => {
    let answered = 0;
    for (const { bytes, name } of tortureCases()) {
      const parsed = parseMessage(bytes);
      const torture = parsed.ok ? parsed.message : parsed.answerable?.request;
      if (torture?.kind !== 'request') continue;
      const response = parseMessage(responseTo(torture, 400, { toTag: 'abc' }));
      answered += 1;
      if (!parsed.ok) continue;
      expect({ name, ok: response.ok }).toEqual({ name, ok: true });
      if (response.ok) {
        expect(response.message.callId).toBe(torture.callId);
        expect(response.message.vias).toEqual(torture.vias);
        expect(response.message.toTag).toBe(torture.toTag ?? 'abc');
      }
    }
    expect(answered).toBe(54);
  });
});

describe('reasonPhrase', () => {
  it('is that of the status, or of its class', () => {
    expect(reasonPhrase(200)).toBe('OK');
    expect(reasonPhrase(481)).toBe('Call/Transaction Does Not Exist');
    expect(reasonPhrase(499)).toBe('Request Failure');
    expect(reasonPhrase(99)).toBe('Unknown');
  });
});
