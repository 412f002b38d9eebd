import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../../src/channel/recordings/byte-stream.ts';
import { type Channel, isChannelError } from '../../../../src/index.ts';
import { createFakeChannel } from '../../../../src/testing.ts';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

const names = async ({ recordings }: Channel, prefix?: string): Promise<readonly string[]> =>
  (await recordings.list({ prefix })).map(({ name }) => name);

describe('the files of a fake call', () => {
  it('are those that the program may look at, rename and delete', async () => {
    const call = createFakeChannel({ prompts: { 'menu.wav': 1000, 'de/menu.wav': 500 } });
    const { files } = call.channel;
    expect(await files.exists('menu.wav')).toBe(true);
    expect(await files.exists('other.wav')).toBe(false);
    expect((await files.list()).map(({ name }) => name)).toEqual(['menu.wav']);
    expect((await files.list({ recursive: true })).map(({ name }) => name)).toEqual(['de/menu.wav', 'menu.wav']);
    expect(await codeOf(files.rename('menu.wav', 'de/menu.wav'))).toBe('FILE_EXISTS');
    await files.rename('menu.wav', 'fr/menu.wav');
    await files.delete('de/menu.wav');
    expect(await codeOf(files.delete('de/menu.wav'))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(files.exists('../secret.wav'))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    await call.run(async (channel) => {
      await channel.answer();
      expect(await codeOf(channel.filePlayer.play('menu.wav'))).toBe('FILE_NOT_FOUND');
      expect(await channel.filePlayer.play('fr/menu.wav')).toBe('NORMAL');
    });
  });

  it('stay deleted where every prompt is said to be there', async () => {
    const { channel } = createFakeChannel({ anyPrompt: 1000 });
    expect(await channel.files.exists('greeting.wav')).toBe(true);
    await channel.files.delete('greeting.wav');
    expect(await channel.files.exists('greeting.wav')).toBe(false);
  });
});

describe('the recordings of a fake call', () => {
  it('are what was recorded, as soon as it is finished', async () => {
    const call = createFakeChannel();
    await call.run(async (channel) => {
      const { recordings, fileRecorder } = channel;
      await channel.answer();
      await fileRecorder.start('voicemail/305/1.wav', { timeout: 60_000 });
      expect(await names(channel)).toEqual([]);
      for (const use of [
        recordings.get('voicemail/305/1'),
        recordings.read('voicemail/305/1.wav'),
        recordings.delete('voicemail/305/1'),
        recordings.save('voicemail/305/1.wav', 'other'),
        channel.filePlayer.play({ recording: 'voicemail/305/1' }),
        channel.files.delete('voicemail/305/1.wav'),
      ]) {
        expect(await codeOf(use)).toBe('BUSY');
      }
      await channel.sleep(700);
      await fileRecorder.stop();
      expect(await names(channel, 'voicemail/305')).toEqual(['voicemail/305/1']);
      expect(await names(channel, 'voicemail/30')).toEqual([]);
      const found = await recordings.get('voicemail/305/1');
      expect(found).toMatchObject({ durationMs: 700, format: 'PCM16', rate: 8000, metadata: {} });
      expect(found.created.toISOString()).toBe('2026-01-01T00:00:00.700Z');
      expect(await bytesOf(await recordings.read('voicemail/305/1'))).toEqual(call.files.read('voicemail/305/1.wav'));
      expect(await channel.filePlayer.play({ recording: 'voicemail/305/1' })).toBe('NORMAL');
      expect(await channel.filePlayer.play('recording:voicemail/305/1.wav')).toBe('NORMAL');
    });
    expect(call.caller.heard().map(({ playedMs }) => playedMs)).toEqual([700, 700]);
  });

  it('keep what is written down about them, until another one takes the name', async () => {
    const call = createFakeChannel();
    await call.run(async (channel) => {
      const { recordings, fileRecorder } = channel;
      await channel.answer();
      await fileRecorder.record('1.wav', { timeout: 100 });
      await recordings.save('1.wav', 'kept', { metadata: { caller: '305' }, move: true });
      await recordings.copy('kept', 'copied');
      await recordings.rename('copied', 'renamed');
      expect(await names(channel)).toEqual(['kept', 'renamed']);
      expect((await recordings.get('renamed')).metadata).toEqual({ caller: '305' });
      await fileRecorder.record('kept.wav', { timeout: 100 });
      expect((await recordings.get('kept')).metadata).toEqual({});
    });
    expect(call.files.names).toEqual(['renamed.wav', 'kept.wav']);
  });

  it.each(['deleted', 'renamed'] as const)('that are %s while they play are off the wire at once', async (how) => {
    const call = createFakeChannel();
    await call.run(async (channel) => {
      const { recordings, fileRecorder, filePlayer } = channel;
      await channel.answer();
      await fileRecorder.record('1.wav', { timeout: 10_000 });
      const playback = await filePlayer.start({ recording: '1' });
      const waiting = filePlayer.enqueue({ recording: '1' });
      await channel.sleep(2000);
      await (how === 'deleted' ? recordings.delete('1') : recordings.rename('1', '2'));
      expect(await playback.finished).toBe('ERROR');
      expect([playback.state, playback.error?.code]).toEqual(['FAILED', 'RECORDING_DELETED']);
      expect(playback.error?.message).toContain(how);
      expect(await waiting.finished).toBe('ERROR');
      expect(waiting.error?.code).toBe('RECORDING_DELETED');
      expect(await names(channel)).toEqual(how === 'deleted' ? [] : ['2']);
      expect(await codeOf(filePlayer.play({ recording: '1' }))).toBe('RECORDING_NOT_FOUND');
    });
    expect(call.caller.heard().map(({ playedMs }) => playedMs)).toEqual([2000]);
  });
});
