import { afterEach, describe, expect, it } from 'vitest';
import { ChannelError } from '../../../../src/errors.ts';
import { UserAgent } from '../../../../src/index.ts';
import { createTestNetwork, type TestNetwork, type TestNetworkOptions } from '../../../../src/testing.ts';

let network: TestNetwork | undefined;

function open(options: TestNetworkOptions = {}): TestNetwork {
  network = createTestNetwork(options);
  return network;
}

afterEach(async () => {
  await network?.[Symbol.asyncDispose]();
  network = undefined;
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof ChannelError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing';
}

describe('createTestNetwork()', () => {
  it.each([
    [{ loss: 5 }, 'loss must be a share from 0 to 1, such as 0.05 for 5 %, not 5'],
    [{ reorder: -0.1 }, 'reorder must be a share'],
    [{ duplicate: Number.NaN }, 'duplicate must be a share'],
    [{ latency: -1 }, 'latency must be a number of milliseconds from 0 to 60000, not -1'],
    [{ jitter: '5' }, 'jitter must be a number of milliseconds from 0 to 60000, not "5"'],
    [{ natRebind: 0 }, 'natRebind must be a number of milliseconds of at least 1, not 0'],
    [{ seed: 0.5 }, 'seed must be a whole number, not 0.5'],
    [{ seed: '7' }, 'seed must be a whole number, not "7"'],
    [{ time: 'slow' }, "time must be 'automatic' or 'manual'"],
    [{ packetLoss: 0.1 }, 'createTestNetwork() has no option "packetLoss"'],
    [null, 'the options of createTestNetwork() must be an object'],
  ])('refuses %j', (options, message) => {
    const said = codeOf(() => createTestNetwork(options as unknown as TestNetworkOptions));
    expect(said).toContain('INVALID_ARGUMENT: ');
    expect(said).toContain(message);
  });

  it('is perfect unless told otherwise', () => {
    expect(open().conditions).toEqual({
      latency: 0,
      jitter: 0,
      loss: 0,
      reorder: 0,
      duplicate: 0,
      natRebind: Number.POSITIVE_INFINITY,
    });
  });

  it('goes by itself, or as the test says', () => {
    expect(open().clock.time).toBe('automatic');
    expect(createTestNetwork({ time: 'manual' }).clock.time).toBe('manual');
  });
});

describe('setConditions()', () => {
  it('changes what it names and leaves the rest', () => {
    const { setConditions } = open({ latency: 20, loss: 0.1 });
    setConditions.call(network, { loss: 0.2, jitter: 5 });
    expect(network?.conditions).toMatchObject({ latency: 20, jitter: 5, loss: 0.2 });
  });

  it('refuses what is wrong and changes nothing then', () => {
    const here = open({ loss: 0.1 });
    expect(codeOf(() => here.setConditions({ latency: 5, loss: 2 }))).toContain('INVALID_ARGUMENT');
    expect(codeOf(() => here.setConditions({ seed: 5 } as object))).toContain('has no option "seed"');
    expect(here.conditions).toMatchObject({ latency: 0, loss: 0.1 });
  });
});

describe('userAgent()', () => {
  it('starts the real class, each at an address of its own', async () => {
    const here = open();
    const [first, second, third] = await Promise.all([
      here.userAgent({ user: 'ivr' }),
      here.userAgent({ nat: true }),
      here.userAgent({ port: 5080 }),
    ]);
    expect(first).toBeInstanceOf(UserAgent);
    expect([first, second, third].map(({ uri }) => uri)).toEqual([
      'sip:ivr@192.0.2.1:5060',
      'sip:offhook@203.0.113.2:5060',
      'sip:offhook@192.0.2.3:5080',
    ]);
    expect(second.address).toBe('10.0.0.2');
  });

  it('finds addresses for many', async () => {
    const here = open();
    const agents = await Promise.all(Array.from({ length: 300 }, () => here.userAgent()));
    expect(new Set(agents.map(({ address }) => address)).size).toBe(300);
    expect(agents.at(-1)?.address).toBe('198.18.1.44');
  });

  it.each([
    [{ address: '192.0.2.1' }, 'address is given by the network'],
    [{ publicAddress: '192.0.2.1' }, 'publicAddress is given by the network'],
    [{ mediaWorkers: 2 }, 'mediaWorkers is given by the network'],
    [{ nat: 'full cone' }, 'nat must be true or false, not "full cone"'],
    [{ port: -1 }, 'port must be'],
    [{ ports: 1 }, 'has no option "ports"'],
  ])('refuses %j', async (options, message) => {
    const error: unknown = await open()
      .userAgent(options as object)
      .catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((error as ChannelError).message).toContain(message);
  });

  it('of another network cannot be cut off', async () => {
    await using other = createTestNetwork();
    const stranger = await other.userAgent();
    const here = open();
    expect(codeOf(() => here.disconnect(stranger))).toContain(
      'INVALID_ARGUMENT: this user agent is not on this network',
    );
    expect(codeOf(() => here.reconnect(stranger))).toContain('INVALID_ARGUMENT');
  });
});

describe('the end of a network', () => {
  it('stops its user agents, and comes in manual time too', async () => {
    for (const time of ['automatic', 'manual'] as const) {
      const here = createTestNetwork({ time, latency: 20 });
      const ivr = await here.userAgent();
      const phone = await here.userAgent();
      ivr.onCall((channel) => channel.answer().then(() => channel.waitForIdle()));
      const channel = phone.channel();
      const calling = channel.call(ivr.uri);
      await here.clock.advance(500);
      expect(await calling).toBe('ANSWERED');
      await here[Symbol.asyncDispose]();
      expect(channel.state).toBe('IDLE');
      expect(here.clock.pending).toBe(0);
      expect(() => ivr.channel()).toThrow(ChannelError);
    }
  });
});

describe('the journal of a network', () => {
  it('has a line for everything that was sent, as JSON', async () => {
    const here = open({ seed: 1, latency: 20 });
    const ivr = await here.userAgent();
    const phone = await here.userAgent();
    ivr.onCall(async (channel) => {
      await channel.answer();
      await channel.sleep(100);
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await channel.waitForIdle();
    await here.clock.runUntilIdle();
    const lines = here.journal
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({
      at: 0,
      over: 'UDP',
      traffic: 'SIP',
      from: '192.0.2.2:5060',
      to: '192.0.2.1:5060',
      fate: 'delivered',
      arrived: [20],
    });
    expect(lines[0]?.['message']).toMatch(/^INVITE sip:offhook@192\.0\.2\.1:5060 SIP\/2\.0\r\n/);
    const rtp = lines.filter(({ traffic }) => traffic === 'RTP');
    expect(rtp.length).toBeGreaterThan(5);
    expect(rtp[1]).toMatchObject({ payloadType: 0, marker: false, bytes: 172 });
    expect(lines.some(({ traffic }) => traffic === 'RTCP')).toBe(true);
  });
});
