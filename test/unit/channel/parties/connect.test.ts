import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../../src/errors.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import type { FakeMediaSession } from '../../../../src/testing/fake/fake-session.ts';
import { errorOf } from '../scene.ts';

/** Two answered calls out of one user agent, with what each end of them sends. */
async function pair(codecs: readonly string[] = ['PCMU']) {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 } });
  network.signaling.onDial = (leg) => leg.accept(codecs);
  const one = network.host.channel();
  const other = network.host.channel();
  await one.call('sip:one@192.0.2.2');
  await other.call('sip:other@192.0.2.2');
  const [oneSession, otherSession] = network.media.sessions;
  const [oneLeg, otherLeg] = network.signaling.dialed;
  if (!oneSession || !otherSession || !oneLeg || !otherLeg) throw new Error('there are two calls');
  return { network, one, other, oneSession, otherSession, oneLeg, otherLeg };
}

/** Counts the links that a session opens and closes. */
function countLinks(session: FakeMediaSession): { opened: number; closed: number } {
  const count = { opened: 0, closed: 0 };
  session.link = () => {
    count.opened++;
    return { setVolume: () => undefined, close: () => void count.closed++ };
  };
  return count;
}

/** Takes no telephone-events from now on. */
function withoutEvents(session: FakeMediaSession): void {
  Object.defineProperty(session, 'takesEvents', { value: false });
}

const keysByInfo = (leg: FakeLeg): readonly (string | undefined)[] =>
  leg.requests.map(({ body }) => /Signal=(.)/.exec(body)?.[1]);

describe('a connection', () => {
  it('opens one link each way and closes both, once', async () => {
    const { one, other, oneSession, otherSession } = await pair();
    const links = [countLinks(oneSession), countLinks(otherSession)];
    expect(await one.connect(other)).toBe(true);
    expect(links).toEqual([
      { opened: 1, closed: 0 },
      { opened: 1, closed: 0 },
    ]);
    expect([one.info.connectedId, other.info.connectedId]).toEqual([other.id, one.id]);
    await Promise.all([one.disconnect(), other.disconnect(), one.hangUp()]);
    expect(links.map(({ closed }) => closed)).toEqual([1, 1]);
    expect([one.info.connectedId, other.info.connectedId]).toEqual([undefined, undefined]);
  });

  it('that media refuses leaves both channels as they were', async () => {
    const { one, other, oneSession, otherSession } = await pair();
    const links = countLinks(oneSession);
    otherSession.link = () => {
      throw new ChannelError('INVALID_STATE', 'carried by different threads');
    };
    expect(await errorOf(one.connect(other))).toMatchObject({ code: 'INVALID_STATE' });
    expect(links).toEqual({ opened: 1, closed: 1 });
    expect([one.info.connectedId, other.info.connectedId]).toEqual([undefined, undefined]);
    countLinks(otherSession);
    expect(await other.connect(one)).toBe(true);
  });

  it('that one of the two is too busy for takes nothing of the other', async () => {
    const { one, other, oneSession, network } = await pair();
    const links = countLinks(oneSession);
    const playing = other.filePlayer.play('tone.wav');
    await settled();
    expect(await errorOf(one.connect(other))).toMatchObject({ code: 'BUSY' });
    expect(await errorOf(other.connect(one))).toMatchObject({ code: 'BUSY' });
    expect(links.opened).toBe(0);
    const echo = one.echo({ timeout: 10 });
    await network.elapse(1000);
    await Promise.all([playing, echo]);
    expect(await one.connect(other)).toBe(true);
  });

  it('tells both channels, each of the other, and who ends it at once tells nobody twice', async () => {
    const { one, other } = await pair();
    const heard: string[] = [];
    for (const [name, channel] of Object.entries({ one, other })) {
      channel.on('connected', ({ id }) => heard.push(`${name} to ${id}`));
      channel.on('disconnected', () => heard.push(`${name} not any more`));
    }
    await one.connect(other);
    await other.disconnect();
    expect(heard.splice(0)).toEqual([
      `one to ${other.id}`,
      `other to ${one.id}`,
      'one not any more',
      'other not any more',
    ]);
    one.on('connected', () => void one.disconnect());
    expect(await one.connect(other)).toBe(true);
    expect(heard).toEqual([`one to ${other.id}`, 'one not any more']);
    expect(one.info.connectedId).toBe(undefined);
  });

  it('is written into both journals', async () => {
    const { one, other } = await pair();
    await one.connect(other, { relayDigits: false });
    await one.disconnect();
    const notes = one.journal.entries.flatMap((entry) => (entry.kind === 'note' ? [entry.text] : []));
    expect(notes).toEqual([`connected to ${other.id}`, `disconnected from ${other.id}`]);
    expect(one.journal.entries).toContainEqual(
      expect.objectContaining({ method: 'connect', arguments: [other.id, { relayDigits: false }] }),
    );
  });
});

describe('keys in a connection', () => {
  it('go on as events in the order in which they come, however fast', async () => {
    const { one, other, oneSession, otherSession, network } = await pair();
    await one.connect(other);
    for (const digit of '12345') oneSession.press(digit, 'RFC4733');
    oneSession.takeDigit('#', 'INFO');
    await network.elapse(2000);
    expect([otherSession.sentDigits, oneSession.sentDigits]).toEqual(['12345#', '']);
    expect(await one.dtmfDetector.getDigits()).toBe('12345#');
  });

  it('go on by INFO to a far end that takes no events', async () => {
    const { one, other, oneSession, otherSession, otherLeg, network } = await pair();
    withoutEvents(otherSession);
    await other.connect(one);
    for (const digit of '12*') oneSession.press(digit, 'RFC4733');
    await network.elapse(2000);
    expect([keysByInfo(otherLeg), otherSession.sentDigits]).toEqual([['1', '2', '*'], '']);
  });

  it('go on after one that the far end refuses', async () => {
    const { one, other, oneSession, otherSession, otherLeg, network } = await pair();
    withoutEvents(otherSession);
    otherLeg.requestStatus = 415;
    await one.connect(other);
    oneSession.press('1', 'RFC4733');
    await network.elapse(500);
    otherLeg.requestStatus = 200;
    oneSession.press('2', 'RFC4733');
    await network.elapse(500);
    expect(keysByInfo(otherLeg)).toEqual(['1', '2']);
  });

  it('stay where they are when they are tones, when nobody wants them, and when it is over', async () => {
    const { one, other, oneSession, otherSession, network } = await pair();
    await one.connect(other);
    oneSession.press('1', 'INBAND');
    await one.disconnect();
    oneSession.press('2', 'RFC4733');
    await one.connect(other, { relayDigits: false });
    oneSession.press('3', 'RFC4733');
    await other.disconnect();
    await other.connect(one);
    for (const digit of '456') oneSession.press(digit, 'RFC4733');
    await one.disconnect();
    await network.elapse(2000);
    expect(otherSession.sentDigits).toBe('');
  });
});

describe('a key that is being passed on', () => {
  it('is ended before disconnect() and waitForDisconnect() resolve', async () => {
    const { one, other, oneSession, otherSession } = await pair();
    const sent = Promise.withResolvers<{ readonly reason: 'stopped' }>();
    const stops: string[] = [];
    otherSession.sendDigits = ({ digits }) => ({
      started: Promise.resolve(),
      finished: sent.promise,
      stop: () => void stops.push(digits),
    });
    await one.connect(other);
    oneSession.press('1', 'RFC4733');
    const over: string[] = [];
    const ends = [
      other.waitForDisconnect().then(() => over.push('waited')),
      one.disconnect().then((was) => over.push(`disconnected ${was}`)),
    ];
    await settled();
    expect([over, stops, one.info.connectedId]).toEqual([[], ['1'], undefined]);
    sent.resolve({ reason: 'stopped' });
    await Promise.all(ends);
    expect(over.sort()).toEqual(['disconnected true', 'waited']);
  });
});

describe('extra channels', () => {
  it('are as many as the user agent says, always the same, and have none themselves', async () => {
    const network = new FakeNetwork({ extraChannels: 3 });
    const channel = network.host.channel();
    expect(channel.extraChannel).toHaveLength(3);
    expect(channel.extraChannel).toBe(channel.extraChannel);
    expect(Object.isFrozen(channel.extraChannel)).toBe(true);
    expect(new Set([channel, ...channel.extraChannel].map(({ id }) => id)).size).toBe(4);
    expect(channel.extraChannel.map(({ extraChannel, info }) => [extraChannel, info.direction])).toEqual(
      Array.from({ length: 3 }, () => [[], 'outbound']),
    );
  });

  it('have their media where that of their channel is', async () => {
    const network = new FakeNetwork();
    network.signaling.onDial = (leg) => leg.accept();
    const places: unknown[] = [];
    const open = network.media.open.bind(network.media);
    network.media.open = (options) => {
      places.push(options.near);
      return open(options);
    };
    const channel = network.host.channel();
    await channel.call('sip:a@192.0.2.2');
    await channel.extraChannel[0]?.call('sip:b@192.0.2.2');
    expect(places).toEqual([undefined, network.media.sessions[0]]);
  });

  it('count for maxCalls when they call', async () => {
    const network = new FakeNetwork({ maxCalls: 1 });
    network.signaling.onDial = (leg) => leg.accept();
    const channel = network.host.channel();
    const [extra] = channel.extraChannel;
    await channel.call('sip:a@192.0.2.2');
    expect(await errorOf(extra?.call('sip:b@192.0.2.2') ?? Promise.resolve())).toMatchObject({ code: 'BUSY' });
  });

  it('are hung up with their channel when the call handler ends, not when its call does', async () => {
    const network = new FakeNetwork();
    network.signaling.onDial = (leg) => leg.accept();
    const handler = Promise.withResolvers<void>();
    const states: unknown[] = [];
    network.host.onCall(async (channel) => {
      await channel.answer();
      const [extra] = channel.extraChannel;
      await extra?.call('sip:b@192.0.2.2');
      await channel.waitForIdle();
      states.push(channel.state, extra?.state);
      await handler.promise;
    });
    const leg = network.signaling.call();
    await settled();
    leg.end({ by: 'remote' });
    await settled();
    expect(states).toEqual(['IDLE', 'ANSWERED']);
    expect(network.host.channels).toHaveLength(1);
    handler.resolve();
    await settled();
    expect(network.host.channels).toEqual([]);
    expect(network.signaling.dialed[0]?.released).toBeDefined();
  });
});
