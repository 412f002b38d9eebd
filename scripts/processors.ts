import { readFile } from 'node:fs/promises';

/** The numbers in a list of the kernel, such as `0-3,8`. */
function numbersOf(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The processors that this program may run on, by their numbers (Linux; none elsewhere). */
export async function allowedProcessors(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  return list === undefined ? [] : numbersOf(list);
}
