import { expect, it } from 'vitest';
import type { LegEvent } from '../../src/channel/signaling-port.ts';
import type { Endpoint } from '../../src/sip/transport/flow.ts';
import type { Network, OnDatagram } from '../../src/sip/transport/network.ts';
import { mutate } from '../support/mutate.ts';
import { description, SDP, startBench, WITH_SDP } from '../support/signaling-bench.ts';
import { requestText } from '../support/sip-text.ts';
import { tortureCases } from '../support/torture.ts';

const ROUNDS = 200_000;
const LOCAL: Endpoint = { address: '127.0.0.1', port: 5060 };
const REMOTE: Endpoint = { address: '127.0.0.1', port: 5999 };

/** A wire that ends in the test. */
class Wire {
  readonly sent: string[] = [];
  receive: OnDatagram = () => undefined;

  readonly network: Network = {
    openUdp: async (_local, onDatagram) => {
      this.receive = onDatagram;
      const send = async (bytes: Buffer): Promise<void> => void this.sent.push(bytes.toString());
      return { local: LOCAL, send, close: async () => undefined };
    },
    listenTcp: () => Promise.reject(new Error('not here')),
    connectTcp: () => Promise.reject(new Error('not here')),
    localAddressTowards: async () => LOCAL.address,
  };
}

/** What the far end of a call would say next to the last thing that we sent, well or badly. */
function reply(to: string, round: number): string {
  const [start = '', ...rest] = to.split('\r\n');
  const pick = (name: string): string => rest.filter((line) => line.toLowerCase().startsWith(`${name}:`)).join('\r\n');
  const head = ['via', 'from', 'call-id', 'cseq'].map(pick).join('\r\n');
  const toLine = pick('to');
  if (!start.startsWith('SIP/2.0')) {
    const status = [100, 180, 183, 200, 200, 302, 401, 407, 486, 491][round % 10];
    const tagged = toLine.includes('tag=') ? toLine : `${toLine};tag=far${round % 3}`;
    const challenge = status === 401 ? 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n' : '';
    return `SIP/2.0 ${status} X\r\n${head}\r\n${tagged}\r\n${challenge}Contact: <sip:far@127.0.0.1:5999>\r\nContent-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`;
  }
  const tag = /tag=([^;\s]+)/u.exec(toLine)?.[1] ?? '';
  const method = ['ACK', 'ACK', 'BYE', 'CANCEL', 'INVITE', 'INFO', 'OPTIONS', 'MESSAGE'][round % 8] ?? 'ACK';
  const callId = pick('call-id').slice(9);
  const cseq = method === 'ACK' || method === 'CANCEL' ? 1 : 1 + (round % 5);
  return requestText(method, {
    branch: `z9hG4bKr${round % 50}`,
    callId,
    toTag: tag,
    cseq,
    body: SDP,
    fields: WITH_SDP,
  });
}

it('damaged messages in the middle of living calls never make the stack throw, and nothing stays of them', async () => {
  const wire = new Wire();
  await using bench = await startBench({ network: wire.network, credentials: { username: 'u', password: 'p' } });
  const { clock, signaling } = bench;
  let requests = 0;
  signaling.onIncoming((leg) => {
    const listener = (event: LegEvent): void => {
      if (event.type === 'offer') event.reply.accept(description());
      if (event.type === 'request') {
        requests += 1;
        leg.send(event.request).catch(() => undefined);
      }
    };
    leg.listen(listener);
    leg.ring();
    void leg.answer(description());
  });
  const torture = tortureCases().map(({ bytes }) => bytes);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 20 === 0) {
      wire.sent.length = 0;
      const to = 'sip:far@127.0.0.1:5999';
      await signaling.dial({ to, offer: async () => description() }).then((leg) => {
        leg.listen(() => undefined);
        if (round % 40 === 0) leg.release();
      });
    }
    const fresh = requestText('INVITE', {
      branch: `z9hG4bKr${round % 50}`,
      callId: `c${round}`,
      body: SDP,
      fields: WITH_SDP,
    });
    const last = wire.sent.at(-1);
    const good = round % 4 === 0 || last === undefined ? fresh : reply(last, round);
    const bytes = round % 9 === 0 ? (torture[round % torture.length] as Buffer) : Buffer.from(good);
    wire.receive(round % 3 === 0 ? bytes : mutate(bytes, round), REMOTE);
    if (round % 50 === 0) clock.advance(2000);
    if (round % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  wire.sent.length = 0;
  wire.receive(Buffer.from(requestText('OPTIONS', { branch: 'z9hG4bKlast', callId: 'last' })), REMOTE);
  expect(wire.sent.at(-1)).toMatch(/^SIP\/2\.0 200 /u);
  expect(requests).toBeGreaterThan(100);
  expect(bench.faults).toEqual([]);
  await signaling.close();
  expect(signaling.stats()).toEqual({
    legs: 0,
    dialogs: 0,
    clientTransactions: 0,
    serverTransactions: 0,
    timers: 0,
    remembered: 0,
  });
  expect(clock.pending).toBe(0);
});
