import { describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/channel/bridge/bridge.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import type { Arrival } from './bearer.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';
import { speakAloud, whoHears } from './who-hears.ts';

/** Far ends that hear each other. */
export function describeBridges(stage: Stage): void {
  const parties = async (count: number): Promise<readonly Arrival[]> => {
    const all = [await stage.answered()];
    while (all.length < count) all.push(await stage.bearer.second());
    return all;
  };
  const bridged = async (count: number) => {
    const all = await parties(count);
    const bridge = stage.bearer.bridge();
    for (const { channel } of all) await bridge.add(channel);
    return { bridge, all };
  };
  const speech =
    ({ farEnd }: Arrival) =>
    () =>
      speakAloud(stage.bearer, farEnd);
  const at = (all: readonly Arrival[], index: number): Arrival => {
    const found = all[index];
    if (!found) throw new Error('there are not so many');
    return found;
  };

  describe('a bridge', () => {
    it('lets each of three hear the other two and not itself', async () => {
      const { bridge, all } = await bridged(3);
      for (const [index, speaker] of all.entries()) {
        expect(await whoHears(all, speech(speaker))).toEqual([0, 1, 2].filter((other) => other !== index));
      }
      await bridge.close();
      expect(await whoHears(all, speech(at(all, 0)))).toEqual([]);
    });

    it('keeps to who talks, who hears and who is muted', async () => {
      const { bridge, all } = await bridged(3);
      const [first, second, third] = bridge.members;
      first?.mute();
      expect(await whoHears(all, speech(at(all, 0)))).toEqual([]);
      first?.unmute();
      second?.change({ hears: false });
      expect(await whoHears(all, speech(at(all, 0)))).toEqual([2]);
      third?.change({ talks: false });
      expect(await whoHears(all, speech(at(all, 2)))).toEqual([]);
      await bridge.close();
    });

    it('plays to all of them by its own player, and to one by the player of that channel', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(3);
      const { file } = bearer.prompt;
      expect(await whoHears(all, () => bearer.settle(bridge.filePlayer.play(file)))).toEqual([0, 1, 2]);
      expect(await whoHears(all, () => bearer.settle(at(all, 1).channel.filePlayer.play(file)))).toEqual([1]);
      const tones = await bearer.settle(bridge.createTonePlayer());
      const beeps = () => bearer.settle(tones.play('BEEP', { repeat: 2 }));
      expect(await whoHears(all, beeps)).toEqual([0, 1, 2]);
      expect(await bearer.settle(bridge.musicOnHold.start(bearer.longPrompt))).toBe(true);
      expect(await whoHears(all, () => bearer.elapse(400))).toEqual([0, 1, 2]);
      expect(await bearer.settle(bridge.musicOnHold.stop())).toBe(true);
      await bearer.elapse(100);
      expect(await whoHears(all, () => bearer.elapse(300))).toEqual([]);
      await bearer.settle(bridge.close());
    });

    it('is recorded by its own recorder, and what it plays is none of that', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(2);
      const recording = bridge.fileRecorder.record('bridge.wav', { timeout: 800 });
      await bearer.elapse(100);
      await at(all, 0).farEnd.speak(400);
      expect(await bearer.settle(recording)).toBe('TIMEOUT');
      const own = await bearer.settle(bridge.channel());
      expect([own.fileRecorder.audioDetectedInRecording(), own.state]).toEqual([true, State.ANSWERED]);
      const silent = bridge.fileRecorder.record('silent.wav', { timeout: 800 });
      await bearer.settle(bridge.filePlayer.play(bearer.prompt.file));
      expect(await bearer.settle(silent)).toBe('TIMEOUT');
      expect(own.fileRecorder.audioDetectedInRecording()).toBe(false);
      await bearer.settle(bridge.close());
    });

    it('hangs up nobody when it is closed, only its own channel', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(2);
      const own = await bearer.settle(bridge.channel());
      const playing = errorOf(bridge.filePlayer.play(bearer.longPrompt));
      await bearer.elapse(40);
      await bearer.settle(bridge.close());
      expectHangup(await bearer.settle(playing));
      expect(own.state).toBe(State.IDLE);
      for (const { channel } of all) {
        expect(channel.state).toBe(State.ANSWERED);
        expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      }
      expectCode(await errorOf(bridge.filePlayer.play(bearer.prompt.file)), 'INVALID_STATE');
      expectCode(await errorOf(bridge.add(at(all, 0).channel)), 'INVALID_STATE');
    });

    it('is left by who hangs up; the others go on', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(3);
      const left: Channel[] = [];
      bridge.on('left', ({ channel }) => left.push(channel));
      await at(all, 1).farEnd.hangUp();
      await bearer.settle(at(all, 1).channel.waitForIdle());
      expect([left, bridge.members.length]).toEqual([[at(all, 1).channel], 2]);
      const rest = [at(all, 0), at(all, 2)];
      expect(await whoHears(rest, speech(at(rest, 0)))).toEqual([1]);
      await bearer.settle(at(all, 0).channel.hangUp());
      expect(bridge.members.map(({ channel }) => channel)).toEqual([at(all, 2).channel]);
      await bridge.close();
    });

    it('takes each channel once, and none that is connected; a member can be neither connected nor transferred', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(2);
      const [one, other] = [at(all, 0).channel, at(all, 1).channel];
      const third = (await bearer.second()).channel;
      const another = bearer.bridge();
      expectCode(await errorOf(bridge.add(one)), 'BUSY');
      expectCode(await errorOf(another.add(one)), 'BUSY');
      expectCode(await errorOf(one.connect(third)), 'BUSY');
      expectCode(await errorOf(third.connect(one)), 'BUSY');
      expectCode(await errorOf(one.retrievableTransfer(bearer.outgoing(), bearer.address('answers'))), 'BUSY');
      expect([bridge.remove(other), await bearer.settle(other.connect(third))]).toEqual([true, true]);
      expectCode(await errorOf(bridge.add(other)), 'BUSY');
      await bearer.settle(third.disconnect());
      expect((await bridge.add(other)).channel).toBe(other);
      await bridge.close();
    });

    it('needs an answered channel of the same user agent', async () => {
      const { bearer } = stage;
      const bridge = bearer.bridge();
      const { channel, farEnd } = await bearer.incoming();
      expectCode(await errorOf(bridge.add(channel)), 'INVALID_STATE');
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      expectHangup(await errorOf(bridge.add(channel)));
      expectHangup(await errorOf(bridge.add(bearer.outgoing())));
      const agent = await bearer.agent();
      for (const bad of [undefined, null, 'channel', {}, ...(agent ? [agent.channel()] : [])]) {
        expectCode(await errorOf(bridge.add(bad as Channel)), 'INVALID_ARGUMENT');
      }
      await bearer.settle(agent?.stop() ?? Promise.resolve());
      await bridge.close();
    });

    it('whispers to one, taps and speaks one way', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(3);
      const [coach, agent, customer] = [at(all, 0), at(all, 1), at(all, 2)];
      const whisper = await bearer.settle(bridge.whisper(coach.channel, agent.channel));
      expect(await whoHears(all, speech(coach))).toEqual([1]);
      expect(await whoHears(all, speech(customer))).toEqual([0, 1]);
      whisper.close();
      expect(await whoHears(all, speech(coach))).toEqual([1, 2]);
      bridge.remove(coach.channel);
      const tap = await bearer.settle(bridge.tap(coach.channel, customer.channel));
      expect(await whoHears(all, speech(customer))).toEqual([0, 1]);
      expect(await whoHears(all, speech(agent))).toEqual([2]);
      tap.close();
      await bearer.settle(bridge.speakTo(coach.channel, agent.channel));
      expect(await whoHears(all, speech(coach))).toEqual([1]);
      await bridge.close();
      expect(await whoHears(all, speech(coach))).toEqual([]);
    });

    it('tells who talks and how loud', async () => {
      const { bearer } = stage;
      const { bridge, all } = await bridged(3);
      const heard = nextTalker(bridge);
      await at(all, 1).farEnd.talk();
      expect(await bearer.settle(heard)).toBe(at(all, 1).channel);
      expect(bridge.talkers.map(({ channel }) => channel)).toEqual([at(all, 1).channel]);
      const levels = await bearer.settle(bridge.levels());
      expect(levels.size).toBe(3);
      expect(levels.get(at(all, 1).channel)).toBeGreaterThan(-40);
      expect(levels.get(at(all, 0).channel)).toBeLessThan(-60);
      await bridge.close();
    });

    it('relays keys if asked to, and only then; each channel detects those of its own far end', async () => {
      const { bearer } = stage;
      for (const relayDigits of [false, true]) {
        const all = await parties(2);
        const bridge = bearer.bridge({ relayDigits });
        for (const { channel } of all) await bridge.add(channel);
        const [one, other] = [at(all, 0), at(all, 1)];
        await one.farEnd.press('5');
        expect(await bearer.settle(one.channel.dtmfDetector.getDigits({ count: 1 }))).toBe('5');
        if (relayDigits) expect(await bearer.settle(other.farEnd.digitsUpTo('5'))).toBe('5');
        expect(await bearer.settle(other.channel.dtmfDetector.getDigits())).toBe('');
        await bridge.close();
        for (const { channel } of all) await bearer.settle(channel.hangUp());
      }
    });
  });
}

/** The first that begins to talk. */
function nextTalker(bridge: Bridge): Promise<Channel> {
  return new Promise((resolve) => {
    const listening = bridge.on('talking', ({ channel }, isTalking) => {
      if (!isTalking) return;
      listening[Symbol.dispose]();
      resolve(channel);
    });
  });
}
