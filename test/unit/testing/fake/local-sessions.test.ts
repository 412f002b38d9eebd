import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../../bench/tone-wav.ts';
import { soundOf } from '../../../../src/testing/fake/speech.ts';
import { eventsOf, fakeMedia } from '../../../support/fake-sessions.ts';
import { channelsOf } from '../../../support/sound-length.ts';
import { toneShare } from '../../../support/tone.ts';

const RATE = 8000;
const WAV = { format: 'PCM16', ifExists: 'overwrite', bargeIn: '' } as const;
const TONE = { sources: [{ kind: 'file', name: 'tone.wav', path: 'tone.wav' }], bargeIn: '' } as const;

async function connected() {
  const made = fakeMedia();
  made.files.addWav('tone.wav', toneWav(900, 500));
  const [one, other] = await made.pair();
  return { ...made, one, other };
}

describe('two local sessions of the fake', () => {
  it('take no port, and are found by nobody who waits for callers', async () => {
    const { media, pair } = fakeMedia();
    const opened: unknown[] = [];
    media.onOpen = (session) => opened.push(session);
    media.portsLeft = 0;
    const [one, other] = await pair();
    expect([one.direction, other.direction, one.codec, opened]).toEqual(['sendrecv', 'sendrecv', 'PCMU', []]);
  });

  it('record what the other plays, until it does not', async () => {
    const { clock, files, one, other } = await connected();
    const recording = other.record({ ...WAV, path: 'heard.wav', maxSilenceMs: 1000 });
    one.play(TONE);
    await clock.advance(3000);
    expect(await recording.finished).toMatchObject({ reason: 'silence', audioDetected: true, durationMs: 1500 });
    const [heard] = channelsOf(files.read('heard.wav')).channels as readonly [Int16Array];
    expect(toneShare(heard.subarray(0, 4000), RATE, 900)).toBeGreaterThan(0.98);
    expect(clock.pending).toBe(0);
  });

  it('have the keys of the other, however they are sent', async () => {
    const { clock, one, other } = await connected();
    const events = eventsOf(other);
    one.sendDigits({ digits: '1#', onMs: 100, offMs: 100 });
    await clock.advance(1000);
    expect(events).toEqual([
      { type: 'digit', digit: '1', by: 'RFC4733' },
      { type: 'digit', digit: '#', by: 'RFC4733' },
    ]);
    expect(other.sentDigits).toBe('');
  });

  it('hear the caller that is linked to the other, as speech', async () => {
    const { clock, talking, one, other } = await connected();
    const caller = await talking();
    caller.link(one);
    one.link(caller);
    const events = eventsOf(other);
    other.attend({ speech: true, tones: false, beepMs: 0 });
    caller.speak(1000);
    other.play(TONE);
    await clock.advance(3000);
    expect(events).toMatchObject([
      { type: 'speech', isSpeaking: true },
      { type: 'speech', isSpeaking: false },
    ]);
    expect(toneShare(caller.streams.sent(0, 500), RATE, 900)).toBeGreaterThan(0.99);
    expect([caller.linkedMs(0), clock.pending]).toEqual([500, 0]);
  });

  it('are silent on hold, and hear again afterwards', async () => {
    const { clock, one, other } = await connected();
    one.hear({ from: 0, until: 5000, ...soundOf({ tone: 400, ms: 5000 }) });
    one.echo();
    await clock.advance(200);
    one.accept(other.answer(one.offer('inactive')));
    expect([one.direction, other.direction]).toEqual(['inactive', 'inactive']);
    await clock.advance(200);
    // The other side asks for everything, and gets only what the first one wants.
    other.accept(one.answer(other.offer('sendrecv')));
    expect([one.direction, other.direction]).toEqual(['inactive', 'inactive']);
    await clock.advance(200);
    one.accept(other.answer(one.offer('sendrecv')));
    await clock.advance(200);
    const incoming = new Int16Array(6400);
    other.sound.incoming.render(0, incoming);
    expect(
      [0, 200, 400, 600].map((at) => incoming.subarray(at * 8, at * 8 + 1600).some((sample) => sample !== 0)),
    ).toEqual([true, false, false, true]);
  });

  it('hear the other no sooner than they have its answer', async () => {
    const { clock, files, one, other } = await connected();
    files.addWav('long.wav', toneWav(900, 2000));
    one.accept(other.answer(one.offer('inactive')));
    other.play({ sources: [{ kind: 'file', name: 'long.wav', path: 'long.wav' }], bargeIn: '' });
    const answer = other.answer(one.offer('sendrecv'));
    await clock.advance(200);
    one.accept(answer);
    await clock.advance(200);
    const incoming = new Int16Array(3200);
    one.sound.incoming.render(0, incoming);
    expect([incoming.findIndex((sample) => sample !== 0) >= 1600, incoming.at(-2) !== 0]).toEqual([true, true]);
  });

  it('listen to nothing once they are closed', async () => {
    const { clock, one, other } = await connected();
    other.attend({ speech: true, tones: false, beepMs: 0 });
    await other.close();
    await clock.advance(2000);
    expect(clock.pending).toBe(0);
    one.play(TONE);
    // The end of what is played, and nothing else.
    expect(clock.pending).toBe(1);
  });

  it('echo to each other without end, and it ends', async () => {
    const { clock, one, other } = await connected();
    one.echo();
    other.echo();
    one.hear({ from: 0, until: 200, ...soundOf(200) });
    await clock.advance(500);
    expect(other.sound.incoming.kindAt(100)).toBe('voice');
    expect(one.streams.sent(300, 100).every((sample) => sample === 0)).toBe(true);
  });

  it('leave the other quiet when one is closed', async () => {
    const { clock, one, other } = await connected();
    const events = eventsOf(other);
    one.play(TONE);
    await clock.advance(200);
    await one.close();
    await clock.advance(1000);
    one.press('1');
    const incoming = new Int16Array(800 * 8);
    other.sound.incoming.render(0, incoming);
    expect(incoming.subarray(0, 1600).some((sample) => sample !== 0)).toBe(true);
    expect(incoming.subarray(1600).every((sample) => sample === 0)).toBe(true);
    other.sendDigits({ digits: '1', onMs: 100, offMs: 100 });
    await clock.advance(1000);
    expect([events, other.sentDigits, clock.pending]).toEqual([[], '1', 0]);
  });
});
