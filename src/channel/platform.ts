import { type Clock, systemClock } from '../clock.ts';
import { type AwaitDisk, awaitDisk } from '../disk.ts';
import type { MediaOptions } from '../media/media.ts';
import type { RandomFill } from '../sip/random-tokens.ts';
import type { HostLookup } from '../sip/transport/host-lookup.ts';
import type { Network } from '../sip/transport/network.ts';

/** What a user agent stands on. */
export interface Platform {
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  /** Where identifiers take their randomness from. */
  readonly random: RandomFill;
  /**
   * Where time is virtual: keeps it from passing while work of the real world goes on, in whatever order pieces of it end. There
   * speech is not kept on the disk, unless the program names a folder for it.
   */
  readonly holdTime?: (<T>(work: Promise<T>) => Promise<T>) | undefined;
  /** Carries SIP; the sockets of the machine when left out. */
  readonly network?: Network | undefined;
  /** Addresses of hosts; by the resolver of the machine when left out. */
  readonly lookup?: HostLookup | undefined;
  /** Carries audio in this thread; threads with sockets of the machine when left out. */
  readonly inline?: MediaOptions['inline'];
}

/** The machine that the program runs on. Web Crypto is loaded when it is used first, `node:crypto` would be at once. */
export const machine: Platform = {
  clock: systemClock,
  awaitDisk,
  random: (bytes) => void crypto.getRandomValues(bytes),
};
