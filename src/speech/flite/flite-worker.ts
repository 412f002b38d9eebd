import { parentPort } from 'node:worker_threads';
import { beNicer } from '../../thread-niceness.ts';
import { FliteProgram } from './flite-program.ts';
import type { FliteCommand, FliteOrder, FliteReply } from './flite-protocol.ts';

/** How much less than others this thread counts when there is too much to do. */
const NICENESS = 10;

/** The thread that speaks: one sentence after the other. */
const port = parentPort;
let loading: Promise<FliteProgram> | undefined;

/** Replies once: with a second word the next command would be answered by what was said to this one. */
async function speak(
  command: FliteCommand,
  reply: (message: FliteReply, moved: readonly ArrayBuffer[]) => void,
): Promise<void> {
  try {
    loading ??= FliteProgram.load();
    const program = await loading;
    const wav = await program.speak(command);
    reply({ wav }, [wav.buffer]);
    program.prepare();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    reply({ error: message, missing: code === 'MODULE_NOT_FOUND' || code === 'ENOENT' }, []);
  }
}

port?.on('message', (order: FliteOrder) => {
  if (order === 'end') port.close();
  else void speak(order, (message, moved) => port.postMessage(message, moved));
});

// The packets of calls come first.
if (port) beNicer(NICENESS);
