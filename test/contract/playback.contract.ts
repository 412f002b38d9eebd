import { describe, expect, it } from 'vitest';
import type { Channel, Media, Playback } from '../../src/index.ts';
import type { Bearer } from './bearer.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

const RATE = 8000;

/** A tone, as samples. */
function tone(ms: number): Int16Array {
  return Int16Array.from(
    { length: (ms * RATE) / 1000 },
    (_, index) => 9000 * Math.sin((2 * Math.PI * 440 * index) / RATE),
  );
}

/** Bytes of samples in pieces of an odd length. */
async function* pieces(samples: Int16Array, ended: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  try {
    for (let at = 0; at < bytes.length; at += 333) yield bytes.slice(at, at + 333);
  } finally {
    ended();
  }
}

/** Lets time pass until something is so. */
async function until(bearer: Bearer, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !isSo(); turn++) await bearer.elapse(20);
  expect(isSo()).toBe(true);
}

/** What a handle promises, and the queue: sections 1, 3 and 4 of the contract. */
export function describePlaybacks(stage: Stage): void {
  const started = async (media?: Media, options = {}): Promise<{ channel: Channel; playback: Playback }> => {
    const { channel } = await stage.answered();
    const playback = await stage.bearer.settle(channel.filePlayer.start(media ?? stage.bearer.longPrompt, options));
    return { channel, playback };
  };

  describe('a playback', () => {
    it('plays, pauses where it is, goes on and is stopped', async () => {
      const { bearer } = stage;
      const { playback } = await started();
      expect([playback.state, playback.cause, playback.media]).toEqual(['PLAYING', 'NONE', bearer.longPrompt]);
      await until(bearer, () => playback.position >= 100);
      expect(await bearer.settle(playback.pause())).toBe(true);
      const { position } = playback;
      await bearer.elapse(200);
      expect(await bearer.settle(playback.pause())).toBe(true);
      expect(playback.state).toBe('PAUSED');
      // One packet may have been on its way.
      expect(Math.abs(playback.position - position)).toBeLessThanOrEqual(20);
      expect(await bearer.settle(playback.resume())).toBe(true);
      expect(await bearer.settle(playback.resume())).toBe(true);
      await until(bearer, () => playback.position >= position + 100);
      expect([playback.state, playback.duration]).toEqual(['PLAYING', 5000]);
      expect(await bearer.settle(playback.stop())).toBe(true);
      expect([playback.state, playback.cause, await playback.finished]).toEqual(['DONE', 'ABORTED', 'ABORTED']);
    });

    it('goes back and forth while it is paused, and stays paused', async () => {
      const { bearer } = stage;
      const { playback } = await started(undefined, { skip: 700 });
      await bearer.settle(playback.pause());
      const positions: number[] = [];
      for (const move of [
        () => playback.seek(2000),
        () => playback.rewind(),
        () => playback.forward(),
        () => playback.rewind(300),
        () => playback.forward(1000),
        () => playback.rewind(60_000),
        () => playback.seek(1500),
        () => playback.restart(),
      ]) {
        expect(await bearer.settle(move())).toBe(true);
        positions.push(Math.round(playback.position));
      }
      expect(positions).toEqual([2000, 1300, 2000, 1700, 2700, 0, 1500, 0]);
      await bearer.elapse(100);
      expect([playback.state, playback.position]).toEqual(['PAUSED', 0]);
      await bearer.settle(playback.stop());
    });

    it('begins at { position }, and is over when it is moved beyond its end', async () => {
      const { bearer } = stage;
      const { playback } = await started(undefined, { position: 3000 });
      expect(playback.position).toBeGreaterThanOrEqual(3000);
      expect(await bearer.settle(playback.forward(60_000))).toBe(true);
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
      expect(Math.round(playback.position)).toBe(5000);
      expect(playback.heard).toBeLessThan(2000 + bearer.slack);
    });

    it('counts what was heard once, however often it is played again', async () => {
      const { bearer } = stage;
      const { playback } = await started(bearer.prompt.file);
      await until(bearer, () => playback.position >= 200);
      expect(await bearer.settle(playback.restart())).toBe(true);
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
      expect(Math.abs(playback.heard - bearer.prompt.ms)).toBeLessThanOrEqual(20);
    });

    it('plays a list as one: a file, silence, samples and a tone', async () => {
      const { bearer } = stage;
      const { playback, channel } = await started([
        bearer.prompt.file,
        'silence:100',
        { buffer: tone(200), sampleRate: RATE },
        'tone:BEEP',
      ]);
      await until(bearer, () => playback.duration !== undefined);
      expect(playback.duration).toBe(bearer.prompt.ms + 500);
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
      expect(Math.abs(playback.heard - (bearer.prompt.ms + 500))).toBeLessThanOrEqual(20);
      expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['IDLE', 'NORMAL']);
    });

    it('plays what comes piece by piece, and ends the stream when it is stopped', async () => {
      const { bearer } = stage;
      const { playback, channel } = await started({ stream: pieces(tone(400)) });
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
      expect(Math.abs(playback.heard - 400)).toBeLessThanOrEqual(20);
      let isEnded = false;
      const stream = pieces(tone(60_000), () => {
        isEnded = true;
      });
      const long = await bearer.settle(channel.filePlayer.start({ stream }));
      await bearer.elapse(60);
      await bearer.settle(long.stop());
      await until(bearer, () => isEnded);
      expect(long.state).toBe('DONE');
    });

    it('of a stream that fails rejects before any audio, and later comes to ERROR', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const failing = async function* (samples: Int16Array): AsyncGenerator<Int16Array> {
        if (samples.length > 0) yield samples;
        throw new Error('the disk of the stream is gone');
      };
      const rejected = await bearer.settle(errorOf(channel.filePlayer.start({ stream: failing(new Int16Array()) })));
      expectCode(rejected, 'STREAM_FAILED');
      const playback = await bearer.settle(channel.filePlayer.start({ stream: failing(tone(300)) }));
      expect(await bearer.settle(playback.finished)).toBe('ERROR');
      expect([playback.state, playback.error?.code]).toEqual(['FAILED', 'STREAM_FAILED']);
    });

    it('changes its volume, and refuses what is none', async () => {
      const { bearer } = stage;
      const { playback } = await started(undefined, { volume: -20 });
      expect(playback.volume).toBe(-20);
      expect(await bearer.settle(playback.setVolume(6))).toBe(true);
      expect(playback.volume).toBe(6);
      for (const wrong of [
        playback.setVolume(21),
        playback.setVolume(Number.NaN),
        playback.seek(-1),
        playback.rewind(0),
        playback.forward(-5),
      ]) {
        expectCode(await bearer.settle(errorOf(wrong)), 'INVALID_ARGUMENT');
      }
      expect(playback.state).toBe('PLAYING');
      await bearer.settle(playback.stop());
    });

    it('does nothing any more when it is over, and says so', async () => {
      const { bearer } = stage;
      const { playback, channel } = await started(bearer.prompt.file);
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
      const late = [
        playback.pause(),
        playback.resume(),
        playback.rewind(),
        playback.forward(),
        playback.restart(),
        playback.seek(0),
        playback.setVolume(3),
        playback.stop(),
      ];
      expect(await bearer.settle(Promise.all(late))).toEqual(late.map(() => false));
      expect([playback.state, playback.volume]).toEqual(['DONE', 0]);
      await bearer.settle(channel.hangUp());
      expect(await bearer.settle(playback.stop())).toBe(false);
    });

    it('settles when the call ends, in every state', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { filePlayer } = channel;
      const playing = await bearer.settle(filePlayer.start(bearer.longPrompt));
      const waiting = filePlayer.enqueue(bearer.prompt.file);
      await bearer.settle(playing.pause());
      await farEnd.hangUp();
      expect(await bearer.settle(Promise.all([playing.finished, waiting.finished]))).toEqual(['HANGUP', 'HANGUP']);
      expect([playing.state, waiting.state, filePlayer.state]).toEqual(['DONE', 'DONE', 'IDLE']);
    });

    it('is stopped by a key within a list, and the key is there to be read', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const media = [bearer.longPrompt, bearer.longPrompt];
      const playback = await bearer.settle(channel.filePlayer.start(media, { bargeIn: '#' }));
      await farEnd.press('5#');
      expect(await bearer.settle(playback.finished)).toBe('BARGEIN');
      expect(await bearer.settle(channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 1000 }))).toBe('5#');
    });

    it('is stopped when the far end speaks, if it shall be', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playback = await bearer.settle(
        channel.filePlayer.start(bearer.longPrompt, { bargeInOnSpeech: true, loop: true }),
      );
      await bearer.elapse(100);
      expect(playback.state).toBe('PLAYING');
      await farEnd.talk();
      expect(await bearer.settle(playback.finished)).toBe('BARGEIN');
    });

    it.each<readonly [media: unknown, message: RegExp]>([
      ['sonud:hello', /sonud:.*sound:/],
      ['gopher://example.com', /gopher:/],
      [{ sonud: 'hello' }, /sonud.*sound/],
      [{ sound: 'hello', tone: 'BEEP' }, /sound and tone/],
      [{ sound: 'hello', lang: 'de' }, /lang/],
      [{ silence: -1 }, /silence/],
      ['silence:soon', /silence/],
      ['number:abc', /number/],
      [{ tone: 'NOISE' }, /no tone/],
      [{ stream: [1, 2] }, /stream/],
      [{ buffer: 'bytes' }, /buffer/],
      [[], /list/],
      ['', /empty/],
      [undefined, /medium/],
      ['../secret.wav', /media directory/],
    ])('of %j is refused before anything is sent', async (media, message) => {
      const { channel } = await stage.answered();
      const error = await errorOf(channel.filePlayer.play(media as Media));
      expect(String(error)).toMatch(message);
      expect(() => channel.filePlayer.enqueue(media as Media)).toThrow(message);
      expect(channel.filePlayer.state).toBe('IDLE');
    });

    it.each([
      [{ volume: 30 }, /volume/],
      [{ skip: 0 }, /skip/],
      [{ position: -1 }, /position/],
      [{ loop: 'yes' }, /loop/],
      [{ bargeInOnSpeech: 1 }, /bargeInOnSpeech/],
      [{ language: '?' }, /language/],
      [{ speed: 2 }, /speed/],
    ])('with %j is refused', async (options, message) => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const error = await errorOf(channel.filePlayer.start(bearer.longPrompt, options as object));
      expectCode(error, 'INVALID_ARGUMENT');
      expect(String(error)).toMatch(message);
      expect(() => channel.filePlayer.enqueue(bearer.longPrompt, options as object)).toThrow(message);
    });
  });

  describe('the queue of a player', () => {
    it('plays in order, one after the other, and is drained at the end', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { filePlayer } = channel;
      const over: number[] = [];
      const queued = [1, 2, 3].map((number) => {
        const playback = filePlayer.enqueue(bearer.prompt.file);
        void playback.finished.then(() => over.push(number));
        return playback;
      });
      const begun = bearer.clock.now();
      await until(bearer, () => queued[0]?.state === 'PLAYING');
      expect(queued.map(({ state }) => state)).toEqual(['PLAYING', 'QUEUED', 'QUEUED']);
      for (const method of [() => filePlayer.play(bearer.prompt.file), () => filePlayer.start(bearer.prompt.file)]) {
        expectCode(await errorOf(method()), 'BUSY');
      }
      expectCode(await errorOf(channel.dtmfPlayer.play('1')), 'BUSY');
      await bearer.settle(filePlayer.drained());
      const took = bearer.clock.now() - begun;
      expect(over).toEqual([1, 2, 3]);
      expect(queued.map(({ cause }) => cause)).toEqual(['NORMAL', 'NORMAL', 'NORMAL']);
      expect(took).toBeGreaterThan(3 * bearer.prompt.ms - 60);
      // No gap that is longer than a packet.
      if (!bearer.isRealTime) expect(took).toBeLessThanOrEqual(3 * bearer.prompt.ms + 3 * 20 + 60);
      expect([filePlayer.state, filePlayer.cause]).toEqual(['IDLE', 'NORMAL']);
      await bearer.settle(filePlayer.drained());
    });

    it('goes on when the one that plays is stopped; one that waits and is stopped never plays', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const first = await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      const second = channel.filePlayer.enqueue(bearer.longPrompt);
      const third = channel.filePlayer.enqueue(bearer.prompt.file);
      expect(await bearer.settle(second.stop())).toBe(true);
      expect([second.state, second.cause, second.heard]).toEqual(['DONE', 'ABORTED', 0]);
      expect(await bearer.settle(first.stop())).toBe(true);
      expect(await bearer.settle(third.finished)).toBe('NORMAL');
    });

    it('goes on after what cannot be opened, which is FAILED', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const names = [bearer.prompt.file, 'missing.wav', bearer.prompt.file];
      const queued = names.map((file) => channel.filePlayer.enqueue(file));
      expect(await bearer.settle(Promise.all(queued.map(({ finished }) => finished)))).toEqual([
        'NORMAL',
        'ERROR',
        'NORMAL',
      ]);
      expect([queued[1]?.state, queued[1]?.error?.code]).toEqual(['FAILED', 'FILE_NOT_FOUND']);
    });

    it('is flushed: what waits never plays, what plays is stopped', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { filePlayer } = channel;
      const queued = [1, 2, 3].map(() => filePlayer.enqueue(bearer.longPrompt));
      await until(bearer, () => queued[0]?.state === 'PLAYING');
      const drained = filePlayer.drained();
      expect(await bearer.settle(filePlayer.flush())).toBe(true);
      await bearer.settle(drained);
      expect(queued.map(({ cause }) => cause)).toEqual(['ABORTED', 'ABORTED', 'ABORTED']);
      expect(await bearer.settle(filePlayer.flush())).toBe(true);
      expect(await bearer.settle(filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });

    it('begins as the one that waits has been told to: paused, elsewhere, softer', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const first = channel.filePlayer.enqueue(bearer.prompt.file);
      const second = channel.filePlayer.enqueue(bearer.longPrompt);
      await bearer.settle(Promise.all([second.pause(), second.seek(4000), second.setVolume(-3)]));
      expect([second.state, second.position]).toEqual(['QUEUED', 4000]);
      await bearer.settle(first.finished);
      await until(bearer, () => second.state === 'PAUSED');
      expect([second.position, second.volume]).toEqual([4000, -3]);
      await bearer.settle(second.resume());
      expect(await bearer.settle(second.finished)).toBe('NORMAL');
    });

    it('waits for what else is sent, and is aborted by a signal', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const digits = channel.dtmfPlayer.play('123');
      const abort = new AbortController();
      const aborted = channel.filePlayer.enqueue(bearer.longPrompt, { signal: abort.signal });
      const playback = channel.filePlayer.enqueue(bearer.prompt.file);
      expect(playback.state).toBe('QUEUED');
      abort.abort('enough');
      expect(await bearer.settle(aborted.finished)).toBe('ABORTED');
      expect(await bearer.settle(digits)).toBe('NORMAL');
      expect(await bearer.settle(playback.finished)).toBe('NORMAL');
    });

    it('takes nothing without a call', async () => {
      const { bearer } = stage;
      const channel = await stage.over();
      expect(() => channel.filePlayer.enqueue(bearer.prompt.file)).toThrow(/call|hung/i);
      const { channel: unanswered } = await bearer.incoming();
      expect(() => unanswered.filePlayer.enqueue(bearer.prompt.file)).toThrow(/ANSWERED/);
    });
  });

  describe('music on hold', () => {
    it('is heard before, between and after what else is played, until it is stopped', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { musicOnHold, filePlayer } = channel;
      const ear = await farEnd.listen();
      expect(musicOnHold.state).toBe('IDLE');
      expect(await bearer.settle(musicOnHold.start(bearer.longPrompt, { volume: -6 }))).toBe(true);
      await bearer.elapse(300);
      expect(await bearer.settle(filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect([musicOnHold.state, filePlayer.state]).toEqual(['PLAYING', 'IDLE']);
      await bearer.elapse(300);
      expect(await bearer.settle(musicOnHold.stop())).toBe(true);
      expect(musicOnHold.state).toBe('IDLE');
      const heard = await bearer.settle(ear.heardMs());
      expect(heard).toBeGreaterThan(600 + bearer.prompt.ms - 60 - bearer.slack);
      expect(await bearer.settle(musicOnHold.stop())).toBe(true);
    });

    it('is replaced by other music, and what cannot be opened is refused', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { musicOnHold } = channel;
      expect(await bearer.settle(musicOnHold.start(bearer.longPrompt))).toBe(true);
      expect(await bearer.settle(musicOnHold.start([bearer.prompt.file, bearer.longPrompt]))).toBe(true);
      expect(musicOnHold.state).toBe('PLAYING');
      expectCode(await bearer.settle(errorOf(musicOnHold.start('missing.wav'))), 'FILE_NOT_FOUND');
      expect([musicOnHold.state, musicOnHold.error?.code]).toEqual(['ERROR', 'FILE_NOT_FOUND']);
      expect(await bearer.settle(musicOnHold.start(bearer.longPrompt))).toBe(true);
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      expect(musicOnHold.state).toBe('IDLE');
    });
  });

  it('the language of a channel is that of the user agent until it is set', async () => {
    const { channel } = await stage.answered();
    expect(channel.language).toBe('en');
    channel.language = 'de-AT';
    expect(channel.language).toBe('de-AT');
    expect(() => {
      channel.language = 'not a tag';
    }).toThrow(/language/);
    expect(channel.language).toBe('de-AT');
  });
}
