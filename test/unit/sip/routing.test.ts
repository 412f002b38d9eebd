import { describe, expect, it } from 'vitest';
import type { SipUri } from '../../../src/sip/message/message.ts';
import { parseUri } from '../../../src/sip/message/uri.codec.ts';
import { destinationOf, nextHop, Router } from '../../../src/sip/routing.ts';
import type { Flow } from '../../../src/sip/transport/flow.ts';
import type { Target } from '../../../src/sip/transport/target.ts';

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (parsed === undefined) throw new Error(`no URI: ${text}`);
  return parsed;
}

describe('where a URI leads', () => {
  it.each([
    ['sip:bob@192.0.2.1', { transport: 'UDP', host: '192.0.2.1', port: 5060 }],
    ['sip:bob@[2001:db8::1]:5070', { transport: 'UDP', host: '2001:db8::1', port: 5070 }],
    ['sip:bob@example.com;transport=TCP', { transport: 'TCP', host: 'example.com', port: 5060 }],
    ['sip:bob@example.com;maddr=192.0.2.7', { transport: 'UDP', host: '192.0.2.7', port: 5060 }],
  ])('%s', (text, destination) => {
    expect(destinationOf(uri(text), ['UDP', 'TCP'])).toEqual(destination);
  });

  it('uses the first of our transports for a URI that asks for none', () => {
    expect(destinationOf(uri('sip:bob@example.com'), ['TCP']).transport).toBe('TCP');
  });

  it.each(['sips:bob@example.com', 'tel:+1555', 'sip:bob@example.com;transport=ws'])('refuses %s', (text) => {
    expect(() => destinationOf(uri(text), ['UDP', 'TCP'])).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }));
  });
});

describe('the next hop of a dialog', () => {
  it('is the first of the route set, else the remote target', () => {
    const target = uri('sip:bob@192.0.2.1');
    expect(nextHop([], target)).toBe(target);
    expect(nextHop(['"P" <sip:p1.example;lr>;x=y', '<sip:p2.example;lr>'], target).host).toBe('p1.example');
    expect(nextHop(['rubbish'], target)).toBe(target);
  });
});

describe('the router', () => {
  const asked: string[] = [];
  const reached: Target[] = [];
  const router = new Router({
    transports: ['UDP'],
    lookup: async (host) => {
      asked.push(host);
      return ['2001:db8::1', '192.0.2.1'];
    },
    reaches: ({ address }) => !address.includes(':'),
    flowTo: async (target) => {
      reached.push(target);
      return {} as Flow;
    },
  });

  it('asks nobody for a number', async () => {
    await router.flowTo(uri('sip:192.0.2.9:5061'));
    expect(asked).toEqual([]);
    expect(reached.pop()).toEqual({ transport: 'UDP', address: '192.0.2.9', port: 5061 });
  });

  it('takes the first address of a host that our sockets can reach', async () => {
    await router.flowTo(uri('sip:bob@example.com'));
    expect(asked).toEqual(['example.com']);
    expect(reached.pop()?.address).toBe('192.0.2.1');
  });
});
