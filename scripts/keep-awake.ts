/**
 * Keeps the processors of a virtual machine from falling asleep. One that has nothing to do for a millisecond is given back to the host,
 * and on a busy host it comes back 10 to 100 ms late: far too late for audio that is due every 20 ms, though the machine has hardly anything
 * to do. What is measured in real time, and tests over sockets, then tell of the host and not of the program.
 *
 * On each processor runs a loop that every other program goes before (`SCHED_IDLE`), so that it takes no time from any.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allowedProcessors } from './processors.ts';

/** For so long a loop pauses before it looks at the time, in a unit of the processor: some microseconds. */
const PAUSE = 500;
/** For so long it does nothing else, in milliseconds. */
const ROUND_MS = 10;
/** TypeScript knows of it with the libraries of a later standard only. It leaves its share to the other half of a processor. */
const { pause } = Atomics as unknown as { readonly pause: (iterations: number) => void };

async function isVirtualMachine(): Promise<boolean> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /^flags\b.*\bhypervisor\b/m.test(text);
}

/** Whether it runs soon nobody can tell, since everything else goes before; where it cannot be started, there is none. */
function startLoop(processor: number): ChildProcess {
  const program = [process.execPath, fileURLToPath(import.meta.url), '--loop'];
  const child = spawn('taskset', ['-c', String(processor), 'chrt', '--idle', '0', ...program], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('error', () => undefined);
  child.channel?.unref();
  child.unref();
  return child;
}

/** Begins to keep the processors awake, if this is a virtual machine that runs Linux; otherwise nothing happens. */
export async function keepAwake(): Promise<Disposable> {
  const processors = (await isVirtualMachine()) ? await allowedProcessors() : [];
  const children = processors.map(startLoop);
  return {
    [Symbol.dispose]() {
      for (const child of children) child.kill();
    },
  };
}

function loop(): void {
  const begin = performance.now();
  while (performance.now() - begin < ROUND_MS) pause(PAUSE);
  setImmediate(loop);
}

if (process.argv.includes('--loop')) {
  process.once('disconnect', () => process.exit());
  loop();
}
