import { readdir, readlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Channel, Media, Playback } from '../../src/index.ts';
import { childrenOf } from '../support/children.ts';
import { until } from '../support/until.ts';
import { type BadMediaSite, CUT_FILES, SHORT } from './bad-media-site.ts';
import type { Bearer } from './bearer.ts';
import { errorOf, expectCode, type Outcome, outcomeOf, type Stage } from './laws.ts';
import { failing, type Item, items, recordings, sounds, WRONG, type Wrong } from './wrong-media.ts';

/** How long a server may be silent, and how long it may when the test is in a hurry, in milliseconds. */
const SILENCE_LIMIT = 10_000;
const HURRIED = 20;

/** The names of files that this process has open below a directory; none where the system does not tell. */
async function openFiles(folder: string): Promise<readonly string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

/** What a queue makes of a medium: some are refused at once, the others when they are opened. */
async function enqueued(bearer: Bearer, channel: Channel, media: Media): Promise<unknown> {
  let playback: Playback;
  try {
    playback = channel.filePlayer.enqueue(media);
  } catch (error) {
    return error;
  }
  expect(await bearer.settle(playback.finished)).toBe('ERROR');
  expect([playback.state, playback.cause, playback.position, playback.heard]).toEqual(['FAILED', 'ERROR', 0, 0]);
  return playback.error;
}

/** Bad input of media: an error of its own, and nothing else. */
export function describeBadMedia(stage: Stage, siteOf: () => BadMediaSite, carrier: 'fake' | 'stack'): void {
  let children: readonly number[];

  beforeEach(async () => {
    children = await childrenOf();
    if (carrier === 'stack') vi.stubEnv('FFMPEG_PATH', siteOf().uselessFfmpeg);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    const { speech, server } = siteOf();
    await until('the end of everything that was begun', () => speech.running === 0 && server.requests() === 0);
    expect(await childrenOf()).toEqual(children);
  });

  /** Every way of playing it is refused with this code, alone and in a list. */
  const isRefused = async (channel: Channel, make: () => Item, { code, isLateInList }: Wrong): Promise<void> => {
    const { bearer } = stage;
    const { filePlayer } = channel;
    const good = SHORT.file;
    const lists: readonly (() => Media)[] = [
      () => [make(), good],
      ...(isLateInList ? [] : [(): Media => [good, make()]]),
    ];
    const refused = async (way: string, form: () => Media, use: (media: Media) => Promise<unknown>): Promise<void> => {
      const media = form();
      const what = JSON.stringify(media).slice(0, 100);
      expect([way, what, await use(media)]).toEqual([way, what, expect.objectContaining({ code })]);
    };
    const play = async (media: Media): Promise<unknown> =>
      bearer.settle(outcomeOf(filePlayer.play(media))).then(errorIn);
    const start = async (media: Media): Promise<unknown> =>
      bearer.settle(outcomeOf(filePlayer.start(media))).then(errorIn);
    const music = async (media: Media): Promise<unknown> =>
      bearer.settle(outcomeOf(channel.musicOnHold.start(media))).then(errorIn);
    await refused('start()', make, start);
    await refused('musicOnHold.start()', make, music);
    for (const form of [make, ...lists]) {
      await refused('play()', form, play);
      await refused('enqueue()', form, (media) => enqueued(bearer, channel, media));
    }
  };

  /** Nothing was heard of what `use` has tried, nothing is left of it, and the channel plays on as if nothing had been. */
  const leavesNothing = async (use: (channel: Channel) => Promise<void>): Promise<void> => {
    const { bearer } = stage;
    const { channel, farEnd } = await stage.answered();
    const ear = await farEnd.listen();
    await use(channel);
    expect(await ear.heardMs()).toBe(0);
    expect(await openFiles(siteOf().folder)).toEqual([]);
    expect(await bearer.settle(channel.filePlayer.play(SHORT.file))).toBe('NORMAL');
    expect([channel.filePlayer.state, channel.state]).toEqual(['IDLE', 'ANSWERED']);
    await bearer.settle(channel.filePlayer.drained());
  };

  describe('bad media', () => {
    it.each(Object.entries(WRONG))(
      '%s: an error with its code before any sound, and nothing is left',
      async (_, all) => {
        await leavesNothing(async (channel) => {
          for (const wrong of all) {
            if (wrong.isOfStack && carrier === 'fake') continue;
            for (const make of wrong.media(siteOf())) await isRefused(channel, make, wrong);
          }
        });
      },
    );

    it('a stream that fails in its turn fails then, and what comes before it is heard', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const media = (): Media => [SHORT.file, { stream: failing() }];
      expect(await bearer.settle(channel.filePlayer.play(media()))).toBe('ERROR');
      expect(channel.filePlayer.error?.code).toBe('STREAM_FAILED');
      const playback = channel.filePlayer.enqueue(media());
      expect(await bearer.settle(playback.finished)).toBe('ERROR');
      expect([playback.state, playback.error?.code]).toEqual(['FAILED', 'STREAM_FAILED']);
      expect(Math.abs(playback.heard - SHORT.ms)).toBeLessThanOrEqual(20);
      expect(await bearer.settle(channel.filePlayer.play(SHORT.file))).toBe('NORMAL');
    });

    it('what was opened beside something bad is closed, and what waited beside it is left', async () => {
      const { speech } = siteOf();
      await leavesNothing(async (channel) => {
        const { bearer } = stage;
        let canceled = 0;
        const stream = (): ReadableStream<Int16Array> => new ReadableStream({ cancel: () => void canceled++ });
        const opened = (): readonly Item[] =>
          carrier === 'fake' ? [{ stream: stream() }] : [{ stream: stream() }, { text: 'endless' }, 'bare.sln'];
        for (const media of [
          [...opened(), 'missing.wav'],
          ['missing.wav', ...opened()],
        ]) {
          expectCode(await bearer.settle(errorOf(channel.filePlayer.play(media))), 'FILE_NOT_FOUND');
        }
        const playback = channel.filePlayer.enqueue([...opened(), 'missing.wav']);
        expect(await bearer.settle(playback.finished)).toBe('ERROR');
        await until('the end of all that was opened', () => canceled === 3 && speech.running === 0);
      });
    });

    it('a recording that is deleted ends what plays it, and what waits to play it never does', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { filePlayer, recordings: kept } = channel;
      await bearer.settle(kept.copy('long', 'doomed', { ifExists: 'overwrite' }));
      const playing = await bearer.settle(filePlayer.start(['recording:doomed', bearer.longPrompt]));
      const waiting = [
        filePlayer.enqueue({ recording: 'doomed' }),
        filePlayer.enqueue([bearer.longPrompt, 'recording:doomed']),
      ];
      await bearer.elapse(100);
      expect(playing.state).toBe('PLAYING');
      await bearer.settle(kept.delete('doomed'));
      for (const playback of [playing, ...waiting]) {
        expect(await bearer.settle(playback.finished)).toBe('ERROR');
        expect([playback.state, playback.error?.code]).toEqual(['FAILED', 'RECORDING_DELETED']);
      }
      expect(waiting.map(({ heard }) => heard)).toEqual([0, 0]);
      expectCode(await bearer.settle(errorOf(filePlayer.play('recording:doomed'))), 'RECORDING_NOT_FOUND');
      expect(await bearer.settle(filePlayer.play(SHORT.file))).toBe('NORMAL');
    });

    if (carrier === 'fake') return;

    it('without ffmpeg what needs it: DECODER_MISSING before any sound, and nothing is left', async () => {
      const { origin } = siteOf().server;
      vi.stubEnv('FFMPEG_PATH', undefined);
      vi.stubEnv('PATH', '');
      const code = 'DECODER_MISSING';
      const packed = items(
        ...CUT_FILES,
        ...sounds('packed'),
        ...recordings('cut'),
        { url: `${origin}/cut.mp3` },
        { buffer: Buffer.from('ID3 and so on') },
      );
      await leavesNothing(async (channel) => {
        for (const make of packed) await isRefused(channel, make, { code, media: () => packed });
      });
    });

    it.each(['is silent', 'stalls'])(
      'an address of which the server %s: URL_FAILED in time, and nothing is left',
      async (name) => {
        const { schedule } = systemClock;
        // Nobody here waits for ten seconds but who waits for a server.
        vi.spyOn(systemClock, 'schedule').mockImplementation((at, run) => {
          const now = systemClock.now();
          const isLimit = at - now > SILENCE_LIMIT - 100 && at - now <= SILENCE_LIMIT;
          return schedule(isLimit ? now + HURRIED : at, run);
        });
        const wrong: Wrong = { code: 'URL_FAILED', media: () => [] };
        await leavesNothing((channel) =>
          isRefused(channel, () => `${siteOf().server.origin}/${name.replace(' ', '-')}.wav`, wrong),
        );
      },
    );

    it('an address that stalls is left when nobody waits for it any more', async () => {
      const { bearer } = stage;
      const { server } = siteOf();
      const { channel, farEnd } = await stage.answered();
      const url = `${server.origin}/stalls.wav`;
      const abort = new AbortController();
      const aborted = errorOf(channel.filePlayer.play(url, { signal: abort.signal }));
      await until('the request', () => server.requests() > 0);
      abort.abort('enough');
      expect(await bearer.settle(aborted)).toBe('enough');
      await until('the end of the request', () => server.requests() === 0);
      const stopped = channel.filePlayer.enqueue(url);
      await until('the request', () => server.requests() > 0);
      expect(await bearer.settle(stopped.stop())).toBe(true);
      expect([stopped.state, stopped.cause]).toEqual(['DONE', 'ABORTED']);
      await until('the end of the request', () => server.requests() === 0);
      // While a server is waited for virtual time stands still, and nobody hangs up.
      if (!bearer.isRealTime) return;
      const cutOff = channel.filePlayer.enqueue(url);
      await until('the request', () => server.requests() > 0);
      await farEnd.hangUp();
      expect(await bearer.settle(cutOff.finished)).toBe('HANGUP');
      await until('the end of the request', () => server.requests() === 0);
    });

    it('speech that breaks off has been heard so far, and ends with ERROR', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const playback = await bearer.settle(channel.filePlayer.start({ text: 'break off' }));
      expect(await bearer.settle(playback.finished)).toBe('ERROR');
      expect([playback.state, playback.error?.code]).toEqual(['FAILED', 'SPEECH_FAILED']);
      expect(await bearer.settle(channel.filePlayer.say('all is well'))).toBe('NORMAL');
    });
  });
}

function errorIn(outcome: Outcome): unknown {
  return 'error' in outcome ? outcome.error : outcome;
}
