import { describe, expect, it } from 'vitest';
import type { TransferRequest } from '../../../../src/channel/referral/transfer-request.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { answeredCall, call, errorOf } from '../scene.ts';

const TARGET = 'sip:target@192.0.2.3';
const REPLACES = { callId: 'other', toTag: 'a', fromTag: 'b', earlyOnly: false };

/** A call that was asked to be transferred, with a channel to do that on. */
async function asked(behave: (leg: FakeLeg) => void = (leg) => leg.accept()) {
  const scene = await answeredCall();
  scene.network.signaling.onDial = behave;
  const requests: TransferRequest[] = [];
  scene.channel.on('transferRequest', (request) => requests.push(request));
  const referral = scene.leg.referred({
    to: TARGET,
    replaces: REPLACES,
    referredBy: 'sip:asker@192.0.2.2',
    headers: [{ name: 'X-Account', value: '42' }],
  });
  const [request] = requests;
  if (!request) throw new Error('nobody was asked');
  return { ...scene, request, referral, other: scene.network.host.channel() };
}

describe('being asked to transfer', () => {
  it('without a listener is refused with 603', async () => {
    const { leg } = await answeredCall();
    expect(await leg.referred({ to: TARGET })).toEqual({ status: 603, progress: [] });
  });

  it('with a listener that throws is refused with 500', async () => {
    const { channel, leg } = await answeredCall();
    channel.on('transferRequest', () => {
      throw new Error('mine');
    });
    expect((await leg.referred({ to: TARGET })).status).toBe(500);
  });

  it('with a listener that throws after its answer keeps that', async () => {
    const { channel, leg } = await answeredCall();
    channel.on('transferRequest', (request) => {
      request.reject('BUSY');
      throw new Error('mine');
    });
    expect((await leg.referred({ to: TARGET })).status).toBe(486);
  });

  it('that nobody answers is refused with 603 after 30 seconds', async () => {
    const { request, referral, network, other } = await asked();
    await network.elapse(29_999);
    const settled = await Promise.race([referral, Promise.resolve('open')]);
    expect(settled).toBe('open');
    await network.elapse(1);
    expect((await referral).status).toBe(603);
    expect(await errorOf(request.accept(other))).toMatchObject({ code: 'INVALID_STATE' });
    expect(network.clock.pending).toBe(0);
  });

  it('before the answer is refused', async () => {
    const { channel, leg } = call();
    channel.on('transferRequest', () => expect.fail('asked'));
    expect((await leg.referred({ to: TARGET })).status).toBe(603);
  });

  it('waits for the acknowledgement of our answer, which it may have overtaken', async () => {
    const { channel, leg, network } = call();
    leg.confirms = false;
    const requests: TransferRequest[] = [];
    channel.on('transferRequest', (request) => requests.push(request));
    const answering = channel.answer();
    await network.elapse(0);
    const referral = leg.referred({ to: TARGET });
    await network.elapse(0);
    expect(requests).toEqual([]);
    leg.acknowledge();
    await answering;
    await network.elapse(0);
    requests[0]?.reject('BUSY');
    expect((await referral).status).toBe(486);
  });

  it('says whom to call, in whose place, and who asks', async () => {
    const { request } = await asked();
    expect(request).toMatchObject({ to: TARGET, replaces: REPLACES, referredBy: 'sip:asker@192.0.2.2' });
    expect(request.headers).toEqual([{ name: 'X-Account', value: '42' }]);
  });

  it('is accepted: the call is placed, and its way is told', async () => {
    const { request, referral, network, other, channel } = await asked((leg) => {
      leg.progress(180);
      leg.after(1000, () => leg.accept());
    });
    other.sip.headerFieldsToSend.length = 0;
    const accepted = request.accept(other, { headers: { 'X-Mine': 'yes' } });
    await network.elapse(1000);
    expect(await accepted).toBe('ANSWERED');
    expect(await referral).toEqual({ status: 202, progress: [100, 180, 200] });
    const [dialed] = network.signaling.dialed;
    expect(dialed?.invite.requestUri).toBe(TARGET);
    expect(dialed?.asked).toMatchObject({ replaces: REPLACES, referredBy: 'sip:asker@192.0.2.2' });
    expect([dialed?.invite.header('X-Mine'), dialed?.invite.header('X-Account')]).toEqual([['yes'], ['42']]);
    expect(channel.state).toBe('ANSWERED');
  });

  it.each([486, 404])('tells a refusal with %s', async (status) => {
    const { request, referral, other } = await asked((leg) => leg.refuse(status));
    expect(await request.accept(other)).toBe('IDLE');
    expect((await referral).progress).toEqual([100, status]);
  });

  it('tells that nobody answered in time, that this side gave up, that nobody could be called', async () => {
    const late = await asked((leg) => leg.progress(180));
    const accepted = late.request.accept(late.other, { timeout: 1000 });
    await late.network.elapse(1000);
    expect(await accepted).toBe('IDLE');
    expect((await late.referral).progress).toEqual([100, 180, 408]);

    const given = await asked((leg) => leg.progress(180));
    const giving = given.request.accept(given.other);
    await given.network.elapse(0);
    await given.other.hangUp();
    expect(await giving).toBe('IDLE');
    expect((await given.referral).progress).toEqual([100, 180, 487]);
  });

  it('goes on when the one who asked hangs up', async () => {
    const { request, referral, network, other, leg, channel } = await asked((leg) =>
      leg.after(1000, () => leg.accept()),
    );
    const accepted = request.accept(other);
    await referral;
    leg.end({ by: 'remote' });
    await network.elapse(1000);
    expect(await accepted).toBe('ANSWERED');
    expect([channel.state, other.state]).toEqual(['IDLE', 'ANSWERED']);
  });

  it('cannot be accepted when the call is over', async () => {
    const { request, other, leg, network } = await asked();
    leg.end({ by: 'remote' });
    expect(await errorOf(request.accept(other))).toMatchObject({ code: 'HANGUP' });
    expect([other.state, network.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('is answered once', async () => {
    const { request, other, referral } = await asked();
    expect(await request.accept(other)).toBe('ANSWERED');
    expect(() => request.reject()).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
    expect(await errorOf(request.accept(other))).toMatchObject({ code: 'INVALID_STATE' });
    expect((await referral).status).toBe(202);
  });

  it('can be answered by two at once, of whom one is first', async () => {
    const { request, other, referral, network } = await asked();
    const further = network.host.channel();
    const both = await Promise.allSettled([request.accept(other), request.accept(further)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect([network.signaling.dialed.length, further.state]).toEqual([1, 'IDLE']);
    expect((await referral).progress).toEqual([100, 200]);
  });

  it('stays open after what cannot be done', async () => {
    const { request, referral, other, channel } = await asked();
    for (const bad of [undefined, 5, channel, {}]) {
      expect(await errorOf(request.accept(bad as typeof other))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(await errorOf(request.accept(other, { tmeout: 5 } as object))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const why of [200, 302, 700, 'NORMAL', 'nonsense', undefined]) {
      if (why === undefined) continue;
      expect(() => request.reject(why as number)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
    request.reject(488);
    expect((await referral).status).toBe(488);
  });
});
