import { afterAll, beforeAll } from 'vitest';
import { describeChannelContract } from './channel.contract.ts';
import { loopbackBearer, openStation, type Station } from './loopback-bearer.ts';

let station: Station;

beforeAll(async () => {
  station = await openStation();
});

afterAll(() => station[Symbol.asyncDispose]());

describeChannelContract('over loopback', () => loopbackBearer(station));
