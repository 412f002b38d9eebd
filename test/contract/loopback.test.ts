import { afterAll, beforeAll } from 'vitest';
import { describeChannelContract } from './channel.contract.ts';
import { type Loopback, openLoopback } from './loopback-bearer.ts';

let loopback: Loopback;

beforeAll(async () => {
  loopback = await openLoopback();
});

afterAll(() => loopback[Symbol.asyncDispose]());

describeChannelContract('over loopback', () => loopback.bearer());
