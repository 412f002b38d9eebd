import { expect } from 'vitest';
import { createTestNetwork } from '../../src/testing.ts';
import type { Bearer } from './bearer.ts';
import { asTheyAre, type Equip } from './equip.ts';
import { type Ground, openStation, stationBearer } from './station.ts';
import { watchOf } from './watch.ts';

/** The contract over a network in memory: user agents with their whole SIP and RTP, in virtual time. */
export async function networkBearer(equip: Equip = asTheyAre): Promise<Bearer> {
  const network = createTestNetwork({ time: 'manual' });
  const { clock } = network;
  const settle: Ground['settle'] = async (promise) => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    promise.then(over, over);
    if (!(await clock.runUntil(() => isOver))) throw new Error('this would be pending for ever: nothing is due');
    return promise;
  };
  const ground: Ground = {
    clock,
    watch: () => watchOf(clock),
    slack: 80,
    isRealTime: false,
    settle,
    elapse: (ms) => clock.advance(ms),
    start: async (options) => network.userAgent(await equip(options)),
    silent: 'sip:silent@192.0.2.99',
    async until(what, look) {
      let found = look();
      const isThere = (): boolean => {
        found = look();
        return found !== undefined && found !== false;
      };
      if (!isThere() && !(await clock.runUntil(isThere, 60_000))) throw new Error(`waited in vain for ${what}`);
      return found as NonNullable<typeof found> & Exclude<typeof found, false>;
    },
  };
  const station = await openStation(ground);
  const bearer = await stationBearer(station, ground);
  return {
    ...bearer,
    async [Symbol.asyncDispose]() {
      await bearer[Symbol.asyncDispose]();
      await station[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
      // What the test has scheduled itself and has not waited for.
      await clock.advance(500);
      expect(clock.pending).toBe(0);
    },
  };
}
