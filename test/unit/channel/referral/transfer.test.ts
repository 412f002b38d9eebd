import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import type { CheckedTransfer } from '../../../../src/testing/fake/fake-referrals.ts';
import { answeredCall, call, errorOf, type Scene } from '../scene.ts';

const TARGET = 'sip:target@192.0.2.3';

/** A second answered call of the same user agent, out of a channel of its own. */
async function second({ network }: Scene): Promise<{ other: Channel; leg: Scene['leg'] }> {
  network.signaling.onDial = (leg) => leg.accept();
  const other = network.host.channel();
  await other.call(TARGET);
  const leg = network.signaling.dialed.at(-1);
  if (!leg) throw new Error('nobody was called');
  return { other, leg };
}

function planned(outcome: number | undefined, { after = 0, accepted = 202 } = {}): CheckedTransfer[] {
  return [{ accepted, outcome, after }];
}

describe('transfer()', () => {
  it('is TRANSFERRING, and IDLE when the far end has reached them', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(200, { after: 3000 });
    const states: string[] = [];
    channel.on('state', (state) => states.push(state));
    const transferring = channel.transfer('target@192.0.2.3');
    expect([channel.state, channel.transferCause]).toEqual(['TRANSFERRING', 'NONE']);
    await network.elapse(3000);
    expect(await transferring).toBe('NORMAL');
    expect([channel.state, channel.cause, channel.transferCause]).toEqual(['IDLE', 'NORMAL', 'NORMAL']);
    expect(states).toEqual(['TRANSFERRING', 'IDLE']);
    expect([leg.sent, leg.ended?.by]).toEqual([['answer', 'transfer', 'release'], 'local']);
  });

  it.each([
    [486, 'TARGETREJECT'],
    [600, 'TARGETREJECT'],
    [603, 'TARGETREJECT'],
    [480, 'TARGETREJECT'],
    [403, 'TARGETREJECT'],
    [408, 'TIMEOUT'],
    [404, 'FAIL'],
    [503, 'FAIL'],
    [undefined, 'TIMEOUT'],
  ] as const)('goes on as before when the far end comes to %s: %s', async (status, cause) => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(status);
    const transferring = channel.transfer(TARGET, { timeout: 5000 });
    await network.elapse(5000);
    expect(await transferring).toBe(cause);
    expect([channel.state, channel.transferCause]).toEqual(['ANSWERED', cause]);
    const playing = channel.filePlayer.play('tone.wav');
    await network.elapse(1000);
    expect(await playing).toBe('NORMAL');
  });

  it.each([
    [603, 'FAIL'],
    [501, 'FAIL'],
    [408, 'TIMEOUT'],
  ] as const)('that is refused with %s comes to %s', async (accepted, cause) => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(undefined, { accepted });
    const transferring = channel.transfer(TARGET);
    await network.elapse(0);
    expect(await transferring).toBe(cause);
    expect(channel.state).toBe('ANSWERED');
  });

  it('has two minutes unless told otherwise', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(undefined);
    const transferring = channel.transfer(TARGET);
    await network.elapse(119_999);
    expect(channel.state).toBe('TRANSFERRING');
    await network.elapse(1);
    expect(await transferring).toBe('TIMEOUT');
  });

  it('from hold goes back on hold', async () => {
    const { channel, leg, network } = await answeredCall();
    const holding = channel.hold();
    await network.elapse(0);
    await holding;
    leg.referrals.plans = planned(486);
    const transferring = channel.transfer(TARGET);
    await network.elapse(0);
    expect(await transferring).toBe('TARGETREJECT');
    expect(channel.state).toBe('ON_HOLD');
  });

  it.each(['remote', 'local'] as const)(
    'ends with Hangup when the call is ended by %s before anything is known',
    async (by) => {
      const { channel, leg, network } = await answeredCall();
      leg.referrals.plans = planned(200, { after: 1000 });
      const transferring = errorOf(channel.transfer(TARGET));
      if (by === 'remote') leg.end({ by });
      else await channel.hangUp();
      expect(await transferring).toMatchObject({ code: 'HANGUP', info: { by } });
      expect([channel.state, channel.transferCause, network.clock.pending]).toEqual(['IDLE', 'HANGUP', 0]);
    },
  );

  it('has succeeded when the far end hangs up right after it has said so', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(200, { after: 1000 });
    const transferring = channel.transfer(TARGET);
    leg.after(1001, () => leg.end({ by: 'remote' }));
    await network.elapse(1001);
    expect(await transferring).toBe('NORMAL');
    expect([channel.state, channel.transferCause]).toEqual(['IDLE', 'NORMAL']);
  });

  it('that is aborted leaves the call as it was', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(200, { after: 1000 });
    const abort = new AbortController();
    const transferring = errorOf(channel.transfer(TARGET, { signal: abort.signal }));
    abort.abort('enough');
    expect(await transferring).toBe('enough');
    expect([channel.state, channel.transferCause]).toEqual(['ANSWERED', 'NONE']);
    await network.elapse(2000);
    expect([channel.state, channel.transferCause]).toEqual(['ANSWERED', 'NONE']);
  });

  it('is one at a time', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = planned(200, { after: 1000 });
    const transferring = channel.transfer(TARGET);
    expect(await errorOf(channel.transfer(TARGET))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(channel.hold())).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(channel.filePlayer.play('tone.wav'))).toMatchObject({ code: 'INVALID_STATE' });
    await network.elapse(1000);
    expect(await transferring).toBe('NORMAL');
  });

  it('needs an answered call, and arguments that make sense, before anything is sent', async () => {
    const { channel, leg } = call();
    expect(await errorOf(channel.transfer(TARGET))).toMatchObject({ code: 'INVALID_STATE' });
    await channel.answer();
    const states: string[] = [];
    channel.on('state', (state) => states.push(state));
    for (const to of ['', 'sip:a b@host', 'sip:a@host\r\nX: y', 'sip:@', 5, undefined, {}, channel]) {
      expect(await errorOf(channel.transfer(to as string))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    for (const options of [
      { headers: { 'X-A': 'a\r\nb' } },
      { referredBy: 'a b' },
      { blind: true },
      { timeout: 'x' },
    ]) {
      expect(await errorOf(channel.transfer(TARGET, options as object))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect([states, leg.sent]).toEqual([[], ['answer']]);
  });
});

describe('transfer() to another channel', () => {
  it('ends both calls when the one has taken our place in the other', async () => {
    const scene = await answeredCall();
    const { channel, leg, network } = scene;
    const { other, leg: otherLeg } = await second(scene);
    leg.referrals.plans = planned(200, { after: 500 });
    const transferring = channel.transfer(other);
    await network.elapse(500);
    expect(await transferring).toBe('NORMAL');
    expect([channel.state, other.state]).toEqual(['IDLE', 'IDLE']);
    expect([leg.ended?.by, otherLeg.ended?.by]).toEqual(['local', 'remote']);
  });

  it('ends their connection, as it has to', async () => {
    const scene = await answeredCall();
    const { channel, leg, network } = scene;
    const { other } = await second(scene);
    await channel.connect(other);
    leg.referrals.plans = planned(486);
    const transferring = channel.transfer(other);
    expect(channel.info.connectedId).toBeUndefined();
    await network.elapse(0);
    expect(await transferring).toBe('TARGETREJECT');
    expect(await channel.connect(other)).toBe(true);
  });

  it('comes to TARGETHANGUP when the other one has hung up first', async () => {
    const scene = await answeredCall();
    const { channel, leg, network } = scene;
    const { other, leg: otherLeg } = await second(scene);
    leg.referrals.plans = planned(481, { after: 500 });
    const transferring = channel.transfer(other);
    otherLeg.end({ by: 'remote' });
    await network.elapse(500);
    expect(await transferring).toBe('TARGETHANGUP');
    expect([channel.state, other.state]).toEqual(['ANSWERED', 'IDLE']);
  });

  it('needs one that is answered, of the same user agent', async () => {
    const scene = await answeredCall();
    const { channel, network } = scene;
    expect(await errorOf(channel.transfer(network.host.channel()))).toMatchObject({ code: 'INVALID_STATE' });
    const stranger = await answeredCall();
    expect(await errorOf(channel.transfer(stranger.channel))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const { other, leg } = await second(scene);
    leg.referrals.plans = planned(undefined);
    const busy = other.transfer(TARGET, { timeout: 100 });
    expect(await errorOf(channel.transfer(other))).toMatchObject({ code: 'INVALID_STATE' });
    await network.elapse(100);
    expect(await busy).toBe('TIMEOUT');
  });
});
