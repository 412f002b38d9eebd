import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { awaitDisk } from '../../disk.ts';
import { beNicer } from '../../thread-niceness.ts';
import { dgramPacketIo } from './dgram-packet-io.ts';
import { Engine } from './engine.ts';
import { inBatches } from './in-batches.ts';
import type { EngineCommand, EngineEvent } from './protocol.ts';

/** How much more than others this thread counts when there is too much to do, where that is allowed: audio cannot wait. */
const NICENESS = -10;

/** The thread that carries the audio: an engine between the machine's sockets and the port to the program. */
const port = parentPort;
if (port) {
  beNicer(NICENESS);
  const post = inBatches((events: EngineEvent[]) => port.postMessage(events, events.flatMap(handedOver)), systemClock);
  const engine = new Engine({ clock: systemClock, io: dgramPacketIo, awaitDisk, random: Math.random, post });
  port.on('message', (commands: EngineCommand[]) => {
    for (const command of commands) {
      engine.handle(command);
      // The thread ends by itself when the last file and the last socket of the engine are closed.
      if (command.type === 'end') port.close();
    }
  });
  post({ type: 'ready' });
}

/** The memory that goes to the program with an event instead of being copied. */
function handedOver(event: EngineEvent): ArrayBuffer[] {
  return event.type === 'streamed' && event.event.kind === 'heard' ? [event.event.samples.buffer] : [];
}
