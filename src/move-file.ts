import { link, lstat, rename, unlink } from 'node:fs/promises';

/** What a file system says that has no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** Moves a file. Rejects with the error of the system; it is `EEXIST` when something is there and must stay. */
export async function moveFile(source: string, target: string, ifExists: 'fail' | 'overwrite'): Promise<void> {
  if (ifExists === 'overwrite') return rename(source, target);
  try {
    // A second name for it: no file system gives the same one twice, whoever else is at work.
    await link(source, target);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    if (await isThere(target)) throw Object.assign(new Error(`${target} exists`), { code: 'EEXIST' });
    return rename(source, target);
  }
  await unlink(source);
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
