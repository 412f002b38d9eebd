import { expect, it } from 'vitest';
import type { DialRequest, SipTrace } from '../../src/channel/signaling-port.ts';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { SipSignaling } from '../../src/sip/signaling.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { description, type Watched, watch } from '../support/signaling-bench.ts';
import { runSipp, startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { expectAllGood, scenarioFiles } from '../support/sipp-scenarios.ts';
import { until } from '../support/until.ts';

/** Signalling on the sockets of the machine, without media. */
interface Line extends AsyncDisposable {
  readonly signaling: SipSignaling;
  readonly at: string;
  readonly messages: readonly SipTrace[];
  /** A call that is answered. */
  dial(to: string, more?: Partial<DialRequest>): Promise<Watched>;
  /** The nth call that came. */
  call(index?: number): Promise<Watched>;
}

async function startLine(): Promise<Line> {
  const messages: SipTrace[] = [];
  const signaling = await SipSignaling.start({
    address: '127.0.0.1',
    port: 0,
    transports: ['udp', 'tcp'],
    userAgentHeader: 'offhook-test',
    logger: silentLogger,
    clock: systemClock,
    trace: (message) => messages.push(message),
  });
  const calls: Watched[] = [];
  signaling.onIncoming((leg) => calls.push(watch(leg)));
  return {
    signaling,
    messages,
    at: `127.0.0.1:${signaling.listening[0]?.port}`,
    dial: async (to, more) => {
      const call = watch(await signaling.dial({ to, offer: async () => description(), ...more }));
      await call.event('answered');
      return call;
    },
    call: (index = 0) => until(`inbound call ${index}`, () => calls[index]),
    [Symbol.asyncDispose]: () => signaling.close(),
  };
}

/** How often something has happened to a baresip. */
function count({ events }: Baresip, type: string): number {
  return events.filter((event) => event.type === type).length;
}

describeWithPeer('baresip', 'transfers with baresip', () => {
  it('refers it to another, which it calls, and leaves the two alone', async () => {
    await using line = await startLine();
    await using asked = await startBaresip({ tone: 600 });
    await using target = await startBaresip({ tone: 900 });
    const call = await line.dial(asked.uri);
    const { accepted, outcome } = call.leg.refer({ to: target.uri });
    expect([await accepted, await outcome]).toEqual([202, 200]);
    call.leg.release();
    await call.event('ended');
    await target.event('CALL_ESTABLISHED');
    await until('the call with us to be over', () => count(asked, 'CALL_CLOSED') === 1);
    expect(count(target, 'CALL_CLOSED')).toBe(0);
  });

  it('refers it from one call of ours to the other, and ends both when it has called', async () => {
    await using line = await startLine();
    await using asked = await startBaresip({ tone: 600 });
    await using target = await startBaresip({ tone: 900 });
    const [first, second] = [await line.dial(asked.uri), await line.dial(target.uri)];
    const { accepted, outcome } = first.leg.refer({ to: second.leg });
    expect([await accepted, await outcome]).toEqual([202, 200]);
    for (const { leg, event } of [first, second]) {
      leg.release();
      expect((await event('ended')).info.by).toBe('local');
    }
    // baresip 1.0 does not know Replaces: for it the new call is one more. The old one is over, the new one is up.
    await until('both to be called', () => count(target, 'CALL_ESTABLISHED') === 2);
    await until('ours to be over', () => count(target, 'CALL_CLOSED') === 1 && count(asked, 'CALL_CLOSED') === 1);
  });

  it('hears from it that the other is busy, and goes on with the call', async () => {
    await using line = await startLine();
    await using busy = await startLine();
    busy.signaling.onIncoming((leg) => leg.release({ status: 486 }));
    await using asked = await startBaresip({ tone: 600 });
    const call = await line.dial(asked.uri);
    const { accepted, outcome } = call.leg.refer({ to: `sip:bob@${busy.at}` });
    expect([await accepted, await outcome]).toEqual([202, 486]);
    expect(call.events.map(({ type }) => type)).toEqual(expect.not.arrayContaining(['ended']));
  });

  it('is asked by it to call another, does so, and tells it how that went', async () => {
    await using line = await startLine();
    await using asking = await startBaresip({ tone: 600 });
    await using target = await startBaresip({ tone: 900 });
    asking.command('dial', `sip:offhook@${line.at}`);
    const call = await line.call();
    await call.leg.answer(description());
    asking.command('transfer', target.uri);
    const { request, reply } = await call.event('refer');
    expect(request).toMatchObject({ to: target.uri, replaces: undefined });
    const progress = reply.accept();
    await line.dial(request.to, { referredBy: request.referredBy });
    progress.notify(200);
    // It hangs up when it hears that.
    expect((await call.event('ended')).info.by).toBe('remote');
    await asking.event('CALL_CLOSED');
    expect(count(asking, 'TRANSFER_FAILED')).toBe(0);
    await target.event('CALL_ESTABLISHED');
  });

  it.each([
    ['refuses to', undefined],
    ['finds nobody there', 404],
  ])('is asked by it to call another and %s', async (_name, status) => {
    await using line = await startLine();
    await using asking = await startBaresip({ tone: 600 });
    asking.command('dial', `sip:offhook@${line.at}`);
    const call = await line.call();
    await call.leg.answer(description());
    asking.command('transfer', 'sip:nobody@127.0.0.1:9');
    const { reply } = await call.event('refer');
    if (status === undefined) reply.refuse(603);
    else reply.accept().notify(status);
    await asking.event('TRANSFER_FAILED');
    expect(count(asking, 'CALL_CLOSED')).toBe(0);
  });
});

describeWithPeer('sipp', 'transfers with SIPp', () => {
  const file = scenarioFiles();

  const CALLS = [
    step.request('INVITE', 1, { body: step.sdp() }),
    step.expectStatus(100, { optional: true }),
    step.expectStatus(200),
    step.request('ACK', 1),
  ];
  const IS_CALLED = [
    step.expectRequest('INVITE'),
    step.response(200, 'OK', { body: step.sdp() }),
    step.expectRequest('ACK'),
  ];
  const HANGS_UP = [step.request('BYE', 3), step.expectStatus(200)];

  it('is asked by it, and sends the NOTIFYs that it waits for', async () => {
    await using line = await startLine();
    const scenario = await file('refers', [
      ...CALLS,
      step.request('REFER', 2, { headers: 'Refer-To: <sip:bob@192.0.2.1>\nReferred-By: <sip:alice@192.0.2.2>' }),
      step.expectStatus(202),
      step.expectMatch('request="NOTIFY"', 'Event: refer;id=2.*Subscription-State: active.*SIP/2.0 100 Trying'),
      step.ok(),
      step.expectMatch('request="NOTIFY"', 'Subscription-State: terminated;reason=noresource.*SIP/2.0 603 Decline'),
      step.ok(),
      ...HANGS_UP,
    ]);
    const sipp = await startSipp({ scenario, to: line.at });
    const call = await line.call();
    await call.leg.answer(description());
    const { request, reply } = await call.event('refer');
    expect(request).toMatchObject({ to: 'sip:bob@192.0.2.1', referredBy: 'sip:alice@192.0.2.2' });
    reply.accept().notify(603);
    expectAllGood(await sipp.result);
  });

  it('asks it, and reads its NOTIFYs', async () => {
    await using line = await startLine();
    const notify = (cseq: number, state: string, body: string): string =>
      `<send retrans="500"><![CDATA[\nNOTIFY [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n[last_To:]\n[last_From:]\n[last_Call-ID:]\nCSeq: ${cseq} NOTIFY\nMax-Forwards: 70\nEvent: refer\nSubscription-State: ${state}\nContact: <sip:[local_ip]:[local_port]>\nContent-Type: message/sipfrag\nContent-Length: [len]\n\n${body}]]></send>`
        // SIPp was called, so what was From to it is To now.
        .replace('[last_To:]', 'From: [$1]')
        .replace('[last_From:]', 'To: [$2]');
    const scenario = await file('is-referred', [
      ...IS_CALLED,
      '<recv request="REFER" rrs="true"><action><ereg regexp=".*" search_in="hdr" header="To:" assign_to="1"/><ereg regexp=".*" search_in="hdr" header="From:" assign_to="2"/></action></recv>',
      step.ok().replace('200 OK', '202 Accepted'),
      notify(1, 'active;expires=60', 'SIP/2.0 180 Ringing'),
      step.expectStatus(200),
      notify(2, 'terminated;reason=noresource', 'SIP/2.0 486 Busy Here'),
      step.expectStatus(200),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    const sipp = await startSipp({ scenario });
    const call = await line.dial(`sip:callee@${sipp.address}:${sipp.port}`);
    const { accepted, outcome } = call.leg.refer({ to: 'sip:bob@192.0.2.1' });
    expect([await accepted, await outcome]).toEqual([202, 486]);
    call.leg.release();
    expectAllGood(await sipp.result);
  });

  it('is sent by it to another one, which it calls', async () => {
    await using line = await startLine();
    const answers = await file('answers', [...IS_CALLED, step.expectRequest('BYE'), step.ok()]);
    const target = await startSipp({ scenario: answers });
    const to = `sip:callee@${target.address}:${target.port}`;
    const redirects = await file('redirects', [
      step.expectRequest('INVITE'),
      step.response(302, 'Moved Temporarily').replace(/Contact: .*\n/u, `Contact: <tel:+49>;q=1, <${to}>;q=0.5\n`),
      step.expectRequest('ACK'),
    ]);
    const first = await startSipp({ scenario: redirects });
    const call = await line.dial(`sip:callee@${first.address}:${first.port}`, { maxRedirects: 1 });
    expect(call.events).toContainEqual({ type: 'redirected', to });
    call.leg.release();
    expectAllGood(await first.result);
    expectAllGood(await target.result);
  });

  it('is called by it in the place of another call', async () => {
    await using line = await startLine();
    const called = await file('called', [...IS_CALLED, step.expectRequest('BYE'), step.ok()]);
    const old = await startSipp({ scenario: called });
    const call = await line.dial(`sip:callee@${old.address}:${old.port}`);
    const ok = line.messages.find(({ direction, summary }) => direction === 'in' && summary.includes('200 OK'));
    const tag = (name: string): string => new RegExp(`^${name}: .*;tag=(\\S+)`, 'mu').exec(ok?.text ?? '')?.[1] ?? '';
    const dialog = `${call.leg.invite.callId};to-tag=${tag('From')};from-tag=${tag('To')}`;
    const replaces = (value: string): string[] => [
      step.request('INVITE', 1, { body: step.sdp(), headers: `Require: replaces\nReplaces: ${value}` }),
      step.expectStatus(100, { optional: true }),
    ];
    const stranger = await file('stranger', [
      ...replaces(dialog.replace('to-tag=', 'to-tag=x')),
      step.expectStatus(481),
      step.ackRefusal(3),
    ]);
    expectAllGood(await runSipp({ scenario: stranger, to: line.at }));
    const scenario = await file('replaces', [
      ...replaces(dialog),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    const sipp = await startSipp({ scenario, to: line.at });
    const taking = await line.call();
    expect(taking.leg.replaces).toBe(call.leg);
    await taking.leg.answer(description());
    call.leg.release();
    expectAllGood(await old.result);
    taking.leg.release();
    expectAllGood(await sipp.result);
  });

  it('meets its offer and offers again (491)', async () => {
    await using line = await startLine();
    const scenario = await file('glares', [
      ...IS_CALLED,
      step.expectRequest('INVITE'),
      step.ok().replace('200 OK', '491 Request Pending'),
      step.expectRequest('ACK'),
      step.expectRequest('INVITE'),
      step.response(200, 'OK', { body: step.sdp() }).replace(/\[last_To:\].*/u, '[last_To:]'),
      step.expectRequest('ACK'),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    const sipp = await startSipp({ scenario });
    const call = await line.dial(`sip:callee@${sipp.address}:${sipp.port}`);
    expect((await call.leg.reinvite(description)).media).toHaveLength(1);
    call.leg.release();
    expectAllGood(await sipp.result);
  });
});
