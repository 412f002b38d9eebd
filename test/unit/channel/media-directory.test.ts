import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MediaDirectory } from '../../../src/channel/media-directory.ts';
import { isChannelError } from '../../../src/errors.ts';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

describe('the media directory', () => {
  let base: string;
  let media: MediaDirectory;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'offhook-media-'));
    await mkdir(join(base, 'media', 'de'), { recursive: true });
    await writeFile(join(base, 'secret.wav'), 'secret');
    await writeFile(join(base, 'media', 'menu.wav'), 'menu');
    await writeFile(join(base, 'media', 'de', 'menu.wav'), 'menü');
    media = await MediaDirectory.open(join(base, 'media'));
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  const link = (target: string, name: string): Promise<void> => symlink(target, join(base, 'media', name));

  it('finds files in it and below it', async () => {
    expect(await media.forReading('menu.wav')).toBe(join(media.root, 'menu.wav'));
    expect(await media.forReading('de/menu.wav')).toBe(join(media.root, 'de', 'menu.wav'));
  });

  it('says when there is none to read', async () => {
    expect(await codeOf(media.forReading('other.wav'))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(media.forReading('menu.wav/other.wav'))).toBe('FILE_NOT_FOUND');
  });

  it('gives a place for a new file, and for one that is there', async () => {
    expect(await media.forWriting('new.wav')).toBe(join(media.root, 'new.wav'));
    expect(await media.forWriting('fr/ca/new.wav')).toBe(join(media.root, 'fr', 'ca', 'new.wav'));
    expect((await stat(join(media.root, 'fr', 'ca'))).isDirectory()).toBe(true);
    expect(await media.forWriting('menu.wav')).toBe(join(media.root, 'menu.wav'));
  });

  it('follows a link that stays inside', async () => {
    await link('menu.wav', 'alias.wav');
    await link(join(base, 'media', 'de'), 'german');
    expect(await media.forReading('alias.wav')).toBe(join(media.root, 'menu.wav'));
    expect(await media.forReading('german/menu.wav')).toBe(join(media.root, 'de', 'menu.wav'));
    expect(await media.forWriting('german/new.wav')).toBe(join(media.root, 'de', 'new.wav'));
  });

  it('follows no link that leads out: to a file, to a directory, or through several', async () => {
    await link('../secret.wav', 'out.wav');
    await link('..', 'up');
    await link('up', 'chain');
    for (const name of ['out.wav', 'up/secret.wav', 'chain/secret.wav', 'chain/new.wav']) {
      expect(await codeOf(media.forReading(name))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(media.forWriting(name))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    }
  });

  it('follows no link that dangles: writing would create what it points to', async () => {
    await link('../new-outside.wav', 'dangling.wav');
    expect(await codeOf(media.forWriting('dangling.wav'))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
  });

  it('a directory next to it with a longer name is outside', async () => {
    await mkdir(join(base, 'media-other'));
    await link('../media-other', 'other');
    expect(await codeOf(media.forWriting('other/new.wav'))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
  });

  it('may itself be reached by a link', async () => {
    await symlink(join(base, 'media'), join(base, 'alias'));
    const same = await MediaDirectory.open(join(base, 'alias'));
    expect(await same.forReading('menu.wav')).toBe(join(media.root, 'menu.wav'));
  });

  it('must be there and be a directory', async () => {
    expect(await codeOf(MediaDirectory.open(join(base, 'missing')))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(MediaDirectory.open(join(base, 'secret.wav')))).toBe('INVALID_ARGUMENT');
  });
});
