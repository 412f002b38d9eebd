import { describe, expect, it } from 'vitest';
import { SIPJS_ALLOW } from '../../../../src/sip/sipjs/hooks.ts';
import {
  CONTACT_MARK,
  finishRequest,
  finishResponse,
  requestHead,
  SENT_BY_MARK,
} from '../../../../src/sip/sipjs/outgoing.ts';

const REQUEST = [
  'BYE sip:bob@example.com SIP/2.0',
  `Via: SIP/2.0/UDP ${SENT_BY_MARK};branch=z9hG4bKx.1;rport`,
  `Contact: <sip:me@${CONTACT_MARK}>`,
  'Supported: ',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

describe('what sip.js wrote, finished for the flow it travels by', () => {
  it('has sent-by, transport and Contact of that flow, and no empty Supported', () => {
    const sent = finishRequest(REQUEST, { host: '192.0.2.1', port: 5070, transport: 'TCP' });
    expect(sent.bytes.toString()).toBe(
      'BYE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1:5070;branch=z9hG4bKx.1;rport\r\n' +
        'Contact: <sip:me@192.0.2.1:5070;transport=tcp>\r\nContent-Length: 0\r\n\r\n',
    );
    expect(sent).toMatchObject({ method: 'BYE', branch: 'z9hG4bKx.1', key: 'z9hG4bKx.1|192.0.2.1:5070|BYE' });
  });

  it('has IPv6 addresses in brackets', () => {
    const sent = finishRequest(REQUEST, { host: '2001:db8::1', port: 5060, transport: 'UDP' });
    expect(sent.bytes.toString()).toContain('SIP/2.0/UDP [2001:db8::1]:5060;branch');
    expect(sent.bytes.toString()).toContain('<sip:me@[2001:db8::1]:5060>');
  });

  it('reads a branch that ends the line', () => {
    expect(requestHead(REQUEST.replace(';rport', ''))).toEqual({ method: 'BYE', branch: 'z9hG4bKx.1' });
  });

  it('names the methods that are served, not those that sip.js knows (hook: AllowedMethods)', () => {
    const text = `SIP/2.0 200 OK\r\n${SIPJS_ALLOW}\r\nContact: <sip:${CONTACT_MARK}>\r\n\r\n`;
    const { status, bytes } = finishResponse(text, { host: '192.0.2.1', port: 5060, transport: 'UDP' });
    expect(status).toBe(200);
    expect(bytes.toString()).toBe(
      'SIP/2.0 200 OK\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, REFER, NOTIFY\r\nContact: <sip:192.0.2.1:5060>\r\n\r\n',
    );
  });
});
