import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/errors.ts';
import { settled } from '../../../src/testing/clock/settled.ts';
import { fakeDescription } from '../../../src/testing/fake/fake-description.ts';
import type { FakeLeg } from '../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork } from '../../../src/testing/fake/fake-network.ts';
import { answeredCall, errorOf } from './scene.ts';

describe('an outbound call', () => {
  async function dial(behave: (leg: FakeLeg) => void, encodings?: readonly 'PCMA'[]) {
    const network = new FakeNetwork();
    network.signaling.onDial = behave;
    const channel = network.host.channel();
    const state = await channel.call('bob@192.0.2.9:5070', { codecs: encodings });
    return { network, channel, state, leg: network.signaling.dialed[0] };
  }

  it('puts sip: before an address without a scheme', async () => {
    const { leg } = await dial((to) => to.accept());
    expect(leg?.invite.to).toBe('sip:bob@192.0.2.9:5070');
  });

  it('takes early media, and the answer as another answer to the same offer', async () => {
    const { state, leg, channel } = await dial((to) => {
      to.progress(183, true);
      to.accept(['PCMU']);
    });
    expect([state, leg?.released, channel.info.mediaDirection]).toEqual(['ANSWERED', undefined, 'sendrecv']);
  });

  it('that is answered with a codec that was not offered is released', async () => {
    const { state, channel, leg } = await dial((to) => to.accept(['G729']));
    expect([state, channel.cause, leg?.released !== undefined]).toEqual(['IDLE', 'FAILED', true]);
  });

  it('that cannot be sent leaves the reason and an idle channel', async () => {
    for (const [code, cause] of [
      ['HOST_UNRESOLVED', 'UNOBTAINABLE'],
      ['UNREACHABLE', 'OUTOFORDER'],
      ['PORTS_EXHAUSTED', 'NOCHANNELS'],
      ['INVALID_ARGUMENT', 'ERROR'],
    ] as const) {
      const network = new FakeNetwork();
      network.signaling.failureFor = () => new ChannelError(code, 'no');
      const channel = network.host.channel();
      expect(await errorOf(channel.call('sip:a@b'))).toMatchObject({ code });
      expect([channel.state, channel.cause]).toEqual(['IDLE', cause]);
      expect(await errorOf(channel.startCall('sip:a@b'))).toMatchObject({ code });
      expect(network.host.channels).toEqual([]);
    }
  });

  it('given up while its address is being resolved is released when it comes', async () => {
    const network = new FakeNetwork();
    let resolve: () => void = () => undefined;
    const dialing = network.signaling.dial.bind(network.signaling);
    network.signaling.dial = async (request) => {
      await new Promise<void>((settle) => {
        resolve = settle;
      });
      return dialing({ ...request, offer: async () => fakeDescription(['PCMU'], 'sendrecv', 1) });
    };
    const channel = network.host.channel();
    const calling = channel.call('sip:a@b', { timeout: 100 });
    await network.elapse(100);
    expect([await calling, channel.cause]).toEqual(['IDLE', 'TIMEOUT']);
    resolve();
    await settled();
    expect(network.signaling.dialed[0]?.released).toBeDefined();
    expect(channel.state).toBe('IDLE');
  });

  it('waits two minutes for the answer by default', async () => {
    const network = new FakeNetwork();
    const channel = network.host.channel();
    const calling = channel.call('sip:a@b');
    await network.elapse(119_999);
    expect(channel.state).toBe('CALL_OUTGOING');
    await network.elapse(1);
    expect([await calling, channel.cause]).toEqual(['IDLE', 'TIMEOUT']);
  });
});

describe('the end', () => {
  it('closes the media of a call that was placed after hangUp() on the unused channel', async () => {
    const network = new FakeNetwork();
    const channel = network.host.channel();
    expect(await channel.hangUp()).toBe('IDLE');
    network.signaling.onDial = (leg) => leg.accept();
    expect(await channel.call('sip:a@b')).toBe('ANSWERED');
    await channel.hangUp();
    expect(network.media.sessions.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  it('stops the count of the duration when this side hangs up, not when the far end confirms it', async () => {
    const { network, channel, leg } = await answeredCall();
    leg.confirms = false;
    await network.elapse(700);
    void channel.hangUp();
    await network.elapse(5000);
    leg.end({ by: 'local' });
    expect(channel.info.duration).toBe(700);
  });

  it('hangUp() waits a minute for a far end that never confirms, then says what the state is', async () => {
    const { network, channel, leg } = await answeredCall();
    leg.confirms = false;
    const hangingUp = channel.hangUp();
    expect(await errorOf(channel.sleep(1))).toMatchObject({ code: 'HANGUP' });
    await network.elapse(60_000);
    expect(await hangingUp).toBe('ANSWERED');
    leg.end({ by: 'network' });
    expect(channel.state).toBe('IDLE');
    expect(channel.info.hangup?.by).toBe('local');
  });

  it('comes with the media: a call whose media breaks down is released', async () => {
    const { network, channel, leg } = await answeredCall();
    const playing = errorOf(channel.filePlayer.play('tone.wav'));
    await settled();
    network.media.sessions[0]?.fail(new ChannelError('MEDIA_FAILED', 'the worker died'));
    expect(await playing).toMatchObject({ code: 'HANGUP', info: { by: 'network' } });
    await settled();
    expect([channel.state, channel.cause, leg.released !== undefined]).toEqual(['IDLE', 'ERROR', true]);
  });

  for (const event of ['state', 'ended'] as const)
    it(`a listener of '${event}' may place the next call when it hears of the end`, async () => {
      const network = new FakeNetwork();
      const channel = network.host.channel();
      const legs: FakeLeg[] = [];
      network.signaling.onDial = (leg) => {
        legs.push(leg);
        leg.accept();
      };
      await channel.call('sip:first@b');
      let second: Promise<unknown> | undefined;
      channel.on(event, () => {
        if (channel.state === 'IDLE') second ??= channel.call('sip:second@b');
      });
      legs[0]?.end({ by: 'remote' });
      expect(await second).toBe('ANSWERED');
      expect(channel.info.requestUri).toBe('sip:second@b');
      expect(network.host.channels).toEqual([channel]);
    });
});
