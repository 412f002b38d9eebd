import { afterAll, beforeAll } from 'vitest';
import { describeChannelContract } from './channel.contract.ts';
import { type Loopback, openLoopback } from './loopback-bearer.ts';

/** States laws over sockets of this machine. */
export function describeOverLoopback(laws: Parameters<typeof describeChannelContract>[2]): void {
  let loopback: Loopback;
  beforeAll(async () => {
    loopback = await openLoopback();
  });
  afterAll(() => loopback[Symbol.asyncDispose]());
  describeChannelContract('over loopback', () => loopback.bearer(), laws);
}
