import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';
import {
  reconnectEndpoint,
  replyEndpoint,
  stampSource,
  stampVia,
} from '../../../../src/sip/transport/source-address.codec.ts';
import { requestOf, requestText } from '../../../support/sip-text.ts';

const source = { address: '192.0.2.9', port: 6000 };

describe('the source of a request', () => {
  it.each([
    ['is not noted when sent-by says it', 'SIP/2.0/UDP 192.0.2.9:5060;branch=z', undefined],
    [
      'is noted when sent-by has another host (§18.2.1)',
      'SIP/2.0/UDP 10.0.0.1;branch=z',
      'SIP/2.0/UDP 10.0.0.1;branch=z;received=192.0.2.9',
    ],
    [
      'is noted when sent-by has a name',
      'SIP/2.0/UDP Host.Example:5070',
      'SIP/2.0/UDP Host.Example:5070;received=192.0.2.9',
    ],
    [
      'is noted with its port when the sender asks (RFC 3581 §4)',
      'SIP/2.0/UDP 192.0.2.9;rport;branch=z',
      'SIP/2.0/UDP 192.0.2.9;branch=z;received=192.0.2.9;rport=6000',
    ],
    [
      'replaces what the sender claims',
      'SIP/2.0/UDP h;received=1.2.3.4;RPORT=5;branch=z',
      'SIP/2.0/UDP h;branch=z;received=192.0.2.9;rport=6000',
    ],
    [
      'replaces a claim even when it need not be noted',
      'SIP/2.0/UDP 192.0.2.9;received=1.2.3.4',
      'SIP/2.0/UDP 192.0.2.9',
    ],
    ['leaves parameters alone that only look alike', 'SIP/2.0/UDP 192.0.2.9;xrport;rportx=1', undefined],
    ['leaves a Via alone that it cannot read', 'nonsense', undefined],
  ])('%s', (_, via, stamped) => {
    expect(stampVia(via, source)).toBe(stamped ?? via);
  });

  it('is an IPv6 address without brackets (RFC 5118 §4.5)', () => {
    const six = { address: '2001:db8::9', port: 6000 };
    expect(stampVia('SIP/2.0/UDP [2001:DB8::9]:5060', six)).toBe('SIP/2.0/UDP [2001:DB8::9]:5060');
    expect(stampVia('SIP/2.0/UDP [2001:db8::1];rport', six)).toBe(
      'SIP/2.0/UDP [2001:db8::1];received=2001:db8::9;rport=6000',
    );
  });

  it('is written into the first Via only, wherever and however that stands', () => {
    const stamp = (text: string): string => stampSource(Buffer.from(text), source).toString();
    const rest = 'Via: SIP/2.0/UDP other\r\n\r\nVia: SIP/2.0/UDP body';
    expect(stamp(`BYE x SIP/2.0\r\nX: y\r\nv : SIP/2.0/UDP a, SIP/2.0/UDP b\r\n${rest}`)).toBe(
      `BYE x SIP/2.0\r\nX: y\r\nv : SIP/2.0/UDP a;received=192.0.2.9, SIP/2.0/UDP b\r\n${rest}`,
    );
    expect(stamp(`BYE x SIP/2.0\r\nVIA: SIP / 2.0 / UDP\r\n  a ;branch=z\r\n${rest}`)).toBe(
      `BYE x SIP/2.0\r\nVIA: SIP / 2.0 / UDP\r\n  a ;branch=z;received=192.0.2.9\r\n${rest}`,
    );
    expect(stamp(`BYE x SIP/2.0\r\nVia: SIP/2.0/UDP a;x="q,\\"\\r";rport\r\n${rest}`)).toContain(
      'a;x="q,\\"\\r";received=192.0.2.9;rport=6000\r\n',
    );
  });

  it('costs no copy when there is nothing to write', () => {
    const bytes = Buffer.from(requestText('BYE'));
    expect(stampSource(bytes, source)).toBe(bytes);
    const odd = Buffer.from('no Via\r\n\r\nVia: SIP/2.0/UDP a');
    expect(stampSource(odd, source)).toBe(odd);
  });

  it('is where the parser sees it, and nothing else has changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', ';rport', ';rport=7', ';received=9.9.9.9'),
        fc.ipV4(),
        fc.uint8Array({ maxLength: 40 }),
        (params, host, body) => {
          const text = requestText('INFO', {
            via: `SIP/2.0/UDP ${host}:5060;branch=z9hG4bKq${params}`,
            fields: { 'Content-Type': 'a/b', 'Content-Length': String(body.length) },
          });
          const parsed = parseMessage(stampSource(Buffer.concat([Buffer.from(text), body]), source));
          if (!parsed.ok) throw new Error(parsed.problem);
          const { topVia } = parsed.message;
          expect(topVia).toMatchObject({ host, port: 5060, branch: 'z9hG4bKq' });
          expect(topVia.params.get('rport')).toBe(params.includes('rport') ? '6000' : undefined);
          expect(topVia.params.get('received')).toBe(
            params.includes('rport') || host !== source.address ? source.address : undefined,
          );
          expect(parsed.message.body).toEqual(Buffer.from(body));
        },
      ),
    );
  });

  it('is found in linear time in hostile input, where quadratic time would be minutes', () => {
    const spaces = ' '.repeat(300_000);
    const hostile = [
      `SIP/2.0/UDP a${spaces}x`,
      `SIP/2.0/UDP a${';rport '.repeat(40_000)}`,
      `SIP/2.0/UDP a;x="${'\\"'.repeat(150_000)}`,
      `SIP${spaces}/x`,
    ];
    const before = process.cpuUsage();
    for (const via of hostile) stampVia(via, source);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('responses go (§18.2.2)', () => {
  const viaOf = (via: string) => requestOf(requestText('BYE', { via })).topVia;

  it('to the source address and the port of sent-by, or 5060', () => {
    expect(replyEndpoint(viaOf('SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK'), source)).toEqual({
      address: '192.0.2.9',
      port: 5070,
    });
    expect(replyEndpoint(viaOf('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK'), source)).toEqual({
      address: '192.0.2.9',
      port: 5060,
    });
  });

  it('to the source port when the sender asked for it', () => {
    expect(replyEndpoint(viaOf('SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK;rport=6000'), source)).toEqual(source);
  });

  it('never to maddr, which could be anybody', () => {
    expect(replyEndpoint(viaOf('SIP/2.0/UDP 10.0.0.1;maddr=203.0.113.5;branch=z9hG4bK'), source)).toEqual({
      address: '192.0.2.9',
      port: 5060,
    });
  });

  it('by a new connection to the port of sent-by when the old one is gone', () => {
    expect(reconnectEndpoint(viaOf('SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bK;rport=6000'), source)).toEqual({
      address: '192.0.2.9',
      port: 5070,
    });
  });
});
