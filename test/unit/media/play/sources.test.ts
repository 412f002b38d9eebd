import { describe, expect, it } from 'vitest';
import { encodeUlaw } from '../../../../src/media/codec/g711.codec.ts';
import { ToneGenerator } from '../../../../src/media/tone/tone.state.ts';
import { audio, HandStream, PlayRig, samples } from './play-rig.ts';

const TONE = { name: 'BEEP', steps: [{ waves: [{ frequency: 1000, amplitude: 10 }], duration: 130 }], repeat: 2 };

function toneBytes(): Buffer {
  const made = new Int16Array(130 * 2 * 8);
  new ToneGenerator(TONE, 0).take(made);
  return Buffer.from(Uint8Array.from(made, encodeUlaw));
}

describe('a list of sources', () => {
  it('is heard as one, without a sample of silence between them', async () => {
    await using rig = await PlayRig.open();
    const [one, two, three, four] = [audio(1010.5, 1), audio(333, 2), audio(2500, 3), audio(71, 4)];
    const stream = new HandStream();
    stream.give(three);
    stream.give(undefined);
    const playing = await rig.play([
      await rig.file('one.wav', one),
      samples(two),
      { kind: 'silence', name: 'pause', ms: 123 },
      stream.source,
      { kind: 'tone', name: 'BEEP', tone: TONE },
      await rig.file('four.wav', four),
    ]);
    await rig.pass(6000);
    const silence = Buffer.alloc(123 * 8, 0xff);
    expect(rig.between.equals(Buffer.concat([one, two, silence, three, toneBytes(), four]))).toBe(true);
    const ms = 1010.5 + 333 + 123 + 2500 + 260 + 71;
    expect(await playing.finished).toEqual({
      reason: 'completed',
      playedMs: ms,
      positionMs: ms,
      heardMs: ms,
      error: undefined,
    });
    expect(stream.closes).toBe(1);
  });

  it('has files that are looked at once, by whoever names them as they are', async () => {
    await using rig = await PlayRig.open();
    const [one, two] = [audio(100, 1), audio(100, 2)];
    await rig.play([{ ...(await rig.file('one.wav', one)), identity: 'as it was' }]);
    await rig.pass(200);
    const changed = await rig.file('one.wav', two);
    await rig.play([
      { ...changed, identity: 'as it was' },
      { ...changed, identity: 'as it is' },
    ]);
    await rig.pass(400);
    const heard = rig.sent.toString('latin1');
    expect([one, one, two].map((part) => heard.split(part.toString('latin1')).length - 1)).toEqual([2, 2, 1]);
  });

  it('of many short files has no gap', async () => {
    await using rig = await PlayRig.open();
    const parts = Array.from({ length: 40 }, (_, index) => audio(25 + index, index));
    const files = await Promise.all(parts.map((part, index) => rig.file(`${index}.wav`, part)));
    await rig.play(files);
    await rig.pass(3000);
    expect(rig.between.equals(Buffer.concat(parts))).toBe(true);
  });

  it('begins again as a whole in a loop, and its position goes on', async () => {
    await using rig = await PlayRig.open();
    const [one, two] = [audio(110, 1), audio(95, 2)];
    const stream = new HandStream();
    stream.give(two);
    stream.give(undefined);
    const playing = await rig.play([await rig.file('one.wav', one), stream.source], { loop: true });
    await rig.pass(2000);
    const round = Buffer.concat([one, two]);
    expect(rig.between.subarray(0, 9 * round.length).equals(Buffer.concat(Array(9).fill(round)))).toBe(true);
    expect(playing.progress()).toMatchObject({ durationMs: Number.POSITIVE_INFINITY, positionMs: 2000 });
    playing.stop();
    await rig.pass(20);
    expect((await playing.finished).reason).toBe('stopped');
    expect(stream.closes).toBe(1);
  });

  it('that has no sound in it is not looped for ever', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(0)), { kind: 'silence', name: 'none', ms: 0 }], { loop: true });
    await rig.pass(40);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 0 });
  });

  it.each([0, 100, 1500, 2700])('can begin at %i ms', async (positionMs) => {
    await using rig = await PlayRig.open();
    const [one, two] = [audio(1000, 1), audio(2000, 2)];
    const playing = await rig.play([await rig.file('one.wav', one), samples(two)], { positionMs });
    expect(playing.progress().positionMs).toBe(positionMs);
    await rig.pass(4000);
    expect(rig.between.equals(Buffer.concat([one, two]).subarray(positionMs * 8))).toBe(true);
    expect(await playing.finished).toMatchObject({
      reason: 'completed',
      playedMs: 3000 - positionMs,
      positionMs: 3000,
      heardMs: 3000 - positionMs,
    });
  });

  it('whose first source cannot be opened is not begun', async () => {
    await using rig = await PlayRig.open();
    const playing = rig.session.play({ sources: [rig.missing(), samples(audio(100))], bargeIn: '' });
    await expect(playing.started).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await playing.finished).toMatchObject({ reason: 'error', playedMs: 0, error: { code: 'FILE_NOT_FOUND' } });
    await rig.pass(100);
    expect(rig.sound).toHaveLength(0);
    await rig.play([samples(audio(100))]);
  });

  it('whose later source cannot be opened is heard up to there', async () => {
    await using rig = await PlayRig.open();
    const one = audio(700);
    const playing = await rig.play([samples(one), rig.missing(), samples(audio(100))]);
    await rig.pass(2000);
    expect(rig.sound.equals(one)).toBe(true);
    expect(await playing.finished).toMatchObject({
      reason: 'error',
      playedMs: 700,
      heardMs: 700,
      error: { code: 'FILE_NOT_FOUND' },
    });
  });

  it('with a rate that no audio has is refused', async () => {
    await using rig = await PlayRig.open();
    for (const sampleRate of [0, 12.5, Number.NaN, 1e9]) {
      const source = { kind: 'samples', name: 'x', samples: new Int16Array(10), sampleRate } as const;
      const playing = rig.session.play({ sources: [source], bargeIn: '' });
      await expect(playing.started).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const nothing = rig.session.play({ sources: [], bargeIn: '' });
    await expect(nothing.started).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await rig.play([samples(audio(100))]);
  });

  it('ends with the very frame in which its last sample is sent', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(99))]);
    let isOver = false;
    void playing.finished.then(() => {
      isOver = true;
    });
    while (!isOver) {
      expect(rig.sound.length).toBeLessThan(99 * 8);
      await rig.pass(20);
    }
    expect(rig.sound).toHaveLength(99 * 8);
  });
});

describe('samples of another rate', () => {
  it('are as long as they are, wherever they are begun', async () => {
    await using rig = await PlayRig.open();
    const source = {
      kind: 'samples',
      name: 'x',
      samples: Int16Array.from({ length: 44_100 }, (_, index) => 8000 * Math.sin(index / 20) + 4000),
      sampleRate: 44_100,
    } as const;
    const whole = await rig.play([source]);
    await rig.pass(1500);
    expect(await whole.finished).toMatchObject({ playedMs: 1000 });
    const part = await rig.play([source], { positionMs: 640 });
    await rig.pass(1500);
    expect(await part.finished).toMatchObject({ playedMs: 360 });
    const { sent } = rig;
    const last = sent.findLastIndex((byte) => byte !== 0xff);
    const first = sent.findIndex((byte) => byte !== 0xff);
    expect(sent.subarray(last - 2000, last).equals(sent.subarray(first + 8000 - 2001, first + 8000 - 1))).toBe(true);
  });
});
