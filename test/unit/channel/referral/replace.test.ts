import { describe, expect, it } from 'vitest';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import { answeredCall, call } from '../scene.ts';

const TAKER = 'sip:taker@192.0.2.9';

describe('a call whose far end is replaced', () => {
  for (const codecs of [['PCMU'], 'none'] as const) {
    it(`goes on with ${codecs === 'none' ? 'one who asks for our offer' : 'the new one'}`, async () => {
      const { channel, leg, network } = await answeredCall();
      const events: string[] = [];
      channel.on('state', (state) => events.push(state));
      channel.on('replaced', () => events.push('replaced'));
      const playing = channel.filePlayer.play('tone.wav');
      const recording = channel.fileRecorder.record('message.wav', { timeout: 1500 });
      network.signaling.onLeg = (fresh) => {
        fresh.lateAnswer = fakeDescription(['PCMU'], 'sendrecv', 1);
      };
      const taker = network.signaling.call({ from: TAKER, codecs, replaces: leg });
      await network.elapse(0);
      expect([taker.sent, leg.released !== undefined, leg.isOver]).toEqual([['answer'], true, true]);
      expect([channel.state, channel.info.from, channel.info.callId]).toEqual(['ANSWERED', TAKER, taker.invite.callId]);
      expect(events).toEqual(['replaced']);
      await network.elapse(1500);
      expect([await playing, await recording]).toEqual(['NORMAL', 'TIMEOUT']);
      expect(network.host.channels).toEqual([channel]);
      taker.end({ by: 'remote' });
      expect([channel.state, channel.cause]).toEqual(['IDLE', 'NORMAL']);
    });
  }

  it('waits for its turn when the session is being changed', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('collide');
    const holding = channel.hold();
    const taker = network.signaling.call({ from: TAKER, replaces: leg });
    await network.elapse(500);
    expect(taker.sent).toEqual([]);
    await network.elapse(2000);
    expect(await holding).toBe('ON_HOLD');
    expect([taker.sent, channel.state, channel.info.mediaDirection]).toEqual([['answer'], 'ON_HOLD', 'sendonly']);
  });

  it('leaves it as it was when the new one gives up meanwhile', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('collide');
    const holding = channel.hold();
    const taker = network.signaling.call({ from: TAKER, replaces: leg });
    taker.end({ by: 'remote', status: 487 });
    await network.elapse(2500);
    expect(await holding).toBe('ON_HOLD');
    expect([taker.sent, leg.isOver, channel.info.callId]).toEqual([[], false, leg.invite.callId]);
    expect(await channel.hangUp()).toBe('IDLE');
  });

  it('is declined when the old one hangs up meanwhile', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.offers.plans.push('collide');
    channel.hold().catch(() => undefined);
    const taker = network.signaling.call({ from: TAKER, replaces: leg });
    leg.end({ by: 'remote' });
    await network.elapse(0);
    expect([channel.state, taker.released]).toEqual(['IDLE', { status: 603 }]);
    expect(network.clock.pending).toBe(0);
  });

  it('is refused when there is no such call any more, and before the answer', async () => {
    const over = await answeredCall();
    over.leg.end({ by: 'remote' });
    const late = over.network.signaling.call({ from: TAKER, replaces: over.leg });
    await over.network.elapse(0);
    expect(late.released).toEqual({ status: 481 });
    const offered = call();
    const early = offered.network.signaling.call({ from: TAKER, replaces: offered.leg });
    await offered.network.elapse(0);
    expect([early.released, offered.channel.state]).toEqual([{ status: 481 }, 'CALL_INCOMING']);
  });

  it('waits for the acknowledgement of our answer', async () => {
    const { channel, leg, network } = call();
    leg.confirms = false;
    const answering = channel.answer();
    await network.elapse(0);
    const taker = network.signaling.call({ from: TAKER, replaces: leg });
    await network.elapse(0);
    expect([channel.state, taker.sent]).toEqual(['ANSWERING', []]);
    leg.acknowledge();
    expect(await answering).toBe('ANSWERED');
    await network.elapse(0);
    expect([taker.sent, channel.info.from]).toEqual([['answer'], TAKER]);
  });

  it('leaves it as it was when there is no common codec', async () => {
    const { channel, leg, network } = await answeredCall();
    const taker = network.signaling.call({ from: TAKER, codecs: ['G729'], replaces: leg });
    await network.elapse(0);
    expect([taker.released, channel.state, leg.isOver]).toEqual([{ status: 488 }, 'ANSWERED', false]);
  });

  it('ends when the new one never acknowledges the answer', async () => {
    const { channel, leg, network } = await answeredCall();
    const taker = network.signaling.call({ from: TAKER, replaces: leg });
    taker.dropOff();
    await network.elapse(32_000);
    expect([channel.state, network.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('breaks off a transfer of the old one', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.referrals.plans = [{ accepted: 202, outcome: undefined, after: 0 }];
    const transferring = channel.transfer('sip:target@192.0.2.3');
    network.signaling.call({ from: TAKER, replaces: leg });
    await network.elapse(0);
    expect(await transferring).toBe('FAIL');
    expect(channel.state).toBe('ANSWERED');
  });
});
