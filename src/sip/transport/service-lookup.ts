/** Shell: SRV records, from the name servers that the operating system is set up with. */
import { Resolver } from 'node:dns/promises';
import type { ServiceLookup } from './resolve-target.ts';

/** Short, since a call waits for it: without SRV records the host's own addresses are used. */
const resolver = new Resolver({ timeout: 2000, tries: 1 });

export const lookupServices: ServiceLookup = async (name) => {
  const found = await resolver.resolveSrv(name);
  return found.map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight }));
};
