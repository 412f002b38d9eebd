import { parentPort } from 'node:worker_threads';
import { FliteProgram } from './flite-program.ts';
import type { FliteCommand, FliteReply } from './flite-protocol.ts';

/** The thread that speaks: one sentence after the other. */
const port = parentPort;
let loading: Promise<FliteProgram> | undefined;

async function speak(
  command: FliteCommand,
  reply: (message: FliteReply, moved: readonly ArrayBuffer[]) => void,
): Promise<void> {
  try {
    loading ??= FliteProgram.load();
    const program = await loading;
    const wav = await program.speak(command);
    reply({ wav }, [wav.buffer]);
    await program.prepare();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    reply({ error: message, missing: code === 'MODULE_NOT_FOUND' || code === 'ENOENT' }, []);
  }
}

port?.on(
  'message',
  (command: FliteCommand) => void speak(command, (message, moved) => port.postMessage(message, moved)),
);
