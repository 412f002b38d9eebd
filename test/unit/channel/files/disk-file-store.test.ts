import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskFileStore } from '../../../../src/channel/files/disk-file-store.ts';
import { FileManager } from '../../../../src/channel/files/file-manager.ts';
import { MediaDirectory } from '../../../../src/channel/media-directory.ts';
import { OpenRecordings } from '../../../../src/channel/recordings/open-recordings.ts';
import { systemClock } from '../../../../src/clock.ts';
import type { AwaitDisk } from '../../../../src/disk.ts';
import { isChannelError } from '../../../../src/errors.ts';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

describe('the file manager on a disk', () => {
  let base: string;
  let media: string;
  let open: OpenRecordings;
  let files: FileManager;

  const on = async (awaitDisk?: AwaitDisk): Promise<FileManager> => {
    const directory = await MediaDirectory.open(media, awaitDisk);
    return new FileManager(new DiskFileStore(directory, awaitDisk), open, systemClock);
  };

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'offhook-files-'));
    media = join(base, 'media');
    await mkdir(join(media, 'de'), { recursive: true });
    await writeFile(join(base, 'secret.wav'), 'secret');
    await writeFile(join(media, 'menu.wav'), 'menu');
    await writeFile(join(media, 'de', 'menu.wav'), 'menue');
    open = new OpenRecordings();
    files = await on();
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  it('knows what is there: a file, not a folder', async () => {
    expect(await files.exists('menu.wav')).toBe(true);
    expect(await files.exists('./de//menu.wav')).toBe(true);
    for (const name of ['other.wav', 'de', 'menu.wav/a', 'fr/menu.wav']) expect(await files.exists(name)).toBe(false);
  });

  it('deletes a file once', async () => {
    await files.delete('de/menu.wav');
    expect(existsSync(join(media, 'de', 'menu.wav'))).toBe(false);
    expect(await codeOf(files.delete('de/menu.wav'))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(files.delete('de'))).toBe('FILE_NOT_FOUND');
    expect(existsSync(join(media, 'de'))).toBe(true);
  });

  it('renames a file into a folder that is not there yet', async () => {
    await files.rename('menu.wav', 'a/b/new.wav');
    expect(await readFile(join(media, 'a', 'b', 'new.wav'), 'utf8')).toBe('menu');
    expect(await files.exists('menu.wav')).toBe(false);
    expect(await codeOf(files.rename('menu.wav', 'c.wav'))).toBe('FILE_NOT_FOUND');
  });

  it('replaces a file by renaming only if it may', async () => {
    expect(await codeOf(files.rename('menu.wav', 'de/menu.wav'))).toBe('FILE_EXISTS');
    expect(await readFile(join(media, 'de', 'menu.wav'), 'utf8')).toBe('menue');
    expect(await codeOf(files.rename('menu.wav', 'menu.wav'))).toBe('FILE_EXISTS');
    await files.rename('menu.wav', 'de/menu.wav', { ifExists: 'overwrite' });
    expect(await readFile(join(media, 'de', 'menu.wav'), 'utf8')).toBe('menu');
    expect(await codeOf(files.rename('de/menu.wav', 'x', { ifExists: 'replace' as 'fail' }))).toBe('INVALID_ARGUMENT');
  });

  it('of many that rename to one name exactly one succeeds', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `from-${index}.wav`);
    await Promise.all(names.map((name) => writeFile(join(media, name), name)));
    const codes = await Promise.all(names.map((name) => codeOf(files.rename(name, 'target.wav'))));
    expect(codes.filter((code) => code === 'none')).toHaveLength(1);
    expect(codes.filter((code) => code === 'FILE_EXISTS')).toHaveLength(19);
    expect(await readFile(join(media, 'target.wav'), 'utf8')).toBe(names[codes.indexOf('none')]);
  });

  it('lists a folder, or all below it, sorted by code units, with sizes and times', async () => {
    const time = new Date('2026-02-03T04:05:06Z');
    await utimes(join(media, 'menu.wav'), time, time);
    await writeFile(join(media, 'Z.wav'), '');
    await writeFile(join(media, 'ä.wav'), '');
    const here = await files.list();
    expect(here.map(({ name }) => name)).toEqual(['Z.wav', 'menu.wav', 'ä.wav']);
    expect(here[1]).toEqual({ name: 'menu.wav', bytes: 4, modified: time });
    const all = await files.list({ recursive: true });
    expect(all.map(({ name }) => name)).toEqual(['Z.wav', 'de/menu.wav', 'menu.wav', 'ä.wav']);
    expect((await files.list({ prefix: 'de/' })).map(({ name }) => name)).toEqual(['de/menu.wav']);
  });

  it('takes a prefix as the whole name of a folder', async () => {
    for (const folder of ['voicemail/30', 'voicemail/305']) {
      await mkdir(join(media, folder), { recursive: true });
      await writeFile(join(media, folder, '1.wav'), '');
    }
    expect((await files.list({ prefix: 'voicemail/30' })).map(({ name }) => name)).toEqual(['voicemail/30/1.wav']);
    for (const prefix of ['voicemail/3', 'menu.wav', 'nowhere']) expect(await files.list({ prefix })).toEqual([]);
    expect(await codeOf(files.list({ prefix: '../' }))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    expect(await codeOf(files.list({ prefix: '/' }))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    expect(await codeOf(files.list({ prefix: 5 as unknown as string }))).toBe('INVALID_ARGUMENT');
  });

  it('lists links to files inside, and neither those that lead out nor what is in linked folders', async () => {
    await symlink('menu.wav', join(media, 'alias.wav'));
    await symlink('../secret.wav', join(media, 'out.wav'));
    await symlink('nowhere', join(media, 'dangling.wav'));
    await symlink('de', join(media, 'german'));
    await symlink('..', join(media, 'up'));
    const names = (await files.list({ recursive: true })).map(({ name }) => name);
    expect(names).toEqual(['alias.wav', 'de/menu.wav', 'menu.wav']);
  });

  it('deletes a link and not what it leads to', async () => {
    await symlink('menu.wav', join(media, 'alias.wav'));
    await files.delete('alias.wav');
    expect(await files.list()).toMatchObject([{ name: 'menu.wav' }]);
  });

  it('reaches nothing outside', async () => {
    await symlink('../secret.wav', join(media, 'out.wav'));
    await symlink('..', join(media, 'up'));
    const outside = [
      '..',
      '../secret.wav',
      '/etc/passwd',
      'de/../../secret.wav',
      'C:\\a.wav',
      'aux.wav',
      'out.wav',
      'up/secret.wav',
    ];
    for (const name of outside) {
      expect(await codeOf(files.exists(name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(files.delete(name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(files.rename(name, 'taken.wav')), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(files.rename('menu.wav', name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    }
    for (const name of ['menu.wav\0.txt', '', 'a\\b.wav', 'menu.wav ']) {
      expect(await codeOf(files.exists(name)), name).toBe('INVALID_ARGUMENT');
    }
    expect(await readFile(join(base, 'secret.wav'), 'utf8')).toBe('secret');
    expect(await readFile(join(media, 'menu.wav'), 'utf8')).toBe('menu');
  });

  it('is not led out by a link that takes the place of a file while it is at work', async () => {
    let looked = 0;
    const swapped = await on(async (work) => {
      const result = await work;
      if (++looked === 2) {
        await rm(join(media, 'menu.wav'));
        await symlink('../secret.wav', join(media, 'menu.wav'));
      }
      return result;
    });
    await swapped.delete('menu.wav').catch(() => undefined);
    expect(looked).toBeGreaterThan(2);
    expect(await readFile(join(base, 'secret.wav'), 'utf8')).toBe('secret');
  });

  it('is not led out by a link that takes the place of a folder while it is at work', async () => {
    await mkdir(join(base, 'elsewhere'));
    let steps = 0;
    const swapped = await on(async (work) => {
      const result = await work;
      if (++steps === 4) {
        await rename(join(media, 'de'), join(base, 'was-de'));
        await symlink('../elsewhere', join(media, 'de'));
      }
      return result;
    });
    expect(await codeOf(swapped.rename('menu.wav', 'de/new.wav'))).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    expect(existsSync(join(base, 'elsewhere', 'new.wav'))).toBe(false);
    expect((await lstat(join(media, 'menu.wav'))).isFile()).toBe(true);
  });

  it('leaves a recording alone that is under way', async () => {
    using writing = open.write(join(media, 'menu.wav'));
    expect(writing).toBeDefined();
    expect(await codeOf(files.delete('menu.wav'))).toBe('BUSY');
    expect(await codeOf(files.rename('menu.wav', 'b.wav'))).toBe('BUSY');
    expect(await codeOf(files.rename('de/menu.wav', 'menu.wav', { ifExists: 'overwrite' }))).toBe('BUSY');
    writing[Symbol.dispose]();
    await files.delete('menu.wav');
  });

  it('does nothing when its signal is aborted before', async () => {
    const reason = { because: 'of this' };
    const signal = AbortSignal.abort(reason);
    await expect(files.delete('menu.wav', { signal })).rejects.toBe(reason);
    await expect(files.rename('menu.wav', 'b.wav', { signal })).rejects.toBe(reason);
    expect(await files.exists('menu.wav')).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('says so when it must not write or read', async () => {
    await chmod(join(media, 'de'), 0o500);
    expect(await codeOf(files.delete('de/menu.wav'))).toBe('FILE_UNWRITABLE');
    await chmod(join(media, 'de'), 0o000);
    expect(await codeOf(files.list({ prefix: 'de' }))).toBe('FILE_UNREADABLE');
    await chmod(join(media, 'de'), 0o700);
  });

  it('lists ten thousand files, sorted', async () => {
    const names = Array.from(
      { length: 10_000 },
      (_, index) => `many/${index % 10}/${String(index).padStart(5, '0')}.wav`,
    ).sort();
    for (let folder = 0; folder < 10; folder++) await mkdir(join(media, 'many', String(folder)), { recursive: true });
    for (let at = 0; at < names.length; at += 200) {
      await Promise.all(names.slice(at, at + 200).map((name) => writeFile(join(media, name), '')));
    }
    expect((await files.list({ prefix: 'many', recursive: true })).map(({ name }) => name)).toEqual(names);
    expect(await files.list({ prefix: 'many/3' })).toHaveLength(1000);
  });

  it('whatever a caller makes of a name, only what is inside is ever touched', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'de',
        'up',
        'out.wav',
        'menu.wav',
        '...',
        '.. ',
        'con',
        'C:',
        '~',
        '%2e%2e',
        '\0',
        '‥',
        'NUL.wav',
      ),
      fc.string({ maxLength: 8 }),
    );
    const name = fc
      .tuple(
        fc.constantFrom('', '/', '\\', 'C:\\', '//host/'),
        fc.array(piece, { maxLength: 5 }),
        fc.constantFrom('/', '\\'),
      )
      .map(([start, pieces, slash]) => start + pieces.join(slash));
    await symlink('..', join(media, 'up'));
    await symlink('../secret.wav', join(media, 'out.wav'));
    await writeFile(join(base, 'menu.wav'), 'of another');
    const allowed = [
      'none',
      'FILE_OUTSIDE_MEDIA_DIRECTORY',
      'INVALID_ARGUMENT',
      'FILE_NOT_FOUND',
      'FILE_EXISTS',
      'FILE_UNWRITABLE',
    ];
    await fc.assert(
      fc.asyncProperty(name, name, async (from, to) => {
        await writeFile(join(media, 'menu.wav'), 'menu');
        const codes = [
          await codeOf(files.rename('menu.wav', to, { ifExists: 'overwrite' })),
          await codeOf(files.rename(from, 'taken.wav', { ifExists: 'overwrite' })),
          await codeOf(files.delete(to)),
          await codeOf(files.list({ prefix: from, recursive: true })),
        ];
        expect(codes.filter((code) => !allowed.includes(code))).toEqual([]);
        expect(await readFile(join(base, 'secret.wav'), 'utf8')).toBe('secret');
        expect(await readFile(join(base, 'menu.wav'), 'utf8')).toBe('of another');
      }),
      { numRuns: 150 },
    );
  });
});
