import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, UserAgent } from '../../../src/index.ts';
import { freePort } from '../../support/free-port.ts';
import { SDP, WITH_SDP } from '../../support/signaling-bench.ts';
import { SipPeer } from '../../support/sip-peer.ts';
import { messageOf, setScene } from './scene.ts';

const scene = setScene();
const LOOPBACK = { address: '127.0.0.1', port: 0 } as const;
const FOREIGN_SDP = SDP.replace('RTP/AVP 0', 'RTP/AVP 18').replace(/a=rtpmap:0 PCMU/, 'a=rtpmap:18 G729');

let silence: Socket;
beforeAll(async () => {
  silence = createSocket('udp4');
  silence.bind(0, '127.0.0.1');
  await once(silence, 'listening');
});
afterAll(() => {
  silence.close();
});

/**
 * The channel can call again, and has a pair of RTP ports for it. There is just one beside the bystander's, so whatever kept one
 * would be found out here.
 */
async function callsAgain(channel: Channel): Promise<void> {
  expect(channel.state).toBe('IDLE');
  scene.other.ua.onCall(async (incoming) => {
    await incoming.answer();
    await incoming.waitForIdle();
  });
  expect(await channel.call(scene.other.ua.uri)).toBe('ANSWERED');
  await channel.hangUp();
}

async function peer(): Promise<SipPeer> {
  return SipPeer.open(() => scene.tested.ua.port);
}

describe('starting a user agent', () => {
  it.each([
    [{ prot: 5060 }, /no option "prot"; did you mean port\?/],
    [{ port: '5060' }, /port must be a whole number/],
    [{ address: 'localhost' }, /address must be a numeric/],
    [{ rtpPorts: { min: 50, max: 40 } }, /rtpPorts/],
    [{ codecs: ['opus'] }, /codec/],
    [{ mediaDirectory: './no-such-folder' }, /no-such-folder.*Create it/],
    [null, /must be an object/],
  ])('with %j is INVALID_ARGUMENT', async (options, message) => {
    expect(await messageOf(UserAgent.start(options as object), 'INVALID_ARGUMENT')).toMatch(message);
  });

  it('on a port that another program has for UDP is PORT_IN_USE, and works once it is free', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    expect(await messageOf(UserAgent.start({ ...LOOPBACK, port }), 'PORT_IN_USE')).toMatch(/choose another port/);
    taken.close();
    await once(taken, 'close');
    await using ua = await UserAgent.start({ ...LOOPBACK, port });
    expect(ua.port).toBe(port);
  });

  it('on a port that another program has for TCP is PORT_IN_USE, and keeps nothing of UDP', async () => {
    const taken = createServer();
    taken.listen(await freePort(), '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    expect(await messageOf(UserAgent.start({ ...LOOPBACK, port }), 'PORT_IN_USE')).toContain('TCP');
    await using ua = await UserAgent.start({ ...LOOPBACK, port, transports: ['udp'] });
    expect(ua.port).toBe(port);
    taken.close();
    await once(taken, 'close');
  });

  it('at an address of another machine is ADDRESS_UNAVAILABLE', async () => {
    const starting = UserAgent.start({ ...LOOPBACK, address: '192.0.2.1' });
    expect(await messageOf(starting, 'ADDRESS_UNAVAILABLE')).toMatch(/not an address of this machine: use/);
  });
});

describe('a call to', () => {
  it('a host that nobody knows is HOST_UNRESOLVED', async () => {
    const channel = scene.tested.ua.channel();
    expect(await messageOf(channel.call('sip:bob@nobody.invalid'), 'HOST_UNRESOLVED')).toContain('nobody.invalid');
    expect(channel.cause).toBe('UNOBTAINABLE');
    await callsAgain(channel);
  });

  it.each(['', 'sip:', 'bob at home', 'sip:bob@host:99999', 'http://example.com', 7])(
    'what is no SIP address, %j, is INVALID_ARGUMENT',
    async (to) => {
      const channel = scene.tested.ua.channel();
      expect(await messageOf(channel.call(to as string), 'INVALID_ARGUMENT')).toMatch(/sip/i);
      await callsAgain(channel);
    },
  );

  it('a TCP port where nothing listens is UNREACHABLE', async () => {
    const channel = scene.tested.ua.channel();
    const calling = channel.call(`sip:bob@127.0.0.1:${await freePort()};transport=tcp`);
    expect(await messageOf(calling, 'UNREACHABLE')).toMatch(/nothing listens there: check address and port/);
    expect(channel.cause).toBe('OUTOFORDER');
    await callsAgain(channel);
  });

  it('a UDP port where nothing listens is over after the timeout', async () => {
    const channel = scene.tested.ua.channel();
    expect(await channel.call(`sip:bob@127.0.0.1:${await freePort()}`, { timeout: 200 })).toBe('IDLE');
    expect([channel.cause, channel.info.hangup?.by]).toEqual(['TIMEOUT', 'local']);
    await callsAgain(channel);
  });

  it('one who says nothing is over after the timeout', async () => {
    const channel = scene.tested.ua.channel();
    expect(await channel.call(`sip:bob@127.0.0.1:${silence.address().port}`, { timeout: 200 })).toBe('IDLE');
    expect([channel.cause, channel.info.hangup?.text]).toEqual(['TIMEOUT', 'not answered within 200 ms']);
    await callsAgain(channel);
  });

  it('one who has none of our codecs is refused with 488: IDLE, with the status in info', async () => {
    await using far = await peer();
    const channel = scene.tested.ua.channel();
    const calling = channel.call(far.uri);
    far.send(far.response(await far.takeRequest('INVITE'), 488));
    expect(await calling).toBe('IDLE');
    expect([channel.cause, channel.info.rawCause]).toEqual(['FAILED', '488']);
    await callsAgain(channel);
  });

  it.each([
    ['with a codec that was not offered', FOREIGN_SDP],
    ['with what is no session description', 'v=0\r\nm=nonsense\r\n'],
    ['with no session description', ''],
  ])('one who answers %s is released at once', async (_, body) => {
    await using far = await peer();
    const channel = scene.tested.ua.channel();
    const calling = channel.call(far.uri);
    far.send(far.response(await far.takeRequest('INVITE'), 200, { body }));
    await far.takeRequest('ACK');
    far.send(far.response(await far.takeRequest('BYE'), 200));
    expect(await calling).toBe('IDLE');
    expect([channel.cause, channel.info.rawCause]).toEqual(['FAILED', '488']);
    expect(channel.info.hangup?.text).toMatch(/codec|session description|SDP/);
    await callsAgain(channel);
  });

  it('anybody, with all RTP ports in use, is PORTS_EXHAUSTED, and possible again when one call less is up', async () => {
    const first = await scene.answered();
    const channel = scene.tested.ua.channel();
    const calling = channel.call(scene.other.ua.uri);
    expect(await messageOf(calling, 'PORTS_EXHAUSTED')).toMatch(/larger range of ports/);
    expect(channel.cause).toBe('NOCHANNELS');
    await first.hangUp();
    await callsAgain(channel);
  });
});

describe('a call from', () => {
  /** What answering came to. */
  function answering(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    scene.tested.ua.onCall(async (channel) => {
      const { code } = (await channel.answer().catch((error: unknown) => error)) as { code?: string };
      resolve(`${code} ${channel.state}`);
      await channel.waitForIdle();
    });
    return promise;
  }

  it('one who has none of our codecs is refused with 488 when it is answered', async () => {
    await using far = await peer();
    const answered = answering();
    far.send(far.request('INVITE', { branch: 'z9hG4bKforeign', body: FOREIGN_SDP, fields: WITH_SDP }));
    const { toTag = '' } = await far.takeResponse(488);
    far.send(far.request('ACK', { branch: 'z9hG4bKforeign', toTag }));
    expect(await answered).toBe('NO_COMMON_CODEC IDLE');
    await callsAgain(scene.tested.ua.channel());
  });

  it.each(['v=1\r\n', 'nonsense', SDP.replace('m=audio', 'm=audio x')])(
    'one who describes the session as %j is refused before anybody is asked',
    async (body) => {
      await using far = await peer();
      const request = { branch: `z9hG4bK${body.length}`, callId: `malformed-${body.length}` };
      far.send(far.request('INVITE', { ...request, body, fields: WITH_SDP }));
      const { toTag = '' } = await far.takeResponse(400);
      far.send(far.request('ACK', { ...request, toTag }));
      await callsAgain(scene.tested.ua.channel());
    },
  );

  it('one too many is refused with 503, and the next one is taken when there are ports again', async () => {
    const first = await scene.answered();
    const answered = answering();
    const late = scene.other.ua.channel();
    expect(await late.call(scene.tested.ua.uri)).toBe('IDLE');
    expect([late.cause, late.info.rawCause]).toEqual(['CONGESTION', '503']);
    expect(await answered).toBe('PORTS_EXHAUSTED IDLE');
    expect(first.state).toBe('ANSWERED');
    await first.hangUp();
    expect(await late.call(scene.tested.ua.uri)).toBe('ANSWERED');
    await late.hangUp();
  });
});
