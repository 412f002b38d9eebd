import { expect, it } from 'vitest';
import type { Leg, LegEvent } from '../../src/channel/signaling-port.ts';
import type { Endpoint } from '../../src/sip/transport/flow.ts';
import type { Network, OnDatagram } from '../../src/sip/transport/network.ts';
import { mutate } from '../support/mutate.ts';
import { description, SDP, startBench, WITH_SDP } from '../support/signaling-bench.ts';
import { type RequestText, requestText } from '../support/sip-text.ts';
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
  const methods = 'ACK ACK BYE CANCEL INVITE INFO OPTIONS MESSAGE REFER NOTIFY UPDATE REFER NOTIFY'.split(' ');
  const method = methods[round % methods.length] ?? 'ACK';
  const callId = pick('call-id').slice(9);
  const cseq = method === 'ACK' || method === 'CANCEL' ? 1 : 1 + (round % 5);
  return requestText(method, {
    branch: `z9hG4bKr${round % 50}`,
    callId,
    toTag: tag,
    cseq,
    ...(method === 'REFER' || method === 'NOTIFY' ? transferParts(method, callId, tag, round) : OFFER),
  });
}

/** Names the dialog of the last 200 that we have sent. */
function replacesOf(sent: readonly string[]): string | undefined {
  const ok = sent.findLast((text) => text.startsWith('SIP/2.0 200') && /^CSeq: \d+ INVITE/mu.test(text));
  const [callId, to, from] = ['Call-ID: (.+)', 'To: .*tag=(.+)', 'From: .*tag=(.+)'].map(
    (pattern) => new RegExp(`^${pattern}\r`, 'mu').exec(ok ?? '')?.[1],
  );
  return callId && to && from ? `${callId};to-tag=${to};from-tag=${from}` : undefined;
}

const OFFER = { body: SDP, fields: WITH_SDP };

/** What a transfer says, in the ways in which it is said. */
function transferParts(method: 'REFER' | 'NOTIFY', callId: string, tag: string, round: number): RequestText {
  if (method === 'REFER') {
    const dialog = encodeURIComponent(`${callId};to-tag=${tag};from-tag=alice`);
    const targets = ['sip:far@127.0.0.1:5999', `sip:far@127.0.0.1:5999?Replaces=${dialog}&Subject=x`, 'tel:+49301'];
    const fields = { 'Refer-To': `<${targets[round % 3]}>`, 'Referred-By': '<sip:alice@127.0.0.1>' };
    return { fields: { ...fields, ...(round % 4 === 0 && { 'Refer-Sub': 'false' }) } };
  }
  const body = `SIP/2.0 ${[100, 180, 200, 486][round % 4]} X\r\n`;
  const state = round % 3 === 0 ? 'terminated;reason=noresource' : 'active;expires=60';
  const type = { 'Content-Type': 'message/sipfrag' };
  return { body, fields: { ...type, Event: `refer;id=${1 + (round % 4)}`, 'Subscription-State': state } };
}

it('damaged messages in the middle of living calls never make the stack throw, and nothing stays of them', async () => {
  const wire = new Wire();
  await using bench = await startBench({ network: wire.network, credentials: { username: 'u', password: 'p' } });
  const { clock, signaling } = bench;
  let requests = 0;
  let refers = 0;
  let replacements = 0;
  const transfer = (leg: Leg): void => {
    try {
      leg.refer({ to: 'sip:far@127.0.0.1:5999' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_STATE' });
    }
  };
  signaling.onIncoming((leg) => {
    if (leg.replaces !== undefined) {
      replacements += 1;
      leg.replaces.release();
    }
    const listener = (event: LegEvent): void => {
      if (event.type === 'offer') event.reply.accept(description());
      if (event.type === 'refer') {
        refers += 1;
        if (refers % 3 === 0) event.reply.refuse(603);
        else event.reply.accept().notify(refers % 2 === 0 ? 200 : 180);
      }
      if (event.type === 'request') {
        requests += 1;
        leg.send(event.request).catch(() => undefined);
        leg.reinvite(description).catch(() => undefined);
        transfer(leg);
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
      await signaling.dial({ to, offer: async () => description(), maxRedirects: 2 }).then((leg) => {
        leg.listen(() => undefined);
        if (round % 40 === 0) leg.release();
      });
    }
    const Replaces = round % 8 === 0 ? replacesOf(wire.sent) : undefined;
    const fresh = requestText('INVITE', {
      branch: `z9hG4bKr${round % 50}`,
      callId: `c${round}`,
      body: SDP,
      fields: { ...WITH_SDP, ...(Replaces !== undefined && { Replaces }) },
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
  expect(refers).toBeGreaterThan(100);
  expect(replacements).toBeGreaterThan(100);
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
