import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/errors.ts';
import type { SipUri } from '../../../src/sip/message/message.ts';
import { parseUri } from '../../../src/sip/message/uri.codec.ts';
import { nextHop, Router } from '../../../src/sip/routing.ts';
import type { Flow } from '../../../src/sip/transport/flow.ts';
import type { Target } from '../../../src/sip/transport/target.ts';

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (parsed === undefined) throw new Error(`no URI: ${text}`);
  return parsed;
}

describe('the next hop of a dialog', () => {
  it('is the first of the route set, else the remote target', () => {
    const target = uri('sip:bob@192.0.2.1');
    expect(nextHop([], target)).toBe(target);
    expect(nextHop(['"P" <sip:p1.example;lr>;x=y', '<sip:p2.example;lr>'], target).host).toBe('p1.example');
    expect(nextHop(['rubbish'], target)).toBe(target);
  });
});

describe('the router', () => {
  const set = (broken: readonly string[] = []) => {
    const tried: string[] = [];
    const router = new Router({
      transports: ['TCP'],
      lookup: async (host) => (host === 'a.example.com' ? ['2001:db8::1', '192.0.2.1'] : ['192.0.2.2']),
      services: async (name) =>
        name === '_sip._tcp.example.com'
          ? [
              { host: 'b.example.com', port: 5070, priority: 2, weight: 0 },
              { host: 'a.example.com', port: 5080, priority: 1, weight: 0 },
            ]
          : [],
      random: () => 0,
      reaches: ({ address }) => !address.includes(':'),
      flowTo: async ({ address, port }: Target) => {
        tried.push(`${address} ${port}`);
        if (broken.includes(address)) throw new ChannelError('UNREACHABLE', `${address} does not listen`);
        return { remote: { address, port } } as Flow;
      },
    });
    return { tried, remoteOf: async (text: string) => (await router.flowTo(uri(text))).remote.address };
  };

  it('takes the way to a numeric address', async () => {
    const { tried, remoteOf } = set();
    await remoteOf('sip:192.0.2.9:5061');
    expect(tried).toEqual(['192.0.2.9 5061']);
  });

  it('takes the best target that our sockets can reach, and tries no other', async () => {
    const { tried, remoteOf } = set();
    expect(await remoteOf('sip:bob@example.com')).toBe('192.0.2.1');
    expect(tried).toEqual(['192.0.2.1 5080']);
  });

  it('goes on to the next target where no flow can be made to one (RFC 3263 §4.3)', async () => {
    const { tried, remoteOf } = set(['192.0.2.1']);
    expect(await remoteOf('sip:bob@example.com')).toBe('192.0.2.2');
    expect(tried).toEqual(['192.0.2.1 5080', '192.0.2.2 5070']);
  });

  it('fails as the last target does when none can be reached', async () => {
    const { remoteOf } = set(['192.0.2.1', '192.0.2.2']);
    await expect(remoteOf('sip:bob@example.com')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('192.0.2.2'),
    });
  });
});
