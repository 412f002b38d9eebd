import type { Network } from './network.ts';
import { connectTcp, listenTcp } from './system-tcp.ts';
import { localAddressTowards, openUdp } from './system-udp.ts';

/** The network of the machine. */
export const systemNetwork: Network = { openUdp, listenTcp, connectTcp, localAddressTowards };
