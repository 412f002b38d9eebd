import { describe, expect, it } from 'vitest';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import { answeredCall, call, errorOf } from '../scene.ts';

async function outboundCall() {
  const network = new FakeNetwork({});
  network.signaling.onDial = (leg) => leg.accept();
  const channel = network.host.channel();
  await channel.call('sip:b@192.0.2.2');
  const [leg] = network.signaling.dialed;
  if (!leg) throw new Error('nobody was called');
  return { network, channel, leg };
}

describe('hold()', () => {
  it('goes HOLDING, ON_HOLD, and back to ANSWERED', async () => {
    const { channel, leg, network } = await answeredCall();
    const states: string[] = [];
    channel.on('state', (state) => states.push(state));
    const holding = channel.hold();
    expect(channel.state).toBe('HOLDING');
    await network.elapse(0);
    expect(await holding).toBe('ON_HOLD');
    expect([leg.isHolding, channel.info.mediaDirection, channel.info.isHeld]).toEqual([true, 'sendonly', false]);
    const resuming = channel.resume();
    expect(channel.state).toBe('ON_HOLD');
    await network.elapse(0);
    expect(await resuming).toBe('ANSWERED');
    expect([leg.isHolding, channel.info.mediaDirection]).toEqual([false, 'sendrecv']);
    expect(states).toEqual(['HOLDING', 'ON_HOLD', 'ANSWERED']);
    expect(leg.sent).toEqual(['answer', 'hold', 'resume']);
  });

  it('lets nothing flow when it is inactive, and can change to that', async () => {
    const { channel, network } = await answeredCall();
    const all = Promise.all([channel.hold(), channel.hold({ inactive: true }), channel.hold({ inactive: true })]);
    await network.elapse(0);
    expect(await all).toEqual(['ON_HOLD', 'ON_HOLD', 'ON_HOLD']);
    expect(channel.info.mediaDirection).toBe('inactive');
  });

  it('is harmless twice, and so is resume()', async () => {
    const { channel, leg, network } = await answeredCall();
    const all = Promise.all([channel.hold(), channel.hold(), channel.resume(), channel.resume()]);
    await network.elapse(0);
    expect(await all).toEqual(['ON_HOLD', 'ON_HOLD', 'ANSWERED', 'ANSWERED']);
    expect(leg.sent).toEqual(['answer', 'hold', 'resume']);
  });

  it('that is refused leaves the call ANSWERED, and can be tried again', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('refuse');
    const holding = errorOf(channel.hold());
    await network.elapse(0);
    expect(await holding).toMatchObject({ code: 'REFUSED' });
    expect([channel.state, channel.info.mediaDirection, leg.isHolding]).toEqual(['ANSWERED', 'sendrecv', false]);
    const again = channel.hold();
    await network.elapse(0);
    expect(await again).toBe('ON_HOLD');
    leg.offers.plans.push('refuse');
    const resuming = errorOf(channel.resume());
    await network.elapse(0);
    expect(await resuming).toMatchObject({ code: 'REFUSED' });
    expect([channel.state, leg.isHolding]).toEqual(['ON_HOLD', true]);
  });

  it('that meets an offer of the far end is made again, as things are then', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('collide');
    const holding = channel.hold();
    await network.elapse(500);
    expect(channel.state).toBe('HOLDING');
    const theirs = leg.reoffer(leg.offer);
    await network.elapse(2000);
    expect(await holding).toBe('ON_HOLD');
    expect(await theirs).toMatchObject({ media: [{ direction: 'sendrecv' }] });
    expect(channel.info.mediaDirection).toBe('sendonly');
  });

  it.each(['hangUp', 'silence'] as const)('ends with Hangup when the far end answers it by %s', async (plan) => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push(plan);
    const holding = errorOf(channel.hold());
    await network.elapse(32_000);
    expect(await holding).toMatchObject({ code: 'HANGUP' });
    expect([channel.state, network.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('ends with Hangup when this side hangs up meanwhile', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('silence');
    const holding = errorOf(channel.hold());
    const waiting = errorOf(channel.resume());
    await channel.hangUp();
    expect(await holding).toMatchObject({ code: 'HANGUP', info: { by: 'local' } });
    expect(await waiting).toMatchObject({ code: 'HANGUP', info: { by: 'local' } });
    expect(network.clock.pending).toBe(0);
  });

  it('that is aborted follows what the far end answers', async () => {
    const { channel, network } = await answeredCall();
    const abort = new AbortController();
    const holding = errorOf(channel.hold({ signal: abort.signal }));
    const waiting = errorOf(channel.resume({ signal: abort.signal }));
    abort.abort('enough');
    expect([await holding, await waiting]).toEqual(['enough', 'enough']);
    await network.elapse(0);
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ON_HOLD', 'sendonly']);
  });

  it('rejects with TIMEOUT, and is ON_HOLD when the answer comes late', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('collide');
    const holding = errorOf(channel.hold({ timeout: 500 }));
    await network.elapse(500);
    expect(await holding).toMatchObject({ code: 'TIMEOUT' });
    expect(channel.state).toBe('HOLDING');
    await network.elapse(2000);
    expect(channel.state).toBe('ON_HOLD');
  });

  it('whose answer cannot be used leaves the call as it was', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.reinvite = async (offer) => ({ ...offer(), media: [] });
    expect(await errorOf(channel.hold())).toMatchObject({ code: 'NO_COMMON_CODEC' });
    await network.elapse(0);
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ANSWERED', 'sendrecv']);
  });

  it('needs an answered call, and arguments that make sense', async () => {
    const { channel } = call();
    expect(await errorOf(channel.hold())).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(channel.resume())).toMatchObject({ code: 'INVALID_STATE' });
    await channel.answer();
    for (const options of [{ inactive: 1 }, { activ: true }, { timeout: -1 }, 5]) {
      expect(await errorOf(channel.hold(options as object))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(channel.state).toBe('ANSWERED');
  });

  it('keeps what plays and records going, lets nothing new begin but music, and nothing is heard of the far end', async () => {
    const { channel, network } = await answeredCall();
    const playing = channel.filePlayer.play('tone.wav');
    const recording = channel.fileRecorder.record('message.wav', { timeout: 2000 });
    const holding = channel.hold();
    await network.elapse(0);
    await holding;
    expect(await errorOf(channel.filePlayer.play('tone.wav'))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await channel.musicOnHold.start('tone.wav')).toBe(true);
    await network.elapse(2000);
    expect([await playing, await recording]).toEqual(['NORMAL', 'TIMEOUT']);
    const music = network.media.sessions[0]?.heard().find(({ background }) => background);
    expect(music?.playedMs).toBeGreaterThan(900);
    const resuming = channel.resume();
    await network.elapse(0);
    expect(await resuming).toBe('ANSWERED');
  });

  it('is not ended by an offer of the far end', async () => {
    const { channel, leg, network } = await answeredCall();
    const holding = channel.hold();
    await network.elapse(0);
    await holding;
    expect(await leg.reoffer(leg.offer)).toMatchObject({ media: [{ direction: 'sendonly' }] });
    expect(await leg.reoffer(undefined)).toMatchObject({ media: [{ direction: 'sendonly' }] });
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ON_HOLD', 'sendonly']);
  });

  it('is possible on a call out, also while waitForOutgoingCall() is called', async () => {
    const { channel, network } = await outboundCall();
    const holding = channel.hold();
    await network.elapse(0);
    expect(await holding).toBe('ON_HOLD');
    expect(await channel.waitForOutgoingCall()).toBe('ON_HOLD');
  });

  it('crosses the hold of the far end: both hold, and each takes back its own', async () => {
    const { channel, leg, network } = await answeredCall();
    const held: boolean[] = [];
    channel.on('held', (isHeld) => held.push(isHeld));
    const line = (direction: 'sendonly' | 'sendrecv') => {
      const { offer } = leg;
      if (!offer) throw new Error('no offer');
      return { ...offer, media: offer.media.map((each) => ({ ...each, direction })) };
    };
    await leg.reoffer(line('sendonly'));
    const holding = channel.hold();
    await network.elapse(0);
    await holding;
    expect([channel.state, channel.info.isHeld, channel.info.mediaDirection]).toEqual(['ON_HOLD', true, 'inactive']);
    const resuming = channel.resume();
    await network.elapse(0);
    await resuming;
    expect([channel.state, channel.info.isHeld, channel.info.mediaDirection]).toEqual(['ANSWERED', true, 'recvonly']);
    await leg.reoffer(line('sendrecv'));
    expect([channel.info.isHeld, channel.info.mediaDirection, held]).toEqual([false, 'sendrecv', [true, false]]);
  });

  it('is released as an answered call by reject() and by a handler that fails', async () => {
    const { channel, network } = await answeredCall();
    const holding = channel.hold();
    await network.elapse(0);
    await holding;
    await channel.reject('BUSY');
    expect(channel.info.hangup?.status).toBeUndefined();
  });
});
