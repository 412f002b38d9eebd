import { Worker } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { endingOf } from '../../thread-end.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { inBatches } from './in-batches.ts';
import type { EngineCommand, EngineEvent } from './protocol.ts';

/** The program's end of the way to an engine. */
export interface EngineLink {
  post(command: EngineCommand): void;
  /** Says whether the engine has calls: while it has none, it keeps no program from ending. */
  hold(busy: boolean): void;
  /** Ends the engine and what is left of its calls. Resolves when nothing of it is there any more. */
  close(): Promise<void>;
}

/** What comes from an engine. */
export interface EngineLinkListener {
  event(event: EngineEvent): void;
  /** The engine is gone and will not come back. Not called after {@link EngineLink.close}. */
  lost(error: ChannelError): void;
}

/** How an engine is started. */
export type EngineStarter = (listener: EngineLinkListener) => Promise<EngineLink>;

/** From the sources the worker is a TypeScript file beside this one, in the package a bundle beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './media-worker.ts' : './media-worker.js';

/** Starts an engine on a thread of its own. Resolves when it is ready. */
export const startThread: EngineStarter = (listener) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(WORKER_FILE, import.meta.url), { name: 'offhook-media' });
    let ended = false;
    const lose = (cause: unknown, what: string): void => {
      if (ended) return;
      ended = true;
      const error = new ChannelError('MEDIA_FAILED', `the media thread ended: ${what}`, { cause });
      reject(error);
      listener.lost(error);
    };
    worker.on('error', (error) => lose(error, error.message));
    worker.on('exit', (code) => lose(undefined, `exit code ${code}`));
    const take = (event: EngineEvent): void => {
      if (event.type !== 'ready') {
        listener.event(event);
        return;
      }
      worker.unref();
      const post = inBatches(
        (commands: EngineCommand[]) => worker.postMessage(commands, commands.flatMap(handedOver)),
        systemClock,
      );
      const end = endingOf(worker, systemClock, () => post({ type: 'end' }));
      resolve({
        post,
        hold: (busy) => (busy ? worker.ref() : worker.unref()),
        close: () => {
          ended = true;
          return end();
        },
      });
    };
    worker.on('message', (events: EngineEvent[]) => {
      for (const event of events) take(event);
    });
  });

/** The memory that goes to the other thread with a command instead of being copied. */
function handedOver(command: EngineCommand): ArrayBuffer[] {
  if (command.type === 'control-play' && command.control.kind === 'piece') return [command.control.samples.buffer];
  return command.type === 'stream' && command.command.kind === 'samples' ? [command.command.samples.buffer] : [];
}

/** Runs an engine in the program's own thread, for networks in memory and clocks that stand still. */
export function inlineStarter(options: Omit<EngineOptions, 'post'>): EngineStarter {
  return (listener) => {
    const engine = new Engine({ ...options, post: (event) => listener.event(event) });
    return Promise.resolve({
      post: (command: EngineCommand) => engine.handle(command),
      hold: () => undefined,
      close: async () => engine.handle({ type: 'end' }),
    });
  };
}
