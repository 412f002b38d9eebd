import { describe, expect, it } from 'vitest';
import { decodeTable, encodeUlaw } from '../../../../src/media/codec/g711.codec.ts';
import { audio, HandStream, PlayRig, samples } from './play-rig.ts';

/** What is true up to a part of a frame, because the first frame after a change comes a little later. */
const about = (ms: number): unknown => expect.closeTo(ms, -1);

describe('a pause', () => {
  it('loses no sample and repeats none, however often there is one', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(3000);
    const playing = await rig.play([await rig.file('x.wav', whole)]);
    for (let time = 0; time < 12; time++) {
      await rig.pass(170 + time);
      playing.pause();
      const { length } = rig.sound;
      await rig.pass(90);
      expect(rig.sound).toHaveLength(length);
      expect(playing.progress()).toMatchObject({ paused: true, positionMs: length / 8, heardMs: length / 8 });
      playing.resume();
      playing.resume();
    }
    await rig.pass(3000);
    expect(rig.sound.equals(whole)).toBe(true);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 3000, heardMs: 3000 });
  });

  it('before the first sample holds it back', async () => {
    await using rig = await PlayRig.open();
    const playing = rig.session.play({ sources: [samples(audio(100))], bargeIn: '' });
    playing.pause();
    await playing.started;
    await rig.pass(500);
    expect(rig.sound).toHaveLength(0);
    expect(playing.progress()).toMatchObject({ paused: true, positionMs: 0 });
    playing.resume();
    await rig.pass(200);
    expect((await playing.finished).reason).toBe('completed');
  });

  it('is no reason not to stop', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(500))]);
    await rig.pass(100);
    playing.pause();
    playing.stop();
    expect(await playing.finished).toMatchObject({ reason: 'stopped' });
    expect(playing.progress()).toMatchObject({ positionMs: 100, heardMs: 100 });
    playing.resume();
    playing.seek(0);
    playing.setVolume(3);
    await rig.pass(500);
    expect(rig.sound).toHaveLength(800);
  });
});

describe('seeking', () => {
  it.each(['file', 'samples', 'stream'])('in a %s goes on with the sample that is asked for', async (kind) => {
    await using rig = await PlayRig.open();
    const whole = audio(12_000);
    const stream = new HandStream();
    stream.give(whole);
    stream.give(undefined);
    const file = await rig.file('x.wav', whole);
    const source = kind === 'file' ? file : kind === 'samples' ? samples(whole) : stream.source;
    const playing = await rig.play([source]);
    await rig.pass(200);
    const parts = [whole.subarray(0, 1600)];
    for (const ms of [5000, 120.5, 9000, 8990, -5, 11_900]) {
      playing.seek(ms);
      const from = Math.max(0, ms);
      expect(playing.progress().positionMs).toBe(from);
      await rig.pass(40);
      const played = rig.sound.length - Buffer.concat(parts).length;
      expect(played).toBe(320);
      parts.push(whole.subarray(from * 8, from * 8 + played));
      expect(playing.progress().positionMs).toBeCloseTo(from + 40, -1);
    }
    await rig.pass(200);
    parts.push(whole.subarray(11_940 * 8));
    expect(rig.sound.equals(Buffer.concat(parts))).toBe(true);
    expect(await playing.finished).toMatchObject({ reason: 'completed', positionMs: 12_000, playedMs: 500 });
    expect((await playing.finished).heardMs).toBe(200 + 40 + 40 + 10 + 100);
  });

  it('over the bounds of sources finds the right one', async () => {
    await using rig = await PlayRig.open();
    const [one, two, three] = [audio(300, 1), audio(400, 2), audio(500, 3)];
    const whole = Buffer.concat([one, two, three]);
    const playing = await rig.play([samples(one), await rig.file('two.wav', two), samples(three)]);
    for (const ms of [650, 299, 701, 0, 700, 1180]) {
      const { length } = rig.sound;
      playing.seek(ms);
      await rig.pass(20);
      expect(rig.sound.subarray(length).equals(whole.subarray(ms * 8, ms * 8 + 160))).toBe(true);
    }
    await rig.pass(100);
    expect((await playing.finished).reason).toBe('completed');
  });

  it('beyond the end ends it, and not before it goes on when it is paused', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(500))]);
    await rig.pass(100);
    playing.pause();
    playing.seek(9000);
    await rig.pass(500);
    expect(playing.progress()).toMatchObject({ positionMs: 500, heardMs: 100, paused: true, durationMs: 500 });
    playing.seek(400);
    await rig.pass(100);
    expect(playing.progress()).toMatchObject({ positionMs: 400, heardMs: 100 });
    playing.resume();
    await rig.pass(200);
    expect(await playing.finished).toMatchObject({ reason: 'completed', positionMs: 500, heardMs: 200, playedMs: 200 });
  });

  it('in a loop goes round and round', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(300);
    const playing = await rig.play([samples(whole)], { loop: true });
    await rig.pass(100);
    playing.seek(750);
    const { length } = rig.sound;
    await rig.pass(100);
    expect(playing.progress().positionMs).toBeCloseTo(850, -1);
    expect(rig.sound.subarray(length).equals(whole.subarray(1200, 2000))).toBe(true);
    playing.stop();
    await playing.finished;
  });

  it('comes after a fault that was still ahead', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(600)), rig.missing()]);
    await rig.pass(500);
    playing.seek(0);
    await rig.pass(580);
    expect(rig.sound).toHaveLength(1080 * 8);
    await rig.pass(100);
    expect(await playing.finished).toMatchObject({ reason: 'error', positionMs: 600, heardMs: 600 });
  });
});

describe('the volume', () => {
  const louder = (byte: number, decibels: number): number =>
    encodeUlaw(Math.max(-32_768, Math.min(32_767, Math.round((decodeTable(0)[byte] ?? 0) * 10 ** (decibels / 20)))));

  it('changes with the next packet and leaves the bytes alone without a change', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(100);
    const playing = await rig.play([samples(whole)]);
    await rig.pass(20);
    playing.setVolume(-6);
    await rig.pass(20);
    playing.setVolume(12);
    await rig.pass(20);
    playing.setVolume(0);
    await rig.pass(60);
    const expected = whole.map((byte, index) => {
      const frame = Math.floor(index / 160);
      return frame === 1 ? louder(byte, -6) : frame === 2 ? louder(byte, 12) : byte;
    });
    expect(rig.between.equals(expected)).toBe(true);
  });

  it('is that of the request from the first packet on', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(60);
    await rig.play([samples(whole)], { volume: 3 });
    await rig.pass(100);
    expect(rig.between.equals(whole.map((byte) => louder(byte, 3)))).toBe(true);
  });

  it('changes the level that the statistics show by as much', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(2000))]);
    await rig.pass(100);
    const before = (await rig.session.statistics()).levelSent;
    playing.setVolume(-20);
    await rig.pass(100);
    expect((await rig.session.statistics()).levelSent).toBeCloseTo(before - 20, 0);
    playing.pause();
    await rig.pass(100);
    expect((await rig.session.statistics()).levelSent).toBe(-127);
  });
});

describe('where it stands', () => {
  it('is known at any time without asking the engine', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([await rig.file('x.wav', audio(2000)), samples(audio(1000))]);
    for (let ms = 0; ms < 2980; ms += 7) {
      const { positionMs, heardMs, durationMs, paused } = playing.progress();
      expect({ positionMs, heardMs, durationMs, paused }).toEqual({
        positionMs: ms,
        heardMs: ms,
        durationMs: 3000,
        paused: false,
      });
      await rig.pass(7);
    }
    await rig.pass(100);
    await playing.finished;
    expect(playing.progress()).toEqual({ positionMs: 3000, heardMs: 3000, durationMs: 3000, paused: false });
  });

  it('moves during a hold, but nothing of that was heard', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(1000))]);
    await rig.pass(200);
    rig.session.accept(rig.peer.answer(rig.session.offer('inactive')));
    await rig.pass(300);
    expect(playing.progress()).toMatchObject({ positionMs: about(500), heardMs: about(200) });
    rig.session.accept(rig.peer.answer(rig.session.offer('sendrecv')));
    await rig.pass(100);
    expect(playing.progress()).toMatchObject({ positionMs: about(600), heardMs: about(300) });
    await rig.pass(500);
    expect(await playing.finished).toMatchObject({ playedMs: 1000, positionMs: 1000, heardMs: 700 });
  });

  it('does not move while digits are sent in its place', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(1000))]);
    await rig.pass(200);
    const digits = rig.session.sendDigits({ digits: '12', onMs: 100, offMs: 100, pauseMs: 500, volume: 10 });
    await rig.pass(1000);
    await digits.finished;
    const { positionMs, heardMs } = playing.progress();
    expect(positionMs).toBeCloseTo(rig.sound.length / 8, -1);
    expect(heardMs).toBe(positionMs);
    expect(positionMs).toBeLessThan(900);
    await rig.pass(1000);
    expect(await playing.finished).toMatchObject({ heardMs: 1000 });
  });

  it('counts what is played again after a rewind only once', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(2000))]);
    await rig.pass(1000);
    playing.seek(500);
    await rig.pass(300);
    expect(playing.progress()).toMatchObject({ positionMs: about(800), heardMs: 1000 });
    await rig.pass(300);
    expect(playing.progress()).toMatchObject({ positionMs: about(1100), heardMs: about(1100) });
    playing.stop();
    expect(await playing.finished).toMatchObject({ playedMs: 1600, positionMs: 1100, heardMs: 1100 });
  });
});

describe('barge-in', () => {
  it('by a key ends it with the frame that is being sent', async () => {
    await using rig = await PlayRig.open();
    const playing = await rig.play([samples(audio(5000))], { bargeIn: '5' });
    await rig.pass(500);
    rig.session.takeDigit('4', 'INFO');
    rig.session.takeDigit('5', 'INFO');
    const { reason, positionMs, heardMs } = await playing.finished;
    expect({ reason, positionMs, heardMs }).toEqual({ reason: 'bargein', positionMs: 500, heardMs: 500 });
    await rig.pass(100);
    expect(rig.sound).toHaveLength(4000);
  });
});
