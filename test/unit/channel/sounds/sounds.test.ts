import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Decoder } from '../../../../src/channel/playback/media-services.ts';
import { installedSounds } from '../../../../src/channel/sounds/installed-sounds.ts';
import { Sounds } from '../../../../src/channel/sounds/sounds.ts';
import { checkSounds } from '../../../../src/channel/sounds/sounds-options.ts';
import { awaitDisk } from '../../../../src/disk.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'sounds-')));
});

afterEach(() => rm(root, { recursive: true }));

async function install(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), file);
  }
}

function open(directories: readonly string[] = ['.'], language = 'en'): Promise<Sounds> {
  return Sounds.open({ directories: directories.map((one) => path.join(root, one)), language, awaitDisk });
}

function pairs(sounds: Sounds, id: string): readonly string[] {
  return sounds.get(id).variants.map(({ language, format }) => `${language}/${format}`);
}

describe('what is found', () => {
  it('has every language and format of a sound', async () => {
    await install('en/vm-intro.wav', 'en/vm-intro.ulaw', 'fr/vm-intro.wav');
    const sounds = await open();
    expect(sounds.get('vm-intro')).toEqual({
      id: 'vm-intro',
      text: undefined,
      variants: [
        { language: 'en', format: 'wav', path: path.join(root, 'en/vm-intro.wav') },
        { language: 'en', format: 'ulaw', path: path.join(root, 'en/vm-intro.ulaw') },
        { language: 'fr', format: 'wav', path: path.join(root, 'fr/vm-intro.wav') },
      ],
    });
  });

  it('has names with folders in them', async () => {
    await install('en/digits/1.wav', 'en/phonetic/a_p.gsm', 'letters/a.wav');
    const sounds = await open();
    expect(sounds.list().map(({ id }) => id)).toEqual(['digits/1', 'letters/a', 'phonetic/a_p']);
  });

  it('counts what is in no folder of a language as one of the user agent', async () => {
    await install('beep.wav', 'digits/1.wav', 'vm/intro.wav');
    const sounds = await open(['.'], 'de');
    expect(sounds.list({ language: 'de' }).map(({ id }) => id)).toEqual(['beep', 'digits/1', 'vm/intro']);
    expect(sounds.has('beep', { language: 'en' })).toBe(false);
  });

  it('knows folders of languages by several forms of names', async () => {
    await install('en_US_f_Allison/a.wav', 'pt_BR/a.wav', 'fr-ca/a.wav');
    expect(pairs(await open(), 'a')).toEqual(['en/wav', 'fr-CA/wav', 'pt-BR/wav']);
  });

  it('knows other names of formats, and leaves out what is no sound', async () => {
    await install('en/a.raw', 'en/a.pcm', 'en/a.WAV', 'en/a.Mp3', 'en/README', 'en/list.txt', 'en/.wav', 'en/.x.wav');
    const sounds = await open();
    expect(sounds.list().map(({ id }) => id)).toEqual(['a']);
    expect(pairs(sounds, 'a')).toEqual(['en/sln', 'en/ulaw', 'en/mp3', 'en/wav49']);
  });

  it('takes what an earlier directory has before what a later one has', async () => {
    await install('own/en/a.ulaw', 'all/en/a.wav', 'all/en/b.wav', 'all/fr/a.wav');
    const sounds = await open(['own', 'all']);
    expect(sounds.variant('a', 'en').path).toBe(path.join(root, 'own/en/a.ulaw'));
    expect(sounds.variant('a', 'fr').path).toBe(path.join(root, 'all/fr/a.wav'));
    expect(sounds.variant('b', 'en').path).toBe(path.join(root, 'all/en/b.wav'));
    expect(pairs(sounds, 'a')).toEqual(['en/wav', 'en/ulaw', 'fr/wav']);
  });

  it('does not leave a directory by a link, nor walk in a circle', async () => {
    await install('secret/x.wav', 'sounds/en/a.wav', 'sounds/en/deep/b.wav');
    await symlink(path.join(root, 'secret'), path.join(root, 'sounds/en/out'));
    await symlink(path.join(root, 'secret/x.wav'), path.join(root, 'sounds/en/x.wav'));
    await symlink(path.join(root, 'sounds'), path.join(root, 'sounds/en/round'));
    await symlink(path.join(root, 'sounds/en'), path.join(root, 'sounds/en/deep/up'));
    await symlink(path.join(root, 'nowhere'), path.join(root, 'sounds/en/c.wav'));
    await symlink(path.join(root, 'sounds/en/a.wav'), path.join(root, 'sounds/en/alias.wav'));
    await symlink('en', path.join(root, 'sounds/de'));
    const sounds = await open(['sounds']);
    expect(sounds.list().map(({ id }) => id)).toEqual(['a', 'alias', 'deep/b']);
    expect(pairs(sounds, 'a')).toEqual(['de/wav', 'en/wav']);
  });

  it('says what is spoken in a sound', async () => {
    await install('en/a.wav', 'en/b.wav', 'de/a.wav', 'fr/c.wav');
    const lists = { en: '; English\r\na: Hello: you\r\nb: Bye\r\nno line\n', de: 'a: Hallo\n', fr: 'c: Salut' };
    for (const [language, text] of Object.entries(lists)) {
      await writeFile(path.join(root, language, `core-sounds-${language}.txt`), text);
    }
    const texts = (sounds: Sounds): unknown => sounds.list().map(({ text }) => text);
    expect(texts(await open())).toEqual(['Hello: you', 'Bye', 'Salut']);
    expect(texts(await open(['.'], 'de-AT'))).toEqual(['Hallo', 'Bye', 'Salut']);
  });

  it('is nothing without a directory', async () => {
    const sounds = await open([]);
    expect(sounds.list()).toEqual([]);
    expect(() => sounds.get('a')).toThrow(/names no directory/);
  });

  it('a directory must be there', async () => {
    await install('file');
    await expect(open(['nowhere'])).rejects.toEqual(code('INVALID_ARGUMENT'));
    await expect(open(['file'])).rejects.toEqual(code('INVALID_ARGUMENT'));
  });
});

describe('asking', () => {
  it('tells what is missing from what is missing in a language', async () => {
    await install('en/a.wav');
    const sounds = await open();
    expect(() => sounds.get('b')).toThrow(code('SOUND_NOT_FOUND'));
    expect(() => sounds.require('b', { language: 'en' })).toThrow(code('SOUND_NOT_FOUND'));
    expect(() => sounds.require('a', { language: 'fr' })).toThrow(code('SOUND_LANGUAGE_MISSING'));
    expect(sounds.require('a')).toBe(sounds.get('a'));
    expect([sounds.has('a'), sounds.has('b'), sounds.has('a', { language: 'fr' })]).toEqual([true, false, false]);
  });

  it('falls back from a region to its language, and from a language to any region', async () => {
    await install('de/a.wav', 'pt_BR/b.wav', 'de_CH/a.wav');
    const sounds = await open();
    expect(sounds.variant('a', 'de-AT').language).toBe('de');
    expect(sounds.variant('a', 'de_ch').language).toBe('de-CH');
    expect(sounds.variant('b', 'pt').language).toBe('pt-BR');
    expect(sounds.has('b', { language: 'pt-PT' })).toBe(false);
  });

  it('lists by language, format and prefix', async () => {
    await install('en/a.wav', 'en/b.gsm', 'fr/a.gsm', 'fr/digits/1.wav', 'en/digits/1.gsm');
    const sounds = await open();
    const ids = (filter?: Parameters<Sounds['list']>[0]): unknown => sounds.list(filter).map(({ id }) => id);
    expect(ids()).toEqual(['a', 'b', 'digits/1']);
    expect(ids({ language: 'fr' })).toEqual(['a', 'digits/1']);
    expect(ids({ format: 'gsm' })).toEqual(['a', 'b', 'digits/1']);
    expect(ids({ language: 'fr', format: 'gsm' })).toEqual(['a']);
    expect(ids({ prefix: 'digits/' })).toEqual(['digits/1']);
    expect(ids({ language: 'it' })).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const sounds = await open([]);
    for (const wrong of [
      () => sounds.get(''),
      () => sounds.has('a', JSON.parse('{"lang":"en"}')),
      () => sounds.has('a', { language: '!' }),
      () => sounds.list(JSON.parse('{"prefix":1}')),
      () => sounds.require('a', JSON.parse('null')),
    ]) {
      expect(wrong).toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('sees what has changed after a reload', async () => {
    await install('en/a.wav');
    const sounds = await open();
    await install('en/b.wav');
    await rm(path.join(root, 'en/a.wav'));
    expect([sounds.has('a'), sounds.has('b')]).toEqual([true, false]);
    await sounds.reload();
    expect([sounds.has('a'), sounds.has('b')]).toEqual([false, true]);
  });

  it('keeps what it had when a reload fails', async () => {
    await install('here/a.wav');
    const sounds = await open(['here']);
    await rm(path.join(root, 'here'), { recursive: true });
    await expect(sounds.reload()).rejects.toEqual(code('INVALID_ARGUMENT'));
    expect(sounds.has('a')).toBe(true);
  });
});

describe('playing', () => {
  const decoder: Decoder = {
    file: async (file, name) => ({ kind: 'file', name, path: `decoded ${path.basename(file)}` }),
    bytes: async (bytes, name) => ({ kind: 'file', name, path: Buffer.from(bytes).toString('latin1') }),
    url: () => Promise.reject(new Error('not asked for')),
  };

  it('takes WAV, then bare audio, then what can be decoded', async () => {
    await install('en/a.gsm', 'en/a.ulaw', 'en/a.wav', 'en/b.gsm', 'en/b.alaw', 'en/c.gsm');
    const sources = installedSounds(await open(), decoder, awaitDisk);
    expect(await sources.source('a', undefined)).toEqual({
      kind: 'file',
      name: 'sound:a',
      path: 'decoded a.wav',
    });
    expect(await sources.source('b', 'en')).toMatchObject({
      path: expect.stringMatching(/^RIFF.*WAVEfmt .*en\/b\.alaw/s),
    });
    expect(await sources.source('c', 'en')).toMatchObject({ path: 'decoded c.gsm' });
    expect(sources.hasAll(['a', 'b'], 'en')).toBe(true);
    expect(sources.hasAll(['a', 'd'], 'en')).toBe(false);
    expect(sources.hasAll(['a'], 'fr')).toBe(false);
  });

  it('says why it cannot', async () => {
    await install('en/a.ulaw');
    const sources = installedSounds(await open(), decoder, awaitDisk);
    await rm(path.join(root, 'en/a.ulaw'));
    await expect(sources.source('a', 'en')).rejects.toEqual(code('FILE_NOT_FOUND'));
    await expect(sources.source('a', 'fr')).rejects.toEqual(code('SOUND_LANGUAGE_MISSING'));
    await expect(sources.source('b', 'fr')).rejects.toEqual(code('SOUND_NOT_FOUND'));
  });
});

describe('the option', () => {
  it('names one directory or several', () => {
    expect(checkSounds({ directories: 'a' })).toEqual({ directories: ['a'] });
    expect(checkSounds({ directories: ['a', 'b'] })).toEqual({ directories: ['a', 'b'] });
  });

  it.each([
    undefined,
    null,
    'a',
    {},
    { directories: [] },
    { directories: ['a', 1] },
    { directory: 'a' },
    { directories: '' },
  ])('refuses %j', (sounds) => {
    expect(() => checkSounds(sounds)).toThrow(code('INVALID_ARGUMENT'));
  });
});
