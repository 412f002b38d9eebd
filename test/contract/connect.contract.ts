import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import { State } from '../../src/channel/state.ts';
import type { Arrival } from './bearer.ts';
import { errorOf, expectCode, expectHangup, outcomeOf, type Stage } from './laws.ts';
import { METHODS, type MethodName } from './methods.ts';
import { expectToHearEachOther, speakAloud } from './who-hears.ts';

/** What sends, and so is not possible while connected. */
const SENDERS: readonly MethodName[] = [
  'filePlayer.play',
  'filePlayer.start',
  'filePlayer.say',
  'echo',
  'dtmfPlayer.play',
  'tonePlayer.play',
  'tonePlayer.start',
];
/** What goes on beside it. */
const BESIDE: readonly MethodName[] = [
  'fileRecorder.record',
  'wholeCallRecorder.record',
  'dtmfDetector.getDigits',
  'speechDetector.waitForSpeech',
  'sleep',
];

/** Two channels that are connected, and what connects them. */
export function describeConnections(stage: Stage): void {
  const pair = async (): Promise<{ readonly one: Arrival; readonly other: Arrival }> => {
    const one = await stage.answered();
    return { one, other: await stage.bearer.second() };
  };
  const connected = async () => {
    const { one, other } = await pair();
    expect(await stage.bearer.settle(one.channel.connect(other.channel))).toBe(true);
    return { one, other };
  };
  const ids = (...channels: readonly Channel[]): readonly unknown[] => channels.map(({ info }) => info.connectedId);

  describe('connect()', () => {
    it('resolves with true, and each channel knows the other', async () => {
      const { one, other } = await connected();
      expect(ids(one.channel, other.channel)).toEqual([other.channel.id, one.channel.id]);
      expect([one.channel.state, other.channel.state]).toEqual([State.ANSWERED, State.ANSWERED]);
    });

    it('lets each end hear the other and not itself, until disconnect()', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const heard = await expectToHearEachOther(bearer, one.farEnd, other.farEnd);
      expect(Math.max(...heard)).toBeLessThan(700 + bearer.slack);
      await bearer.settle(other.channel.disconnect());
      const ears = [await one.farEnd.listen(), await other.farEnd.listen()] as const;
      await speakAloud(bearer, one.farEnd, 300);
      expect([await ears[0].heardMs(), await ears[1].heardMs()]).toEqual([0, 0]);
    });

    it('resolves with false when the other channel is not answered', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const other = bearer.outgoing();
      expect(await bearer.settle(channel.connect(other))).toBe(false);
      await bearer.settle(other.startCall(bearer.address('rings')));
      await bearer.callee();
      expect(await bearer.settle(channel.connect(other))).toBe(false);
      await bearer.settle(other.hangUp());
      expect(await bearer.settle(channel.connect(other))).toBe(false);
      expect(ids(channel, other)).toEqual([undefined, undefined]);
    });

    it('needs another channel of the same user agent', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      const agent = await bearer.agent();
      for (const bad of [one.channel, undefined, null, 'channel', {}, ...(agent ? [agent.channel()] : [])]) {
        expectCode(await errorOf(one.channel.connect(bad as Channel)), 'INVALID_ARGUMENT');
      }
      for (const options of [{ relayDigits: 1 }, { relay: true }, { timeout: -1 }, 7]) {
        expectCode(await errorOf(one.channel.connect(other.channel, options as object)), 'INVALID_ARGUMENT');
      }
      expect(ids(one.channel, other.channel)).toEqual([undefined, undefined]);
      await bearer.settle(agent?.stop() ?? Promise.resolve());
    });

    it('needs this channel to be answered', async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      const { channel: other } = await bearer.second();
      expectCode(await errorOf(channel.connect(other)), 'INVALID_STATE');
      await bearer.settle(channel.ring({ earlyMedia: true }));
      expectCode(await errorOf(channel.connect(other)), 'INVALID_STATE');
      expectHangup(await errorOf(bearer.outgoing().connect(other)));
      await bearer.settle(channel.reject());
      expectHangup(await errorOf(channel.connect(other)));
      expectHangup(await errorOf(channel.connect(channel)));
    });

    it('is BUSY while one of the two is connected already, and that connection goes on', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const third = await bearer.second();
      for (const [from, to] of [
        [one, other],
        [other, one],
        [one, third],
        [third, one],
        [third, other],
      ] as const) {
        expectCode(await errorOf(from.channel.connect(to.channel)), 'BUSY');
      }
      expect(ids(one.channel, other.channel, third.channel)).toEqual([other.channel.id, one.channel.id, undefined]);
    });

    it('is BUSY while one of the two sends something, and that goes on', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      for (const sender of SENDERS.filter((name) => METHODS[name].isLong)) {
        const abort = new AbortController();
        const sending = outcomeOf(METHODS[sender].run(other.channel, { signal: abort.signal }, bearer));
        await bearer.elapse(40);
        expectCode(await errorOf(one.channel.connect(other.channel)), 'BUSY');
        expectCode(await errorOf(other.channel.connect(one.channel)), 'BUSY');
        abort.abort('over');
        expect(await bearer.settle(sending)).toEqual({ error: 'over' });
      }
      expect(await bearer.settle(one.channel.connect(other.channel))).toBe(true);
    });

    it('can be done three times in turn, with others as well', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      const third = await bearer.second();
      for (const [from, to] of [
        [one, other],
        [third, one],
        [other, third],
      ] as const) {
        expect(await bearer.settle(from.channel.connect(to.channel))).toBe(true);
        const ear = await to.farEnd.listen();
        await speakAloud(bearer, from.farEnd, 300);
        expect(await ear.heardMs()).toBeGreaterThan(150);
        expect(await bearer.settle(to.channel.disconnect())).toBe(true);
      }
    });
  });

  describe('while connected', () => {
    for (const sender of SENDERS) {
      it(`${sender}() is BUSY on both channels, and possible afterwards`, async () => {
        const { bearer } = stage;
        const { one, other } = await connected();
        for (const { channel } of [one, other]) {
          expectCode(await errorOf(METHODS[sender].run(channel, {}, bearer)), 'BUSY');
        }
        await bearer.settle(one.channel.disconnect());
        for (const { channel } of [one, other]) {
          const abort = new AbortController();
          const running = outcomeOf(METHODS[sender].run(channel, { signal: abort.signal }, bearer));
          await bearer.elapse(20);
          abort.abort('over');
          const outcome = await bearer.settle(running);
          expect(outcome).toEqual(METHODS[sender].isLong ? { error: 'over' } : { value: expect.anything() });
        }
      });
    }

    it('recording, detecting and waiting go on, also what has begun before', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      const abort = new AbortController();
      const run = (channel: Channel) =>
        BESIDE.map((name) => outcomeOf(METHODS[name].run(channel, { signal: abort.signal }, bearer)));
      const before = run(one.channel);
      await bearer.elapse(60);
      expect(await bearer.settle(one.channel.connect(other.channel))).toBe(true);
      await bearer.elapse(60);
      await bearer.settle(one.channel.disconnect());
      abort.abort('over');
      expect(await bearer.settle(Promise.all(before))).toEqual(BESIDE.map(() => ({ error: 'over' })));
      const again = new AbortController();
      await bearer.settle(one.channel.connect(other.channel));
      const during = BESIDE.map((name) =>
        outcomeOf(METHODS[name].run(other.channel, { signal: again.signal }, bearer)),
      );
      await bearer.elapse(60);
      again.abort('over');
      expect(await bearer.settle(Promise.all(during))).toEqual(BESIDE.map(() => ({ error: 'over' })));
      expect(ids(one.channel, other.channel)).toEqual([other.channel.id, one.channel.id]);
    });

    it('music on hold is not heard, and goes on afterwards', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      await bearer.settle(one.channel.musicOnHold.start(bearer.longPrompt));
      expect(await bearer.settle(one.channel.connect(other.channel))).toBe(true);
      expect(one.channel.musicOnHold.state).toBe('PLAYING');
      const during = await one.farEnd.listen();
      await bearer.elapse(400);
      expect(await during.heardMs()).toBeLessThan(60);
      await bearer.settle(one.channel.disconnect());
      const after = await one.farEnd.listen();
      await bearer.elapse(400);
      await bearer.settle(one.channel.musicOnHold.stop());
      expect(await after.heardMs()).toBeGreaterThan(200);
    });

    it('what one says is in the recording of its own channel', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const recording = one.channel.fileRecorder.record('said.wav', { timeout: 600 });
      await one.farEnd.speak(300);
      expect(await bearer.settle(recording)).toBe('TIMEOUT');
      expect(one.channel.fileRecorder.state).toBe('IDLE');
      expect(ids(one.channel)).toEqual([other.channel.id]);
    });
  });

  describe('keys while connected', () => {
    it('are passed on in order, none twice, and detected on their own channel alone', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const heard = other.farEnd.digitsUpTo('#');
      await one.farEnd.press('1223#');
      expect(await bearer.settle(heard)).toBe('1223#');
      expect(await bearer.settle(one.channel.dtmfDetector.getDigits())).toBe('1223#');
      expect(await bearer.settle(other.channel.dtmfDetector.getDigits())).toBe('');
    });

    it('are passed on that come by INFO, both ways', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const heard = to.farEnd.digitsUpTo('#');
        await from.farEnd.press('47#', 'INFO');
        expect(await bearer.settle(heard)).toBe('47#');
        expect(await bearer.settle(from.channel.dtmfDetector.getDigits())).toBe('47#');
      }
    });

    it('stay with their channel with relayDigits: false; what the program sends afterwards comes first', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      await bearer.settle(one.channel.connect(other.channel, { relayDigits: false }));
      const heard = other.farEnd.digitsUpTo('#');
      await one.farEnd.press('123');
      expect(await bearer.settle(one.channel.dtmfDetector.getDigits())).toBe('123');
      await bearer.settle(one.channel.disconnect());
      await bearer.settle(other.channel.dtmfPlayer.play('9#'));
      expect(await bearer.settle(heard)).toBe('9#');
    });

    it('other requests stay with their channel', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      await one.farEnd.sendRequest(new SIPInfo('hello'));
      await bearer.elapse(100);
      expect([one.channel.sip.getInfos().length, other.channel.sip.getInfos().length]).toEqual([1, 0]);
    });
  });

  describe('a connection ends', () => {
    it('by disconnect() from either side: true, and false when there is none any more', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      expect(await bearer.settle(one.channel.disconnect())).toBe(false);
      for (const [first, second] of [
        [one, other],
        [other, one],
      ] as const) {
        await bearer.settle(one.channel.connect(other.channel));
        expect(await bearer.settle(first.channel.disconnect())).toBe(true);
        expect(ids(one.channel, other.channel)).toEqual([undefined, undefined]);
        expect(await bearer.settle(second.channel.disconnect())).toBe(false);
        expect([one.channel.state, other.channel.state]).toEqual([State.ANSWERED, State.ANSWERED]);
      }
      await bearer.settle(one.channel.hangUp());
      expect(await bearer.settle(one.channel.disconnect())).toBe(false);
    });

    for (const by of ['the far end', 'this side'] as const) {
      it(`when the call of one is hung up by ${by}; the other one stays usable`, async () => {
        const { bearer } = stage;
        const { one, other } = await connected();
        const pending = outcomeOf(one.channel.waitForDisconnect());
        const waiting = outcomeOf(other.channel.waitForDisconnect());
        await (by === 'this side' ? bearer.settle(one.channel.hangUp()) : one.farEnd.hangUp());
        expect(await bearer.settle(waiting)).toEqual({ value: undefined });
        expectHangup(Object(await bearer.settle(pending)).error);
        expect(ids(one.channel, other.channel)).toEqual([undefined, undefined]);
        expect(other.channel.state).toBe(State.ANSWERED);
        const ear = await other.farEnd.listen();
        expect(await bearer.settle(other.channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
        expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms / 2);
        const third = await bearer.second();
        expect(await bearer.settle(other.channel.connect(third.channel))).toBe(true);
      });
    }

    it('when both hang up at once; nothing is pending then', async () => {
      const { bearer } = stage;
      const { one, other } = await connected();
      const pending = [one, other].flatMap(({ channel }) => [
        outcomeOf(channel.waitForDisconnect()),
        outcomeOf(channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 })),
        outcomeOf(channel.waitForIdle()),
      ]);
      await Promise.all([one.farEnd.hangUp(), other.farEnd.hangUp()]);
      const outcomes = await bearer.settle(Promise.all(pending));
      // Of the two waits for the end of the connection one may see it before its own call is over.
      for (const index of [1, 4]) expectHangup(Object(outcomes[index]).error);
      for (const index of [2, 5]) expect(outcomes[index]).toEqual({ value: State.IDLE });
      expect(ids(one.channel, other.channel)).toEqual([undefined, undefined]);
    });

    it('when one hangs up in the same turn: connect() does not bring it back', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      const hangingUp = other.channel.hangUp();
      expect(await bearer.settle(one.channel.connect(other.channel))).toBe(false);
      await bearer.settle(hangingUp);
      expect(ids(one.channel, other.channel)).toEqual([undefined, undefined]);
      const third = await bearer.second();
      const connecting = one.channel.connect(third.channel);
      const gone = third.channel.hangUp();
      expect(await bearer.settle(connecting)).toBe(true);
      await bearer.settle(gone);
      expect(ids(one.channel, third.channel)).toEqual([undefined, undefined]);
      expect(one.channel.state).toBe(State.ANSWERED);
    });

    it('and both channels have the events connected and disconnected, once each', async () => {
      const { bearer } = stage;
      const { one, other } = await pair();
      const seen: string[] = [];
      for (const [name, { channel }] of Object.entries({ one, other })) {
        channel.on('connected', ({ id }) => seen.push(`${name} ${id}`));
        channel.on('disconnected', () => seen.push(`${name} not any more`));
      }
      await bearer.settle(one.channel.connect(other.channel));
      expect(seen.splice(0)).toEqual([`one ${other.channel.id}`, `other ${one.channel.id}`]);
      await other.farEnd.hangUp();
      await bearer.settle(other.channel.waitForIdle());
      await bearer.settle(one.channel.hangUp());
      expect(seen).toEqual(['one not any more', 'other not any more']);
    });

    it('waitForDisconnect() resolves at once when there is none', async () => {
      const { channel } = await stage.answered();
      expect(await stage.bearer.settle(channel.waitForDisconnect())).toBe(undefined);
    });
  });

  describe('an extra channel', () => {
    it('calls out while the first call is up, and can be connected to it', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const [extra] = channel.extraChannel;
      if (!extra) throw new Error('there is one by default');
      expect(extra.state).toBe(State.IDLE);
      expect(await bearer.settle(extra.call(bearer.address('answers')))).toBe(State.ANSWERED);
      expect(await bearer.settle(channel.connect(extra))).toBe(true);
      // Looked at when it happens: once the handler of the first call has ended, the extra channel is hung up too.
      const left: State[] = [];
      channel.on('state', (state) => {
        if (state === State.IDLE) left.push(extra.state);
      });
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      expect(left).toEqual([State.ANSWERED]);
      await bearer.settle(extra.hangUp());
      expect(await bearer.settle(extra.call(bearer.address('busy')))).toBe(State.IDLE);
    });

    it('takes no calls in, and has no extra channels itself', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const [extra] = channel.extraChannel;
      if (!extra) throw new Error('there is one by default');
      expectHangup(await errorOf(extra.answer()));
      expect(extra.extraChannel).toEqual([]);
      expect(channel.extraChannel).toBe(channel.extraChannel);
      await bearer.settle(channel.hangUp());
    });

    it('is hung up when the call handler ends', async () => {
      const { bearer } = stage;
      const states: State[] = [];
      const { channel } = await bearer.incoming(async (incoming) => {
        await incoming.answer();
        const [extra] = incoming.extraChannel;
        await extra?.call(bearer.address('answers'));
        states.push(extra?.state ?? State.IDLE);
      });
      await bearer.settle(channel.waitForIdle());
      const [extra] = channel.extraChannel;
      expect(states).toEqual([State.ANSWERED]);
      expect(await bearer.settle(extra?.waitForIdle() ?? Promise.reject(new Error('none')))).toBe(State.IDLE);
    });
  });
}
