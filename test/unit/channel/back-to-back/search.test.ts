import { describe, expect, it } from 'vitest';
import type { ConnectCalleeOptions } from '../../../../src/channel/back-to-back/callee-options.ts';
import type { Callees } from '../../../../src/channel/back-to-back/callees.ts';
import { State } from '../../../../src/channel/state.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import type { FakeInvite } from '../../../../src/testing/fake/fake-signaling.ts';
import { call, errorOf } from '../scene.ts';

const A = 'sip:a@192.0.2.9';
const B = 'sip:b@192.0.2.9';
const C = 'sip:c@192.0.2.9';

/** A caller whose callees are being called. */
async function seeking(to: Callees | undefined, options: ConnectCalleeOptions = {}, invite: FakeInvite = {}) {
  const scene = call(invite);
  const result = scene.channel.connectCallee(to, options);
  result.catch(() => undefined);
  await settled();
  return { ...scene, result, dialed: scene.network.signaling.dialed };
}

const calledOf = ({ dialed }: { dialed: readonly { invite: { to: string } }[] }): readonly string[] =>
  dialed.map(({ invite }) => invite.to);

describe('the looking for a callee', () => {
  it('calls whom the caller has called, with its From', async () => {
    const scene = await seeking(undefined, {}, { to: 'sip:bob@192.0.2.9', from: 'sip:alice@example.com' });
    expect(scene.dialed.map(({ invite }) => [invite.to, invite.from])).toEqual([
      ['sip:bob@192.0.2.9', 'sip:alice@example.com'],
    ]);
    scene.dialed[0]?.accept();
    const { state, callee, cause } = await scene.result;
    expect({ state, cause }).toEqual({ state: State.ANSWERED, cause: 'NORMAL' });
    expect(callee?.state).toBe(State.ANSWERED);
    expect(callee).toBe(scene.channel.otherLeg);
    expect(callee?.otherLeg).toBe(scene.channel);
    expect(scene.channel.info.connectedId).toBe(callee?.id);
    expect(scene.channel.extraChannel).not.toContain(callee);
  });

  it('calls from whom it is told', async () => {
    const { dialed } = await seeking(A, { from: 'sip:desk@192.0.2.1' });
    expect(dialed[0]?.invite.from).toBe('sip:desk@192.0.2.1');
  });

  it('offers first what the caller has offered, unless it is told what', async () => {
    const offered = async (codecs: readonly string[], options: ConnectCalleeOptions = {}): Promise<unknown> => {
      const { dialed } = await seeking(A, options, { codecs });
      return dialed[0]?.offer?.media[0]?.payloads.map(({ encoding }) => encoding).filter((name) => /^PCM/.test(name));
    };
    expect(await offered(['PCMU'])).toEqual(['PCMU', 'PCMA']);
    expect(await offered(['pcma'])).toEqual(['PCMA', 'PCMU']);
    expect(await offered(['PCMA', 'PCMU'])).toEqual(['PCMU', 'PCMA']);
    expect(await offered(['PCMA'], { codecs: ['PCMU'] })).toEqual(['PCMU']);
  });

  it('does not call itself', async () => {
    for (const to of ['sip:me@192.0.2.1', 'sip:me@192.0.2.1:5060;transport=udp']) {
      const { channel, network } = call({ to });
      expect(await errorOf(channel.connectCallee())).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect([channel.state, network.signaling.dialed]).toEqual([State.CALL_INCOMING, []]);
    }
    expect((await seeking(undefined, {}, { to: 'sip:me@192.0.2.1:5070' })).dialed).toHaveLength(1);
  });

  it.each<[Callees, ConnectCalleeOptions, readonly (readonly string[])[]]>([
    [[A, B], {}, [[A], [B]]],
    [[[A, B], C], {}, [[A, B], [C]]],
    [[A, [B], C], { parallel: true }, [[A, B, C]]],
  ])('goes through %j with %j step by step', async (to, options, steps) => {
    const scene = await seeking(to, options);
    let called: readonly string[] = [];
    for (const step of steps) {
      expect(calledOf(scene).slice(called.length)).toEqual(step);
      const before = called.length;
      called = [...called, ...step];
      for (const leg of scene.dialed.slice(before)) leg.refuse(486);
      await settled();
    }
    expect(await scene.result).toMatchObject({ state: State.IDLE, cause: 'BUSY', status: 486, callee: undefined });
    expect(scene.leg.released).toMatchObject({ status: 486 });
  });

  it('cancels the others when one has answered', async () => {
    const scene = await seeking([[A, B, C]]);
    for (const leg of scene.dialed) leg.progress(180);
    scene.dialed[1]?.accept();
    const { callee } = await scene.result;
    expect(callee?.info.to).toBe(B);
    expect(scene.dialed.map(({ released }) => released !== undefined)).toEqual([true, false, true]);
    expect(scene.network.host.channels).toHaveLength(2);
  });

  it('lets each callee ring only so long, and all together', async () => {
    const scene = await seeking([A, B, C], { ringTimeout: 4000, timeout: 6000 });
    await scene.network.elapse(4000);
    expect(calledOf(scene)).toEqual([A, B]);
    await scene.network.elapse(2000);
    expect(await scene.result).toMatchObject({ cause: 'TIMEOUT', status: undefined });
    expect(calledOf(scene)).toEqual([A, B]);
    expect(scene.leg.released).toMatchObject({ status: 408 });
    expect(scene.dialed.every(({ isOver }) => isOver)).toBe(true);
  });

  it('tries the next when one cannot be called at all', async () => {
    const scene = call();
    const { signaling } = scene.network;
    signaling.failureFor = (to) => (to === A ? new ChannelError('HOST_UNRESOLVED', 'no such host') : undefined);
    signaling.onDial = (leg) => leg.accept();
    expect((await scene.channel.connectCallee([A, B])).callee?.info.to).toBe(B);
    await scene.channel.terminateOtherLeg();
    expect(await scene.channel.connectCallee(A)).toMatchObject({ state: State.ANSWERED, cause: 'UNOBTAINABLE' });
  });

  it('refuses the caller when there is no port left', async () => {
    const { channel, leg, network } = call();
    network.signaling.failureFor = () => new ChannelError('PORTS_EXHAUSTED', 'no port');
    expect(await channel.connectCallee(A)).toMatchObject({ state: State.IDLE, cause: 'NOCHANNELS' });
    expect(leg.released).toMatchObject({ status: 503 });
  });

  it('refuses the caller when there are as many calls as may be', async () => {
    const network = new FakeNetwork({ maxCalls: 1 });
    const results: unknown[] = [];
    network.host.onCall(async (channel) => results.push(await channel.connectCallee([A, B])));
    const leg = network.signaling.call();
    await settled();
    expect(results).toMatchObject([{ state: State.IDLE, cause: 'NOCHANNELS' }]);
    expect([leg.released?.status, network.signaling.dialed]).toEqual([503, []]);
  });

  it('leaves a caller who is to go on with the program', async () => {
    const scene = await seeking(A, { relayFailure: false });
    scene.dialed[0]?.progress(180);
    scene.dialed[0]?.refuse(486, 'Busy');
    const result = await scene.result;
    expect(result).toMatchObject({ state: State.RING_INCOMING, cause: 'BUSY', status: 486 });
    expect(result.hangup).toMatchObject({ by: 'remote', reason: 'Busy' });
    expect(await scene.channel.answer()).toBe(State.ANSWERED);
    expect(scene.channel.otherLeg).toBeUndefined();
  });

  it('is given up with the caller', async () => {
    const scene = await seeking([[A, B], C]);
    scene.leg.end({ by: 'remote', status: 487 });
    expect(await errorOf(scene.result)).toMatchObject({ code: 'HANGUP' });
    await settled();
    expect(scene.dialed.every(({ isOver }) => isOver)).toBe(true);
    expect(scene.network.host.channels).toEqual([]);
  });

  it('is given up by its signal, and the caller is not refused', async () => {
    const abort = new AbortController();
    const scene = await seeking(A, { signal: abort.signal });
    abort.abort('enough');
    expect(await errorOf(scene.result)).toBe('enough');
    expect([scene.dialed[0]?.isOver, scene.channel.state]).toEqual([true, State.CALL_INCOMING]);
  });

  it('is given up by terminateOtherLeg(), and the caller is not refused', async () => {
    const scene = await seeking([A, B]);
    expect(await scene.channel.terminateOtherLeg()).toBe(true);
    expect(await scene.result).toMatchObject({ state: State.CALL_INCOMING, callee: undefined, cause: 'NORMAL' });
    expect(calledOf(scene)).toEqual([A]);
    expect(await scene.channel.terminateOtherLeg()).toBe(false);
  });

  it('is BUSY while there is one already', async () => {
    const { channel } = await seeking(A);
    expect(await errorOf(channel.connectCallee(B))).toMatchObject({ code: 'BUSY' });
  });

  it.each<[unknown, object]>([
    [[], {}],
    [[[]], {}],
    ['', {}],
    ['a b', {}],
    [[A, 7], {}],
    [Array.from({ length: 101 }, () => A), {}],
    [A, { ringTimeout: -1 }],
    [A, { timeout: -1 }],
    [A, { parallel: 1 }],
    [A, { relayDigits: 'no' }],
    [A, { relayFailure: null }],
    [A, { relayTransfer: 'yes' }],
    [A, { keepOnCalleeEnd: 'yes' }],
    [A, { ringbackTone: 'NONE_SUCH' }],
    [A, { confirm: {} }],
    [A, { confirm: { media: 'tone.wav', digit: 'x' } }],
    [A, { confirm: { media: 'tone.wav', digit: '' } }],
    [A, { confirm: { media: 'tone.wav', timeout: -1 } }],
    [A, { confirm: { media: 'tone.wav', key: '1' } }],
    [A, { headerRules: { relay: 'X-*' } }],
    [A, { headerRules: { relay: ['X *'] } }],
    [A, { headerRules: { set: { Via: 'me' } } }],
    [A, { headerRules: { drop: [] } }],
    [A, { headers: { 'X-A': 'a\r\nb' } }],
    [A, { from: 'a b' }],
    [A, { codecs: ['MP3'] }],
    [A, { credentials: 'secret' }],
    [A, { detectMachine: true }],
  ])('refuses %j with %j before anything happens', async (to, options) => {
    const { channel, network, leg } = call();
    expect(await errorOf(channel.connectCallee(to as Callees, options))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect([network.signaling.dialed, leg.sent, channel.state]).toEqual([[], [], State.CALL_INCOMING]);
  });
});
