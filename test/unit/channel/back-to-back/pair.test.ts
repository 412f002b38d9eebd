import { describe, expect, it } from 'vitest';
import type { ConnectCalleeOptions } from '../../../../src/channel/back-to-back/callee-options.ts';
import { SIPInfo } from '../../../../src/channel/sip/sip-info.ts';
import { SIPMessage } from '../../../../src/channel/sip/sip-message.ts';
import { State } from '../../../../src/channel/state.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import type { FakeInvite } from '../../../../src/testing/fake/fake-signaling.ts';
import { call, errorOf } from '../scene.ts';

const BOB = 'sip:bob@192.0.2.9';

/** A caller and a callee who are connected. */
async function pair(options: ConnectCalleeOptions = {}, invite: FakeInvite = {}) {
  const { channel, leg, network } = call(invite);
  network.signaling.onDial = (dialed) => dialed.accept();
  const { callee } = await channel.connectCallee(BOB, options);
  const [calleeLeg] = network.signaling.dialed;
  if (!callee || !calleeLeg) throw new Error('nobody has answered');
  return { channel, leg, network, callee, calleeLeg };
}

const requestsOf = (leg: FakeLeg) => leg.requests.map(({ method, body }) => `${method} ${body}`);

describe('a back-to-back call', () => {
  it.each(['caller', 'callee'] as const)('ends with the far end of the %s', async (who) => {
    const { channel, leg, callee, calleeLeg } = await pair();
    const seen: unknown[] = [];
    (who === 'caller' ? callee : channel).on('otherLegEnded', ({ q850 }) => seen.push(q850));
    const info = { by: 'remote', q850: 16, reason: 'bye' } as const;
    (who === 'caller' ? leg : calleeLeg).end(info);
    await settled();
    expect([channel.state, callee.state, ...seen]).toEqual([State.IDLE, State.IDLE, 16]);
    expect((who === 'caller' ? calleeLeg : leg).released).toMatchObject({ q850: 16 });
    expect([channel.otherLeg, callee.otherLeg]).toEqual([undefined, undefined]);
  });

  it('ends when this side hangs up, whichever side', async () => {
    for (const who of ['channel', 'callee'] as const) {
      const scene = await pair();
      await scene[who].hangUp();
      await settled();
      expect([scene.channel.state, scene.callee.state]).toEqual([State.IDLE, State.IDLE]);
    }
  });

  it('leaves the caller to a program that wants to keep it', async () => {
    const { channel, callee, calleeLeg } = await pair({ keepOnCalleeEnd: true });
    const ended: unknown[] = [];
    channel.on('otherLegEnded', ({ by }) => ended.push(by));
    calleeLeg.end({ by: 'remote' });
    await settled();
    expect([channel.state, callee.state, channel.otherLeg, ended]).toEqual([
      State.ANSWERED,
      State.IDLE,
      undefined,
      ['remote'],
    ]);
    expect(await channel.filePlayer.start('tone.wav')).toBeDefined();
  });

  it('still ends with a caller who would have been kept', async () => {
    const { leg, callee } = await pair({ keepOnCalleeEnd: true });
    leg.end({ by: 'remote' });
    await settled();
    expect(callee.state).toBe(State.IDLE);
  });

  it('terminateOtherLeg() hangs up the callee alone', async () => {
    const { channel, callee, calleeLeg } = await pair();
    expect(await channel.terminateOtherLeg()).toBe(true);
    expect([channel.state, callee.state, calleeLeg.isOver]).toEqual([State.ANSWERED, State.IDLE, true]);
    expect(await channel.terminateOtherLeg()).toBe(false);
    expect(channel.info.connectedId).toBeUndefined();
  });

  it('terminateLeg() hangs up the own side alone, until the call handler ends', async () => {
    const { network, leg, channel } = call();
    let ended: (() => void) | undefined;
    network.signaling.onDial = (dialed) => dialed.accept();
    const handled = new Promise<void>((resolve) => {
      ended = resolve;
    });
    network.host.onCall(async (arrived) => {
      await arrived.connectCallee(BOB);
      expect(await arrived.terminateLeg()).toBe(State.IDLE);
      await arrived.otherLeg?.filePlayer.start('tone.wav');
      await handled;
    });
    await channel.hangUp();
    const second = network.signaling.call();
    await settled();
    const calleeLeg = network.signaling.dialed.at(-1);
    expect([leg.isOver, second.isOver, calleeLeg?.isOver]).toEqual([true, true, false]);
    ended?.();
    await settled();
    expect(calleeLeg?.isOver).toBe(true);
  });

  it('called again hangs up the callee before', async () => {
    const { channel, callee, network } = await pair();
    const { callee: next } = await channel.connectCallee('sip:carol@192.0.2.9');
    await settled();
    expect([callee.state, next?.state, channel.state]).toEqual([State.IDLE, State.ANSWERED, State.ANSWERED]);
    expect([channel.otherLeg, channel.info.connectedId]).toEqual([next, next?.id]);
    expect(network.signaling.dialed).toHaveLength(2);
  });

  it('has one caller: its callee cannot get a callee, unless it is alone', async () => {
    const { channel, callee, leg, network } = await pair();
    expect(await errorOf(callee.connectCallee(BOB))).toMatchObject({ code: 'INVALID_STATE' });
    expect([channel.state, callee.state, leg.isOver]).toEqual([State.ANSWERED, State.ANSWERED, false]);
    // The call handler of this test goes on.
    await channel.terminateLeg();
    expect(await errorOf(callee.connectCallee())).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const { callee: next } = await callee.connectCallee('sip:carol@192.0.2.9');
    expect([callee.otherLeg, next?.otherLeg]).toEqual([next, callee]);
    expect(network.signaling.dialed).toHaveLength(2);
  });

  it('may have a caller from within the process', async () => {
    const { network } = call();
    network.signaling.onDial = (dialed) => dialed.accept();
    using _ = network.host.service('hunt', async (served) => {
      await served.connectCallee(BOB);
      await served.waitForIdle();
    });
    const inside = network.host.channel();
    expect(await inside.callInboundService('hunt', { from: 'sip:inside@192.0.2.1' })).toBe(State.ANSWERED);
    const [calleeLeg] = network.signaling.dialed;
    expect(calleeLeg?.invite.from).toBe('sip:inside@192.0.2.1');
    if (calleeLeg) calleeLeg.requestStatus = 415;
    expect(await inside.sip.send(new SIPMessage('hello'))).toBe(415);
    calleeLeg?.end({ by: 'remote' });
    await settled();
    expect(inside.state).toBe(State.IDLE);
  });

  it('gives its audio to the program and back', async () => {
    const { channel, callee } = await pair();
    expect(await errorOf(channel.filePlayer.play('tone.wav'))).toMatchObject({ code: 'BUSY' });
    expect(await callee.connectAudio()).toBe(true);
    expect(await channel.connectAudio()).toBe(false);
    await channel.filePlayer.start('tone.wav');
    await callee.filePlayer.start('tone.wav');
    expect(await errorOf(channel.disconnectAudio())).toMatchObject({ code: 'BUSY' });
    await Promise.all([channel.filePlayer.stop(), callee.filePlayer.stop()]);
    expect(await channel.disconnectAudio()).toBe(true);
    expect(await callee.disconnectAudio()).toBe(false);
    expect(channel.info.connectedId).toBe(callee.id);
    await channel.terminateOtherLeg();
    expect(await errorOf(channel.connectAudio())).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(channel.disconnectAudio())).toMatchObject({ code: 'INVALID_STATE' });
  });

  it('carries INFO and MESSAGE over, with what is answered', async () => {
    const { channel, leg, calleeLeg } = await pair();
    const seen: string[] = [];
    channel.on('info', ({ body }) => seen.push(body));
    leg.request({
      ...new SIPInfo('lamp=on', 'application/lamp'),
      headers: [
        { name: 'X-Room', value: '7' },
        { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.2' },
      ],
    });
    calleeLeg.requestStatus = 415;
    leg.request(new SIPMessage('hello'));
    calleeLeg.request(new SIPMessage('<b>hi</b>', 'text/html'));
    expect(await Promise.all([...leg.responses, ...calleeLeg.responses])).toEqual([200, 415, 200]);
    expect(requestsOf(calleeLeg)).toEqual(['INFO lamp=on', 'MESSAGE hello']);
    expect(requestsOf(leg)).toEqual(['MESSAGE <b>hi</b>']);
    expect(calleeLeg.requests[0]).toMatchObject({
      contentType: 'application/lamp',
      headers: [{ name: 'X-Room', value: '7' }],
    });
    expect(leg.requests[0]?.contentType).toBe('text/html');
    expect(seen).toEqual(['lamp=on']);
  });

  it('carries a key by INFO over as a key, once', async () => {
    const { network, leg, calleeLeg, callee } = await pair();
    calleeLeg.request(new SIPInfo('5'));
    await network.elapse(500);
    expect(await callee.dtmfDetector.getDigits()).toBe('5');
    expect(await Promise.all(calleeLeg.responses)).toEqual([200]);
    expect([leg.requests, network.media.sessionOf(leg)?.sentDigits]).toEqual([[], '5']);
  });

  it('keeps keys to itself if so told', async () => {
    const { network, leg, calleeLeg } = await pair({ relayDigits: false });
    network.media.sessionOf(calleeLeg)?.press('5', 'RFC4733');
    await network.elapse(500);
    expect(network.media.sessionOf(leg)?.sentDigits).toBe('');
  });

  it('answers a request itself when it is over', async () => {
    const { leg, channel, calleeLeg } = await pair();
    await channel.terminateOtherLeg();
    leg.request(new SIPMessage('still there?'));
    expect([await leg.responses[0], calleeLeg.requests]).toEqual([200, []]);
  });

  it('holds the one side while the far end of the other one holds', async () => {
    const { network, leg, channel, calleeLeg, callee } = await pair();
    await leg.reoffer(fakeDescription(['PCMU'], 'sendonly', 2));
    await network.elapse(100);
    expect([channel.info.isHeld, channel.state, callee.state, calleeLeg.isHolding]).toEqual([
      true,
      State.ANSWERED,
      State.ON_HOLD,
      true,
    ]);
    await leg.reoffer(fakeDescription(['PCMU'], 'sendrecv', 3));
    await network.elapse(100);
    expect([channel.info.isHeld, callee.state, calleeLeg.isHolding]).toEqual([false, State.ANSWERED, false]);
  });

  it('takes a side back from hold when the one that held is gone', async () => {
    const { network, channel, calleeLeg, leg } = await pair({ keepOnCalleeEnd: true });
    await calleeLeg.reoffer(fakeDescription(['PCMU'], 'inactive', 2));
    await network.elapse(100);
    expect([channel.state, leg.isHolding]).toEqual([State.ON_HOLD, true]);
    calleeLeg.end({ by: 'remote' });
    await network.elapse(100);
    expect([channel.state, leg.isHolding]).toEqual([State.ANSWERED, false]);
  });

  it('does not take a side back that the program holds', async () => {
    const { network, leg, callee } = await pair();
    const holding = callee.hold();
    await network.elapse(100);
    expect(await holding).toBe(State.ON_HOLD);
    await leg.reoffer(fakeDescription(['PCMU'], 'sendonly', 2));
    await network.elapse(100);
    await leg.reoffer(fakeDescription(['PCMU'], 'sendrecv', 3));
    await network.elapse(100);
    expect(callee.state).toBe(State.ON_HOLD);
  });

  it('leaves requests to transfer to the program', async () => {
    const { leg, channel, calleeLeg } = await pair();
    channel.on('transferRequest', (request) => request.reject(486));
    const { status } = await leg.referred({ to: 'sip:carol@192.0.2.9', headers: [] });
    expect([status, calleeLeg.sent]).toEqual([486, []]);
  });

  it.each([
    [{ accepted: 202, outcome: 200 }, 202, [100, 200], State.IDLE],
    [{ accepted: 202, outcome: 486 }, 202, [100, 486], State.ANSWERED],
    [{ accepted: 603, outcome: undefined }, 603, [], State.ANSWERED],
  ] as const)('passes them on if so told, and what comes of it: %j', async (plan, status, progress, state) => {
    const { network, leg, channel, callee, calleeLeg } = await pair({ relayTransfer: true });
    calleeLeg.referrals.plans = [{ ...plan, after: 100 }];
    const replaces = { callId: 'a@b', toTag: 't;x', fromTag: 'f', earlyOnly: false };
    const referring = leg.referred({ to: 'sip:carol@192.0.2.9', headers: [], replaces });
    await network.elapse(300);
    const referral = await referring;
    expect(referral).toEqual({ status, progress });
    expect([channel.state, callee.state]).toEqual([state, state]);
    expect(calleeLeg.sent).toContain('transfer');
  });

  it('goes on with who has taken the place of a far end', async () => {
    const { network, leg, channel, calleeLeg } = await pair();
    const replacing = network.signaling.call({ from: 'sip:dave@192.0.2.4', replaces: leg });
    await network.elapse(100);
    expect([channel.info.from, leg.isOver, calleeLeg.isOver]).toEqual(['sip:dave@192.0.2.4', true, false]);
    replacing.request(new SIPMessage('it is me now'));
    expect([await replacing.responses[0], requestsOf(calleeLeg)]).toEqual([200, ['MESSAGE it is me now']]);
    replacing.end({ by: 'remote' });
    await settled();
    expect(calleeLeg.isOver).toBe(true);
  });
});

describe('between the answer of the callee and that of the caller', () => {
  it('the callee may hang up, and so is the caller', async () => {
    const { channel, leg, network } = call();
    leg.confirms = false;
    const result = channel.connectCallee(BOB);
    result.catch(() => undefined);
    await settled();
    const [calleeLeg] = network.signaling.dialed;
    calleeLeg?.accept();
    await settled();
    expect([leg.sent, channel.state]).toEqual([['answer'], State.ANSWERING]);
    calleeLeg?.end({ by: 'remote' });
    expect(await errorOf(result)).toMatchObject({ code: 'HANGUP' });
    expect(leg.released).toBeDefined();
    leg.end({ by: 'local' });
  });

  it('the callee may hang up, and the caller is kept', async () => {
    const { channel, leg, network } = call();
    leg.confirms = false;
    const result = channel.connectCallee(BOB, { keepOnCalleeEnd: true });
    await settled();
    const [calleeLeg] = network.signaling.dialed;
    calleeLeg?.accept();
    await settled();
    calleeLeg?.end({ by: 'remote' });
    await settled();
    leg.acknowledge();
    expect(await result).toMatchObject({ state: State.ANSWERED, callee: undefined, cause: 'NORMAL' });
    await channel.filePlayer.start('tone.wav');
  });

  it('the caller may be found to have no codec; it is refused, and the callee hung up on', async () => {
    const { channel, leg, network } = call({ codecs: ['G729'] });
    network.signaling.onDial = (dialed) => dialed.accept();
    expect(await errorOf(channel.connectCallee(BOB))).toMatchObject({ code: 'NO_COMMON_CODEC' });
    await settled();
    expect([leg.released?.status, network.signaling.dialed[0]?.isOver, channel.state]).toEqual([488, true, State.IDLE]);
  });

  it('there may be no port for the caller, which is refused before anybody is called', async () => {
    const { channel, leg, network } = call();
    network.media.open = () => Promise.reject(new ChannelError('PORTS_EXHAUSTED', 'no port'));
    expect(await errorOf(channel.connectCallee(BOB))).toMatchObject({ code: 'PORTS_EXHAUSTED' });
    expect([leg.released?.status, network.signaling.dialed]).toEqual([503, []]);
  });

  it('the two may turn out not to be joinable; the callee is hung up on, the caller stays', async () => {
    const { channel, leg, network } = call();
    network.signaling.onDial = (dialed) => dialed.accept();
    await channel.answer();
    const session = network.media.sessionOf(leg);
    if (session) {
      session.link = () => {
        throw new ChannelError('INVALID_STATE', 'carried by different threads');
      };
    }
    expect(await errorOf(channel.connectCallee(BOB))).toMatchObject({ code: 'INVALID_STATE' });
    await settled();
    expect([network.signaling.dialed[0]?.isOver, channel.state, channel.otherLeg]).toEqual([
      true,
      State.ANSWERED,
      undefined,
    ]);
  });

  it('the caller may give up by its signal', async () => {
    const { channel, leg, network } = call();
    leg.confirms = false;
    network.signaling.onDial = (dialed) => dialed.accept();
    const abort = new AbortController();
    const result = channel.connectCallee(BOB, { signal: abort.signal });
    result.catch(() => undefined);
    await settled();
    expect(channel.state).toBe(State.ANSWERING);
    abort.abort('enough');
    expect(await errorOf(result)).toBe('enough');
    await settled();
    expect([leg.released?.status, network.signaling.dialed[0]?.isOver]).toEqual([500, true]);
    leg.end({ by: 'local' });
  });

  it('the caller who asks for an offer gets one', async () => {
    const { channel, leg, network } = call({ codecs: 'none' });
    leg.lateAnswer = fakeDescription(['PCMU'], 'sendrecv', 1);
    network.signaling.onDial = (dialed) => dialed.accept();
    expect((await channel.connectCallee(BOB)).callee?.id).toBe(channel.info.connectedId);
  });
});
