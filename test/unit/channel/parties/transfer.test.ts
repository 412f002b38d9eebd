import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { silentLogger } from '../../../../src/logger.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork, type FakeNetworkOptions } from '../../../../src/testing/fake/fake-network.ts';
import { errorOf } from '../scene.ts';

const AGENT = 'sip:agent@192.0.2.3';

/** An inbound call that has been answered, with its extra channel, and what the party hears of tones. */
async function party(options: FakeNetworkOptions = {}) {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 }, ...options });
  const { signaling, media, host } = network;
  const arrived: Channel[] = [];
  host.onCall((channel) => {
    arrived.push(channel);
    return new Promise(() => undefined);
  });
  const leg = signaling.call();
  const [channel] = arrived;
  const other = channel?.extraChannel[0];
  if (!channel || !other) throw new Error('there is a call with an extra channel');
  await channel.answer();
  const [session] = media.sessions;
  if (!session) throw new Error('there is media');
  const sounds: string[] = [];
  const play = session.play.bind(session);
  session.play = (request) => {
    const [source] = request.sources;
    const name = source && 'name' in source ? source.name : 'something';
    sounds.push(`${name} on`);
    const playing = play(request);
    void playing.finished.then(() => sounds.push(`${name} off`));
    return playing;
  };
  const states: string[] = [];
  channel.on('state', (state) => states.push(state));
  /** The call to the target, once it has been placed. */
  const target = async (): Promise<FakeLeg> => {
    await settled();
    const dialed = signaling.dialed.at(-1);
    if (!dialed) throw new Error('nobody was called');
    return dialed;
  };
  return { network, host, leg, channel, other, session, sounds, states, target, signaling, media };
}

/** A call that has been transferred. */
async function transferred() {
  const scene = await party();
  const transferring = scene.channel.retrievableTransfer(scene.other, AGENT);
  const target = await scene.target();
  target.accept();
  expect(await transferring).toBe('TRANSFERRED');
  return { ...scene, agent: target };
}

describe('a retrievable transfer', () => {
  it('calls the target, lets the party hear that it rings, and joins the two', async () => {
    const errors: unknown[] = [];
    const logger = { ...silentLogger, error: (message: string) => errors.push(message) };
    const { channel, other, sounds, states, target, network } = await party({ logger });
    const transferring = channel.retrievableTransfer(other, AGENT, { from: 'sip:desk@192.0.2.1' });
    const agent = await target();
    expect([channel.state, other.state, channel.transferCause]).toEqual(['TRANSFERRING', 'CALL_OUTGOING', 'NONE']);
    expect(agent.invite).toMatchObject({ to: AGENT, from: 'sip:desk@192.0.2.1' });
    await network.elapse(5000);
    expect(sounds).toEqual([]);
    agent.progress(180);
    await network.elapse(5000);
    agent.progress(180);
    await settled();
    expect(sounds).toEqual(['RINGBACK on']);
    agent.accept();
    expect(await transferring).toBe('TRANSFERRED');
    expect(sounds).toEqual(['RINGBACK on', 'RINGBACK off']);
    expect([channel.state, other.state, channel.transferCause]).toEqual(['TRANSFERRED', 'ANSWERED', 'NORMAL']);
    expect([channel.info.connectedId, other.info.connectedId]).toEqual([other.id, channel.id]);
    expect(states).toEqual(['TRANSFERRING', 'TRANSFERRED']);
    expect(errors).toEqual([]);
  });

  it('does not ring for a target that is only told of, or that answers at once', async () => {
    const { channel, other, sounds, target, media } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    const agent = await target();
    const links = { count: 0 };
    const early = media.sessions[1];
    if (!early) throw new Error('the target has media');
    const link = early.link.bind(early);
    early.link = (to, options) => {
      links.count++;
      return link(to, options);
    };
    agent.progress(181);
    await settled();
    agent.accept();
    expect(await transferring).toBe('TRANSFERRED');
    expect([sounds, links.count]).toEqual([[], 1]);
  });

  it('plays the tone that is named, and by default that of the tone player', async () => {
    const { channel, other, sounds, target } = await party();
    const first = channel.retrievableTransfer(other, AGENT, { ringbackTone: 'RINGBACK_UK' });
    let agent = await target();
    agent.progress(180);
    await settled();
    agent.refuse(486);
    await first;
    const { ToneManager } = await import('../../../../src/channel/tone/tone-manager.ts');
    const tones = new ToneManager();
    tones.createTone([{ waves: [{ frequency: 440, amplitude: 10 }], duration: 1000 }], 'MINE');
    tones.setDefault('MINE');
    channel.createTonePlayer(tones);
    const second = channel.retrievableTransfer(other, AGENT);
    agent = await target();
    agent.progress(180);
    await settled();
    agent.refuse(486);
    await second;
    expect(sounds).toEqual(['RINGBACK_UK on', 'RINGBACK_UK off', 'MINE on', 'MINE off']);
  });

  it('lets the party hear what the target sends before the answer, in place of the tone', async () => {
    const { channel, other, session, sounds, target, media } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    const agent = await target();
    agent.progress(180);
    await settled();
    const links: string[] = [];
    const early = media.sessions[1];
    if (!early) throw new Error('the target has media');
    const link = early.link.bind(early);
    early.link = (to, options) => {
      links.push(to === session ? 'to the party' : 'elsewhere');
      const made = link(to, options);
      return {
        ...made,
        close: () => {
          links.push('closed');
          made.close();
        },
      };
    };
    agent.progress(183, true);
    agent.progress(183, true);
    await settled();
    expect(sounds).toEqual(['RINGBACK on', 'RINGBACK off']);
    expect(links).toEqual(['to the party']);
    agent.refuse(603);
    expect(await transferring).toBe('ANSWERED');
    expect(links).toEqual(['to the party', 'closed']);
  });

  it('goes on with the tone when that cannot be linked', async () => {
    const { channel, other, sounds, target, media } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    const agent = await target();
    const early = media.sessions[1];
    if (!early) throw new Error('the target has media');
    const { link } = early;
    early.link = () => {
      throw new ChannelError('INVALID_STATE', 'carried by different threads');
    };
    agent.progress(183, true);
    await settled();
    expect(sounds).toEqual(['RINGBACK on']);
    early.link = link;
    agent.accept();
    expect(await transferring).toBe('TRANSFERRED');
  });

  it('can go by a channel that is no extra channel', async () => {
    const { channel, host, target, media, session } = await party();
    const near: unknown[] = [];
    const open = media.open.bind(media);
    media.open = (options) => {
      near.push(options.near);
      return open(options);
    };
    const other = host.channel();
    const transferring = channel.retrievableTransfer(other, AGENT);
    (await target()).accept();
    expect(await transferring).toBe('TRANSFERRED');
    expect(near).toEqual([session]);
  });

  it('is written into the journal', async () => {
    const { channel, other } = await transferred();
    expect(channel.journal.entries).toContainEqual(
      expect.objectContaining({ method: 'retrievableTransfer', arguments: [other.id, AGENT] }),
    );
    const states = channel.journal.entries.flatMap((entry) => (entry.kind === 'state' ? [entry.state] : []));
    expect(states.slice(-2)).toEqual(['TRANSFERRING', 'TRANSFERRED']);
  });
});

describe('a transfer that fails', () => {
  it.each([
    [486, 'TARGETREJECT'],
    [480, 'TARGETREJECT'],
    [603, 'TARGETREJECT'],
    [404, 'FAIL'],
    [500, 'FAIL'],
  ])('because the target answers %i leaves the party ANSWERED, with %s', async (status, cause) => {
    const { channel, other, states, target } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    (await target()).refuse(status);
    expect(await transferring).toBe('ANSWERED');
    expect([channel.transferCause, other.state, other.info.rawCause]).toEqual([cause, 'IDLE', String(status)]);
    expect(states).toEqual(['TRANSFERRING', 'ANSWERED']);
    expect(await channel.dtmfDetector.getDigits({ timeout: 0 })).toBe('');
  });

  it('because nobody answers in time ends with TIMEOUT, and the target is given up', async () => {
    const { channel, other, target, network } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT, { timeout: 20_000 });
    const agent = await target();
    agent.progress(180);
    await network.elapse(20_000);
    expect(await transferring).toBe('ANSWERED');
    expect([channel.transferCause, other.state, other.cause, agent.released !== undefined]).toEqual([
      'TIMEOUT',
      'IDLE',
      'TIMEOUT',
      true,
    ]);
  });

  it('waits for two minutes unless told otherwise, or for ever', async () => {
    const { channel, other, host, network } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    await network.elapse(119_999);
    expect(channel.state).toBe('TRANSFERRING');
    await network.elapse(1);
    expect(await transferring).toBe('ANSWERED');
    void channel.retrievableTransfer(host.channel(), AGENT, { timeout: Number.POSITIVE_INFINITY });
    await network.elapse(1_000_000);
    expect(channel.state).toBe('TRANSFERRING');
  });

  it('because the party hangs up rejects with Hangup, has HANGUP, and gives the target up', async () => {
    const { channel, other, leg, target } = await party();
    const transferring = errorOf(channel.retrievableTransfer(other, AGENT));
    const agent = await target();
    agent.progress(180);
    leg.end({ by: 'remote' });
    expect(await transferring).toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    expect([channel.transferCause, channel.state, other.state]).toEqual(['HANGUP', 'IDLE', 'IDLE']);
    expect(agent.released).toBeDefined();
  });

  it('because the party hangs up as soon as the target has answered is the same', async () => {
    const { channel, other, leg, target } = await party();
    const transferring = errorOf(channel.retrievableTransfer(other, AGENT));
    const agent = await target();
    agent.accept();
    leg.end({ by: 'remote' });
    expect(await transferring).toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    await settled();
    expect([channel.transferCause, channel.state, other.state]).toEqual(['HANGUP', 'IDLE', 'IDLE']);
    expect(agent.released).toBeDefined();
  });

  it('because of its signal rejects with the reason, and gives the target up', async () => {
    const { channel, other, target } = await party();
    const abort = new AbortController();
    const transferring = errorOf(channel.retrievableTransfer(other, AGENT, { signal: abort.signal }));
    const agent = await target();
    agent.progress(180);
    await settled();
    abort.abort('enough');
    expect(await transferring).toBe('enough');
    expect([channel.transferCause, channel.state, other.state]).toEqual(['FAIL', 'ANSWERED', 'IDLE']);
    expect(agent.released).toBeDefined();
  });

  it('because the target hangs up as soon as it has answered ends with TARGETHANGUP', async () => {
    const { channel, other, target } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    const agent = await target();
    agent.progress(180);
    await settled();
    agent.accept();
    agent.end({ by: 'remote' });
    expect(await transferring).toBe('ANSWERED');
    expect([channel.transferCause, other.state]).toEqual(['TARGETHANGUP', 'IDLE']);
  });

  it('because the other channel is hung up by the program ends with FAIL', async () => {
    const { channel, other, target } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    await target();
    await other.hangUp();
    expect([await transferring, channel.transferCause]).toEqual(['ANSWERED', 'FAIL']);
  });

  it('because the address leads nowhere ends with FAIL, and the other channel says why', async () => {
    const { channel, other, signaling } = await party();
    signaling.failureFor = () => new ChannelError('HOST_UNRESOLVED', 'no such host');
    expect(await channel.retrievableTransfer(other, AGENT)).toBe('ANSWERED');
    expect([channel.transferCause, other.cause, other.info.hangup?.text]).toEqual([
      'FAIL',
      'UNOBTAINABLE',
      'no such host',
    ]);
  });

  it('because signalling cannot read the address rejects with INVALID_ARGUMENT', async () => {
    const { channel, other, signaling } = await party();
    signaling.failureFor = () => new ChannelError('INVALID_ARGUMENT', 'no URI');
    expect(await errorOf(channel.retrievableTransfer(other, 'sip:a@[b'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect([channel.state, other.state, channel.transferCause]).toEqual(['ANSWERED', 'IDLE', 'FAIL']);
  });

  it('because media cannot join the two releases the target', async () => {
    const { channel, other, session, target } = await party();
    session.link = () => {
      throw new ChannelError('INVALID_STATE', 'carried by different threads');
    };
    const transferring = channel.retrievableTransfer(other, AGENT);
    const agent = await target();
    agent.accept();
    expect([await transferring, channel.transferCause]).toEqual(['ANSWERED', 'FAIL']);
    await settled();
    expect([other.state, agent.released !== undefined]).toEqual(['IDLE', true]);
  });
});

describe('what a transfer cannot be done with', () => {
  it('leaves everything as it was', async () => {
    const { channel, other, host, network, signaling } = await party({ maxCalls: 3 });
    const stranger = new FakeNetwork().host.channel();
    const wrong = { code: 'INVALID_ARGUMENT' };
    for (const [each, to, options] of [
      [channel, AGENT],
      [stranger, AGENT],
      [undefined, AGENT],
      [{}, AGENT],
      [other, ''],
      [other, 'a b'],
      [other, undefined],
      [other, AGENT, { ringbackTone: 'NO_SUCH_TONE' }],
      [other, AGENT, { timeout: -1 }],
      [other, AGENT, { from: 'a b' }],
      [other, AGENT, { codecs: ['OPUS'] }],
      [other, AGENT, { ringback: 'RINGBACK' }],
    ] as [Channel, string, object?][]) {
      expect(await errorOf(channel.retrievableTransfer(each, to, options))).toMatchObject(wrong);
    }
    signaling.onDial = (leg) => leg.accept();
    const third = host.channel();
    await third.call(AGENT);
    expect(await errorOf(channel.retrievableTransfer(third, AGENT))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(third.retrievableTransfer(channel, AGENT))).toMatchObject({ code: 'INVALID_STATE' });
    await third.connect(channel);
    expect(await errorOf(channel.retrievableTransfer(other, AGENT))).toMatchObject({ code: 'BUSY' });
    await third.disconnect();
    void channel.filePlayer.play('tone.wav');
    await settled();
    expect(await errorOf(channel.retrievableTransfer(other, AGENT))).toMatchObject({ code: 'BUSY' });
    await network.elapse(1000);
    await host.channel().call(AGENT);
    expect(await errorOf(channel.retrievableTransfer(other, AGENT))).toMatchObject({ code: 'BUSY' });
    expect([channel.state, other.state, channel.transferCause]).toEqual(['ANSWERED', 'IDLE', 'NONE']);
    expect(signaling.dialed).toHaveLength(2);
  });

  it('is refused on a channel that is not answered, and with Hangup on one that is over', async () => {
    const { channel, other, host } = await party();
    await channel.hangUp();
    expect(await errorOf(channel.retrievableTransfer(other, ''))).toMatchObject({ code: 'HANGUP' });
    const calling = host.channel();
    void calling.startCall(AGENT);
    await settled();
    expect(await errorOf(calling.retrievableTransfer(other, AGENT))).toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('while a call is transferred', () => {
  it('nothing can be played, recorded and detected on it, but the whole call can be recorded', async () => {
    const { channel, other, network } = await transferred();
    const state = { code: 'INVALID_STATE' };
    expect(await errorOf(channel.filePlayer.play('tone.wav'))).toMatchObject(state);
    expect(await errorOf(channel.fileRecorder.record('a.wav'))).toMatchObject(state);
    expect(await errorOf(channel.dtmfDetector.getDigits())).toMatchObject(state);
    expect(await errorOf(channel.dtmfPlayer.play('1'))).toMatchObject(state);
    expect(await errorOf(channel.connect(other))).toMatchObject(state);
    expect(await errorOf(channel.retrievableTransfer(other, AGENT))).toMatchObject(state);
    expect(await errorOf(other.filePlayer.play('tone.wav'))).toMatchObject({ code: 'BUSY' });
    await channel.wholeCallRecorder.start('call.wav');
    await network.elapse(1000);
    await channel.retrieve();
    expect(channel.wholeCallRecorder.state).toBe('RECORDING');
    await channel.wholeCallRecorder.stop();
    expect(channel.wholeCallRecorder.cause).toBe('ABORTED');
  });

  it('a recording of the whole call that runs goes on', async () => {
    const { channel, other, target } = await party();
    await channel.wholeCallRecorder.start('call.wav');
    const transferring = channel.retrievableTransfer(other, AGENT);
    (await target()).accept();
    await transferring;
    expect(channel.wholeCallRecorder.state).toBe('RECORDING');
  });
});

describe('a transferred call', () => {
  it('comes back by itself when the target hangs up', async () => {
    const { channel, other, agent, states } = await transferred();
    const back = channel.waitForTransferredCallRetrieval();
    agent.end({ by: 'remote' });
    expect(await back).toBe('ANSWERED');
    expect(states).toEqual(['TRANSFERRING', 'TRANSFERRED', 'RECONNECTING', 'ANSWERED']);
    expect([other.state, channel.transferCause, channel.info.connectedId]).toEqual(['IDLE', 'NORMAL', undefined]);
    expect(await channel.waitForTransferredCallRetrieval()).toBe('ANSWERED');
  });

  it.each(['retrieve', 'disconnect', 'disconnect of the other', 'hangUp of the other'])(
    'comes back by %s(), and the target is hung up on',
    async (how) => {
      const { channel, other, agent } = await transferred();
      const back = channel.waitForTransferredCallRetrieval();
      if (how === 'retrieve') expect(await channel.retrieve()).toBe('ANSWERED');
      else if (how === 'disconnect') expect(await channel.disconnect()).toBe(true);
      else if (how === 'hangUp of the other') await other.hangUp();
      else expect(await other.disconnect()).toBe(true);
      expect(await back).toBe('ANSWERED');
      expect(agent.released).toBeDefined();
      expect(await other.waitForIdle()).toBe('IDLE');
      expect(await channel.retrieve()).toBe('ANSWERED');
    },
  );

  it('takes the target with it when the party hangs up', async () => {
    const { channel, other, agent, leg } = await transferred();
    const back = errorOf(channel.waitForTransferredCallRetrieval());
    leg.end({ by: 'remote' });
    expect(await back).toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    expect(await other.waitForIdle()).toBe('IDLE');
    expect([channel.state, channel.transferCause, agent.released !== undefined]).toEqual(['IDLE', 'NORMAL', true]);
  });

  it('takes the target with it when this side hangs up', async () => {
    const { channel, other, agent } = await transferred();
    await channel.hangUp();
    expect(await other.waitForIdle()).toBe('IDLE');
    expect(agent.released).toBeDefined();
  });

  it('can be transferred again', async () => {
    const { channel, other, agent, target } = await transferred();
    agent.end({ by: 'remote' });
    await channel.waitForTransferredCallRetrieval();
    const again = channel.retrievableTransfer(other, AGENT);
    (await target()).accept();
    expect(await again).toBe('TRANSFERRED');
  });

  it('is waited for as long as the signal and the timeout allow', async () => {
    const { channel, network } = await transferred();
    const late = errorOf(channel.waitForTransferredCallRetrieval({ timeout: 1000 }));
    await network.elapse(1000);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
    expect(channel.state).toBe('TRANSFERRED');
  });

  it('is waited for from the beginning of the transfer on, but not taken back before it is there', async () => {
    const { channel, other, target } = await party();
    const transferring = channel.retrievableTransfer(other, AGENT);
    const back = channel.waitForTransferredCallRetrieval();
    const agent = await target();
    expect(await errorOf(channel.retrieve())).toMatchObject({ code: 'INVALID_STATE' });
    agent.accept();
    await transferring;
    await channel.retrieve();
    expect(await back).toBe('ANSWERED');
  });

  it('is not waited for by a call that is not answered', async () => {
    const { host } = await party();
    const calling = host.channel();
    void calling.startCall(AGENT);
    await settled();
    const state = { code: 'INVALID_STATE' };
    expect(await errorOf(calling.waitForTransferredCallRetrieval())).toMatchObject(state);
    expect(await errorOf(calling.retrieve())).toMatchObject(state);
  });

  it('comes back when a listener ends the connection at once', async () => {
    const { channel, other, target, states } = await party();
    channel.on('connected', () => void other.disconnect());
    const transferring = channel.retrievableTransfer(other, AGENT);
    (await target()).accept();
    await transferring;
    expect(await channel.waitForTransferredCallRetrieval()).toBe('ANSWERED');
    expect(states).toEqual(['TRANSFERRING', 'TRANSFERRED', 'RECONNECTING', 'ANSWERED']);
    expect(await other.waitForIdle()).toBe('IDLE');
  });

  it('is over for both when the handler of the call ends', async () => {
    const network = new FakeNetwork();
    network.signaling.onDial = (leg) => leg.accept();
    network.host.onCall(async (channel) => {
      await channel.answer();
      const [other] = channel.extraChannel;
      if (other) await channel.retrievableTransfer(other, AGENT);
    });
    network.signaling.call();
    await settled();
    await settled();
    expect(network.host.channels).toEqual([]);
    expect(network.signaling.dialed[0]?.released).toBeDefined();
  });
});

describe('a transfer to a service', () => {
  it('joins the party with it, and comes back when it ends', async () => {
    const { channel, other, host } = await party();
    let isDone: () => void = () => undefined;
    using _ = host.service('weather', async (served) => {
      await served.ring();
      await served.answer();
      await new Promise<void>((resolve) => {
        isDone = resolve;
      });
    });
    expect(await channel.transferToInboundService(other, 'weather')).toBe('TRANSFERRED');
    await settled();
    isDone();
    expect(await channel.waitForTransferredCallRetrieval()).toBe('ANSWERED');
    expect([other.state, host.channels]).toEqual(['IDLE', [channel]]);
  });

  it('that refuses fails with TARGETREJECT, and to one that is not there with FAIL', async () => {
    const { channel, other, host } = await party();
    using _ = host.service('closed', (served) => served.reject('BUSY'));
    expect([await channel.transferToInboundService(other, 'closed'), channel.transferCause]).toEqual([
      'ANSWERED',
      'TARGETREJECT',
    ]);
    expect([await channel.transferToInboundService(other, 'nobody'), channel.transferCause, other.cause]).toEqual([
      'ANSWERED',
      'FAIL',
      'UNOBTAINABLE',
    ]);
    expect(await errorOf(channel.transferToInboundService(other, 'no/body'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
