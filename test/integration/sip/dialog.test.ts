import { describe, expect, it } from 'vitest';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import type { SipSignalingOptions } from '../../../src/sip/signaling-options.ts';
import { TRYING_DELAY } from '../../../src/sip/trying-queue.ts';
import {
  type Bench,
  description,
  SDP,
  startBench,
  type Watched,
  WITH_SDP,
  watch,
} from '../../support/signaling-bench.ts';
import type { RequestText } from '../../support/sip-text.ts';

interface Call extends AsyncDisposable {
  readonly bench: Bench;
  readonly call: Watched;
  /** A request of the peer in the dialog, CSeq 2 unless told otherwise. */
  ask(method: string, wanted?: RequestText): void;
}

/** An answered inbound call. */
async function inbound(options: Partial<SipSignalingOptions> = {}, wanted: RequestText = {}): Promise<Call> {
  const bench = await startBench(options);
  const { peer } = bench;
  peer.send(peer.request('INVITE', { body: SDP, ...wanted, fields: { ...WITH_SDP, ...wanted.fields } }));
  const call = await bench.call();
  const answer = call.leg.answer(description());
  const { toTag } = await peer.takeResponse(200);
  peer.send(peer.request('ACK', { toTag: toTag ?? '' }));
  await answer;
  const ask = (method: string, more: RequestText = {}): void =>
    peer.send(peer.request(method, { toTag: toTag ?? '', cseq: 2, ...more }));
  return { bench, call, ask, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

/** An answered outbound call with its INVITE. */
async function outbound(): Promise<{ bench: Bench; call: Watched; invite: SipRequest } & AsyncDisposable> {
  const bench = await startBench();
  const call = watch(await bench.signaling.dial({ to: bench.peer.uri, offer: async () => description() }));
  const invite = await bench.peer.takeRequest('INVITE');
  bench.peer.send(bench.peer.response(invite, 200, { body: SDP }));
  await bench.peer.takeRequest('ACK');
  await call.event('answered');
  return { bench, call, invite, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const NEW_OFFER = SDP.replace('audio 40000', 'audio 40002');

describe('a re-INVITE of the far end', () => {
  it('is offered to the program and answered 200 with Contact and description (hook: ReInviteUserAgentServer.accept adds none)', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    call.ask('INVITE', { body: NEW_OFFER, fields: WITH_SDP });
    const offer = await call.call.event('offer');
    expect(offer.description?.media[0]?.port).toBe(40_002);
    offer.reply.accept(description('127.0.0.1', 40_004));
    const ok = await peer.takeResponse(200, 'INVITE');
    expect(ok.body.toString()).toContain('audio 40004');
    expect(ok.first('Contact')).toBe(`<sip:127.0.0.1:${call.bench.port}>`);
    call.bench.clock.advance(500);
    await peer.takeResponse(200, 'INVITE');
    call.ask('ACK', {});
    call.ask('OPTIONS', { cseq: 3 });
    await peer.takeResponse(200, 'OPTIONS');
    call.bench.clock.advance(4000);
    offer.reply.refuse(488);
    call.ask('OPTIONS', { cseq: 4 });
    await peer.takeResponse(200, 'OPTIONS');
    expect(peer.heads).toEqual([]);
    call.call.leg.release();
    peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await call.bench.drained();
    expect(call.bench.faults).toEqual([]);
  });

  it('without a description asks for our offer, and its ACK brings the answer', async () => {
    await using call = await inbound();
    call.ask('INVITE');
    const offer = await call.call.event('offer');
    expect(offer.description).toBeUndefined();
    offer.reply.accept(description());
    expect((await call.bench.peer.takeResponse(200, 'INVITE')).body.toString()).toBe(SDP);
    call.ask('ACK', { body: NEW_OFFER, fields: WITH_SDP });
    expect((await call.call.event('answer')).description.media[0]?.port).toBe(40_002);
    expect(call.call.leg.offer?.media[0]?.port).toBe(40_000);
  });

  it('can be refused, which leaves the call and its target as they were (RFC 3261 §14.2)', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    const other = await call.bench.another();
    call.ask('INVITE', { body: NEW_OFFER, branch: 'z9hG4bKre', fields: { ...WITH_SDP, Contact: `<${other.uri}>` } });
    (await call.call.event('offer')).reply.refuse(488);
    await peer.takeResponse(488);
    call.ask('ACK', { branch: 'z9hG4bKre' });
    call.call.leg.release();
    await peer.takeRequest('BYE');
    expect(other.heads).toEqual([]);
  });

  it('moves the call to its Contact when it is accepted', async () => {
    await using call = await inbound();
    const other = await call.bench.another();
    call.ask('INVITE', { body: NEW_OFFER, fields: { ...WITH_SDP, Contact: `<${other.uri}>` } });
    (await call.call.event('offer')).reply.accept(description());
    await call.bench.peer.takeResponse(200, 'INVITE');
    call.ask('ACK', {});
    call.ask('OPTIONS', { cseq: 3 });
    await call.bench.peer.takeResponse(200, 'OPTIONS');
    call.call.leg.release();
    expect((await other.takeRequest('BYE')).uri).toBe(other.uri);
  });

  it('may come without Contact (hook: IncomingRequestMessage.parseHeader)', async () => {
    await using call = await inbound();
    call.ask('INVITE', { body: NEW_OFFER, fields: { ...WITH_SDP, Contact: undefined } });
    (await call.call.event('offer')).reply.accept(description());
    await call.bench.peer.takeResponse(200, 'INVITE');
    expect(call.bench.faults).toEqual([]);
  });

  it('gets 491 while ours is under way, and 500 while another of theirs is', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    const ours = call.call.leg.reinvite(description);
    const invite = await peer.takeRequest('INVITE');
    call.ask('INVITE', { body: NEW_OFFER, fields: WITH_SDP });
    await peer.takeResponse(491);
    peer.send(peer.response(invite, 488, { contact: false }));
    await expect(ours).rejects.toMatchObject({ code: 'REFUSED' });
    call.ask('INVITE', { cseq: 3, body: NEW_OFFER, fields: WITH_SDP });
    await call.call.event('offer');
    call.ask('INVITE', { cseq: 4, body: NEW_OFFER, fields: WITH_SDP });
    expect((await peer.takeResponse(500)).first('Retry-After')).toBeDefined();
  });

  it('that is cancelled gets 487; one that is open when the call ends does too', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    call.ask('INVITE', { body: NEW_OFFER, branch: 'z9hG4bKre', fields: WITH_SDP });
    const offer = await call.call.event('offer');
    call.ask('CANCEL', { branch: 'z9hG4bKre', cseq: 2 });
    await peer.takeResponse(200, 'CANCEL');
    await peer.takeResponse(487);
    call.ask('ACK', { branch: 'z9hG4bKre' });
    offer.reply.accept(description());
    call.ask('INVITE', { cseq: 3, body: NEW_OFFER, fields: WITH_SDP, branch: 'z9hG4bKr2' });
    call.ask('OPTIONS', { cseq: 4 });
    await peer.takeResponse(200, 'OPTIONS');
    call.bench.clock.advance(TRYING_DELAY);
    await peer.takeResponse(100);
    call.ask('BYE', { cseq: 5 });
    await peer.takeResponse(200, 'BYE');
    await peer.takeResponse(487);
    call.ask('ACK', { cseq: 3, branch: 'z9hG4bKr2' });
    await call.bench.drained();
    expect(call.bench.faults).toEqual([]);
  });

  it('ends the call when its 200 is never acknowledged', async () => {
    await using call = await inbound();
    call.ask('INVITE', { body: NEW_OFFER, fields: WITH_SDP });
    (await call.call.event('offer')).reply.accept(description());
    await call.bench.peer.takeResponse(200, 'INVITE');
    call.bench.clock.advance(32_000);
    expect((await call.call.event('ended')).info.by).toBe('network');
    call.bench.peer.send(call.bench.peer.response(await call.bench.peer.takeRequest('BYE'), 200));
    await call.bench.drained();
    expect(call.bench.faults).toEqual([]);
  });

  it('with a description that cannot be read gets 400', async () => {
    await using call = await inbound();
    call.ask('INVITE', { body: 'rubbish', fields: WITH_SDP });
    await call.bench.peer.takeResponse(400);
    expect(call.call.events).toEqual([]);
  });
});

describe('a re-INVITE of ours', () => {
  it('resolves with the answer, and its 200 moves the call (hook: Dialog.dialogState.remoteTarget)', async () => {
    await using call = await outbound();
    const { peer } = call.bench;
    const other = await call.bench.another();
    const answer = call.call.leg.reinvite(() => description('127.0.0.1', 40_006));
    const invite = await peer.takeRequest('INVITE');
    expect(invite.body.toString()).toContain('audio 40006');
    expect(invite.first('Contact')).toBe(`<sip:127.0.0.1:${call.bench.port}>`);
    expect(invite.cseq.number).toBe(2);
    peer.send(peer.response(invite, 200, { contact: false, body: NEW_OFFER, fields: { Contact: `<${other.uri}>` } }));
    expect((await answer).media[0]?.port).toBe(40_002);
    expect((await other.takeRequest('ACK')).cseq.number).toBe(2);
    call.call.leg.release();
    expect((await other.takeRequest('BYE')).cseq.number).toBe(3);
  });

  it('can be sent by the side that was called', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: NEW_OFFER }));
    await expect(answer).resolves.toBeDefined();
    await peer.takeRequest('ACK');
  });

  it('rejects when it is refused and leaves the call up', async () => {
    await using call = await outbound();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 488, { contact: false }));
    await expect(answer).rejects.toMatchObject({ code: 'REFUSED' });
    await peer.takeRequest('ACK');
    const again = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: NEW_OFFER }));
    await again;
  });

  it.each([408, 481])('ends the call when it is answered %i (RFC 3261 §12.2.1.2)', async (status) => {
    await using call = await outbound();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), status, { contact: false }));
    await expect(answer).rejects.toMatchObject({ code: 'HANGUP' });
    expect((await call.call.event('ended')).info).toMatchObject({ by: 'remote', status });
    await peer.takeRequest('BYE');
  });

  it('ends the call when nobody answers it', async () => {
    await using call = await outbound();
    const answer = call.call.leg.reinvite(description);
    await call.bench.peer.takeRequest('INVITE');
    call.bench.clock.advance(32_000);
    await expect(answer).rejects.toMatchObject({ code: 'HANGUP' });
    expect((await call.call.event('ended')).info).toMatchObject({ by: 'network', status: 408 });
  });

  it('rejects with Hangup when the call ends while it rings on, and leaves nothing behind', async () => {
    await using call = await inbound();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 180));
    call.ask('BYE');
    await peer.takeResponse(200, 'BYE');
    await expect(answer).rejects.toMatchObject({ code: 'HANGUP' });
    await call.bench.drained();
    expect(call.bench.faults).toEqual([]);
  });

  it('is not possible before the call is answered', async () => {
    await using bench = await startBench();
    bench.peer.send(bench.peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const { leg } = await bench.call();
    await expect(leg.reinvite(description)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await expect(leg.answer(description(), [{ name: 'CSeq', value: '1' }])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('puts every Route into the ACK of its refusal (hook: InviteClientTransaction.ack copies one)', async () => {
    const routes = (port: number): string => `<sip:127.0.0.1:${port};lr>, <sip:a$&b@second.invalid;lr>`;
    const bench = await startBench();
    const { peer } = bench;
    await using _ = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, 'Record-Route': routes(peer.port) } }));
    const { leg } = await bench.call();
    const answered = leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag }));
    await answered;
    const answer = leg.reinvite(description);
    const invite = await peer.takeRequest('INVITE');
    expect(invite.list('Route')).toEqual(routes(peer.port).split(', '));
    peer.send(peer.response(invite, 488, { contact: false }));
    const ack = await peer.takeRequest('ACK');
    expect(ack.topVia.branch).toBe(invite.topVia.branch);
    expect(ack.list('Route')).toEqual(routes(peer.port).split(', '));
    await expect(answer).rejects.toMatchObject({ code: 'REFUSED' });
  });
});

describe('requests within a call', () => {
  it.each([
    ['OPTIONS', 200],
    ['SUBSCRIBE', 405],
    ['PRACK', 405],
    ['DANCE', 501],
  ])('get for %s %i, and the same Allow as an INVITE', async (method, status) => {
    await using call = await inbound();
    call.ask(method);
    const response = await call.bench.peer.takeResponse(status, method);
    expect(response.first('Allow')).toBe('INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, REFER, NOTIFY');
    expect(call.call.events).toEqual([]);
  });

  it.each(['BYE', 'INFO', 'INVITE', 'OPTIONS', 'UPDATE', 'REFER', 'NOTIFY'])(
    'get 481 for %s with a tag that is not known',
    async (method) => {
      await using call = await inbound();
      call.ask(method, {
        toTag: 'unknown',
        body: method === 'INVITE' ? SDP : '',
        fields: method === 'INVITE' ? WITH_SDP : {},
      });
      await call.bench.peer.takeResponse(481, method);
    },
  );

  it('get 500 when their CSeq runs backwards (RFC 3261 §12.2.2)', async () => {
    await using call = await inbound();
    call.ask('INFO', { cseq: 7 });
    await call.bench.peer.takeResponse(200, 'INFO');
    call.ask('INFO', { cseq: 6 });
    await call.bench.peer.takeResponse(500, 'INFO');
    call.ask('BYE', { cseq: 7 });
    await call.bench.peer.takeResponse(500, 'BYE');
    call.ask('BYE', { cseq: 8 });
    await call.bench.peer.takeResponse(200, 'BYE');
  });
});

describe('requests of ours within a call', () => {
  it('go by the route set of the INVITE, in order (RFC 3261 §12.1.1)', async () => {
    const bench = await startBench();
    await using _ = bench;
    const { peer } = bench;
    const proxy = await bench.another();
    const route = `<sip:127.0.0.1:${proxy.port};lr>`;
    peer.send(
      peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, 'Record-Route': `${route}, <sip:far.invalid;lr>` } }),
    );
    const { leg } = await bench.call();
    const answered = leg.answer(description());
    const ok = await peer.takeResponse(200);
    expect(ok.list('Record-Route')).toEqual([route, '<sip:far.invalid;lr>']);
    peer.send(peer.request('ACK', { toTag: ok.toTag ?? '' }));
    await answered;
    leg.release();
    const bye = await proxy.takeRequest('BYE');
    expect(bye.uri).toBe(peer.uri);
    expect(bye.list('Route')).toEqual([route, '<sip:far.invalid;lr>']);
  });

  it('go back to where the INVITE came from when its sender wrote addresses that it does not have', async () => {
    await using call = await inbound(
      {},
      { via: 'SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bKnat;rport', fields: { Contact: '<sip:alice@10.9.9.9>' } },
    );
    call.call.leg.release();
    expect((await call.bench.peer.takeRequest('BYE')).uri).toBe('sip:alice@10.9.9.9');
  });

  it('look the way up anew when it could not be found', async () => {
    let known = false;
    await using bench = await startBench({
      lookup: async () => {
        if (!known) throw new Error('ENOTFOUND');
        return ['127.0.0.1'];
      },
    });
    const { peer } = bench;
    const Contact = `<sip:peer@far.example:${peer.port}>`;
    peer.send(peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, Contact } }));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag }));
    await answer;
    await expect(call.leg.reinvite(description)).rejects.toMatchObject({ code: 'REFUSED' });
    known = true;
    call.leg.release();
    peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await call.event('ended');
    expect(bench.faults).toEqual([]);
  });

  it('print a URI as it was written (hook: URI.toRaw)', async () => {
    const uri = (port: number): string => `sip:100%25;npdi;rn=+1@127.0.0.1:${port};a=B`;
    const bench = await startBench();
    await using _ = bench;
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, Contact: `<${uri(peer.port)}?Subject=x>` } }));
    const { leg } = await bench.call();
    const answered = leg.answer(description());
    peer.send(peer.request('ACK', { toTag: (await peer.takeResponse(200)).toTag ?? '' }));
    await answered;
    leg.release();
    expect((await peer.takeRequest('BYE')).uri).toBe(uri(peer.port));
    expect(bench.faults).toEqual([]);
  });
});
