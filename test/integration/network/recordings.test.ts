import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/channel/recordings/byte-stream.ts';
import { type Channel, isChannelError, s3Storage, type UserAgent } from '../../../src/index.ts';
import { startS3Server } from '../../support/s3-server.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { toneShare } from '../../support/tone.ts';
import { openScene } from './scene.ts';

const RATE = 8000;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

/** Calls an application, which answers first; resolves when it is through. */
async function calling(
  ivr: UserAgent,
  phone: UserAgent,
  application: (channel: Channel, caller: Channel) => Promise<void>,
) {
  const caller = phone.channel();
  const done = new Promise<void>((resolve, reject) => {
    ivr.onCall(async (channel) => {
      await channel.answer();
      await application(channel, caller).then(resolve, reject);
    });
  });
  await caller.call(ivr.uri);
  await done;
  await caller.hangUp();
}

describe('recordings over a network in memory', () => {
  it('are listed, described and played as soon as they are finished, and stop when they are deleted', async () => {
    await using scene = await openScene({ seed: 11 });
    const { ivr, phone, folder } = scene;
    await calling(ivr, phone, async (channel, caller) => {
      const { recordings, fileRecorder, filePlayer } = channel;
      await caller.filePlayer.start('long.wav');
      await fileRecorder.start('message.wav', { timeout: 60_000 });
      expect(await codeOf(recordings.get('message'))).toBe('BUSY');
      expect(await codeOf(filePlayer.play({ recording: 'message' }))).toBe('BUSY');
      expect(await codeOf(ivr.files.rename('message.wav', 'b.wav'))).toBe('BUSY');
      expect((await recordings.list()).map(({ name }) => name)).toEqual(['long', 'prompt']);
      await channel.sleep(3000);
      await fileRecorder.stop();
      await caller.filePlayer.stop();
      const found = await ivr.recordings.get('message');
      expect(found).toMatchObject({ format: 'PCM16', rate: 8000, channels: 1 });
      expect(found.durationMs).toBeGreaterThan(2900);
      expect(await bytesOf(await recordings.read('message'))).toEqual(
        new Uint8Array(await readFile(join(folder, 'message.wav'))),
      );
      const heard = caller.fileRecorder.record('heard.wav', { timeout: found.durationMs });
      expect(await filePlayer.play({ recording: 'message' })).toBe('NORMAL');
      await heard;
      const [samples = new Int16Array()] = channelsOf(await readFile(join(folder, 'heard.wav'))).channels;
      expect(toneShare(samples.subarray(RATE, 2 * RATE), RATE, 440)).toBeGreaterThan(0.9);
      const playback = await filePlayer.start({ recording: 'message' });
      await channel.sleep(1000);
      await recordings.delete('message');
      expect(await playback.finished).toBe('ERROR');
      expect(playback.error?.code).toBe('RECORDING_DELETED');
      expect(playback.position).toBeLessThan(1100);
      expect(await codeOf(filePlayer.play({ recording: 'message' }))).toBe('RECORDING_NOT_FOUND');
    });
  });

  it('that another program deletes play on to their end', async () => {
    await using scene = await openScene({ seed: 12 });
    await calling(scene.ivr, scene.phone, async ({ filePlayer }) => {
      const playback = await filePlayer.start({ recording: 'long' });
      await unlink(join(scene.folder, 'long.wav'));
      expect(await playback.finished).toBe('NORMAL');
      expect(playback.heard).toBe(10_000);
    });
  });

  it('go to a store on another machine, and are played from there', async () => {
    await using server = await startS3Server();
    await using scene = await openScene({ seed: 13 });
    const storage = s3Storage(server.options);
    const { folder, network, phone } = scene;
    const ivr = await network.userAgent({ user: 'stored', mediaDirectory: folder, recordings: { storage } });
    await calling(ivr, phone, async (channel, caller) => {
      const { recordings, fileRecorder, filePlayer } = channel;
      await caller.filePlayer.start('long.wav');
      await fileRecorder.record('message.wav', { timeout: 1000 });
      await recordings.save('message.wav', 'voicemail/305/1', { metadata: { caller: 'phone' }, move: true });
      expect(await ivr.files.exists('message.wav')).toBe(false);
      expect((await recordings.list()).map(({ name }) => name)).toEqual(['voicemail/305/1']);
      const { durationMs, metadata } = await recordings.get('voicemail/305/1');
      expect([durationMs, metadata]).toEqual([1000, { caller: 'phone' }]);
      expect(await filePlayer.play({ recording: 'voicemail/305/1' })).toBe('NORMAL');
      const playback = await filePlayer.start(['recording:voicemail/305/1', { silence: 500 }]);
      await channel.sleep(200);
      await recordings.delete('voicemail/305/1');
      expect(await playback.finished).toBe('ERROR');
      expect(playback.error?.code).toBe('RECORDING_DELETED');
    });
  });
});
