import { describe, expect, it } from 'vitest';
import type { SipUri } from '../../../../src/sip/message/message.ts';
import { parseUri } from '../../../../src/sip/message/uri.codec.ts';
import { type ResolveOptions, resolveTarget, type Service } from '../../../../src/sip/transport/resolve-target.ts';

const HOSTS: Record<string, readonly string[]> = {
  'example.com': ['192.0.2.1', '2001:db8::1'],
  'a.example.com': ['192.0.2.11'],
  'b.example.com': ['192.0.2.12'],
  host: ['192.0.2.2'],
  'six.example.com': ['2001:db8::6'],
  'empty.example.com': [],
};

function setUp(services: Record<string, readonly Service[]> = {}, options: Partial<ResolveOptions> = {}) {
  const asked: string[] = [];
  const resolve = async (text: string): Promise<string[]> => {
    const targets = await resolveTarget(uri(text), {
      transports: ['UDP', 'TCP'],
      lookup: async (host) => {
        asked.push(host);
        const addresses = HOSTS[host];
        if (!addresses) throw new Error('ENOTFOUND');
        return addresses;
      },
      services: async (name) => {
        asked.push(name);
        const found = services[name];
        if (!found) throw new Error('ENODATA');
        return found;
      },
      random: () => 0,
      reaches: () => true,
      ...options,
    });
    return targets.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
  };
  return { asked, resolve };
}

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (!parsed) throw new Error(`no URI: ${text}`);
  return parsed;
}

describe('the target of a URI (RFC 3263 §4)', () => {
  it.each([
    ['sip:bob@192.0.2.1', 'UDP 192.0.2.1 5060'],
    ['sip:bob@192.0.2.1:5080', 'UDP 192.0.2.1 5080'],
    ['sip:192.0.2.1;transport=TCP', 'TCP 192.0.2.1 5060'],
    ['sip:bob@[2001:db8::1]:5070;transport=udp', 'UDP 2001:db8::1 5070'],
    ['sip:bob@example.com;maddr=192.0.2.9', 'UDP 192.0.2.9 5060'],
  ])('%s needs no name service', async (text, target) => {
    const { asked, resolve } = setUp();
    expect(await resolve(text)).toEqual([target]);
    expect(asked).toEqual([]);
  });

  it('is every address of a host with a port, without a look for SRV records', async () => {
    const { asked, resolve } = setUp();
    expect(await resolve('sip:example.com:5070')).toEqual(['UDP 192.0.2.1 5070', 'UDP 2001:db8::1 5070']);
    expect(asked).toEqual(['example.com']);
  });

  it('is port 5060 of a host without SRV records, UDP unless the URI says otherwise', async () => {
    const { asked, resolve } = setUp();
    expect(await resolve('sip:a.example.com')).toEqual(['UDP 192.0.2.11 5060']);
    expect(asked).toEqual(['_sip._udp.a.example.com', '_sip._tcp.a.example.com', 'a.example.com']);
    expect(await resolve('sip:a.example.com;transport=tcp')).toEqual(['TCP 192.0.2.11 5060']);
  });

  it('does not ask for SRV records of a name without a dot', async () => {
    const { asked, resolve } = setUp();
    expect(await resolve('sip:host')).toEqual(['UDP 192.0.2.2 5060']);
    expect(asked).toEqual(['host']);
  });

  it('follows SRV records by priority and weight, and leaves out hosts that are not there', async () => {
    const records: Service[] = [
      { host: 'b.example.com', port: 5082, priority: 20, weight: 0 },
      { host: 'gone.example.com', port: 5083, priority: 5, weight: 0 },
      { host: 'a.example.com', port: 5081, priority: 10, weight: 1 },
      { host: 'b.example.com', port: 5084, priority: 10, weight: 3 },
    ];
    const at = (share: number) =>
      setUp({ '_sip._udp.example.com': records }, { random: () => share }).resolve('sip:example.com');
    expect(await at(0)).toEqual(['UDP 192.0.2.11 5081', 'UDP 192.0.2.12 5084', 'UDP 192.0.2.12 5082']);
    expect(await at(0.9)).toEqual(['UDP 192.0.2.12 5084', 'UDP 192.0.2.11 5081', 'UDP 192.0.2.12 5082']);
  });

  it('takes the transport whose SRV records there are, but not one that is ruled out', async () => {
    const records = { '_sip._tcp.example.com': [{ host: 'a.example.com', port: 5090, priority: 1, weight: 1 }] };
    expect(await setUp(records).resolve('sip:example.com')).toEqual(['TCP 192.0.2.11 5090']);
    expect(await setUp(records).resolve('sip:example.com;transport=udp')).toEqual([
      'UDP 192.0.2.1 5060',
      'UDP 2001:db8::1 5060',
    ]);
    const none = { '_sip._udp.a.example.com': [{ host: '.', port: 0, priority: 0, weight: 0 }] };
    expect(await setUp(none).resolve('sip:a.example.com')).toEqual(['UDP 192.0.2.11 5060']);
  });

  it('is the preferred transport of ours, and never one that we do not use', async () => {
    expect(await setUp({}, { transports: ['TCP'] }).resolve('sip:192.0.2.1')).toEqual(['TCP 192.0.2.1 5060']);
    const { asked, resolve } = setUp({}, { transports: ['TCP'] });
    await resolve('sip:a.example.com');
    expect(asked).toEqual(['_sip._tcp.a.example.com', 'a.example.com']);
    await expect(resolve('sip:192.0.2.1;transport=udp')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('leaves out addresses that our sockets cannot reach', async () => {
    const reaches: ResolveOptions['reaches'] = ({ address }) => !address.includes(':');
    expect(await setUp({}, { reaches }).resolve('sip:example.com')).toEqual(['UDP 192.0.2.1 5060']);
    await expect(setUp({}, { reaches }).resolve('sip:six.example.com')).rejects.toMatchObject({
      code: 'HOST_UNRESOLVED',
      message: expect.stringContaining('2001:db8::6'),
    });
  });

  it.each(['sip:nowhere.example.com', 'sip:empty.example.com', 'sip:nowhere:5060'])(
    'is an error that names the host for %s',
    async (text) => {
      const host = text.slice(4).replace(':5060', '');
      await expect(setUp().resolve(text)).rejects.toMatchObject({
        code: 'HOST_UNRESOLVED',
        message: expect.stringContaining(host),
      });
    },
  );

  it.each(['sips:bob@192.0.2.1', 'tel:+123', 'sip:bob@192.0.2.1;transport=sctp'])(
    'is an error for %s, which cannot be called',
    async (text) => {
      await expect(setUp().resolve(text)).rejects.toMatchObject({
        code: 'UNREACHABLE',
        message: expect.stringContaining(text),
      });
    },
  );
});
