import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../../src/sip/transport/flow.ts';
import type { TcpPort } from '../../../../src/sip/transport/network.ts';
import { type TcpOptions, TcpTransport } from '../../../../src/sip/transport/tcp-transport.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { MemoryNetwork } from '../../../support/memory-network.ts';

const SERVER = { address: '192.0.2.1', port: 5060 };
const PEER = { address: '198.51.100.7', port: 5060 };
const MESSAGE = 'INFO x SIP/2.0\r\nl: 0\r\n\r\n';
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function setUp(options: Partial<TcpOptions> = {}) {
  const network = new MemoryNetwork();
  const clock = new VirtualClock();
  const received: { text: string; flow: Flow }[] = [];
  const transport = new TcpTransport({
    network,
    clock,
    onBytes: (bytes, flow) => received.push({ text: bytes.toString(), flow }),
    ...options,
  });
  await transport.listen(SERVER);
  /** A peer connects to us. */
  const dialIn = async () => {
    const port = await network.connectTcp(SERVER, { timeout: 1, signal: new AbortController().signal });
    const heard: string[] = [];
    const closes: number[] = [];
    port.listen({ onData: (bytes) => heard.push(bytes.toString()), onClosed: () => closes.push(clock.now()) });
    return { port, heard, closes, send: (text: string) => port.peer?.receive(Buffer.from(text)) };
  };
  /** A peer that we can connect to. */
  const peer = async () => {
    const accepted: TcpPort[] = [];
    const heard: string[] = [];
    await network.listenTcp(PEER, (port) => {
      accepted.push(port);
      port.listen({ onData: (bytes) => heard.push(bytes.toString()), onClosed: () => undefined });
    });
    return { accepted, heard };
  };
  return { network, clock, received, transport, dialIn, peer };
}

describe('a TCP transport that is connected to', () => {
  it('hands up each message with the flow of its connection, and answers by it', async () => {
    const { dialIn, received } = await setUp();
    const { heard, port, send } = await dialIn();
    send(MESSAGE + MESSAGE.slice(0, 5));
    send(MESSAGE.slice(5));
    expect(received.map(({ text }) => text)).toEqual([MESSAGE, MESSAGE]);
    const flow = received[0]?.flow as Flow;
    expect(flow).toMatchObject({ transport: 'TCP', reliable: true, closed: false, local: SERVER, remote: port.local });
    await flow.send(Buffer.from('answer'));
    await settled();
    expect(heard).toEqual(['answer']);
  });

  it('answers a double CRLF with one CRLF (RFC 5626 §4.4.1)', async () => {
    const { dialIn, received } = await setUp();
    const { heard, send } = await dialIn();
    send('\r\n\r\n');
    await settled();
    expect(heard).toEqual(['\r\n']);
    expect(received).toEqual([]);
  });

  it('has a stream without length refused, and closes it after the answer', async () => {
    const refused: string[] = [];
    const { dialIn, transport } = await setUp({
      onUnframed: (head, status, problem, flow) => {
        refused.push(`${status} ${problem} ${head.length}`);
        void flow.send(Buffer.from('refusal'));
      },
    });
    const { closes, heard, send } = await dialIn();
    send('INFO x SIP/2.0\r\n\r\n');
    await settled();
    expect(refused).toEqual(['400 no Content-Length, which is needed on a stream 18']);
    expect(heard).toEqual(['refusal']);
    expect(closes).toHaveLength(1);
    expect(transport.connections).toBe(0);
  });

  it('closes a connection whose message is not complete in time, however slowly it trickles', async () => {
    const { clock, dialIn } = await setUp({ messageTimeout: 1000 });
    const { closes, send } = await dialIn();
    clock.advance(5000);
    send('INFO');
    clock.advance(600);
    send(' x SIP/2.0\r\n');
    clock.advance(399);
    await settled();
    expect(closes).toEqual([]);
    clock.advance(1);
    await settled();
    expect(closes).toEqual([6000]);
    expect(clock.pending).toBe(0);
  });

  it('gives each message its own time', async () => {
    const { clock, dialIn } = await setUp({ messageTimeout: 1000 });
    const { closes, send } = await dialIn();
    for (let round = 0; round < 5; round++) {
      clock.advance(900);
      send(round === 0 ? 'INFO' : `${MESSAGE.slice(4)}INFO`);
    }
    send(MESSAGE.slice(4));
    clock.advance(5000);
    await settled();
    expect(closes).toEqual([]);
  });

  it('closes a connection without traffic, in either direction', async () => {
    const { clock, dialIn, received } = await setUp({ idleTimeout: 1000 });
    const { closes, send } = await dialIn();
    clock.advance(900);
    send(MESSAGE);
    clock.advance(900);
    await received[0]?.flow.send(Buffer.from('x'));
    clock.advance(999);
    await settled();
    expect(closes).toEqual([]);
    clock.advance(1);
    await settled();
    expect(closes).toEqual([2800]);
    expect(clock.pending).toBe(0);
  });

  it('takes no more connections than it may', async () => {
    const { dialIn, transport } = await setUp({ maxConnections: 1 });
    await dialIn();
    const { closes } = await dialIn();
    await settled();
    expect(closes).toHaveLength(1);
    expect(transport.connections).toBe(1);
    await expect(transport.flowTo(PEER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('forgets a connection that the peer closes', async () => {
    const { clock, dialIn, received, transport } = await setUp();
    const { port, send } = await dialIn();
    send(`${MESSAGE}INF`);
    port.close();
    await settled();
    expect(received[0]?.flow.closed).toBe(true);
    await expect(received[0]?.flow.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(transport.connections).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('survives a user that throws', async () => {
    const { dialIn } = await setUp({
      onBytes: () => {
        throw new Error('user');
      },
      onUnframed: () => {
        throw new Error('user');
      },
    });
    const { send } = await dialIn();
    expect(() => send(`${MESSAGE}${MESSAGE}INFO\r\n\r\n`)).not.toThrow();
  });
});

describe('a TCP transport that connects', () => {
  it('makes one connection for each peer and calls its own end what the peer can reach', async () => {
    const { peer, transport } = await setUp();
    const { accepted } = await peer();
    const [first, second] = await Promise.all([transport.flowTo(PEER), transport.flowTo(PEER)]);
    expect(first).toBe(second);
    expect(await transport.flowTo(PEER)).toBe(first);
    expect(accepted).toHaveLength(1);
    expect(first?.local).toEqual(SERVER);
  });

  it('makes a new one when the old one is closed', async () => {
    const { peer, transport } = await setUp();
    const { accepted } = await peer();
    const first = await transport.flowTo(PEER);
    accepted[0]?.close();
    await settled();
    const second = await transport.flowTo(PEER);
    expect(second).not.toBe(first);
    expect(second.closed).toBe(false);
  });

  it('keeps what is sent before the connection is there, in order', async () => {
    const { network, peer, transport } = await setUp();
    const { heard } = await peer();
    let connect = (): void => undefined;
    network.connecting = new Promise((resolve) => {
      connect = resolve;
    });
    const flow = transport.flowNow(PEER, SERVER);
    const sending = [flow.send(Buffer.from('one')), flow.send(Buffer.from('two'))];
    connect();
    await Promise.all(sending);
    await settled();
    expect(heard).toEqual(['one', 'two']);
    expect(transport.flowNow(PEER, SERVER)).toBe(flow);
  });

  it('rejects what waits when nobody listens, and tries again for the next', async () => {
    const { clock, peer, transport } = await setUp();
    await expect(transport.flowTo(PEER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(transport.flowNow(PEER, SERVER).send(Buffer.from('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(transport.connections).toBe(0);
    expect(clock.pending).toBe(0);
    await peer();
    expect((await transport.flowTo(PEER)).closed).toBe(false);
  });

  it('closes everything, also what is being made', async () => {
    const { clock, dialIn, network, peer, transport } = await setUp();
    const { accepted } = await peer();
    const { closes } = await dialIn();
    let connect = (): void => undefined;
    network.connecting = new Promise((resolve) => {
      connect = resolve;
    });
    const later = transport.flowTo(PEER);
    await transport.close();
    connect();
    await expect(later).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await settled();
    expect(accepted).toEqual([]);
    expect(closes).toHaveLength(1);
    expect(transport.connections).toBe(0);
    expect(clock.pending).toBe(0);
    await expect(transport.flowTo(PEER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
