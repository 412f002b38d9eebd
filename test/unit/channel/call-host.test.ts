import { describe, expect, it, vi } from 'vitest';
import type { Channel } from '../../../src/channel/channel.ts';
import { ChannelError, Hangup } from '../../../src/errors.ts';
import type { Logger } from '../../../src/logger.ts';
import { settled } from '../../../src/testing/clock/settled.ts';
import { FakeNetwork, type FakeNetworkOptions } from '../../../src/testing/fake/fake-network.ts';

function network(options: FakeNetworkOptions = {}): FakeNetwork & { readonly logged: string[] } {
  const logged: string[] = [];
  const note = (message: string): void => void logged.push(message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  return Object.assign(new FakeNetwork({ logger, ...options }), { logged });
}

const forEver = (): Promise<never> => new Promise(() => undefined);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof ChannelError ? error.code : String(error)),
  );
}

describe('inbound calls', () => {
  it('are refused with 480 without a handler', async () => {
    const { signaling, host } = network();
    const leg = signaling.call();
    await settled();
    expect(leg.released?.status).toBe(480);
    expect(host.channels).toEqual([]);
  });

  it('go to the handler that was set last', async () => {
    const { signaling, host } = network();
    const seen: string[] = [];
    host.onCall(() => void seen.push('first'));
    host.onCall(() => void seen.push('second'));
    signaling.call();
    await settled();
    expect(seen).toEqual(['second']);
  });

  it('need a handler that is a function', () => {
    expect(() => network().host.onCall({} as () => void)).toThrow(ChannelError);
  });

  it('are refused with 503 beyond maxCalls, with a time to try again, and taken again after that', async () => {
    const { signaling, host } = network({ maxCalls: 1 });
    host.onCall(forEver);
    const first = signaling.call();
    const second = signaling.call();
    await settled();
    expect(second.released).toEqual({ status: 503, retryAfter: 5 });
    expect(host.channels).toHaveLength(1);
    expect(await codeOf(host.channel().call('sip:a@b'))).toBe('BUSY');
    first.end({ by: 'remote' });
    const third = signaling.call();
    await settled();
    expect(third.released).toBeUndefined();
  });

  for (const [what, handler, answered, status] of [
    ['returns before the answer', async () => undefined, false, 603],
    ['returns after the answer', (channel: Channel) => channel.answer(), true, undefined],
    ['throws a Hangup before the answer', () => Promise.reject(new Hangup('enough')), false, 603],
    ['throws before the answer', () => Promise.reject(new Error('bug')), false, 500],
    [
      'throws synchronously',
      () => {
        throw new Error('bug');
      },
      false,
      500,
    ],
    [
      'throws after the answer',
      (channel: Channel) => channel.answer().then(() => Promise.reject(new Error('bug'))),
      true,
      undefined,
    ],
  ] as const) {
    it(`are released when the handler ${what}`, async () => {
      const { signaling, host, logged, clock } = network();
      let channel: Channel | undefined;
      host.onCall((incoming) => {
        channel = incoming;
        return handler(incoming);
      });
      const leg = signaling.call();
      await settled();
      expect(leg.sent.includes('answer')).toBe(answered);
      expect(leg.isOver).toBe(true);
      if (!answered) expect(leg.released?.status ?? 603).toBe(status);
      expect(channel?.state).toBe('IDLE');
      expect(logged).toEqual(
        what.startsWith('throws a Hangup') || what.startsWith('returns')
          ? []
          : [expect.stringMatching(/handler failed/)],
      );
      expect(channel?.cause).toBe(logged.length > 0 ? 'ERROR' : 'NORMAL');
      expect({ channels: host.channels.length, timers: clock.pending }).toEqual({ channels: 0, timers: 0 });
    });
  }

  it('that are over before the handler is through leave it alone', async () => {
    const { signaling, host, logged } = network();
    const done: string[] = [];
    host.onCall(async (channel) => {
      await channel.waitForIdle();
      done.push(channel.state);
    });
    signaling.call().end({ by: 'remote', status: 487 });
    await settled();
    expect(done).toEqual(['IDLE']);
    expect(logged).toEqual([]);
  });

  it('have ids of their own', () => {
    const { signaling, host } = network();
    host.onCall(forEver);
    signaling.call();
    signaling.call();
    expect(new Set(host.channels.map(({ id }) => id)).size).toBe(2);
  });
});

describe('stopping', () => {
  it('refuses new calls with 503, and channels and calls out with STOPPED', async () => {
    const { signaling, host } = network();
    host.onCall(forEver);
    signaling.call();
    const out = host.channel();
    const stopping = host.stop(1000);
    const late = signaling.call();
    expect(late.released?.status).toBe(503);
    expect(() => host.channel()).toThrow(ChannelError);
    expect(await codeOf(out.call('sip:a@b'))).toBe('STOPPED');
    void stopping;
  });

  it('waits for calls to end by themselves within the grace', async () => {
    const { signaling, media, host, elapse } = bound(network());
    host.onCall((channel) => channel.answer().then(() => channel.sleep(400)));
    const leg = signaling.call();
    await settled();
    let stopped = false;
    void host.stop(1000).then(() => {
      stopped = true;
    });
    await elapse(399);
    expect({ stopped, released: leg.released }).toEqual({ stopped: false, released: undefined });
    await elapse(1);
    expect({ stopped, signaling: signaling.isClosed, media: media.isClosed }).toEqual({
      stopped: true,
      signaling: true,
      media: true,
    });
  });

  it('hangs up what is still there when the grace is over', async () => {
    const { signaling, host, elapse, clock } = bound(network());
    let ended: unknown;
    host.onCall((channel) =>
      channel
        .answer()
        .then(() => channel.sleep(60_000))
        .catch((error: unknown) => {
          ended = error;
        }),
    );
    signaling.call();
    await settled();
    const stopping = host.stop(1000);
    await elapse(999);
    expect(host.channels).toHaveLength(1);
    await elapse(1);
    await stopping;
    expect(ended).toBeInstanceOf(Hangup);
    expect({ channels: host.channels.length, timers: clock.pending }).toEqual({ channels: 0, timers: 0 });
  });

  it('a second, shorter grace cuts the first one short', async () => {
    const { signaling, host, elapse } = bound(network());
    host.onCall(forEver);
    signaling.call();
    const stopping = host.stop(60_000);
    await elapse(10);
    void host.stop(0);
    await elapse(0);
    await stopping;
  });

  it('a second, longer grace does not make it longer', async () => {
    const { signaling, host, elapse } = bound(network());
    host.onCall(forEver);
    signaling.call();
    const stopping = host.stop(10);
    void host.stop(Number.POSITIVE_INFINITY);
    await elapse(10);
    await stopping;
  });

  it('does not wait for ever for a far end that never confirms', async () => {
    const { signaling, host, elapse } = bound(network());
    host.onCall((channel) => channel.answer().then(forEver));
    const leg = signaling.call();
    await settled();
    leg.confirms = false;
    const stopping = host.stop(0);
    await elapse(1999);
    expect(signaling.isClosed).toBe(false);
    await elapse(1);
    await stopping;
    expect(host.channels).toEqual([]);
  });

  it('waits longer for a far end when the grace is longer, unless a further stop cuts it', async () => {
    const { signaling, host, elapse } = bound(network());
    host.onCall((channel) => channel.answer().then(() => channel.sleep(100)));
    const leg = signaling.call();
    await settled();
    leg.confirms = false;
    const stopping = host.stop(60_000);
    await elapse(10_000);
    expect(signaling.isClosed).toBe(false);
    void host.stop(5000);
    await elapse(4999);
    expect(signaling.isClosed).toBe(false);
    await elapse(1);
    // The call of the handler has been left long ago; now it is released once more, with two seconds to confirm.
    await elapse(2000);
    await stopping;
  });

  it('refuses what is not answered with 503, and gives signalling what is left of two seconds', async () => {
    const { signaling, host, elapse } = bound(network());
    const closing = vi.spyOn(signaling, 'close');
    host.onCall(forEver);
    const leg = signaling.call();
    await settled();
    leg.confirms = false;
    const stopping = host.stop(0);
    await elapse(1500);
    leg.end({ by: 'local' });
    await stopping;
    expect(leg.released?.status).toBe(503);
    expect(closing).toHaveBeenCalledExactlyOnceWith(500);
  });

  it('is the same stop when it is repeated', async () => {
    const { host } = network();
    const first = host.stop(0);
    expect(host.stop(0)).toBe(first);
    await first;
    await host.stop(0);
  });
});

function bound<Network extends FakeNetwork>(of: Network) {
  const { signaling, media, host, clock } = of;
  return { signaling, media, host, clock, elapse: (ms: number) => of.elapse(ms) };
}
