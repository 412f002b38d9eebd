import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { UserAgent } from '../../src/index.ts';
import { until } from '../support/until.ts';
import type { Bearer } from './bearer.ts';
import { asTheyAre, type Equip } from './equip.ts';
import { RunningTime } from './running-time.ts';
import { type Ground, openStation, stationBearer } from './station.ts';

/** The contract over sockets of this machine, in real time. */
export interface Loopback extends AsyncDisposable {
  bearer(): Promise<Bearer>;
}

/** Starts the user agents that all tests of a file share: starting them takes longer than a test does. */
export async function openLoopback(equip: Equip = asTheyAre): Promise<Loopback> {
  const silence = createSocket('udp4');
  silence.bind(0, '127.0.0.1');
  await once(silence, 'listening');
  const running = new RunningTime();
  const ground: Ground = {
    clock: systemClock,
    watch: () => running.watch(),
    slack: 120,
    isRealTime: true,
    settle: (promise) => promise,
    elapse: (ms) => pause(ms),
    start: async (options) => UserAgent.start({ ...(await equip(options)), address: '127.0.0.1', port: 0 }),
    silent: `sip:silent@127.0.0.1:${silence.address().port}`,
    until,
  };
  const station = await openStation(ground);
  return {
    bearer: () => stationBearer(station, ground),
    async [Symbol.asyncDispose]() {
      await station[Symbol.asyncDispose]();
      silence.close();
      running[Symbol.dispose]();
    },
  };
}
