import { describe, expect, it } from 'vitest';
import type { MediaSession } from '../../../../src/channel/media-port.ts';
import type { MixEvent } from '../../../../src/channel/mix-port.ts';
import type { FakeMediaSession } from '../../../../src/testing/fake/fake-session.ts';
import { soundOf } from '../../../../src/testing/fake/speech.ts';
import { fakeMedia } from '../../../support/fake-sessions.ts';
import { toneShare } from '../../../support/tone.ts';

const RATE = 8000;
const TONES = [400, 900, 1300] as const;

async function three() {
  const made = fakeMedia();
  const sessions = [await made.talking(), await made.talking(), await made.talking()] as const;
  const mix = made.media.mix();
  const events: string[] = [];
  const names = new Map<MediaSession | undefined, string>(
    sessions.map((session, index) => [session, 'ABC'.charAt(index)]),
  );
  const line = (event: MixEvent<MediaSession>): string => {
    const name = names.get(event.session) ?? 'nobody';
    return event.type === 'loudest' ? `${name} is the loudest` : `${name} ${event.isTalking ? 'talks' : 'is silent'}`;
  };
  mix.listen((event) => events.push(line(event)));
  return { ...made, sessions, mix, events };
}

/** All say their own tone from now on. */
function sayAll(sessions: readonly FakeMediaSession[], ms: number): void {
  for (const [index, session] of sessions.entries()) {
    const from = session.clock.now();
    session.hear({ from, until: from + ms, ...soundOf({ tone: TONES[index] ?? 0, ms }) });
  }
}

/** Which of the tones a session hears, to tenths of what it hears. */
function hears(session: FakeMediaSession, from: number, ms: number): readonly number[] {
  const heard = session.streams.sent(from, ms);
  return TONES.map((tone) => Math.round(10 * toneShare(heard, RATE, tone)) / 10);
}

describe('a mix of fake calls', () => {
  it('lets each hear all others and not itself', async () => {
    const { clock, sessions, mix } = await three();
    for (const session of sessions) mix.join(session);
    sayAll(sessions, 500);
    await clock.advance(500);
    expect(sessions.map((session) => hears(session, 0, 500))).toEqual([
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ]);
  });

  it('keeps to who is heard and who hears, also when that changes', async () => {
    const { clock, sessions, mix } = await three();
    const [muted, deaf] = [mix.join(sessions[0], { isHeard: false }), mix.join(sessions[1], { hears: false })];
    mix.join(sessions[2]);
    sayAll(sessions, 1000);
    await clock.advance(500);
    muted.change({ isHeard: true });
    deaf.change({ hears: true, isHeard: false });
    await clock.advance(500);
    expect(sessions.map((session) => hears(session, 0, 500))).toEqual([
      [0, 0.5, 0.5],
      [0, 0, 0],
      [0, 1, 0],
    ]);
    expect(sessions.map((session) => hears(session, 500, 500))).toEqual([
      [0, 0, 1],
      [0.5, 0, 0.5],
      [1, 0, 0],
    ]);
  });

  it('is as loud as gain and volume say, together', async () => {
    const { clock, sessions, mix } = await three();
    const [talker, listener] = [mix.join(sessions[0], { gain: -6 }), mix.join(sessions[1], { volume: -14 })];
    sessions[0].hear({ from: 0, until: 400, ...soundOf({ tone: 400, ms: 400 }) });
    await clock.advance(200);
    talker.change({ gain: 0 });
    listener.change({ volume: 0 });
    await clock.advance(200);
    const peak = (samples: Int16Array): number => samples.reduce((most, sample) => Math.max(most, sample), 0);
    expect(peak(sessions[1].streams.sent(0, 200))).toBeCloseTo(819, -1);
    expect(peak(sessions[1].streams.sent(200, 200))).toBeCloseTo(8192, -1);
  });

  it('is left by whoever leaves or is closed, and by all when it is closed', async () => {
    const { clock, sessions, mix } = await three();
    const [seat] = sessions.map((session) => mix.join(session));
    sayAll(sessions, 2000);
    await clock.advance(500);
    seat?.leave();
    seat?.leave();
    await clock.advance(500);
    await sessions[1].close();
    mix.join(sessions[0]);
    await clock.advance(500);
    mix.close();
    mix.close();
    await clock.advance(500);
    const [first, , third] = sessions;
    expect([0, 500, 1000, 1500].map((from) => hears(first, from, 500))).toEqual([
      [0, 0.5, 0.5],
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect([500, 1000, 1500].map((from) => hears(third, from, 500))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('tells who talks and who is the loudest', async () => {
    const { clock, sessions, mix, events } = await three();
    for (const session of sessions) mix.join(session);
    const [one, other] = sessions;
    one.speak(500);
    await clock.advance(2000);
    expect(events.splice(0)).toEqual(['A talks', 'A is the loudest', 'A is silent', 'nobody is the loudest']);
    one.hear({ from: clock.now(), until: clock.now() + 1500, sound: quiet() });
    await clock.advance(500);
    other.speak(2000);
    await clock.advance(4000);
    expect(events).toEqual([
      'A talks',
      'A is the loudest',
      'B talks',
      'B is the loudest',
      'A is silent',
      'B is silent',
      'nobody is the loudest',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('tells nothing of who is not heard, and that who is muted or leaves talks no more', async () => {
    const { clock, sessions, mix, events } = await three();
    const [one, other, third] = sessions.map((session) => mix.join(session));
    one?.change({ isHeard: false });
    sessions[0].speak(2000);
    sessions[1].speak(2000);
    sessions[2].speak(2000);
    await clock.advance(500);
    expect(events.splice(0).toSorted()).toEqual(['B is the loudest', 'B talks', 'C talks']);
    other?.change({ isHeard: false });
    third?.leave();
    expect(events.splice(0)).toEqual(['B is silent', 'C is the loudest', 'nobody is the loudest']);
    one?.change({ isHeard: true });
    await clock.advance(500);
    expect(events).toEqual(['A talks', 'A is the loudest']);
  });

  it('says how loud each one is', async () => {
    const { clock, sessions, mix } = await three();
    mix.join(sessions[0]);
    mix.join(sessions[1], { gain: -10 });
    sayAll(sessions, 500);
    await clock.advance(400);
    const levels = await mix.levels();
    expect(sessions.map((session) => levels.get(session))).toEqual([
      expect.closeTo(-15.05, 1),
      expect.closeTo(-25.05, 1),
      undefined,
    ]);
    await clock.advance(400);
    expect((await mix.levels()).get(sessions[0])).toBe(-127);
  });

  it('is heard instead of music on hold by whoever hears the others, however silent they are', async () => {
    const { clock, sessions, mix } = await three();
    const [one, other] = sessions;
    const music = {
      sources: [{ kind: 'file', name: 'music.wav', path: 'music.wav' }],
      bargeIn: '',
      loop: true,
    } as const;
    for (const session of sessions) session.playBackground(music);
    const seat = mix.join(one);
    await clock.advance(100);
    const muted = mix.join(other, { isHeard: false });
    mix.join(sessions[2], { hears: false, isHeard: false });
    await clock.advance(200);
    muted.leave();
    seat.change({ hears: false });
    await clock.advance(400);
    expect(sessions.map((session) => session.heard().map(({ playedMs }) => playedMs))).toEqual([[500], [500], [700]]);
  });

  it('lets nobody in twice, or when something is closed', async () => {
    const { media, open, sessions, mix } = await three();
    mix.join(sessions[0]);
    const closed = await open();
    await closed.close();
    const over = media.mix();
    over.close();
    for (const join of [
      () => mix.join(sessions[0]),
      () => media.mix().join(sessions[0]),
      () => mix.join(closed),
      () => over.join(sessions[1]),
    ]) {
      expect(join).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
    }
  });
});

/** Not as loud as others. */
function quiet() {
  return { kind: 'tones', hertz: [400], amplitude: 1000 } as const;
}
