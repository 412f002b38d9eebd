import { lookup, Resolver } from 'node:dns/promises';
import type { Lookup, Service } from './resolve-target.ts';

/** Short, since a call waits for it: without SRV records the host's own addresses are used. */
const resolver = new Resolver({ timeout: 2000, tries: 1 });

/** The machine's name service: /etc/hosts and the like for addresses, DNS for SRV. */
export const dnsLookup: Lookup = {
  async addresses(host: string): Promise<string[]> {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  async services(name: string): Promise<Service[]> {
    const found = await resolver.resolveSrv(name);
    return found.map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight }));
  },
};
