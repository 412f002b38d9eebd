const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'check the permissions of the file and its folder',
  EDQUOT: 'make room on the disk',
  EFBIG: 'it would be larger than files may be here; set maxBytes or a timeout',
  EISDIR: 'a folder has that name; choose another one',
  EMFILE: 'this program has too many files open; allow it more or limit the calls',
  ELOOP: 'it became a symbolic link after its name was checked; name the file itself',
  ENOENT: 'its folder does not exist; create it first',
  ENOSPC: 'make room on the disk',
  ENOTDIR: 'a part of its path is a file and not a folder; choose another name',
  EPERM: 'check the permissions of the file and its folder',
  EROFS: 'the disk is read-only; choose another media directory',
};

/** What the system said about a file, and what can be done about it. */
export function withAdvice(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const advice = ADVICE[code];
  return advice === undefined ? message : `${advice} (${code})`;
}
