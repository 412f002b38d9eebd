import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import type { Channel } from '../../../src/index.ts';
import { messageOf, setScene } from './scene.ts';

const scene = setScene();
const good = toneWav(440, 100);

/** A copy of a good file with a number in its header changed. */
function patched(at: number, value: number, size: 2 | 4 = 2): Buffer {
  const file = Buffer.from(good);
  if (size === 2) file.writeUInt16LE(value, at);
  else file.writeUInt32LE(value, at);
  return file;
}

/** The channel has lost nothing by what went wrong: the next prompt plays, the next recording runs. */
async function worksStill(channel: Channel): Promise<void> {
  expect(channel.state).toBe('ANSWERED');
  expect(await channel.filePlayer.play('beep.wav')).toBe('NORMAL');
  expect(await channel.fileRecorder.record('still-works.wav', { timeout: 40 })).toBe('TIMEOUT');
  await unlink(join(scene.tested.folder, 'still-works.wav'));
  await channel.hangUp();
}

describe('a prompt', () => {
  it('that is not there is FILE_NOT_FOUND, by its name', async () => {
    const channel = await scene.answered();
    for (const start of [() => channel.filePlayer.play('missing.wav'), () => channel.filePlayer.start('missing.wav')]) {
      expect(await messageOf(start(), 'FILE_NOT_FOUND')).toMatch(/"missing.wav".*check the name/);
    }
    expect(channel.filePlayer.error?.code).toBe('FILE_NOT_FOUND');
    await worksStill(channel);
  });

  it.each([
    ['of nothing', Buffer.alloc(0), /empty/],
    ['of text', Buffer.from('This is not sound at all.'.repeat(10)), /RIFF/],
    ['that ends in its header', good.subarray(0, 30), /cut off/],
    ['without audio', good.subarray(0, 36), /no data chunk/],
    ['with no channel', patched(22, 0), /channel/],
    ['with no sample rate', patched(24, 0, 4), /rate/],
    ['of noise', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 73) & 0xff)), /RIFF/],
  ] as const)('%s is FILE_INVALID, and says what is wrong', async (_, content, message) => {
    const channel = await scene.answered();
    const file = join(scene.tested.folder, 'bad.wav');
    await writeFile(file, content);
    const said = await messageOf(channel.filePlayer.play('bad.wav'), 'FILE_INVALID');
    expect(said).toMatch(message);
    expect(said).toContain('Give a complete WAV file in PCM');
    expect([channel.filePlayer.state, channel.filePlayer.cause]).toEqual(['ERROR', 'ERROR']);
    await unlink(file);
    await worksStill(channel);
  });

  it('that is a directory is FILE_INVALID', async () => {
    const channel = await scene.answered();
    await mkdir(join(scene.tested.folder, 'folder.wav'));
    expect(await messageOf(channel.filePlayer.play('folder.wav'), 'FILE_INVALID')).toContain('folder.wav');
    await rmdir(join(scene.tested.folder, 'folder.wav'));
    await worksStill(channel);
  });

  it.each([undefined, 7, '', 'beep.wav\0.txt', `${'long'.repeat(80)}.wav`])(
    '%j is no name of one: INVALID_ARGUMENT',
    async (name) => {
      const channel = await scene.answered();
      expect(await messageOf(channel.filePlayer.play(name as string), 'INVALID_ARGUMENT')).toMatch(
        /file name|a medium/,
      );
      await messageOf(channel.fileRecorder.record(name as string), 'INVALID_ARGUMENT');
      await worksStill(channel);
    },
  );

  it.each(['../secret.wav', '/etc/passwd', 'a/../../b.wav', 'CON.wav', 'link.wav'])(
    '%j leads out of the media directory',
    async (name) => {
      const channel = await scene.answered();
      const link = join(scene.tested.folder, 'link.wav');
      await symlink('/etc/hostname', link);
      expect(await messageOf(channel.filePlayer.play(name), 'FILE_OUTSIDE_MEDIA_DIRECTORY')).toMatch(
        /; use (a name|names) /,
      );
      await messageOf(channel.fileRecorder.record(name), 'FILE_OUTSIDE_MEDIA_DIRECTORY');
      await unlink(link);
      await worksStill(channel);
    },
  );
});

describe('a recording', () => {
  it.each([
    ['in a file', 'beep.wav/message.wav', /is a file and not a folder/],
    ['in place of a folder', 'taken', /choose another/],
  ] as const)('%s is FILE_UNWRITABLE', async (_, name, message) => {
    const channel = await scene.answered();
    const folder = join(scene.tested.folder, 'taken');
    await mkdir(folder);
    expect(await messageOf(channel.fileRecorder.record(name), 'FILE_UNWRITABLE')).toMatch(message);
    expect([channel.fileRecorder.state, channel.fileRecorder.cause]).toEqual(['ERROR', 'ERROR']);
    expect(channel.fileRecorder.audioDetectedInRecording()).toBeFalsy();
    await rmdir(folder);
    await worksStill(channel);
  });

  it('whose file is deleted meanwhile goes on, and ends as if nothing had happened', async () => {
    const channel = await scene.answered();
    const recording = await channel.fileRecorder.start('gone.wav', { timeout: 300 });
    await unlink(join(scene.tested.folder, 'gone.wav'));
    expect(await recording.finished).toBe('TIMEOUT');
    expect([recording.state, recording.error]).toEqual(['DONE', undefined]);
    await worksStill(channel);
  });

  it.each([
    ['text', Buffer.from('This is not sound at all.'.repeat(10)), 'FILE_INVALID'],
    ['a WAV file that ends in its header', good.subarray(0, 30), 'FILE_INVALID'],
    ['a WAV file with samples of 12 bits', patched(34, 12), 'FILE_INVALID'],
  ] as const)('that is to follow %s is refused, and leaves it as it was', async (_, content, code) => {
    const channel = await scene.answered();
    const file = join(scene.tested.folder, 'before.wav');
    await writeFile(file, content);
    const said = await messageOf(channel.fileRecorder.record('before.wav', { ifExists: 'append' }), code);
    expect(said).toContain('nothing can be appended to');
    expect(await readFile(file)).toEqual(Buffer.from(content));
    await unlink(file);
    await worksStill(channel);
  });

  it('that is to follow a folder, or what is outside, is refused', async () => {
    const channel = await scene.answered();
    const folder = join(scene.tested.folder, 'taken');
    await mkdir(folder);
    await messageOf(channel.fileRecorder.record('taken', { ifExists: 'append' }), 'FILE_UNWRITABLE');
    await rmdir(folder);
    for (const name of ['../secret.wav', '/etc/passwd']) {
      const appending = channel.fileRecorder.record(name, { ifExists: 'append' });
      await messageOf(appending, 'FILE_OUTSIDE_MEDIA_DIRECTORY');
    }
    await worksStill(channel);
  });

  it('in a folder that cannot be written to is FILE_UNWRITABLE', async () => {
    const channel = await scene.answered();
    const { folder } = scene.tested;
    await mkdir(join(folder, 'locked'), { mode: 0o555 });
    // Permissions do not stop root, so root is nobody for a moment.
    await chmod(folder, 0o755);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await messageOf(channel.fileRecorder.record('locked/a.wav'), 'FILE_UNWRITABLE')).toContain(
        'check the permissions',
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    await rm(join(folder, 'locked'), { recursive: true });
    await worksStill(channel);
  });

  it('that meets a full disk half-way ends with ERROR, and the call goes on', async () => {
    // A limit on the size of files is as good as a full disk: writing fails in the middle, and it needs no special rights.
    const program = fileURLToPath(new URL('full-disk.ts', import.meta.url));
    const script = `trap '' XFSZ; ulimit -f 32; exec "$0" "$1"`;
    const child = spawn('/bin/sh', ['-c', script, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const seen = JSON.parse(output) as Record<string, unknown>;
    expect(seen).toMatchObject({
      cause: 'ERROR',
      code: 'FILE_UNWRITABLE',
      state: 'ANSWERED',
      playedBack: 'TIMEOUT',
      next: 'TIMEOUT',
    });
    expect(seen['message']).toMatch(/big\.wav cannot be written: .*EFBIG/);
    expect(seen['dataBytes']).toBeGreaterThan(0);
    expect(seen['dataBytes']).toBeLessThanOrEqual((seen['fileBytes'] as number) - 44);
  });
});
