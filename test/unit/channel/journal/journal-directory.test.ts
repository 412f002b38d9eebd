import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../../src/channel/journal/journal.ts';
import { JournalDirectory } from '../../../../src/channel/journal/journal-directory.ts';
import type { JournalEntry } from '../../../../src/channel/journal/journal-entry.ts';
import { MediaDirectory } from '../../../../src/channel/media-directory.ts';
import { awaitDisk } from '../../../../src/disk.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { until } from '../../../support/until.ts';

let root: string;
let logged: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'offhook-journal-'));
  logged = [];
});
afterEach(() => rm(root, { recursive: true }));

const clock = new VirtualClock();
const log = (message: string): void => void logged.push(message);

async function open(options: { audio?: boolean; digits?: 'plain' | 'masked' } = {}): Promise<JournalDirectory> {
  return JournalDirectory.open(join(root, 'journals'), clock, {
    audio: false,
    digits: 'plain',
    files: await MediaDirectory.open(root),
    awaitDisk,
    logger: { debug: log, info: log, warn: log, error: log },
    ...options,
  });
}

function follow(directory: JournalDirectory, id: string): Journal {
  const journal = new Journal(clock);
  directory.follow(id, journal);
  return journal;
}

const path = (id: string): string => join(root, 'journals', `${id}.jsonl`);
const lines = async (id: string): Promise<readonly JournalEntry[]> =>
  (await readFile(path(id), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);

describe('a directory of journals', () => {
  it('is made when it is not there, and has a file for each channel in which something happened', async () => {
    const directory = await open();
    const first = follow(directory, 'a-1');
    follow(directory, 'a-2');
    first.note('one');
    first.note('two');
    await directory.close();
    expect(await readdir(join(root, 'journals'))).toEqual(['a-1.jsonl']);
    expect(await readFile(path('a-1'), 'utf8')).toBe(first.toJSONLines());
  });

  it('lets only the owner read the files', async () => {
    const directory = await open();
    follow(directory, 'a').note('secret');
    await directory.close();
    expect((await stat(path('a'))).mode & 0o777).toBe(0o600);
  });

  it('is written once a second as the calls go on, and leaves no timer when there is nothing new', async () => {
    const directory = await open();
    const journal = follow(directory, 'a');
    journal.note('one');
    clock.advance(999);
    expect(await readdir(join(root, 'journals'))).toEqual([]);
    clock.advance(1);
    await until('the first line', async () => (await readdir(join(root, 'journals'))).length === 1);
    expect(clock.pending).toBe(0);
    journal.note('two');
    clock.advance(1000);
    await until('the second line', async () => (await lines('a')).length === 2);
    await directory.close();
  });

  it('takes nothing more when it has been closed', async () => {
    const directory = await open();
    const journal = follow(directory, 'a');
    journal.note('one');
    await directory.close();
    journal.note('two');
    await directory.close();
    expect([(await lines('a')).length, clock.pending]).toEqual([1, 0]);
  });

  it('masks digits when asked to', async () => {
    const directory = await open({ digits: 'masked' });
    const journal = follow(directory, 'a');
    journal.add({ kind: 'digit', digit: '4', by: 'RFC4733' });
    await directory.close();
    expect(await lines('a')).toMatchObject([{ digit: '?' }]);
    expect(journal.entries).toMatchObject([{ digit: '4' }]);
  });

  it('has recordings in it when asked to, even of files that are gone soon after', async () => {
    const directory = await open({ audio: true });
    await writeFile(join(root, 'said.wav'), 'RIFF');
    const journal = follow(directory, 'a');
    journal.add({ kind: 'recorded', id: 1, file: 'said.wav', cause: 'SILENCE', ms: 10, sound: true });
    journal.note('after');
    await directory.close();
    expect(await lines('a')).toMatchObject([
      { kind: 'recorded' },
      { kind: 'recording', file: 'said.wav', audio: Buffer.from('RIFF').toString('base64') },
      { kind: 'note' },
    ]);
  });

  it('goes without a recording that cannot be read, and says so', async () => {
    const directory = await open({ audio: true });
    const journal = follow(directory, 'a');
    journal.add({ kind: 'recorded', id: 1, file: 'gone.wav', cause: 'SILENCE', ms: 10, sound: true });
    await directory.close();
    expect(await lines('a')).toMatchObject([{ kind: 'recorded' }]);
    expect(logged).toEqual(['a recording could not be put into the journal']);
  });

  it('gives up a journal that cannot be written, says so once, and keeps the others', async () => {
    const directory = await open();
    await mkdir(path('a'));
    const journal = follow(directory, 'a');
    const other = follow(directory, 'b');
    for (const text of ['one', 'two', 'three']) {
      journal.note(text);
      other.note(text);
      clock.advance(1000);
    }
    await directory.close();
    expect(logged).toEqual(['a journal cannot be written; the rest of it is given up']);
    expect((await lines('b')).length).toBe(3);
  });

  it('is refused when it cannot be', async () => {
    await writeFile(join(root, 'journals'), 'a file');
    await expect(open()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('journal.directory') as unknown,
    });
    await rm(join(root, 'journals'));
    await mkdir(join(root, 'journals'));
    await chmod(join(root, 'journals'), 0o500);
    // Nothing is forbidden to root.
    if (process.getuid?.() !== 0) await expect(open()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
