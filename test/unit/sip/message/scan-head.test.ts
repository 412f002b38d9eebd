import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';
import { scanHead } from '../../../../src/sip/message/scan-head.codec.ts';
import { tortureCases } from '../../../support/torture.ts';

describe('scanHead', () => {
  it('reads a request and says where its top Via stands', () => {
    const text =
      'INVITE sip:b@c SIP/2.0\r\nMax-Forwards: 70\r\nVia: SIP/2.0/TCP h:5061;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP i\r\nCSeq: 7 INVITE\r\nCall-ID: x@y\r\nTo: z\r\n\r\n';
    const head = scanHead(text);
    expect(head).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      status: undefined,
      uri: 'sip:b@c',
      topVia: { transport: 'TCP', host: 'h', port: 5061, branch: 'z9hG4bK1' },
      callId: 'x@y',
      cseqNumber: 7,
      cseqMethod: 'INVITE',
    });
    expect(text.slice(head?.viaStart, head?.viaEnd)).toBe('Via: SIP/2.0/TCP h:5061;branch=z9hG4bK1');
  });

  it('reads a response, whose method is that of CSeq', () => {
    expect(scanHead('SIP/2.0 200 OK\r\nv: SIP/2.0/UDP h, SIP/2.0/UDP i\r\ni: x\r\nCSeq: 1 BYE\r\n\r\n')).toMatchObject({
      kind: 'response',
      method: 'BYE',
      status: 200,
      uri: undefined,
      topVia: { host: 'h' },
    });
  });

  it('says of every accepted torture message what the parser says', () => {
    let compared = 0;
    for (const { bytes, name } of tortureCases()) {
      const parsed = parseMessage(bytes);
      if (!parsed.ok) continue;
      const { message } = parsed;
      compared += 1;
      expect({ name, head: scanHead(bytes.toString()) }).toMatchObject({
        name,
        head: {
          kind: message.kind,
          method: message.kind === 'request' ? message.method : message.cseq.method,
          topVia: message.topVia,
          callId: message.callId,
          cseqNumber: message.cseq.number,
          cseqMethod: message.cseq.method,
        },
      });
    }
    expect(compared).toBeGreaterThanOrEqual(tortureCases().filter((each) => each.parse === 'accept').length);
  });

  it.each([
    '',
    'INVITE',
    'INVITE sip:a SIP/2.0',
    'INVITE sip:a SIP/2.0\r\n\r\n',
    'INVITE\r\nVia: SIP/2.0/UDP h\r\n',
    'SIP/2.0 xyz\r\nVia: SIP/2.0/UDP h\r\nCall-ID: a\r\nCSeq: 1 BYE\r\n\r\n',
    'INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: a\r\n\r\nCSeq: 1 INVITE\r\n',
    'INVITE sip:a SIP/2.0\r\nVia: nonsense\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n',
    'INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: a\r\nCSeq: INVITE\r\n\r\n',
    'INVITE sip:a SIP/2.0\r\nnonsense\r\nVia: SIP/2.0/UDP h\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n',
  ])('yields nothing for %j', (text) => {
    expect(scanHead(text)).toBeUndefined();
  });
});
