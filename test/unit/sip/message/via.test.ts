import { describe, expect, it } from 'vitest';
import { parseVia, parseVias } from '../../../../src/sip/message/via.codec.ts';

describe('parseVia', () => {
  it('reads protocol, sent-by and parameters', () => {
    expect(parseVia('SIP/2.0/udp 192.0.2.1:5061;rport;branch=z9hG4bKabc;received=198.51.100.7')).toEqual({
      transport: 'UDP',
      host: '192.0.2.1',
      port: 5061,
      branch: 'z9hG4bKabc',
      params: new Map([
        ['rport', undefined],
        ['branch', 'z9hG4bKabc'],
        ['received', '198.51.100.7'],
      ]),
    });
  });

  it('takes white space around every separator (RFC 4475 3.1.1.1)', () => {
    expect(parseVia('sip  /  2.0\t/ TCP   my_host : 5060  ; branch = x')).toMatchObject({
      transport: 'TCP',
      host: 'my_host',
      port: 5060,
      branch: 'x',
    });
  });

  it('takes a Via without branch (RFC 2543) and unknown transports', () => {
    expect(parseVia('SIP/2.0/UNKNOWN host')).toMatchObject({
      transport: 'UNKNOWN',
      branch: undefined,
      port: undefined,
    });
  });

  it('reads IPv6 sent-by, and received with or without brackets (RFC 5118 4.5)', () => {
    expect(parseVia('SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255]')).toMatchObject({
      host: '2001:db8::9:1',
      port: 6050,
      params: new Map([['received', '2001:db8::9:255']]),
    });
    expect(parseVia('SIP/2.0/UDP h;received=2001:db8::9:255')?.params.get('received')).toBe('2001:db8::9:255');
  });

  it.each([
    '',
    'SIP/2.0',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0/ host',
    'SIP//UDP host',
    'HTTP/2.0/UDP host',
    'SIP/2.0/UDPhost',
    'SIP/2.0/UDP host;;',
    'SIP/2.0/UDP host;=x',
    'SIP/2.0/UDP host:',
    'SIP/2.0/UDP host:99999',
    'SIP/2.0/UDP ho st',
    'SIP/2.0/UDP [::1',
    'SIP/2.0/UDP host;branch=a;branch=b',
    'SIP/2.0/UDP host;branch="a',
  ])('refuses %j', (text) => {
    expect(parseVia(text)).toBeUndefined();
  });
});

describe('parseVias', () => {
  it('keeps the order of several in one line', () => {
    const vias = parseVias('SIP/2.0/UDP a;branch=1 ,SIP/2.0/TCP b;branch="2,3"');
    expect(vias?.map((via) => [via.host, via.branch])).toEqual([
      ['a', '1'],
      ['b', '2,3'],
    ]);
  });

  it('is malformed when one is, or when there is none', () => {
    expect(parseVias('SIP/2.0/UDP a, b')).toBeUndefined();
    expect(parseVias(' , ')).toBeUndefined();
  });
});
