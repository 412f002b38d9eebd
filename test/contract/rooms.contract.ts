import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import type { ConferenceTransferOptions } from '../../src/channel/rooms/conference-options.ts';
import type { ConferenceRoom } from '../../src/channel/rooms/conference-room.ts';
import { State } from '../../src/channel/state.ts';
import type { Arrival } from './bearer.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';
import { METHODS, type MethodName } from './methods.ts';
import { speakAloud, whoHears } from './who-hears.ts';

/** What sends. */
const SENDERS: readonly MethodName[] = ['filePlayer.play', 'filePlayer.start', 'dtmfPlayer.play', 'tonePlayer.play'];
/** What records or detects. */
const HEARERS: readonly MethodName[] = ['fileRecorder.record', 'dtmfDetector.getDigits'];
const CALL_RECORDER: MethodName = 'wholeCallRecorder.record';
/** Without beeps, so that what is heard is what somebody says. */
const QUIET = { beepOnEntry: false };

/** Rooms in which calls of the user agent meet. */
export function describeRooms(stage: Stage): void {
  /** A far end whose call has been transferred to a room. */
  const transferred = async (options: ConferenceTransferOptions = {}, arrival?: Arrival) => {
    const { bearer } = stage;
    const party = arrival ?? (await bearer.second());
    const other = bearer.outgoing();
    const media = { ...QUIET, ...options.media };
    const state = await bearer.settle(party.channel.transferToConferenceRoom(other, 'sales', { ...options, media }));
    expect(state).toBe(State.TRANSFERRED);
    return { ...party, other };
  };
  /** A channel that has called a room. */
  const called = async (options: ConferenceTransferOptions = {}): Promise<Channel> => {
    const channel = stage.bearer.outgoing();
    const media = { ...QUIET, ...options.media };
    const state = await stage.bearer.settle(channel.callConferenceRoom('sales', { ...options, media }));
    expect(state).toBe(State.ANSWERED);
    return channel;
  };
  const room = (): ConferenceRoom => {
    const [known] = stage.bearer.rooms();
    if (!known) throw new Error('there is no room');
    return known;
  };
  const shown = (): readonly unknown[] => stage.bearer.rooms().map(({ state, parties }) => [state, parties.length]);
  const speech =
    ({ farEnd }: Arrival) =>
    () =>
      speakAloud(stage.bearer, farEnd);
  /** Has a far end press a key, which the room hears. */
  const press = async ({ farEnd }: Arrival, digit: string): Promise<void> => {
    await farEnd.press(digit);
    await stage.bearer.elapse(300);
  };
  const retrieved = ({ channel }: Arrival): Promise<State> =>
    stage.bearer.settle(channel.waitForTransferredCallRetrieval());

  describe('a conference room', () => {
    it('lets all who were transferred to it hear each other, from the second one on', async () => {
      const { bearer } = stage;
      const one = await transferred();
      expect(shown()).toEqual([['STOPPED', 1]]);
      const two = await transferred();
      const three = await transferred();
      expect(shown()).toEqual([['STARTED', 3]]);
      expect(room().parties.map(({ channel }) => channel)).toEqual([one.channel, two.channel, three.channel]);
      await bearer.elapse(100);
      expect(await whoHears([one, two, three], speech(two))).toEqual([0, 2]);
      for (const { channel } of [one, two, three]) await bearer.settle(channel.hangUp());
      expect(shown()).toEqual([]);
    });

    it('is left by the exit key, and the call is an ordinary one again', async () => {
      const { bearer } = stage;
      const media = { exitOnDtmfDigit: '*' };
      const one = await transferred({ media });
      const two = await transferred({ media });
      await press(one, '1');
      expect(one.channel.state).toBe(State.TRANSFERRED);
      await one.farEnd.press('*');
      expect(await retrieved(one)).toBe(State.ANSWERED);
      expect(shown()).toEqual([['STOPPED', 1]]);
      expect(await bearer.settle(one.channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      await bearer.settle(one.other.waitForIdle());
      await transferred({ media }, one);
      expect(shown()).toEqual([['STARTED', 2]]);
      await bearer.settle(two.channel.retrieve());
      expect([two.channel.state, two.channel.transferCause]).toEqual([State.ANSWERED, 'NORMAL']);
      expect(room().parties.map(({ channel }) => channel)).toEqual([one.channel]);
    });

    it('is left by who hangs up, on either side', async () => {
      const { bearer } = stage;
      const one = await transferred();
      const two = await transferred();
      await one.farEnd.hangUp();
      expectHangup(await errorOf(bearer.settle(one.channel.waitForTransferredCallRetrieval())));
      await bearer.settle(one.other.waitForIdle());
      expect(shown()).toEqual([['STOPPED', 1]]);
      await bearer.settle(two.other.hangUp());
      expect(await retrieved(two)).toBe(State.ANSWERED);
      expect(shown()).toEqual([]);
    });

    it('that a channel has called is played to and recorded by that channel', async () => {
      const { bearer } = stage;
      const one = await transferred();
      const channel = await called();
      const two = await transferred();
      await bearer.elapse(100);
      const play = () => bearer.settle(channel.filePlayer.play(bearer.prompt.file));
      expect(await whoHears([one, two], play)).toEqual([0, 1]);
      const recording = channel.fileRecorder.record('room.wav', { timeout: 700 });
      await one.farEnd.speak(400);
      expect(await bearer.settle(recording)).toBe('TIMEOUT');
      expect(channel.fileRecorder.audioDetectedInRecording()).toBe(true);
      const silent = channel.fileRecorder.record('silent.wav', { timeout: 600 });
      await play();
      await bearer.settle(silent);
      expect(channel.fileRecorder.audioDetectedInRecording()).toBe(false);
      await bearer.settle(channel.hangUp());
      expect(shown()).toEqual([['STARTED', 2]]);
    });

    it('allows what section 3 of the contract says', async () => {
      const { bearer } = stage;
      const inside = await called();
      const party = await transferred();
      const free = await bearer.second();
      await bearer.elapse(100);
      for (const name of [...SENDERS, ...HEARERS, CALL_RECORDER]) {
        const stop = AbortSignal.abort('enough');
        expect(await errorOf(METHODS[name].run(inside, { signal: stop }, bearer)), name).toBe('enough');
        if (name === CALL_RECORDER) continue;
        expectCode(await errorOf(METHODS[name].run(party.channel, {}, bearer)), 'INVALID_STATE');
      }
      const whole = party.channel.wholeCallRecorder.record('whole.wav', { timeout: 200 });
      expect(await bearer.settle(whole)).toBe('TIMEOUT');
      expectCode(await errorOf(inside.connect(free.channel)), 'BUSY');
      expectCode(await errorOf(free.channel.connect(inside)), 'BUSY');
      expectCode(await errorOf(bearer.bridge().add(inside)), 'BUSY');
      expectCode(await errorOf(party.channel.connect(free.channel)), 'INVALID_STATE');
      expect(await bearer.settle(free.channel.connect(party.channel))).toBe(false);
    });

    it('lets a channel that called it press its keys, and ends its call at the exit key', async () => {
      const { bearer } = stage;
      const media = { exitOnDtmfDigit: '9', muteOnDtmfDigits: { mute: '6' } };
      const channel = await called({ media });
      await called();
      const isMuted = (): unknown => room().parties[0]?.isMuted;
      const seen: unknown[] = [isMuted()];
      for (const digit of '66') {
        await bearer.settle(channel.dtmfPlayer.play(digit));
        await bearer.elapse(100);
        seen.push(isMuted());
      }
      expect(seen).toEqual([false, true, false]);
      await bearer.settle(channel.dtmfPlayer.play('9').catch(() => undefined));
      expect(await bearer.settle(channel.waitForIdle())).toBe(State.IDLE);
      expect(channel.info.hangup?.by).toBe('remote');
      expect(shown()).toEqual([['STOPPED', 1]]);
    });

    it('keeps to talkers, listeners and keys that mute', async () => {
      const listener = await transferred({ talkerAndListener: false });
      const muted = await transferred({
        media: { startMuted: true, muteOnDtmfDigits: { mute: '6', unmute: '7' } },
      });
      const plain = await transferred();
      const all = [listener, muted, plain];
      await stage.bearer.elapse(100);
      expect(await whoHears(all, speech(listener))).toEqual([]);
      expect(await whoHears(all, speech(muted))).toEqual([]);
      expect(await whoHears(all, speech(plain))).toEqual([0, 1]);
      await press(muted, '7');
      expect(await whoHears(all, speech(muted))).toEqual([0, 2]);
      await press(muted, '6');
      expect(await whoHears(all, speech(muted))).toEqual([]);
      expect(room().parties.map(({ isTalker, isMuted }) => [isTalker, isMuted])).toEqual([
        [false, false],
        [true, true],
        [true, false],
      ]);
    });

    it('lets who waits hear a tone or a file, and everybody that somebody has come and gone', async () => {
      const { bearer } = stage;
      const waits = () => bearer.elapse(700);
      const one = await transferred();
      expect(await whoHears([one], waits)).toEqual([0]);
      const two = await transferred({
        lifetime: { startOnEntry: false },
        media: { onConferenceStoppedFile: bearer.longPrompt },
      });
      expect(shown()).toEqual([['STOPPED', 2]]);
      expect(await whoHears([two], waits)).toEqual([0]);
      const three = await bearer.second();
      const media = { beepOnEntry: true, prefixMedia: bearer.prompt.file, onEntryMedia: bearer.prompt.file };
      const enter = async () => {
        await transferred({ media }, three);
        await bearer.elapse(1300);
      };
      expect(await whoHears([one, two, three], enter)).toEqual([0, 1, 2]);
      expect(shown()).toEqual([['STARTED', 3]]);
      expect(await whoHears([one, two, three], waits)).toEqual([]);
      const leave = async () => {
        await bearer.settle(three.channel.retrieve());
        await bearer.elapse(700);
      };
      expect(await whoHears([one, two, three], leave)).toEqual([0, 1]);
      await bearer.settle(two.channel.retrieve());
      expect(await whoHears([one], waits)).toEqual([0]);
    });

    it('is destroyed with everybody in it by who takes it along, or by the program', async () => {
      const { bearer } = stage;
      for (const byProgram of [false, true]) {
        const channel = await called();
        const party = await transferred();
        const host = await transferred({ lifetime: { destroyOnExit: true } });
        const gone = room();
        if (byProgram) gone.close();
        else await bearer.settle(host.channel.retrieve());
        for (const each of [channel, party.channel, ...(byProgram ? [host.channel] : [])]) {
          expect(await bearer.settle(each.waitForIdle())).toBe(State.IDLE);
        }
        expect([shown(), gone.state, gone.parties]).toEqual([[], 'GONE', []]);
        expect(host.channel.state).toBe(byProgram ? State.IDLE : State.ANSWERED);
        await bearer.settle(host.channel.hangUp());
      }
    });

    it('holds 40 parties; the next one is refused, and nobody notices', async () => {
      const { bearer } = stage;
      const all: Channel[] = [];
      while (all.length < 40) all.push(await called());
      const late = bearer.outgoing();
      expect(await bearer.settle(late.callConferenceRoom('sales'))).toBe(State.IDLE);
      expect(late.cause).toBe('BUSY');
      const { channel } = await bearer.second();
      expect(await bearer.settle(channel.transferToConferenceRoom(bearer.outgoing(), 'sales'))).toBe(State.ANSWERED);
      expect(channel.transferCause).toBe('TARGETREJECT');
      expect([shown(), all.every(({ state }) => state === State.ANSWERED)]).toEqual([[['STARTED', 40]], true]);
      await bearer.settle((async () => all[0]?.hangUp())());
      await called();
    });

    it('has a name of letters and digits, and settings that make sense', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      for (const name of ['', 'my room', 'a-b', 'r\u00f6om', '1;2', undefined, 7]) {
        expectCode(await errorOf(channel.callConferenceRoom(name as string)), 'INVALID_ARGUMENT');
        expectCode(await errorOf(channel.startCallConferenceRoom(name as string)), 'INVALID_ARGUMENT');
      }
      for (const options of [
        { talkerAndListener: 1 },
        { lifetime: { startOnEntry: 'yes' } },
        { lifetime: { start: true } },
        { media: { exitOnDtmfDigit: '12' } },
        { media: { exitOnDtmfDigit: 'x' } },
        { media: { muteOnDtmfDigits: { unmute: '1' } } },
        { media: { muteOnDtmfDigits: '12' } },
        { media: { ringbackTone: 'NO_SUCH_TONE' } },
        { media: { onEntryMedia: { txt: 'hello' } } },
        { media: { prefixMedia: '../secret.wav' } },
        { media: { beepOnEntry: 'loud' } },
        { media: { volume: 3 } },
        { room: true },
      ]) {
        const error = await errorOf(channel.callConferenceRoom('sales', options as object));
        expect(error, JSON.stringify(options)).toMatchObject({
          code: expect.stringMatching(/^(?:INVALID_ARGUMENT|FILE_OUTSIDE_MEDIA_DIRECTORY)$/),
        });
      }
      expect([shown(), channel.state]).toEqual([[], State.IDLE]);
      const { channel: party } = await bearer.second();
      expectCode(await errorOf(party.transferToConferenceRoom(channel, 'a room')), 'INVALID_ARGUMENT');
      expectCode(await errorOf(party.transferToConferenceRoom(party, 'sales')), 'INVALID_ARGUMENT');
      expect([party.state, channel.state]).toEqual([State.ANSWERED, State.IDLE]);
    });

    it('is another one for each name', async () => {
      const { bearer } = stage;
      const channels = [bearer.outgoing(), bearer.outgoing()];
      for (const [index, channel] of channels.entries()) {
        await bearer.settle(channel.callConferenceRoom(`room${index}`));
      }
      expect(bearer.rooms().map(({ name, state }) => [name, state])).toEqual([
        ['room0', 'STOPPED'],
        ['room1', 'STOPPED'],
      ]);
    });
  });
}
