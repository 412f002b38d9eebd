import { afterAll, beforeAll } from 'vitest';
import { until } from './until.ts';

/** What a call leaves behind when something was not closed. */
const WATCHED = ['UDPWRAP', 'TCPSocketWrap', 'TCPServerWrap', 'MessagePort', 'Timeout', 'ProcessWrap', 'FSReqPromise'];

function counts(): ReadonlyMap<string, number> {
  const all = process.getActiveResourcesInfo();
  return new Map(WATCHED.map((kind) => [kind, all.filter((resource) => resource === kind).length]));
}

/** What is there now beyond what was there before, as text; empty for nothing. */
function surplus(before: ReadonlyMap<string, number>): string {
  return [...counts()]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${more} ${kind}`)
    .join(', ');
}

let before: ReadonlyMap<string, number> = new Map();

beforeAll(() => {
  before = counts();
});

// Every file that opens sockets closes them: nothing may be left when its last test is over.
afterAll(async () => {
  await until('the end of every socket, timer and worker', () => surplus(before) === '', 5_000).catch(
    (cause: unknown) => {
      throw new Error(`left behind by this test file: ${surplus(before)}`, { cause });
    },
  );
});
