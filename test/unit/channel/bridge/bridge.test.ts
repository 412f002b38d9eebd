import { describe, expect, it } from 'vitest';
import type { BridgeOptions } from '../../../../src/channel/bridge/bridge-settings.ts';
import type { Channel } from '../../../../src/channel/channel.ts';
import type { MediaSession } from '../../../../src/channel/media-port.ts';
import type { LinkOptions } from '../../../../src/channel/mix-port.ts';
import { Hangup } from '../../../../src/errors.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import type { FakeMediaSession } from '../../../../src/testing/fake/fake-session.ts';
import { call, errorOf } from '../scene.ts';
import { HandMix } from './hand-mix.ts';

interface Party {
  readonly channel: Channel;
  readonly leg: FakeLeg;
  readonly session: FakeMediaSession;
}

/** A bridge, and answered calls beside it. */
async function scene(count: number, options?: BridgeOptions) {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 } });
  const mix = new HandMix();
  network.media.mix = () => mix;
  const arrived: Channel[] = [];
  network.host.onCall((channel) => {
    arrived.push(channel);
    return new Promise(() => undefined);
  });
  const parties: Party[] = [];
  for (let index = 0; index < count; index++) {
    const leg = network.signaling.call();
    const channel = arrived[index];
    if (!channel) throw new Error('the call did not arrive');
    await channel.answer();
    const session = network.media.sessions[index];
    if (!session) throw new Error('there is no media');
    parties.push({ channel, leg, session });
  }
  const bridge = network.host.bridge(options ?? {});
  const happened: string[] = [];
  const name = (channel: Channel | undefined): string => String(parties.findIndex((each) => each.channel === channel));
  bridge.on('joined', ({ channel }) => void happened.push(`joined ${name(channel)}`));
  bridge.on('left', ({ channel }) => void happened.push(`left ${name(channel)}`));
  bridge.on('empty', () => void happened.push('empty'));
  bridge.on(
    'talking',
    ({ channel }, isTalking) => void happened.push(`${name(channel)} ${isTalking ? 'talks' : 'is silent'}`),
  );
  bridge.on('loudest', (member) => void happened.push(`loudest ${name(member?.channel)}`));
  const party = (index: number): Party => {
    const found = parties[index];
    if (!found) throw new Error('there is no such party');
    return found;
  };
  return { network, mix, bridge, party, happened };
}

const PLAIN = { isHeard: true, hears: true, gain: 0, volume: 0 };

describe('a bridge', () => {
  it('lets answered channels take part as they were told to', async () => {
    const { bridge, mix, party, happened } = await scene(3);
    await bridge.add(party(0).channel);
    await bridge.add(party(1).channel, { talks: false, volume: 6 });
    await bridge.add(party(2).channel, { muted: true, gain: -3, hears: false });
    expect([...mix.seats.values()]).toEqual([
      PLAIN,
      { ...PLAIN, isHeard: false, volume: 6 },
      { isHeard: false, hears: false, gain: -3, volume: 0 },
    ]);
    const [first, second, third] = bridge.members;
    expect([first?.talks, first?.hears, first?.isMuted, first?.gain, first?.volume]).toEqual([true, true, false, 0, 0]);
    expect([second?.talks, second?.volume, third?.talks, third?.isMuted]).toEqual([false, 6, true, true]);
    expect(happened).toEqual(['joined 0', 'joined 1', 'joined 2']);
  });

  it('changes how a member takes part, and mutes it', async () => {
    const { bridge, mix, party } = await scene(1);
    const member = await bridge.add(party(0).channel);
    const seat = () => mix.seats.get(party(0).session);
    member.mute();
    expect(seat()).toEqual({ ...PLAIN, isHeard: false });
    member.change({ gain: 6, hears: false });
    expect(seat()).toEqual({ isHeard: false, hears: false, gain: 6, volume: 0 });
    member.unmute();
    expect(seat()).toEqual({ isHeard: true, hears: false, gain: 6, volume: 0 });
    member.change({ talks: false });
    expect([seat()?.isHeard, member.talks, member.isMuted]).toEqual([false, false, false]);
  });

  it('takes a member out, whose call goes on and can be added again', async () => {
    const { bridge, mix, party, happened } = await scene(2);
    const first = await bridge.add(party(0).channel);
    await bridge.add(party(1).channel);
    expect([bridge.remove(party(0).channel), bridge.remove(party(0).channel)]).toEqual([true, false]);
    expect([first.isIn, mix.seats.size, party(0).channel.state]).toEqual([false, 1, 'ANSWERED']);
    first.mute();
    first.change({ gain: 1 });
    first.leave();
    expect(await first.level()).toBe(-127);
    expect(mix.seats.has(party(0).session)).toBe(false);
    const again = await bridge.add(party(0).channel);
    again.leave();
    bridge.members[0]?.leave();
    expect(happened).toEqual(['joined 0', 'joined 1', 'left 0', 'joined 0', 'left 0', 'left 1', 'empty']);
  });

  it('is left by who hangs up, whoever does it', async () => {
    const { bridge, mix, party, happened } = await scene(2);
    await bridge.add(party(0).channel);
    await bridge.add(party(1).channel);
    party(0).leg.end({ by: 'remote' });
    expect([bridge.members.length, mix.seats.size]).toEqual([1, 1]);
    await party(1).channel.hangUp();
    expect([bridge.members.length, mix.seats.size, bridge.isClosed]).toEqual([0, 0, false]);
    expect(happened.slice(2)).toEqual(['left 0', 'left 1', 'empty']);
  });

  it('that is closed leaves every call as it was, and takes nobody any more', async () => {
    const { bridge, mix, party } = await scene(2);
    await bridge.add(party(0).channel);
    await bridge.add(party(1).channel);
    await bridge.close();
    await bridge.close();
    expect([mix.isClosed, bridge.isClosed, bridge.members]).toEqual([true, true, []]);
    expect([party(0).channel.state, party(1).channel.state]).toEqual(['ANSWERED', 'ANSWERED']);
    expect(await errorOf(bridge.add(party(0).channel))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(bridge.tap(party(0).channel, party(1).channel))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await party(0).channel.filePlayer.start('tone.wav')).toBeDefined();
  });

  it('refuses what cannot take part, and nothing is changed by that', async () => {
    const { bridge, network, mix, party } = await scene(2);
    const other = network.host.bridge({});
    const stranger = call().channel;
    await other.add(party(1).channel);
    const before = mix.seats.size;
    expect(await errorOf(bridge.add(party(1).channel))).toMatchObject({ code: 'BUSY' });
    expect(await errorOf(other.add(party(1).channel))).toMatchObject({ code: 'BUSY' });
    expect(await errorOf(bridge.add(stranger))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const wrong of [undefined, null, 7, 'channel', {}]) {
      expect(await errorOf(bridge.add(wrong as unknown as Channel))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const ringing = network.signaling.call();
    const offered = network.host.channels.find((channel) => channel.state === 'CALL_INCOMING');
    if (!offered) throw new Error('the call did not arrive');
    expect(await errorOf(bridge.add(offered))).toMatchObject({ code: 'INVALID_STATE' });
    ringing.end({ by: 'remote' });
    expect(await errorOf(bridge.add(offered))).toBeInstanceOf(Hangup);
    for (const options of [
      { gain: 21 },
      { gain: Number.NaN },
      { volume: '3' },
      { talks: 1 },
      { muted: 'no' },
      { loud: true },
    ]) {
      expect(await errorOf(bridge.add(party(0).channel, options as object))).toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    mix.refused = party(0).session;
    expect(await errorOf(bridge.add(party(0).channel))).toMatchObject({ code: 'INVALID_STATE' });
    mix.refused = undefined;
    expect(mix.seats.size).toBe(before);
    const signal = AbortSignal.abort('enough');
    expect(await errorOf(bridge.add(party(0).channel, { signal }))).toBe('enough');
    await bridge.add(party(0).channel);
    expect(() => bridge.members[0]?.change({ gain: -61 })).toThrow(/gain must be/);
    expect(() => bridge.members[0]?.change({ muted: true } as object)).toThrow(/no option "muted"/);
    expect(() => network.host.bridge({ relayDigits: 1 } as unknown as BridgeOptions)).toThrow(/relayDigits/);
    expect(() => bridge.on('end' as 'empty', () => undefined)).toThrow(/has the events/);
  });

  it('tells who talks, who is loudest, and how loud each is', async () => {
    const { bridge, mix, party, happened } = await scene(2);
    await bridge.add(party(0).channel);
    await bridge.add(party(1).channel);
    happened.length = 0;
    mix.notice({ type: 'talking', session: party(0).session, isTalking: true });
    mix.notice({ type: 'loudest', session: party(0).session });
    mix.notice({ type: 'talking', session: party(1).session, isTalking: true });
    expect([bridge.talkers.length, bridge.loudest?.channel]).toEqual([2, party(0).channel]);
    mix.notice({ type: 'talking', session: party(1).session, isTalking: false });
    expect(bridge.talkers.map(({ channel }) => channel)).toEqual([party(0).channel]);
    const levels = await bridge.levels();
    expect([levels.get(party(0).channel), levels.get(party(1).channel)]).toEqual([-10, -20]);
    expect(await bridge.members[1]?.level()).toBe(-20);
    bridge.remove(party(0).channel);
    mix.notice({ type: 'talking', session: party(0).session, isTalking: true });
    expect([bridge.talkers, bridge.loudest]).toEqual([[], undefined]);
    expect(happened).toEqual(['0 talks', 'loudest 0', '1 talks', '1 is silent', '0 is silent', 'loudest -1', 'left 0']);
  });

  it('lets a member be played to alone, and keeps it from being in two places', async () => {
    const { bridge, network, party } = await scene(1);
    await bridge.add(party(0).channel);
    const playing = party(0).channel.filePlayer.play('tone.wav');
    await network.elapse(1100);
    expect(await playing).toBe('NORMAL');
    bridge.remove(party(0).channel);
    await network.host.bridge({}).add(party(0).channel);
  });

  it('sends keys on when that is asked for, to those who hear', async () => {
    for (const relayDigits of [false, true]) {
      const { bridge, network, party } = await scene(3, { relayDigits });
      await bridge.add(party(0).channel);
      await bridge.add(party(1).channel, { relayDigits: false });
      await bridge.add(party(2).channel, { hears: false });
      party(0).session.press('1', 'RFC4733');
      party(0).session.press('2', 'RFC4733');
      party(0).session.press('3', 'INBAND');
      party(1).session.press('4', 'RFC4733');
      await network.elapse(2000);
      const sent = [0, 1, 2].map((index) => party(index).session.sentDigits);
      expect(sent).toEqual(['', relayDigits ? '12' : '', '']);
    }
  });
});

describe('one-way audio of a bridge', () => {
  /** Keeps what is linked instead of linking it. */
  function watchLinks(sessions: readonly MediaSession[]) {
    const links: { from: number; to: number; volume: number | undefined; isOpen: boolean }[] = [];
    for (const [from, session] of sessions.entries()) {
      session.link = (target: MediaSession, options?: LinkOptions) => {
        const link = { from, to: sessions.indexOf(target), volume: options?.volume, isOpen: true };
        links.push(link);
        return {
          setVolume: (decibels) => {
            link.volume = decibels;
          },
          close: () => {
            link.isOpen = false;
          },
        };
      };
    }
    return links;
  }

  it('whispers to one member, while the others do not hear the coach', async () => {
    const { bridge, mix, party } = await scene(3);
    const links = watchLinks([party(0).session, party(1).session, party(2).session]);
    for (const index of [0, 1, 2]) await bridge.add(party(index).channel);
    const coach = party(0);
    const whisper = await bridge.whisper(coach.channel, party(1).channel, { volume: 3 });
    expect(links).toEqual([{ from: 0, to: 1, volume: 3, isOpen: true }]);
    expect(mix.seats.get(coach.session)).toEqual({ ...PLAIN, isHeard: false });
    whisper.setVolume(-6);
    const second = await bridge.whisper(coach.channel, party(2).channel);
    whisper.close();
    whisper.close();
    whisper.setVolume(0);
    expect(links[0]).toEqual({ from: 0, to: 1, volume: -6, isOpen: false });
    expect(mix.seats.get(coach.session)?.isHeard).toBe(false);
    bridge.remove(party(2).channel);
    expect([second.isOpen, links[1]?.isOpen, mix.seats.get(coach.session)?.isHeard]).toEqual([false, false, true]);
  });

  it('listens and speaks without being a member, until one of the two hangs up or the bridge is closed', async () => {
    const { bridge, party } = await scene(3);
    const links = watchLinks([party(0).session, party(1).session, party(2).session]);
    const tap = await bridge.tap(party(0).channel, party(1).channel);
    const speak = await bridge.speakTo(party(0).channel, party(2).channel);
    expect([tap.from, tap.to]).toEqual([party(1).channel, party(0).channel]);
    expect(links.map(({ from, to }) => [from, to])).toEqual([
      [1, 0],
      [0, 2],
    ]);
    party(1).leg.end({ by: 'remote' });
    await settled();
    expect([tap.isOpen, links[0]?.isOpen, speak.isOpen]).toEqual([false, false, true]);
    await bridge.close();
    expect([speak.isOpen, links[1]?.isOpen]).toEqual([false, false]);
  });

  it('needs two answered channels of the same user agent, and for a whisper two members', async () => {
    const { bridge, party } = await scene(2);
    const [one, two] = [party(0).channel, party(1).channel];
    const stranger = call().channel;
    expect(await errorOf(bridge.tap(one, one))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await errorOf(bridge.tap(one, stranger))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await errorOf(bridge.speakTo(stranger, one))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await errorOf(bridge.tap(one, two, { volume: 99 }))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await errorOf(bridge.whisper(one, two))).toMatchObject({ code: 'INVALID_STATE' });
    await bridge.add(one);
    expect(await errorOf(bridge.whisper(one, two))).toMatchObject({ code: 'INVALID_STATE' });
    party(1).leg.end({ by: 'remote' });
    expect(await errorOf(bridge.tap(one, two))).toMatchObject({ code: 'INVALID_STATE' });
    expect(await errorOf(bridge.tap(two, one))).toBeInstanceOf(Hangup);
  });
});
