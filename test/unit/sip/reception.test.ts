import { describe, expect, it } from 'vitest';
import { Reception, type ReceptionOptions } from '../../../src/sip/reception.ts';
import { ReliabilityLayer } from '../../../src/sip/reliability/reliability-layer.ts';
import { TRYING_DELAY } from '../../../src/sip/trying-queue.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { RecordedFlow } from '../../support/recorded-flow.ts';
import { type RequestText, requestText, responseText } from '../../support/sip-text.ts';
import { tortureCases } from '../../support/torture.ts';

function setUp(options: Partial<ReceptionOptions> = {}, maxTransactions = 1000) {
  const clock = new VirtualClock();
  const flow = new RecordedFlow(clock);
  const up: string[] = [];
  const errors: string[] = [];
  const note = (message: string): number => errors.push(message);
  const reliability = new ReliabilityLayer({ clock, onTimeout: () => undefined, maxTransactions });
  const reception = new Reception({
    clock,
    logger: { debug: () => undefined, info: () => undefined, warn: note, error: note },
    reliability,
    replyFlow: (_, source) => source,
    knowsDialog: () => false,
    onRequest: (request) => up.push(request.method),
    onResponse: (response) => up.push(String(response.status)),
    newTag: () => 'ours',
    ...options,
  });
  const receive = (text: string | Buffer): void => reception.receive(Buffer.from(text), flow);
  return {
    clock,
    errors,
    flow,
    reception,
    reliability,
    up,
    receive,
    request: (method: string, wanted: RequestText = {}) => receive(requestText(method, wanted)),
  };
}

describe('reception', () => {
  it('hands an INVITE up once, and answers 100 when nothing else has been within 200 ms (RFC 3261 §17.2.1)', () => {
    const { clock, flow, request, up } = setUp();
    request('INVITE');
    clock.advance(TRYING_DELAY - 1);
    request('INVITE');
    expect(flow.heads).toEqual([]);
    clock.advance(1);
    request('INVITE');
    expect(up).toEqual(['INVITE']);
    expect(flow.heads).toEqual(['SIP/2.0 100', 'SIP/2.0 100']);
    expect(flow.times).toEqual([TRYING_DELAY, TRYING_DELAY]);
    expect(TRYING_DELAY).toBeLessThan(200);
  });

  it('spends no 100 on an INVITE that is answered soon, and leaves no timer when it is closed', () => {
    const { clock, flow, reception, reliability, request } = setUp({
      onRequest: (invite, key, replyFlow) => {
        if (invite.topVia.branch === 'z9hG4bKone') {
          void reliability.sendResponse(key, 486, Buffer.from(responseText(486, 'INVITE')), replyFlow);
        }
      },
    });
    request('INVITE', { branch: 'z9hG4bKone' });
    clock.advance(TRYING_DELAY);
    expect(flow.heads).toEqual(['SIP/2.0 486']);
    request('INVITE', { branch: 'z9hG4bKtwo', callId: 'c2' });
    reception.close();
    reliability.close();
    expect(clock.pending).toBe(0);
  });

  it('answers OPTIONS itself and says what it can (§11.2)', () => {
    const { flow, request, up } = setUp({ rules: { supported: ['timer'] } });
    request('OPTIONS');
    expect(up).toEqual([]);
    expect(flow.heads).toEqual(['SIP/2.0 200']);
    for (const field of ['Allow: INVITE, ACK', 'Accept: application/sdp', 'Supported: timer', ';tag=ours']) {
      expect(flow.sent[0]?.text).toContain(field);
    }
  });

  it('refuses what screening refuses, repeats the refusal until the ACK, and hands the ACK up', () => {
    const { clock, flow, request, up } = setUp();
    request('INVITE', { fields: { Require: 'foo' } });
    clock.advance(500);
    request('ACK');
    request('ACK');
    clock.advance(10_000);
    expect(flow.heads).toEqual(['SIP/2.0 420', 'SIP/2.0 420']);
    expect(flow.sent[0]?.text).toContain('Unsupported: foo');
    expect(up).toEqual(['ACK']);
  });

  it('answers a malformed request with 400, another version with 505, and drops what cannot be answered', () => {
    const { errors, flow, receive, request, up } = setUp();
    request('BYE', { fields: { CSeq: '1 INVITE' } });
    receive(requestText('BYE', { branch: 'z9hG4bK2' }).replace('SIP/2.0\r\n', 'SIP/7.0\r\n'));
    receive(requestText('ACK', { fields: { CSeq: '1 INVITE' }, branch: 'z9hG4bK3' }));
    receive('nonsense');
    receive('SIP/2.0 200');
    expect(flow.heads).toEqual(['SIP/2.0 400', 'SIP/2.0 505']);
    expect(up).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('refuses a forked INVITE that came by another way with 482, but not its repetition', () => {
    const { flow, request, up } = setUp();
    request('INVITE', { branch: 'z9hG4bKone' });
    request('INVITE', { branch: 'z9hG4bKtwo' });
    request('INVITE', { branch: 'z9hG4bKone' });
    expect(up).toEqual(['INVITE']);
    expect(flow.heads).toEqual(['SIP/2.0 482']);
  });

  it('hands a CANCEL up when its INVITE is there, else answers 481', () => {
    const { flow, request, up } = setUp();
    request('CANCEL', { branch: 'z9hG4bKother' });
    request('INVITE');
    request('CANCEL');
    expect(up).toEqual(['INVITE', 'CANCEL']);
    expect(flow.heads).toEqual(['SIP/2.0 481']);
  });

  it('stamps the source into the Via before anybody looks at the request', () => {
    const { flow, request } = setUp();
    request('OPTIONS', { via: 'SIP/2.0/UDP host.example;branch=z9hG4bKx;rport' });
    expect(flow.sent[0]?.text).toContain(
      'Via: SIP/2.0/UDP host.example;branch=z9hG4bKx;received=192.0.2.9;rport=5060\r\n',
    );
  });

  it('answers 503 with Retry-After when there are too many transactions, without keeping anything', () => {
    const { flow, reliability, request, up } = setUp({}, 1);
    request('INVITE', { branch: 'z9hG4bK1' });
    request('INVITE', { branch: 'z9hG4bK2', callId: 'c2' });
    expect(up).toEqual(['INVITE']);
    expect(flow.heads).toEqual(['SIP/2.0 503']);
    expect(flow.sent[0]?.text).toContain('Retry-After: 5');
    expect(reliability.stats().servers).toBe(1);
  });

  it('answers 500 when its user throws, unless the request was answered before', async () => {
    const broken = setUp({
      onRequest: () => {
        throw new Error('user');
      },
    });
    broken.request('INVITE');
    expect(broken.flow.heads).toEqual(['SIP/2.0 500']);
    expect(broken.errors).toHaveLength(1);

    const late = setUp({
      onRequest: (_, key, reply) => {
        void late.reliability.sendResponse(key, 486, Buffer.from(responseText(486, 'INVITE')), reply);
        throw new Error('user');
      },
    });
    late.request('INVITE');
    expect(late.flow.heads).toEqual(['SIP/2.0 486']);
  });

  it('hands up responses to requests of ours, once, and drops those with a second Via (§8.1.3.3)', async () => {
    const { flow, receive, reliability, up } = setUp();
    await reliability.sendRequest('z9hG4bKa1|192.0.2.9:5060|BYE', 'BYE', Buffer.from(requestText('BYE')), flow);
    receive(responseText(200, 'BYE', { via: 'SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKa1, SIP/2.0/UDP 192.0.2.8' }));
    receive(responseText(200, 'BYE', { branch: 'z9hG4bKforged' }));
    expect(up).toEqual([]);
    receive(responseText(200, 'BYE'));
    receive(responseText(200, 'BYE'));
    expect(up).toEqual(['200']);
  });

  it('answers a request on a stream that cannot be cut, but not an ACK', () => {
    const { flow, reception } = setUp();
    const head = (method: string): Buffer =>
      Buffer.from(requestText(method, { fields: { 'Content-Length': undefined } }));
    reception.receiveUnframed(head('INVITE'), 400, 'no Content-Length', flow);
    reception.receiveUnframed(head('ACK'), 400, 'no Content-Length', flow);
    reception.receiveUnframed(
      Buffer.from(requestText('INVITE', { fields: { 'Content-Length': '70000' } })),
      413,
      'too long',
      flow,
    );
    expect(flow.heads).toEqual(['SIP/2.0 400', 'SIP/2.0 413']);
  });
});

describe('each torture message', () => {
  it.each(tortureCases().map((torture) => [torture.name, torture] as const))('%s has its outcome', (_, torture) => {
    const { errors, flow, receive, request, up } = setUp();
    receive(torture.bytes);
    expect(errors).toEqual([]);
    const statuses = flow.heads.map((head) => head.slice(-3)).filter((status) => status !== '100');
    if (torture.kind === 'response') {
      expect([...statuses, ...up]).toEqual([]);
    } else if (statuses.length > 0) {
      const wanted =
        torture.uas.includes('P') && statuses[0] !== '400' && statuses[0] !== '505' ? [statuses[0]] : torture.uas;
      expect(wanted).toContain(statuses[0]);
    } else {
      // Passed to the core, which answers it as a call, or dropped where silence is right too.
      expect(up.length === 1 ? torture.uas.includes('P') || torture.uas.includes('200') : torture.dropOk).toBe(true);
    }
    request('OPTIONS', { branch: 'z9hG4bKnext' });
    expect(flow.heads.at(-1)).toBe('SIP/2.0 200');
  });
});
