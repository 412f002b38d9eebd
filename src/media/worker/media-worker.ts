import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { dgramPacketIo } from './dgram-packet-io.ts';
import { Engine } from './engine.ts';
import type { EngineCommand, EngineEvent } from './protocol.ts';

/** The thread that carries the audio: an engine between the machine's sockets and the port to the program. */
const port = parentPort;
if (port) {
  const post = (event: EngineEvent): void => port.postMessage(event);
  const engine = new Engine({ clock: systemClock, io: dgramPacketIo, random: Math.random, post });
  port.on('message', (command: EngineCommand) => engine.handle(command));
  post({ type: 'ready' });
}
