import { parentPort } from 'node:worker_threads';
import { FliteProgram } from './flite-program.ts';
import type { FliteCommand, FliteReply } from './flite-protocol.ts';

/** The thread that speaks: one sentence after the other. */
const port = parentPort;
if (port) {
  let loading: Promise<FliteProgram> | undefined;
  port.on('message', async (command: FliteCommand) => {
    try {
      loading ??= FliteProgram.load();
      const program = await loading;
      const wav = await program.speak(command);
      port.postMessage({ wav } satisfies FliteReply, [wav.buffer]);
      await program.prepare();
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      port.postMessage({
        error: message,
        missing: code === 'MODULE_NOT_FOUND' || code === 'ENOENT',
      } satisfies FliteReply);
    }
  });
}
