/** Shell: names of hosts to addresses, by the resolver of the operating system. */
import { lookup } from 'node:dns/promises';

/** Addresses of a host, best first. Rejects or resolves with none when it has none. */
export type HostLookup = (host: string) => Promise<readonly string[]>;

export const lookupHost: HostLookup = async (host) => {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};
