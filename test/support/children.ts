import { readdir, readFile } from 'node:fs/promises';

/** State and parent of a process, or nothing when there is none of this number. */
async function look(pid: string): Promise<{ readonly ended: boolean; readonly parent: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const [, state, parent] = /\) (\w) (\d+) /.exec(stat) ?? [];
  return state === undefined ? undefined : { ended: state === 'Z' || state === 'X', parent: Number(parent) };
}

/** Processes that this one has started and that are not gone, those included whose end it has not noticed. */
export async function childrenOf(pid: number = process.pid): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(all.map(async (name) => ((await look(name))?.parent === pid ? [Number(name)] : [])));
  return found.flat();
}

/** Whether a process runs. One that is over and whose parent has not looked yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const found = await look(String(pid));
  return found !== undefined && !found.ended;
}
