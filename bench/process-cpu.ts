import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** CPU time that a process and all its threads have used so far, in milliseconds (Linux). */
export async function processCpu(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
