import { describe, expect, it } from 'vitest';
import type { ReferReply, Referral } from '../../../src/channel/signaling-port.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import { type AnsweredCall, callFromPeer, callToPeer } from '../../support/answered-call.ts';
import { startBench } from '../../support/signaling-bench.ts';
import { until } from '../../support/until.ts';

const FRAGMENT = { 'Content-Type': 'message/sipfrag;version=2.0' };
const BOB = 'sip:bob@example.com';

/** A NOTIFY of the peer about a REFER. */
function notify(call: AnsweredCall, cseq: number, body: string, state: string, event = 'refer'): void {
  call.ask('NOTIFY', { cseq, body, fields: { ...FRAGMENT, Event: event, 'Subscription-State': state } });
}

/** A REFER of ours that the peer has accepted. */
async function referred(call: AnsweredCall, to = BOB): Promise<{ referral: Referral; refer: SipRequest }> {
  const referral = call.call.leg.refer({ to });
  const refer = await call.bench.peer.takeRequest('REFER');
  call.bench.peer.send(call.bench.peer.response(refer, 202));
  expect(await referral.accepted).toBe(202);
  return { referral, refer };
}

describe('a REFER of ours', () => {
  it('names whom to call and who asks, and resolves with what the NOTIFYs say', async () => {
    await using call = await callFromPeer();
    const { bench } = call;
    const { peer } = bench;
    const headers = [{ name: 'X-Reason', value: 'lunch' }];
    const referral = call.call.leg.refer({ to: `${BOB};transport=tcp?Subject=hello`, headers });
    const refer = await peer.takeRequest('REFER');
    expect(refer.first('Refer-To')).toBe(`<${BOB};transport=tcp?Subject=hello>`);
    expect(refer.first('Referred-By')).toBe('<sip:bob@192.0.2.1>');
    expect(refer.first('Contact')).toBe(`<sip:127.0.0.1:${bench.port}>`);
    expect(refer.first('Supported')).toBe('replaces, norefersub');
    expect(refer.first('X-Reason')).toBe('lunch');
    peer.send(peer.response(refer, 202));
    expect(await referral.accepted).toBe(202);
    notify(call, 2, 'SIP/2.0 100 Trying\r\n', 'active;expires=60');
    await peer.takeResponse(200, 'NOTIFY');
    notify(call, 3, 'SIP/2.0 180 Ringing', 'active;expires=50');
    await peer.takeResponse(200, 'NOTIFY');
    notify(call, 4, 'SIP/2.0 486 Busy Here\r\nTo: <sip:x@y>\r\n\r\n', 'terminated;reason=noresource');
    await peer.takeResponse(200, 'NOTIFY');
    expect(await referral.outcome).toBe(486);
    call.call.leg.release();
    peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('can say that somebody else asks', async () => {
    await using call = await callToPeer();
    call.call.leg.refer({ to: BOB, referredBy: 'sip:boss@example.com' });
    expect((await call.bench.peer.takeRequest('REFER')).first('Referred-By')).toBe('<sip:boss@example.com>');
  });

  it('to a call of ours names its far end and its dialog, with the tags as that one sees them (RFC 3891 §3)', async () => {
    await using call = await callFromPeer();
    const second = await callToPeer({}, call.bench);
    call.call.leg.refer({ to: second.call.leg });
    const { peer } = call.bench;
    const value = (await peer.takeRequest('REFER')).first('Refer-To') ?? '';
    const dialog = encodeURIComponent(`${second.callId};to-tag=${second.tags.fromTag};from-tag=${second.tags.toTag}`);
    expect(value).toBe(`<${peer.uri}?Replaces=${dialog}>`);
    expect(value).toContain('%3Bto-tag%3Dpeer%3Bfrom-tag%3D');
  });

  it('may get its NOTIFY before its 202', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const referral = call.call.leg.refer({ to: BOB });
    const refer = await peer.takeRequest('REFER');
    notify(call, 2, 'SIP/2.0 200 OK', 'terminated', `refer;id=${refer.cseq.number}`);
    expect(await referral.outcome).toBe(200);
    peer.send(peer.response(refer, 202));
    expect(await referral.accepted).toBe(202);
  });

  it('and another have a subscription each', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const first = await referred(call);
    const second = await referred(call, 'sip:carol@example.com');
    notify(call, 2, 'SIP/2.0 200 OK', 'terminated', `refer;id=${second.refer.cseq.number}`);
    await peer.takeResponse(200, 'NOTIFY');
    notify(call, 3, 'SIP/2.0 603 Decline', 'terminated', `refer;id=${first.refer.cseq.number}`);
    expect(await first.referral.outcome).toBe(603);
    expect(await second.referral.outcome).toBe(200);
  });

  it.each([
    ['terminated without a final status', 'SIP/2.0 100 Trying', 'terminated;reason=timeout'],
    ['terminated without a body', '', 'terminated'],
  ])('has no outcome when it is %s', async (_name, body, state) => {
    await using call = await callToPeer();
    const { referral } = await referred(call);
    notify(call, 2, body, state);
    expect(await referral.outcome).toBeUndefined();
  });

  it.each([403, 405, 603, 302])('resolves with %i when it is refused with it, without an outcome', async (status) => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const { accepted, outcome } = call.call.leg.refer({ to: BOB });
    peer.send(peer.response(await peer.takeRequest('REFER'), status));
    expect([await accepted, await outcome]).toEqual([status, undefined]);
    call.ask('OPTIONS');
    await peer.takeResponse(200, 'OPTIONS');
  });

  it('is sent once more when a later request of ours may have come before it (RFC 3261 §12.2.2)', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const { accepted } = call.call.leg.refer({ to: BOB });
    for (let times = 0; times < 2; times += 1) {
      const refer = await peer.takeRequest('REFER');
      void call.call.leg.send({ method: 'INFO', body: '', headers: [] });
      const info = await peer.takeRequest('INFO');
      expect(info.cseq.number).toBe(refer.cseq.number + 1);
      peer.send(peer.response(info, 200));
      peer.send(peer.response(refer, 500));
    }
    expect(await accepted).toBe(500);
    expect(peer.heads).toEqual([]);
  });

  it('resolves with 408 when nobody answers it, and the call goes on', async () => {
    await using call = await callToPeer();
    const { accepted, outcome } = call.call.leg.refer({ to: BOB });
    await call.bench.peer.takeRequest('REFER');
    call.bench.clock.advance(32_000);
    expect([await accepted, await outcome]).toEqual([408, undefined]);
    expect(call.call.events.map(({ type }) => type)).toEqual(['answered']);
  });

  it('ends the call when the far end does not know it: 481', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const { accepted } = call.call.leg.refer({ to: BOB });
    peer.send(peer.response(await peer.takeRequest('REFER'), 481));
    expect(await accepted).toBe(481);
    expect((await call.call.event('ended')).info).toMatchObject({ by: 'remote', status: 481 });
  });

  it('needs no NOTIFY when the far end gives none (Refer-Sub, RFC 4488)', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const { accepted, outcome } = call.call.leg.refer({ to: BOB });
    peer.send(peer.response(await peer.takeRequest('REFER'), 200, { fields: { 'Refer-Sub': 'false' } }));
    expect([await accepted, await outcome]).toEqual([200, undefined]);
  });

  it.each([
    ['while it has no answer', 487, false],
    ['while its NOTIFY is missing', 202, true],
  ] as const)('ends with the call, %s', async (_name, status, isAccepted) => {
    await using call = await callToPeer();
    const { bench } = call;
    const referral = isAccepted ? (await referred(call)).referral : call.call.leg.refer({ to: BOB });
    call.ask('BYE');
    expect([await referral.accepted, await referral.outcome]).toEqual([status, undefined]);
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('answers a challenge, and goes on with the next sequence number', async () => {
    await using call = await callToPeer({ credentials: { username: 'me', password: 'secret' } });
    const { peer } = call.bench;
    const referral = call.call.leg.refer({ to: BOB });
    const fields = { 'Proxy-Authenticate': 'Digest realm="r", nonce="1"' };
    const plain = await peer.takeRequest('REFER');
    peer.send(peer.response(plain, 407, { fields }));
    const again = await peer.takeRequest('REFER');
    expect(again.first('Proxy-Authorization')).toContain('username="me"');
    peer.send(peer.response(again, 202));
    await referral.accepted;
    notify(call, 2, 'SIP/2.0 200 OK', 'terminated', `refer;id=${again.cseq.number}`);
    expect(await referral.outcome).toBe(200);
    call.call.leg.release();
    expect((await peer.takeRequest('BYE')).cseq.number).toBe(again.cseq.number + 1);
  });

  it.each([
    ['tel:+49301', 'INVALID_ARGUMENT'],
    ['nowhere', 'INVALID_ARGUMENT'],
    ['sip:a@b\r\nEvil: 1', 'INVALID_ARGUMENT'],
    ['sip:a@b>,<sip:c@d', 'INVALID_ARGUMENT'],
  ])('to %j throws %s, and nothing is sent', async (to, code) => {
    await using call = await callToPeer();
    expect(() => call.call.leg.refer({ to })).toThrow(expect.objectContaining({ code }));
    expect(() => call.call.leg.refer({ to: BOB, referredBy: to.replace('tel:', '') })).toThrow(
      expect.objectContaining({ code }),
    );
    call.ask('OPTIONS');
    await call.bench.peer.takeResponse(200, 'OPTIONS');
    expect(call.bench.peer.heads).toEqual([]);
  });

  it('throws for header fields that it has already, for the call itself, and for calls that are not up', async () => {
    await using call = await callToPeer();
    const { leg } = call.call;
    const throwing = (code: string): object => expect.objectContaining({ code }) as object;
    for (const name of ['Refer-To', 'Referred-By', 'Contact', 'Event', 'Replaces'])
      expect(() => leg.refer({ to: BOB, headers: [{ name, value: 'x' }] })).toThrow(throwing('INVALID_ARGUMENT'));
    expect(() => leg.refer({ to: leg })).toThrow(throwing('INVALID_ARGUMENT'));
    await using other = await startBench();
    other.peer.send(other.peer.request('INVITE'));
    const ringing = await other.call();
    expect(() => leg.refer({ to: ringing.leg })).toThrow(throwing('INVALID_STATE'));
    expect(() => ringing.leg.refer({ to: BOB })).toThrow(throwing('INVALID_STATE'));
  });
});

describe('a NOTIFY', () => {
  it.each([
    ['about nothing that was asked', 'refer', 200],
    ['about another REFER', 'refer;id=99', 200],
    ['of another event', 'presence', 489],
    ['of a malformed event', ';;', 489],
  ])('%s gets %#', async (_name, event, status) => {
    await using call = await callToPeer();
    notify(call, 2, 'SIP/2.0 200 OK', 'terminated', event);
    await call.bench.peer.takeResponse(status, 'NOTIFY');
    expect(call.bench.faults).toEqual([]);
  });

  it('that crosses our BYE is answered 200', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const { referral } = await referred(call);
    call.call.leg.release();
    const bye = await peer.takeRequest('BYE');
    notify(call, 2, 'SIP/2.0 200 OK', 'terminated');
    await peer.takeResponse(200, 'NOTIFY');
    expect(await referral.outcome).toBeUndefined();
    expect(call.bench.signaling.stats().legs).toBe(1);
    peer.send(peer.response(bye, 200));
    await call.bench.drained();
    expect(call.bench.faults).toEqual([]);
  });

  it('outside of a call gets 481', async () => {
    await using bench = await startBench();
    bench.peer.send(bench.peer.request('NOTIFY', { fields: { Event: 'refer', 'Subscription-State': 'active' } }));
    await bench.peer.takeResponse(481, 'NOTIFY');
  });
});

const ask = (call: AnsweredCall, referTo: string, more: Record<string, string> = {}, cseq = 2): void =>
  call.ask('REFER', { cseq, fields: { 'Refer-To': referTo, Contact: '<sip:alice@192.0.2.9>', ...more } });

/** A REFER of the peer as the program gets it. */
async function asked(
  call: AnsweredCall,
  referTo: string,
  more: Record<string, string> = {},
): Promise<{ request: unknown; reply: ReferReply }> {
  ask(call, referTo, more);
  return call.call.event('refer');
}

describe('a REFER of the far end', () => {
  it('is told with all that the new call needs, and gets 202 and NOTIFYs in order', async () => {
    await using call = await callFromPeer();
    const { bench } = call;
    const { peer } = bench;
    const { request, reply } = await asked(call, '"Bob" <sip:bob@example.com;transport=tcp;method=INVITE?X-A=1%202>', {
      'Referred-By': '"Alice" <sip:alice@example.com>;cid="x"',
    });
    expect(request).toEqual({
      to: 'sip:bob@example.com;transport=tcp',
      replaces: undefined,
      referredBy: 'sip:alice@example.com',
      headers: [{ name: 'X-A', value: '1 2' }],
    });
    const progress = reply.accept();
    expect((await peer.takeResponse(202, 'REFER')).first('Contact')).toBe(`<sip:127.0.0.1:${bench.port}>`);
    progress.notify(180);
    progress.notify(200, 'Fine');
    progress.notify(500);
    for (const [body, state] of [
      ['SIP/2.0 100 Trying\r\n', /^active;expires=\d+$/u],
      ['SIP/2.0 180 Ringing\r\n', /^active;expires=\d+$/u],
      ['SIP/2.0 200 Fine\r\n', /^terminated;reason=noresource$/u],
    ] as const) {
      const told = await peer.takeRequest('NOTIFY');
      // None goes out before the one before it has been answered.
      expect(peer.heads).toEqual([]);
      expect(told.body.toString()).toBe(body);
      expect(told.first('Subscription-State')).toMatch(state);
      expect(told.first('Event')).toBe('refer;id=2');
      expect(told.first('Content-Type')).toBe('message/sipfrag;version=2.0');
      peer.send(peer.response(told, 200));
    }
    call.ask('BYE', { cseq: 3 });
    await peer.takeResponse(200, 'BYE');
    progress.notify(200);
    await bench.drained();
    expect(peer.heads).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it('may name the call that the new one is to take the place of', async () => {
    await using call = await callFromPeer();
    const dialog = encodeURIComponent('12@host;to-tag=a;from-tag=b;early-only');
    const { request } = await asked(call, `<sip:bob@example.com?Replaces=${dialog}&Require=replaces>`);
    expect(request).toEqual({
      to: 'sip:bob@example.com',
      replaces: { callId: '12@host', toTag: 'a', fromTag: 'b', earlyOnly: true },
      referredBy: undefined,
      headers: [],
    });
  });

  it('cannot choose header fields that belong to the user agent, or that others would trust', async () => {
    await using call = await callFromPeer();
    const names = 'From Call-ID CSeq Via Route Contact To f i v m Max-Forwards Authorization Content-Length body'.split(
      ' ',
    );
    const more = 'P-Asserted-Identity Privacy Record-Route Referred-By Accept Supported User-Agent Date'.split(' ');
    const bad = [...names, ...more].map((name) => `${name}=x`).join('&');
    const { request } = await asked(call, `<sip:bob@example.com?${bad}&Subject=hi&X-Tenant=7>`);
    expect(request).toMatchObject({
      headers: [
        { name: 'Subject', value: 'hi' },
        { name: 'X-Tenant', value: '7' },
      ],
    });
  });

  it.each([
    ['is missing', undefined, 400],
    ['names two', '<sip:a@b>, <sip:c@d>', 400],
    ['cannot be read', '<sip:a@b', 400],
    ['is a telephone number', '<tel:+49301>', 416],
    ['is a web page', '<https://example.com>', 416],
    ['asks for something else than a call', '<sip:a@b;method=BYE>', 501],
    ['has a line break in a header field', '<sip:a@b?X=1%0d%0aEvil:1>', 400],
    ['has a broken escape', '<sip:a@b?X=%zz>', 400],
    ['has a Replaces without tags', '<sip:a@b?Replaces=x>', 400],
    [
      'has two Replaces',
      '<sip:a@b?Replaces=x%3Bto-tag%3Da%3Bfrom-tag%3Db&Replaces=y%3Bto-tag%3Da%3Bfrom-tag%3Db>',
      400,
    ],
    ['has a Replaces that is too long', `<sip:a@b?Replaces=${'x'.repeat(1100)}%3Bto-tag%3Da%3Bfrom-tag%3Db>`, 400],
    ['is too long', `<sip:${'a'.repeat(5000)}@b>`, 400],
    ['has too many header fields', `<sip:a@b?${Array.from({ length: 40 }, (_, at) => `X-${at}=1`).join('&')}>`, 400],
  ])('whose Refer-To %s gets %#', async (_name, referTo, status) => {
    await using call = await callFromPeer();
    const fields = referTo === undefined ? {} : { 'Refer-To': referTo };
    call.ask('REFER', { fields });
    await call.bench.peer.takeResponse(status, 'REFER');
    expect(call.call.events).toEqual([]);
    expect(call.bench.faults).toEqual([]);
  });

  it('with two Refer-To lines gets 400', async () => {
    await using call = await callFromPeer();
    call.ask('REFER', { fields: { 'Refer-To': '<sip:a@b>', r: '<sip:c@d>' } });
    await call.bench.peer.takeResponse(400, 'REFER');
  });

  it.each([
    [603, 603],
    [486, 486],
    [200, 603],
  ])('can be refused with %i and gets %i', async (wanted, status) => {
    await using call = await callFromPeer();
    const { reply } = await asked(call, `<${BOB}>`);
    reply.refuse(wanted);
    await call.bench.peer.takeResponse(status, 'REFER');
    reply.accept().notify(200);
    call.ask('OPTIONS', { cseq: 3 });
    await call.bench.peer.takeResponse(200, 'OPTIONS');
    expect(call.bench.peer.heads).toEqual([]);
  });

  it('and another one have a subscription each', async () => {
    await using call = await callFromPeer();
    const { peer } = call.bench;
    ask(call, '<sip:one@example.com>', {}, 2);
    ask(call, '<sip:two@example.com>', {}, 3);

    const refers = await until('both', () => {
      const all = call.call.events.flatMap((event) => (event.type === 'refer' ? [event] : []));
      return all.length === 2 && all;
    });
    const [first, second] = refers.map(({ reply }) => reply.accept());
    second?.notify(486);
    first?.notify(200);
    const told: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const message = await peer.takeRequest('NOTIFY');
      told.push(`${message.first('Event')} ${message.body.toString().slice(8, 11)}`);
      peer.send(peer.response(message, 200));
    }
    expect(told.filter((line) => line.includes('id=2'))).toEqual(['refer;id=2 100', 'refer;id=2 200']);
    expect(told.filter((line) => line.includes('id=3'))).toEqual(['refer;id=3 100', 'refer;id=3 486']);
  });

  it('that asks for no NOTIFY gets none (Refer-Sub, RFC 4488)', async () => {
    await using call = await callFromPeer();
    const { peer } = call.bench;
    const { reply } = await asked(call, `<${BOB}>`, { 'Refer-Sub': 'false', Require: 'norefersub' });
    reply.accept().notify(200);
    expect((await peer.takeResponse(202, 'REFER')).first('Refer-Sub')).toBe('false');
    call.ask('OPTIONS', { cseq: 3 });
    await peer.takeResponse(200, 'OPTIONS');
    expect(peer.heads).toEqual([]);
  });

  it.each([481, 500, 408])('hears nothing more when a NOTIFY gets %i; the call goes on', async (status) => {
    await using call = await callFromPeer();
    const { peer, clock } = call.bench;
    const { reply } = await asked(call, `<${BOB}>`);
    const progress = reply.accept();
    const told = await peer.takeRequest('NOTIFY');
    if (status === 408) clock.advance(32_000);
    else peer.send(peer.response(told, status));
    call.ask('OPTIONS', { cseq: 3 });
    await peer.takeResponse(200, 'OPTIONS');
    peer.inbox.length = 0;
    progress.notify(200);
    call.ask('OPTIONS', { cseq: 4 });
    await peer.takeResponse(200, 'OPTIONS');
    expect(peer.heads).toEqual([]);
    expect(call.call.events.map(({ type }) => type)).toEqual(['refer']);
  });

  it('that has no answer when the call ends gets 487, and what is said later is dropped', async () => {
    await using call = await callFromPeer();
    const { bench } = call;
    const { reply } = await asked(call, `<${BOB}>`);
    call.ask('BYE', { cseq: 3 });
    await bench.peer.takeResponse(487, 'REFER');
    reply.accept().notify(200);
    await bench.drained();
    expect(bench.peer.heads.filter((head) => head === 'NOTIFY')).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it('hears the last status before our BYE, also while the NOTIFY before it has no answer', async () => {
    await using call = await callFromPeer();
    const { bench } = call;
    const { peer } = bench;
    const { reply } = await asked(call, `<${BOB}>`);
    const progress = reply.accept();
    const trying = await peer.takeRequest('NOTIFY');
    progress.notify(200);
    call.call.leg.release();
    const last = await peer.takeRequest('NOTIFY');
    expect(last.body.toString()).toBe('SIP/2.0 200 OK\r\n');
    const bye = await peer.takeRequest('BYE');
    expect(bye.cseq.number).toBe(last.cseq.number + 1);
    for (const request of [trying, last, bye]) peer.send(peer.response(request, 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('refuses to say what is no status', async () => {
    await using call = await callFromPeer();
    const progress = (await asked(call, `<${BOB}>`)).reply.accept();
    expect(() => progress.notify(99)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => progress.notify(200, 'a\r\nb')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('outside of a call gets 403, and 403 before the answer', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('REFER', { fields: { 'Refer-To': `<${BOB}>` } }));
    await peer.takeResponse(403, 'REFER');
    peer.send(peer.request('INVITE', { callId: 'c2' }));
    const call = await bench.call();
    call.leg.ring();
    const { toTag = '' } = await peer.takeResponse(180);
    peer.send(peer.request('REFER', { callId: 'c2', toTag, cseq: 2, fields: { 'Refer-To': `<${BOB}>` } }));
    await peer.takeResponse(403, 'REFER');
    expect(call.events).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it('beyond eight without an answer gets 503', async () => {
    await using call = await callFromPeer();
    for (let cseq = 2; cseq <= 10; cseq += 1) ask(call, `<${BOB}>`, {}, cseq);
    await call.bench.peer.takeResponse(503, 'REFER');
    expect(call.call.events).toHaveLength(8);
  });
});
