import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../../bench/tone-wav.ts';
import type { PlayRequest } from '../../../../src/channel/play-port.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import type { FakeMediaSession } from '../../../../src/testing/fake/fake-session.ts';
import { soundOf } from '../../../../src/testing/fake/speech.ts';
import { eventsOf, fakeMedia } from '../../../support/fake-sessions.ts';
import { channelsOf } from '../../../support/sound-length.ts';
import { toneShare } from '../../../support/tone.ts';

const RATE = 8000;

function prompt(path: string, name = path): PlayRequest {
  return { sources: [{ kind: 'file', name, path }], bargeIn: '' };
}

/** A tone at the far end of a call. */
function says(session: FakeMediaSession, now: number, tone: number, ms: number): void {
  session.hear({ from: now, until: now + ms, ...soundOf({ tone, ms }) });
}

function loudest(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

describe('a link of two fake calls', () => {
  it('lets the one hear what the other says, one way, and not what it says itself', async () => {
    const { clock, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    one.link(other);
    says(one, 0, 400, 500);
    says(other, 0, 900, 500);
    await clock.advance(1000);
    expect(toneShare(other.streams.sent(0, 500), RATE, 400)).toBeGreaterThan(0.99);
    expect(loudest(other.streams.sent(500, 500))).toBe(0);
    expect(loudest(one.streams.sent(0, 1000))).toBe(0);
    expect([one.linkedMs(0), other.linkedMs(0)]).toEqual([0, 500]);
  });

  it('adds up what comes from several', async () => {
    const { clock, talking } = fakeMedia();
    const [one, other, third] = [await talking(), await talking(), await talking()];
    one.link(third);
    other.link(third);
    says(one, 0, 400, 500);
    says(other, 0, 900, 500);
    await clock.advance(500);
    const heard = third.streams.sent(0, 500);
    expect(toneShare(heard, RATE, 400)).toBeCloseTo(0.5, 1);
    expect(toneShare(heard, RATE, 900)).toBeCloseTo(0.5, 1);
  });

  it('clips nothing, however many talk', async () => {
    const { clock, talking } = fakeMedia();
    const listener = await talking();
    for (let count = 0; count < 10; count++) {
      const talker = await talking();
      talker.link(listener);
      says(talker, 0, 400, 100);
    }
    await clock.advance(100);
    const heard = listener.streams.sent(0, 100);
    expect(loudest(heard)).toBeGreaterThan(32_000);
    expect(toneShare(heard, RATE, 400)).toBeGreaterThan(0.99);
  });

  it('is as loud as it is told', async () => {
    const { clock, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    const link = one.link(other, { volume: -20 });
    says(one, 0, 400, 400);
    await clock.advance(200);
    link.setVolume(6);
    await clock.advance(200);
    expect(loudest(other.streams.sent(0, 200))).toBeCloseTo(819, -1);
    expect(loudest(other.streams.sent(200, 200))).toBeCloseTo(16_345, -2);
  });

  it('ends when it is closed, and with either call', async () => {
    const { clock, talking } = fakeMedia();
    const [one, other, third] = [await talking(), await talking(), await talking()];
    const link = one.link(other);
    one.link(third);
    says(one, 0, 400, 1000);
    await clock.advance(200);
    link.close();
    link.close();
    await clock.advance(200);
    await one.close();
    await clock.advance(200);
    expect([other.linkedMs(0), third.linkedMs(0)]).toEqual([200, 400]);
    third.link(other);
    says(third, 600, 400, 1000);
    await clock.advance(200);
    await other.close();
    await clock.advance(200);
    expect(other.linkedMs(0)).toBe(400);
  });

  it('is silent on hold, whichever of the two is held', async () => {
    const { clock, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    one.link(other);
    says(one, 0, 400, 1000);
    await clock.advance(200);
    other.answer(fakeDescription(['PCMU'], 'sendonly', 2));
    await clock.advance(200);
    other.answer(fakeDescription(['PCMU'], 'sendrecv', 3));
    await clock.advance(200);
    one.answer(fakeDescription(['PCMU'], 'inactive', 2));
    await clock.advance(200);
    const heard = other.streams.sent(0, 800);
    expect([0, 200, 400, 600].map((at) => loudest(heard.subarray(at * 8, at * 8 + 1600)) > 0)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('gives way to a prompt, and goes before music on hold', async () => {
    const { clock, files, talking } = fakeMedia();
    files.addWav('music.wav', toneWav(1300, 2000));
    files.addWav('tone.wav', toneWav(900, 200));
    const one = await talking();
    const other = await talking();
    other.playBackground(prompt('music.wav'));
    await clock.advance(200);
    const link = one.link(other);
    says(one, 200, 400, 1000);
    await clock.advance(200);
    other.play(prompt('tone.wav'));
    await clock.advance(400);
    link.close();
    await clock.advance(200);
    const heard = other.streams.sent(0, 1000);
    const shares = [0, 200, 400, 600, 800].map((at) => {
      const part = heard.subarray(at * 8, at * 8 + 1600);
      return [1300, 400, 900].find((tone) => toneShare(part, RATE, tone) > 0.95);
    });
    expect(shares).toEqual([1300, 400, 900, 400, 1300]);
    expect(other.heard().map(({ file, playedMs }) => [file, playedMs])).toEqual([
      ['music.wav', 400],
      ['tone.wav', 200],
    ]);
  });

  it('is not heard while keys are sent, nor while a prompt stands still', async () => {
    const { clock, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    one.link(other);
    says(one, 0, 400, 2000);
    await clock.advance(200);
    other.sendDigits({ digits: '1', onMs: 100, offMs: 100 });
    await clock.advance(400);
    const playing = other.play(prompt('long.wav'));
    playing.pause();
    await clock.advance(400);
    playing.stop();
    await clock.advance(200);
    expect([0, 200, 400, 600, 1000].map((from) => loudest(other.streams.sent(from, 200)) > 0)).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('is in the recording of the whole call, at once with what is said', async () => {
    const { clock, files, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    const recording = other.recordCall({
      path: 'call.wav',
      channels: 'stereo',
      format: 'PCM16',
      ifExists: 'overwrite',
    });
    one.link(other);
    says(one, 0, 400, 500);
    says(other, 0, 900, 500);
    await clock.advance(500);
    recording.stop();
    await recording.finished;
    const [left, right] = channelsOf(files.read('call.wav')).channels as readonly [Int16Array, Int16Array];
    expect(toneShare(left, RATE, 900)).toBeGreaterThan(0.98);
    expect(toneShare(right, RATE, 400)).toBeGreaterThan(0.98);
  });

  it('is no sound of the far end: who listens to the call hears only its own', async () => {
    const { clock, talking } = fakeMedia();
    const one = await talking();
    const other = await talking();
    const events = eventsOf(other);
    other.attend({ speech: true, tones: false, beepMs: 0 });
    one.link(other);
    one.speak(1000);
    await clock.advance(2000);
    expect(events).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is refused to a call itself, and to one that is closed', async () => {
    const { talking } = fakeMedia();
    const one = await talking();
    const closed = await talking();
    await closed.close();
    for (const link of [() => one.link(one), () => one.link(closed), () => closed.link(one)]) {
      expect(link).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
    }
  });
});
