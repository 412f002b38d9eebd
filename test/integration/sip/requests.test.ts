import { describe, expect, it } from 'vitest';
import type { LegRequest } from '../../../src/channel/signaling-port.ts';
import { Hangup } from '../../../src/errors.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import type { SipSignalingOptions } from '../../../src/sip/signaling-options.ts';
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
import { until } from '../../support/until.ts';

const RELAY = { 'Content-Type': 'application/dtmf-relay' };
const TEXT = { 'Content-Type': 'text/plain; charset=UTF-8' };
const PLAIN: LegRequest = { method: 'INFO', contentType: 'text/plain', body: 'hello', headers: [] };

interface Call extends AsyncDisposable {
  readonly bench: Bench;
  readonly call: Watched;
  /** A request of the peer in the dialog, CSeq 2 unless told otherwise. */
  ask(method: string, wanted?: RequestText): void;
}

/** What a leg has told of the requests that came. */
function requestsOf(call: Watched): LegRequest[] {
  return call.events.flatMap((event) => (event.type === 'request' ? [event.request] : []));
}

/** An inbound call that rings. */
async function ringing(options: Partial<SipSignalingOptions> = {}): Promise<Call> {
  const bench = await startBench(options);
  const { peer } = bench;
  peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
  const call = await bench.call();
  call.leg.ring();
  const { toTag = '' } = await peer.takeResponse(180);
  const ask = (method: string, more: RequestText = {}): void =>
    peer.send(peer.request(method, { toTag, cseq: 2, ...more }));
  return { bench, call, ask, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

async function answered(options: Partial<SipSignalingOptions> = {}): Promise<Call> {
  const scene = await ringing(options);
  const answer = scene.call.leg.answer(description());
  await scene.bench.peer.takeResponse(200);
  scene.ask('ACK', { cseq: 1 });
  await answer;
  return scene;
}

/** An answered call of ours. */
async function dialled(options: Partial<SipSignalingOptions> = {}): Promise<{ bench: Bench; call: Watched }> {
  const bench = await startBench(options);
  const { peer } = bench;
  const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
  peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
  await peer.takeRequest('ACK');
  await call.event('answered');
  return { bench, call };
}

describe('a request of the far end within a call', () => {
  it.each([
    ['INFO', RELAY, 'Signal=5\r\nDuration=160\r\n'],
    ['MESSAGE', TEXT, 'Grüße, 世界 👋'],
    ['INFO', { 'Content-Type': 'application/vnd.example+xml', 'X-Note': 'one' }, '<note/>'],
  ] as const)('%s %o is answered 200 and told once, however often it comes', async (method, fields, body) => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const branch = 'z9hG4bKonce';
    scene.ask(method, { fields, body, branch });
    await peer.takeResponse(200, method);
    scene.ask(method, { fields, body, branch });
    await peer.takeResponse(200, method);
    const requests = requestsOf(scene.call);
    expect(requests).toEqual([
      expect.objectContaining({ method, body, contentType: fields['Content-Type'] }) as LegRequest,
    ]);
    for (const [name, value] of Object.entries(fields)) expect(requests[0]?.headers).toContainEqual({ name, value });
    expect(scene.bench.faults).toEqual([]);
  });

  it('may have no body', async () => {
    await using scene = await answered();
    scene.ask('INFO');
    await scene.bench.peer.takeResponse(200, 'INFO');
    expect(requestsOf(scene.call)).toMatchObject([{ method: 'INFO', body: '', contentType: undefined }]);
  });

  it('is told in the order in which it came', async () => {
    await using scene = await answered();
    for (let cseq = 2; cseq < 22; cseq++) {
      scene.ask(cseq % 2 === 0 ? 'INFO' : 'MESSAGE', { cseq, fields: TEXT, body: String(cseq) });
    }
    await until('all of them', () => requestsOf(scene.call).length === 20);
    expect(requestsOf(scene.call).map(({ body }) => Number(body))).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
  });

  it('may come before the answer, from either side (RFC 6086 §4.1)', async () => {
    await using scene = await ringing();
    scene.ask('INFO', { fields: RELAY, body: 'Signal=1' });
    await scene.bench.peer.takeResponse(200, 'INFO');
    expect(requestsOf(scene.call)).toMatchObject([{ body: 'Signal=1' }]);

    await using bench = await startBench();
    const { peer } = bench;
    const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await call.event('progress');
    const within = { fromTag: 'peer', toTag: invite.fromTag ?? '', callId: invite.callId };
    peer.send(peer.request('MESSAGE', { ...within, cseq: 1, fields: TEXT, body: 'soon' }));
    await peer.takeResponse(200, 'MESSAGE');
    expect(requestsOf(call)).toMatchObject([{ method: 'MESSAGE', body: 'soon' }]);
    peer.send(peer.response(invite, 200, { body: SDP }));
    await peer.takeRequest('ACK');
    peer.send(peer.request('INFO', { ...within, cseq: 2 }));
    await peer.takeResponse(200, 'INFO');
    expect(call.events.map(({ type }) => type)).toEqual(['progress', 'request', 'answered', 'request']);
    expect(bench.faults).toEqual([]);
  });

  it('of a branch that did not answer is not told', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180, { tag: 'one' }));
    peer.send(peer.response(invite, 180, { tag: 'two' }));
    peer.send(peer.response(invite, 200, { tag: 'two', body: SDP }));
    await call.event('answered');
    const within = { toTag: invite.fromTag ?? '', callId: invite.callId, cseq: 1 };
    peer.send(peer.request('INFO', { ...within, fromTag: 'one' }));
    peer.send(peer.request('INFO', { ...within, fromTag: 'two', fields: TEXT, body: 'two' }));
    await until('the one', () => requestsOf(call).length > 0);
    expect(requestsOf(call)).toMatchObject([{ body: 'two' }]);
  });

  it('with an info package is refused with 469: we asked for none (RFC 6086 §4.2.2)', async () => {
    await using scene = await answered();
    scene.ask('INFO', { fields: { 'Info-Package': 'foo', ...TEXT }, body: 'x' });
    const refusal = await scene.bench.peer.takeResponse(469, 'INFO');
    expect(refusal.reason).toBe('Bad Info Package');
    expect(refusal.lines('Recv-Info')).toEqual(['']);
    expect(requestsOf(scene.call)).toEqual([]);
  });

  it.each([
    [415, { 'Content-Encoding': 'gzip', ...TEXT }, 'x'],
    [400, {}, 'x'],
    [413, TEXT, 'x'.repeat(2_001)],
  ] as const)('is refused with %i as screening says', async (status, fields, body) => {
    await using scene = await answered({ rules: { maxBodyBytes: 2_000 } });
    scene.ask('MESSAGE', { fields, body });
    await scene.bench.peer.takeResponse(status, 'MESSAGE');
    expect(requestsOf(scene.call)).toEqual([]);
  });

  it('does not reach anybody outside of a call: 405 for MESSAGE, 481 for INFO', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('MESSAGE', { fields: TEXT, body: 'psst' }));
    expect((await peer.takeResponse(405, 'MESSAGE')).first('Allow')).toBe(
      'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY',
    );
    peer.send(peer.request('INFO'));
    await peer.takeResponse(481, 'INFO');
  });
});

describe('a request of ours within a call', () => {
  it.each([
    ['INFO', 'application/dtmf-relay', 'Signal=5\r\n'],
    ['MESSAGE', 'text/plain; charset=UTF-8', 'Grüße 👋'],
    ['INFO', undefined, ''],
  ] as const)('%s %s goes out as it was given and resolves with the status', async (method, contentType, body) => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const sending = scene.call.leg.send({ method, contentType, body, headers: [{ name: 'X-Note', value: 'one' }] });
    const request = await peer.takeRequest(method);
    expect(request.body.toString()).toBe(body);
    expect(request.first('Content-Type')).toBe(contentType);
    expect(request.first('X-Note')).toBe('one');
    expect(request.first('Contact')).toBeUndefined();
    expect([request.fromTag, request.callId, request.uri]).toEqual([expect.any(String), 'c1', peer.uri]);
    peer.send(peer.response(request, 202));
    expect(await sending).toBe(202);
    expect(scene.bench.faults).toEqual([]);
  });

  it('takes the next number of the dialog each time', async () => {
    const { bench, call } = await dialled();
    await using _ = bench;
    const numbers: number[] = [];
    for (const method of ['INFO', 'MESSAGE', 'INFO'] as const) {
      const sending = call.leg.send({ ...PLAIN, method });
      const request = await bench.peer.takeRequest(method);
      numbers.push(request.cseq.number);
      bench.peer.send(bench.peer.response(request, 200));
      expect(await sending).toBe(200);
    }
    call.leg.release();
    numbers.push((await bench.peer.takeRequest('BYE')).cseq.number);
    expect(numbers).toEqual([2, 3, 4, 5]);
  });

  it('goes by the route set and to the target of the dialog (RFC 3261 §12.2.1.1)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const proxy = await bench.another();
    const route = `<sip:127.0.0.1:${proxy.port};lr>`;
    peer.send(peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, 'Record-Route': route } }));
    const { leg } = await bench.call();
    const answering = leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag }));
    await answering;
    const sending = leg.send(PLAIN);
    const info = await proxy.takeRequest('INFO');
    expect(info.uri).toBe(peer.uri);
    expect(info.list('Route')).toEqual([route]);
    proxy.send(proxy.response(info, 200));
    expect(await sending).toBe(200);
  });

  it('meets challenges, and what follows has a number of its own (hook: DialogState.localSequenceNumber)', async () => {
    const { bench, call } = await dialled({ credentials: { username: 'alice', password: 'secret' } });
    await using _ = bench;
    const { peer } = bench;
    const first = call.leg.send({ ...PLAIN, body: 'one' });
    const second = call.leg.send({ ...PLAIN, method: 'MESSAGE', body: 'two' });
    const info = await peer.takeRequest('INFO');
    const message = await peer.takeRequest('MESSAGE');
    const challenge = (request: SipRequest, status: 401 | 407, name: string): void =>
      peer.send(peer.response(request, status, { fields: { [name]: 'Digest realm="here", nonce="n", qop="auth"' } }));
    challenge(info, 401, 'WWW-Authenticate');
    const again = await peer.takeRequest('INFO');
    expect(again.first('Authorization')).toContain('username="alice"');
    expect(again.body.toString()).toBe('one');
    challenge(message, 407, 'Proxy-Authenticate');
    const messageAgain = await peer.takeRequest('MESSAGE');
    expect(messageAgain.first('Proxy-Authorization')).toContain('username="alice"');
    peer.send(peer.response(again, 200));
    peer.send(peer.response(messageAgain, 200));
    expect(await Promise.all([first, second])).toEqual([200, 200]);
    call.leg.release();
    const bye = await peer.takeRequest('BYE');
    expect([info, message, again, messageAgain, bye].map(({ cseq }) => cseq.number)).toEqual([2, 3, 4, 5, 6]);
    expect(bench.faults).toEqual([]);
  });

  it('without credentials resolves with the 401', async () => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const sending = scene.call.leg.send(PLAIN);
    const fields = { 'WWW-Authenticate': 'Digest realm="here", nonce="n"' };
    peer.send(peer.response(await peer.takeRequest('INFO'), 401, { fields }));
    expect(await sending).toBe(401);
  });

  it.each([302, 405, 415, 488, 603])('resolves with %i when it is refused with it', async (status) => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const sending = scene.call.leg.send({ ...PLAIN, method: 'MESSAGE' });
    peer.send(peer.response(await peer.takeRequest('MESSAGE'), status));
    expect(await sending).toBe(status);
    expect(scene.call.events).toEqual([]);
  });

  it('is repeated (Timer E), and resolves with 408 when nothing comes (Timer F); the call goes on', async () => {
    await using scene = await answered();
    const { clock, peer } = scene.bench;
    const sending = scene.call.leg.send(PLAIN);
    await peer.takeRequest('INFO');
    clock.advance(500);
    await peer.takeRequest('INFO');
    clock.advance(32_000);
    expect(await sending).toBe(408);
    expect(scene.call.events).toEqual([]);
  });

  it('that is answered 481 ends the call (RFC 3261 §12.2.1.2)', async () => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const sending = scene.call.leg.send(PLAIN);
    peer.send(peer.response(await peer.takeRequest('INFO'), 481));
    expect(await sending).toBe(481);
    expect((await scene.call.event('ended')).info).toMatchObject({ by: 'remote', status: 481 });
  });

  it.each(['ours', 'theirs'])('rejects with Hangup when the call ends before its response: %s', async (whose) => {
    await using scene = await answered();
    const { peer } = scene.bench;
    const sending = scene.call.leg.send(PLAIN).catch((error: unknown) => error);
    const info = await peer.takeRequest('INFO');
    if (whose === 'ours') scene.call.leg.release();
    else scene.ask('BYE');
    expect(await sending).toBeInstanceOf(Hangup);
    peer.send(peer.response(info, 200));
    if (whose === 'ours') peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await scene.bench.drained();
    expect(scene.bench.faults).toEqual([]);
  });

  it('is not possible without a dialog: INVALID_STATE', async () => {
    await using scene = await ringing();
    await expect(scene.call.leg.send(PLAIN)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    scene.call.leg.release();
    await scene.call.event('ended');
    await expect(scene.call.leg.send(PLAIN)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('with a line break in its header fields is refused before anything is sent', async () => {
    await using scene = await answered();
    const send = (more: Partial<LegRequest>): Promise<number> => scene.call.leg.send({ ...PLAIN, ...more });
    const wrong = { code: 'INVALID_ARGUMENT' };
    await expect(send({ headers: [{ name: 'X-A', value: 'a\r\nX-B: b' }] })).rejects.toMatchObject(wrong);
    await expect(send({ contentType: 'text/plain\r\nX-B: b' })).rejects.toMatchObject(wrong);
    await expect(send({ headers: [{ name: 'CSeq', value: '1 INFO' }] })).rejects.toMatchObject(wrong);
    expect(scene.bench.peer.heads).toEqual([]);
  });
});
