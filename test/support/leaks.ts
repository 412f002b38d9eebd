/**
 * Set up before every test file that opens sockets: when its last test is over, no socket, child process, worker or timer of it
 * may be left.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';
import { until } from './until.ts';

const KINDS = ['UDPWrap', 'TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap'];
/** Timers that are over are forgotten when there are so many. */
const MANY = 1_000;
/** Of a worker that has ended. */
const NO_THREAD = -1;

interface Timer {
  readonly handle: NodeJS.Timeout;
  readonly origin: Error;
}

const workers: Worker[] = [];
const noteWorker = (message: unknown): void => void workers.push((message as { worker: Worker }).worker);
let timers: Timer[] = [];

function isRunning({ handle }: Timer): boolean {
  // Node tells this nowhere else, and a timer that runs again and again is listed only while nobody unrefs it.
  return !(handle as unknown as { readonly _destroyed: boolean })._destroyed;
}

/** Makes a global timer function note what it starts. Vitest keeps the original for itself. @returns puts the original back */
function watch(name: 'setTimeout' | 'setInterval'): () => void {
  const original = globalThis[name];
  const watched = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
    const handle = original(...args);
    if (timers.length >= MANY) timers = timers.filter(isRunning);
    timers.push({ handle, origin: new Error(name) });
    return handle;
  };
  globalThis[name] = Object.assign(watched, original) as typeof setTimeout;
  return () => {
    globalThis[name] = original as typeof setTimeout;
  };
}

function resources(): ReadonlyMap<string, number> {
  const all = process.getActiveResourcesInfo();
  return new Map(KINDS.map((kind) => [kind, all.filter((resource) => resource === kind).length]));
}

/** What is there now beyond what was there before. */
function surplus(before: ReadonlyMap<string, number>): readonly string[] {
  const sockets = [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
  const threads = workers.filter(({ threadId }) => threadId !== NO_THREAD).map(({ threadId }) => `worker ${threadId}`);
  const waiting = timers.filter(isRunning).map(({ origin }) => origin.stack?.split('\n').slice(2, 5).join('\n') ?? '');
  return [...sockets, ...threads, ...waiting.map((stack) => `timer\n${stack}`)];
}

let before: ReadonlyMap<string, number> = new Map();
/** Undoes what was done to watch this file; the next one may run in the same process. */
let unwatch: readonly (() => void)[] = [];

beforeAll(() => {
  subscribe('worker_threads', noteWorker);
  unwatch = [() => void unsubscribe('worker_threads', noteWorker), watch('setTimeout'), watch('setInterval')];
  before = resources();
});

afterAll(async () => {
  try {
    await until('the end of every socket, timer and worker', () => surplus(before).length === 0, 5_000);
  } catch (cause) {
    throw new Error(`this test file left behind:\n${surplus(before).join('\n')}`, { cause });
  } finally {
    for (const undo of unwatch) undo();
  }
});
