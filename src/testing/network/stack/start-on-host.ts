import type { Platform } from '../../../channel/platform.ts';
import { startUserAgent, type UserAgent } from '../../../channel/user-agent.ts';
import type { UserAgentOptions } from '../../../channel/user-agent-options.ts';
import type { AwaitDisk } from '../../../disk.ts';
import type { Host } from '../host.ts';
import { SeededRandom } from '../random.state.ts';
import type { Wire } from '../wire.ts';
import { HostNetwork } from './host-network.ts';
import { HostPackets } from './host-packets.ts';
import { TcpExchange } from './tcp-exchange.ts';

/** All connections of a network. */
const exchanges = new WeakMap<Wire, TcpExchange>();

/** Starts the real user agent on a host of a network in memory. */
export function startOnHost(
  options: UserAgentOptions,
  place: {
    readonly wire: Wire;
    readonly host: Host;
    readonly awaitDisk: AwaitDisk;
    readonly holdTime?: Platform['holdTime'];
    readonly seed: string;
  },
): Promise<UserAgent> {
  const { wire, host, awaitDisk, holdTime, seed } = place;
  const tcp = exchanges.get(wire) ?? new TcpExchange(wire);
  exchanges.set(wire, tcp);
  const signaling = new SeededRandom(`${seed} signaling`);
  const media = new SeededRandom(`${seed} media`);
  return startUserAgent(
    { ...options, address: host.address, publicAddress: host.nat && host.publicAddress },
    {
      clock: wire.clock,
      awaitDisk,
      holdTime,
      random: (bytes) => signaling.fill(bytes),
      network: new HostNetwork(wire, tcp, host),
      lookup: () => Promise.resolve([]),
      inline: { io: new HostPackets(wire, host), random: () => media.fraction(), awaitDisk },
    },
  );
}
