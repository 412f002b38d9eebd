import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { SIPInfo } from '../../../../src/channel/sip/sip-info.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import { FakeNetwork, type FakeNetworkOptions } from '../../../../src/testing/fake/fake-network.ts';
import { errorOf } from '../scene.ts';

/** A user agent with one service, whose channels are kept. */
function host(handler?: (channel: Channel) => unknown, options: FakeNetworkOptions = {}) {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 }, ...options });
  const served: Channel[] = [];
  const service = network.host.service('weather', (channel) => {
    served.push(channel);
    return handler?.(channel);
  });
  return { network, host: network.host, served, service };
}

const answers = async (channel: Channel): Promise<void> => {
  await channel.ring();
  await channel.answer();
  await channel.waitForIdle();
};

describe('a call to a service', () => {
  it('has the states of a call out on one side and of a call in on the other', async () => {
    const states: string[] = [];
    const { host: ua, served } = host((channel) => {
      states.push(`in ${channel.state}`);
      channel.on('state', (state) => states.push(`in ${state}`));
      return answers(channel);
    });
    const caller = ua.channel();
    caller.on('state', (state) => states.push(`out ${state}`));
    expect(await caller.callInboundService('weather', { from: 'desk@192.0.2.7' })).toBe('ANSWERED');
    await settled();
    expect(states).toEqual([
      'out CALL_OUTGOING',
      'in CALL_INCOMING',
      'in RING_INCOMING',
      'out RING_OUTGOING',
      'in ANSWERING',
      'out ANSWERED',
      'in ANSWERED',
    ]);
    const [called] = served;
    for (const channel of [caller, called]) {
      expect(channel?.info).toMatchObject({
        from: 'sip:desk@192.0.2.7',
        to: 'sip:weather@local.invalid',
        transport: 'LOCAL',
        remoteAddress: '',
      });
    }
    expect(caller.info.callId).toBe(called?.info.callId);
    expect([caller.info.direction, called?.info.direction]).toEqual(['outbound', 'inbound']);
    await caller.hangUp();
    expect(await called?.waitForIdle()).toBe('IDLE');
    expect(called?.info.hangup).toMatchObject({ by: 'remote', text: 'the far end hung up' });
    expect(ua.channels).toEqual([]);
  });

  it('is placed near the media of the channel that it is an extra channel of, and answered near the caller', async () => {
    const { network, host: ua } = host(answers);
    const opened: { isLocal: boolean | undefined; near: unknown }[] = [];
    const open = network.media.open.bind(network.media);
    network.media.open = (options) => {
      opened.push({ isLocal: options.isLocal, near: options.near });
      return open(options);
    };
    network.signaling.onDial = (leg) => leg.accept();
    const channel = ua.channel();
    await channel.call('sip:a@192.0.2.2');
    const [helper] = channel.extraChannel;
    expect(await helper?.callInboundService('weather')).toBe('ANSWERED');
    const [primary, caller] = network.media.sessions;
    expect(opened).toEqual([
      { isLocal: undefined, near: undefined },
      { isLocal: true, near: primary },
      { isLocal: true, near: caller },
    ]);
  });

  it('is heard at the other side', async () => {
    const { network, host: ua, served } = host(answers);
    const caller = ua.channel();
    await caller.callInboundService('weather');
    await settled();
    const digits = served[0]?.dtmfDetector.getDigits({ count: 3, predigitsTimeout: 5000 });
    const sending = caller.dtmfPlayer.play('123');
    await network.elapse(2000);
    expect([await sending, await digits]).toEqual(['NORMAL', '123']);
  });

  it('carries header fields and requests', async () => {
    const { host: ua, served } = host(answers);
    const caller = ua.channel();
    await caller.callInboundService('weather', { headers: { 'X-City': 'Bern' } });
    await settled();
    expect(served[0]?.info.header('x-city')).toEqual(['Bern']);
    expect(await served[0]?.sip.send(new SIPInfo('hello'))).toBe(200);
    expect(caller.sip.getInfos().map(({ body }) => body)).toEqual(['hello']);
  });

  it('that nobody has set is UNOBTAINABLE, and so is one that was ended', async () => {
    const { host: ua, service } = host(answers);
    const caller = ua.channel();
    expect([await caller.callInboundService('wether'), caller.cause, caller.info.rawCause]).toEqual([
      'IDLE',
      'UNOBTAINABLE',
      '404',
    ]);
    service[Symbol.dispose]();
    expect([await caller.callInboundService('weather'), caller.cause]).toEqual(['IDLE', 'UNOBTAINABLE']);
    using _ = ua.service('weather', answers);
    service[Symbol.dispose]();
    expect(await caller.callInboundService('weather')).toBe('ANSWERED');
  });

  it('can be refused, with the cause and the status that are given', async () => {
    const { host: ua } = host((channel) => channel.reject('BUSY', { reason: 'not now' }));
    const caller = ua.channel();
    expect([await caller.callInboundService('weather'), caller.cause, caller.info.rawCause]).toEqual([
      'IDLE',
      'BUSY',
      '486',
    ]);
    expect(caller.info.hangup).toMatchObject({ by: 'remote', reason: 'not now' });
  });

  it('is given up after its timeout, and on its signal', async () => {
    const { network, host: ua, served } = host((channel) => channel.waitForIdle());
    const caller = ua.channel();
    const calling = caller.callInboundService('weather', { timeout: 3000 });
    await network.elapse(3000);
    expect([await calling, caller.cause]).toEqual(['IDLE', 'TIMEOUT']);
    expect(served[0]?.state).toBe('IDLE');
    const abort = new AbortController();
    const aborted = errorOf(caller.callInboundService('weather', { signal: abort.signal }));
    await settled();
    abort.abort('enough');
    expect([await aborted, caller.state, served[1]?.state]).toEqual(['enough', 'IDLE', 'IDLE']);
  });

  it('has no limit of two minutes when it is told so', async () => {
    const { network, host: ua } = host((channel) => channel.waitForIdle());
    const caller = ua.channel();
    void caller.callInboundService('weather', { timeout: Number.POSITIVE_INFINITY });
    const other = ua.channel();
    const calling = other.callInboundService('weather');
    await network.elapse(120_000);
    expect([await calling, other.cause, caller.state]).toEqual(['IDLE', 'TIMEOUT', 'CALL_OUTGOING']);
  });

  it('can be started and waited for', async () => {
    const { host: ua } = host(answers);
    const caller = ua.channel();
    expect(await caller.startCallInboundService('weather')).toBe(true);
    expect(await caller.waitForOutgoingCall()).toBe('ANSWERED');
  });

  it('counts twice for maxCalls: one too many is refused with 503, and one that cannot even be placed is BUSY', async () => {
    const { host: ua } = host(answers, { maxCalls: 3 });
    const first = ua.channel();
    expect(await first.callInboundService('weather')).toBe('ANSWERED');
    const second = ua.channel();
    expect([await second.callInboundService('weather'), second.cause, second.info.rawCause]).toEqual([
      'IDLE',
      'CONGESTION',
      '503',
    ]);
    // Two are up; the third place is taken by a call that nobody has answered yet.
    const third = ua.channel();
    void third.startCall('sip:nobody@192.0.2.2');
    await settled();
    expect(await errorOf(ua.channel().callInboundService('weather'))).toMatchObject({ code: 'BUSY' });
  });

  it('ends with its handler, and with 500 when that fails before the answer', async () => {
    const { network, host: ua } = host(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('tone.wav');
    });
    using _ = ua.service('broken', () => {
      throw new Error('a bug');
    });
    const caller = ua.channel();
    await caller.callInboundService('weather');
    const over = caller.waitForIdle();
    await network.elapse(1000);
    expect(await over).toBe('IDLE');
    expect([await caller.callInboundService('broken'), caller.info.rawCause]).toEqual(['IDLE', '500']);
  });

  it('is over when the user agent stops, on both sides', async () => {
    const { network, host: ua, served } = host(answers);
    const caller = ua.channel();
    await caller.callInboundService('weather');
    const stopping = ua.stop(0);
    await network.elapse(0);
    await stopping;
    expect([caller.state, served[0]?.state]).toEqual(['IDLE', 'IDLE']);
  });
});

describe('a service', () => {
  it.each(['', 'two words', 'a/b', 'ä', 'a@b', 7, undefined])('cannot be named %j', async (name) => {
    const { host: ua } = host();
    const named = name as string;
    expect(() => ua.service(named, () => undefined)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    const caller = ua.channel();
    expect(await errorOf(caller.callInboundService(named))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(caller.state).toBe('IDLE');
  });

  it('needs a function, a name that is free, and a user agent that runs', async () => {
    const { host: ua } = host();
    const nothing = undefined as unknown as () => void;
    expect(() => ua.service('other', nothing)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => ua.service('weather', () => undefined)).toThrow(expect.objectContaining({ code: 'BUSY' }));
    void ua.stop(0);
    expect(() => ua.service('other', () => undefined)).toThrow(expect.objectContaining({ code: 'STOPPED' }));
  });

  it('cannot be called on the channel of an inbound call, nor on one that is not IDLE', async () => {
    const { host: ua, served } = host(answers);
    const caller = ua.channel();
    await caller.callInboundService('weather');
    for (const channel of [caller, served[0]]) {
      const error = channel && (await errorOf(channel.callInboundService('weather')));
      expect(error).toMatchObject({ code: 'INVALID_STATE' });
    }
  });
});
