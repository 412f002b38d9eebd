import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PcmStream } from '../../../../src/channel/play-port.ts';
import { awaitDisk } from '../../../../src/disk.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { StreamReader } from '../../../../src/media/play/stream-reader.ts';
import { audio, HandStream, PlayRig, samples, samplesOf } from './play-rig.ts';

const FAILURE = new ChannelError('SPEECH_FAILED', 'the voice is gone');
const PIECE_MS = 100;

/** Gives a stream audio in pieces, as fast as it is read. */
function giveAll(stream: HandStream, bytes: Buffer, pieceMs = PIECE_MS): void {
  for (let at = 0; at < bytes.length; at += pieceMs * 8) stream.give(bytes.subarray(at, at + pieceMs * 8));
}

describe('a stream', () => {
  it('is read no more than two seconds ahead of what is heard', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    const whole = audio(20_000);
    giveAll(stream, whole);
    stream.give(undefined);
    const playing = await rig.play([stream.source]);
    for (let ms = 0; ms < 17_000; ms += 500) {
      expect(stream.reads * PIECE_MS).toBeLessThanOrEqual(ms + 2000);
      if (ms > 0) expect(stream.reads * PIECE_MS).toBeGreaterThan(ms + 500);
      await rig.pass(500);
    }
    await rig.pass(4000);
    expect(rig.between.equals(whole)).toBe(true);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 20_000 });
    expect(stream.closes).toBe(1);
  });

  it('that comes in one huge piece is passed on in small ones', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    const whole = audio(10_000);
    stream.give(whole);
    stream.give(undefined);
    await rig.play([stream.source]);
    await rig.pass(11_000);
    expect(rig.between.equals(whole)).toBe(true);
  });

  it('holds its beginning back until its first piece is there', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    const playing = rig.session.play({ sources: [stream.source], bargeIn: '' });
    let hasStarted = false;
    void playing.started.then(() => {
      hasStarted = true;
    });
    await rig.pass(3000);
    expect(hasStarted).toBe(false);
    expect(playing.progress()).toMatchObject({ positionMs: 0, durationMs: undefined });
    stream.give(audio(100));
    await playing.started;
    stream.give(undefined);
    await rig.pass(200);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 100 });
  });

  it('that comes late is silence meanwhile and loses nothing: the gap is neither audio nor delay', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream(600);
    const whole = audio(600);
    stream.give(whole.subarray(0, 2400));
    const playing = await rig.play([stream.source]);
    await rig.pass(60_000);
    expect(playing.progress()).toEqual({ positionMs: 300, heardMs: 300, durationMs: 600, paused: false });
    stream.give(whole.subarray(2400));
    stream.give(undefined);
    await rig.pass(20);
    expect(rig.sound).toHaveLength(2400 + 160);
    expect(playing.progress()).toMatchObject({ positionMs: expect.closeTo(320, -1), heardMs: expect.closeTo(320, -1) });
    await rig.pass(400);
    expect(rig.sound.equals(whole)).toBe(true);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 600, heardMs: 600 });
  });

  it('that fails before its first piece is not begun', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    stream.give(FAILURE);
    const playing = rig.session.play({ sources: [stream.source], bargeIn: '' });
    await expect(playing.started).rejects.toMatchObject({ code: 'SPEECH_FAILED', message: FAILURE.message });
    expect(await playing.finished).toMatchObject({ reason: 'error', playedMs: 0 });
    await rig.pass(100);
    expect(rig.sound).toHaveLength(0);
    expect(stream.closes).toBe(1);
  });

  it.each([0, 1])('that fails in its middle is heard up to there, as source %i', async (place) => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    stream.give(audio(500, 2));
    stream.give(FAILURE);
    const playing = await rig.play([...(place === 1 ? [samples(audio(300, 1))] : []), stream.source]);
    await rig.pass(2000);
    const expected = Buffer.concat([...(place === 1 ? [audio(300, 1)] : []), audio(500, 2)]);
    expect(rig.sound.equals(expected)).toBe(true);
    expect(await playing.finished).toMatchObject({ reason: 'error', error: { code: 'SPEECH_FAILED' } });
    expect(stream.closes).toBe(1);
  });

  it('is opened before the source ahead of it ends', async () => {
    await using rig = await PlayRig.open();
    const [one, two] = [audio(5000, 1), audio(700, 2)];
    const stream = new HandStream();
    await rig.play([await rig.file('one.wav', one), stream.source]);
    expect(stream.isWaiting).toBe(true);
    giveAll(stream, two);
    stream.give(undefined);
    await rig.pass(6000);
    expect(rig.between.equals(Buffer.concat([one, two]))).toBe(true);
  });

  it.each([
    ['stopped', (_rig: PlayRig, stop: () => void) => stop()],
    ['bargein', (rig: PlayRig) => rig.session.takeDigit('1', 'INFO')],
    ['closed', (rig: PlayRig) => void rig.session.close()],
  ])(
    'is closed once when the playing is %s, with a read that is pending, and the end waits for that',
    async (reason, end) => {
      await using rig = await PlayRig.open();
      const [stream, never] = [new HandStream(), new HandStream()];
      let letClose: () => void = () => undefined;
      stream.closing = new Promise((resolve) => {
        letClose = resolve;
      });
      stream.give(audio(300));
      const playing = await rig.play([stream.source, never.source], { bargeIn: '1' });
      await rig.pass(100);
      expect(stream.isWaiting).toBe(true);
      end(rig, () => playing.stop());
      let isOver = false;
      void playing.finished.then(() => {
        isOver = true;
      });
      await rig.pass(1000);
      expect({ isOver, closes: stream.closes }).toEqual({ isOver: false, closes: 1 });
      expect(rig.sound).toHaveLength(800);
      // What still comes is nobody's business.
      stream.give(reason === 'stopped' ? FAILURE : audio(100));
      letClose();
      expect(await playing.finished).toMatchObject({ reason, playedMs: 100 });
      await rig.pass(100);
      expect([stream.closes, never.closes]).toEqual([1, 1]);
      expect(stream.reads).toBe(2);
    },
  );

  it('is closed although closing it fails, and although nothing of it could be played', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    stream.closing = Promise.reject(new Error('no'));
    stream.closing.catch(() => undefined);
    stream.give(audio(50));
    stream.give(undefined);
    const playing = await rig.play([stream.source]);
    const busy = new HandStream();
    const second = rig.session.play({ sources: [busy.source], bargeIn: '' });
    await expect(second.started).rejects.toMatchObject({ code: 'BUSY' });
    await second.finished;
    expect(busy.closes).toBe(1);
    await rig.pass(100);
    expect((await playing.finished).reason).toBe('completed');
    await rig.session.close();
    const late = new HandStream();
    await rig.session.play({ sources: [late.source], bargeIn: '' }).finished;
    expect([late.closes, late.reads]).toEqual([1, 0]);
  });

  it('leaves nothing behind when it is stopped: what comes next is heard at once', async () => {
    await using rig = await PlayRig.open();
    for (let round = 0; round < 3; round++) {
      const stream = new HandStream();
      giveAll(stream, audio(5000));
      const playing = await rig.play([stream.source]);
      await rig.pass(100);
      playing.stop();
      await playing.finished;
      const { length } = rig.sent;
      const next = audio(40, 9);
      const after = await rig.play([samples(next)]);
      await rig.pass(40);
      expect(rig.sent.subarray(length).equals(next)).toBe(true);
      await after.finished;
    }
  });

  it('can be rewound to what has come, and waits for what has not', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(4000);
    const stream = new HandStream();
    stream.give(whole.subarray(0, 8000));
    const playing = await rig.play([stream.source]);
    await rig.pass(500);
    playing.seek(3000);
    await rig.pass(1000);
    expect(rig.sound).toHaveLength(4000);
    expect(playing.progress()).toMatchObject({ positionMs: 3000, heardMs: 500 });
    stream.give(whole.subarray(8000, 28_000));
    await rig.pass(100);
    expect(rig.sound.subarray(4000).equals(whole.subarray(24_000, 24_800))).toBe(true);
    playing.seek(100);
    await rig.pass(100);
    expect(rig.sound.subarray(4800).equals(whole.subarray(800, 1600))).toBe(true);
    playing.seek(60_000);
    await rig.pass(100);
    stream.give(whole.subarray(28_000));
    stream.give(undefined);
    await rig.pass(20);
    expect(await playing.finished).toMatchObject({ reason: 'completed', positionMs: 4000, heardMs: 600 });
    expect(rig.sound).toHaveLength(5600);
  });

  it('is not read on while the playing is paused', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    giveAll(stream, audio(60_000));
    const playing = await rig.play([stream.source]);
    await rig.pass(100);
    playing.pause();
    await rig.pass(5000);
    expect(stream.reads * PIECE_MS).toBeLessThanOrEqual(2100);
    playing.stop();
    await playing.finished;
  });

  it('of another rate keeps its length', async () => {
    await using rig = await PlayRig.open();
    const stream = new HandStream();
    const faster = { kind: 'stream', name: 'x', stream: Object.assign(stream, { sampleRate: 24_000 }) } as const;
    giveAll(stream, audio(3000));
    stream.give(undefined);
    const playing = await rig.play([faster]);
    await rig.pass(1500);
    expect(await playing.finished).toMatchObject({ reason: 'completed', playedMs: 1000 });
  });
});

it('gives what came before a failure, although both came at once', async () => {
  const reader = new StreamReader({ sampleRate: 8000, law: PCMU, awaitDisk, want: () => undefined });
  await reader.open();
  const first = reader.next();
  reader.push(samplesOf(audio(20)));
  reader.fail(FAILURE);
  expect(await first).toEqual(new Uint8Array(audio(20)));
  await expect(reader.next()).rejects.toBe(FAILURE);
});

describe('virtual time', () => {
  it('stands still for a stream that waits for real work, so that it has no gap', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(3000);
    let at = 0;
    const stream: PcmStream = {
      sampleRate: 8000,
      isRealWork: true,
      async read() {
        await stat(import.meta.filename);
        const piece = whole.subarray(at, at + 400);
        at += 400;
        return piece.length > 0 ? samplesOf(piece) : undefined;
      },
      close: () => Promise.resolve(),
    };
    await rig.play([{ kind: 'stream', name: 'x', stream }]);
    await rig.pass(3100);
    expect(rig.between.equals(whole)).toBe(true);
  });

  it('goes on for a stream that waits for it', async () => {
    await using rig = await PlayRig.open();
    const whole = audio(1000);
    let at = 0;
    const stream: PcmStream = {
      sampleRate: 8000,
      async read() {
        await new Promise<void>((resolve) => void rig.clock.schedule(rig.clock.now() + 50, resolve));
        const piece = whole.subarray(at, at + 400);
        at += 400;
        return piece.length > 0 ? samplesOf(piece) : undefined;
      },
      close: () => Promise.resolve(),
    };
    const playing = rig.session.play({ sources: [{ kind: 'stream', name: 'x', stream }], bargeIn: '' });
    await rig.pass(1500);
    expect(rig.sound.equals(whole)).toBe(true);
    expect((await playing.finished).reason).toBe('completed');
  });
});
