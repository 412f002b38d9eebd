import { InviteClientTransaction, InviteServerTransaction, type Transport, URI } from 'sip.js/lib/core/index.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/logger.ts';
import { parseUri } from '../../../../src/sip/message/uri.codec.ts';
import { DEFAULT_TIMINGS } from '../../../../src/sip/reliability/timings.ts';
import { SipCore } from '../../../../src/sip/sipjs/core.ts';
import { privatesOf, terminate } from '../../../../src/sip/sipjs/hooks.ts';
import { IncomingRequest, IncomingResponse, WrittenUri } from '../../../../src/sip/sipjs/incoming-message.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { requestOf, requestText, responseOf } from '../../../support/sip-text.ts';

const SDP = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n';

class Sink implements Transport {
  readonly protocol = 'UDP';
  readonly sent: string[] = [];

  send(text: string): Promise<void> {
    this.sent.push(text);
    return Promise.resolve();
  }
}

function written(text: string): WrittenUri {
  const uri = parseUri(text);
  if (uri === undefined) throw new Error(`no URI: ${text}`);
  return new WrittenUri(uri);
}

function incoming(text: string, key = 'key'): IncomingRequest {
  const sip = requestOf(text);
  const uri = parseUri(sip.uri);
  if (uri === undefined) throw new Error(`no URI: ${sip.uri}`);
  return new IncomingRequest(sip, uri, key);
}

describe('the sip.js core behind its hooks', () => {
  let clock: VirtualClock;
  let sink: Sink;
  let invited: IncomingRequest[];
  let core: SipCore;

  beforeEach(() => {
    clock = new VirtualClock();
    sink = new Sink();
    invited = [];
    core = new SipCore({
      clock,
      logger: silentLogger,
      timings: DEFAULT_TIMINGS,
      userAgentHeader: 'test',
      branchPrefix: 'test',
      onInvite: (_server, request) => invited.push(request),
    });
  });

  const outgoing = (method = 'INVITE') =>
    core.agent.makeOutgoingRequestMessage(
      method,
      written('sip:bob@example.com'),
      written('sip:me@example.com'),
      written('sip:bob@example.com'),
      {},
    );

  it('ClientTransaction.makeId never gives a branch twice', () => {
    const branches = new Set<string>();
    core.within(sink, () => {
      for (let index = 0; index < 20_000; index += 1)
        branches.add(core.agent.request(outgoing('OPTIONS')).message.branch ?? '');
    });
    expect(branches.size).toBe(20_000);
    core.close();
  });

  it('gives branches of its own core, also where cores take turns, and none outside of within()', () => {
    const options = { clock, logger: silentLogger, timings: DEFAULT_TIMINGS, userAgentHeader: 'test' };
    const other = new SipCore({ ...options, branchPrefix: 'other', onInvite: () => undefined });
    const branch = () => core.agent.request(outgoing('OPTIONS')).message.branch;
    const otherBranch = () => other.within(sink, () => other.agent.request(outgoing('OPTIONS')).message.branch);
    const branches = core.within(sink, () => [branch(), otherBranch(), branch()]);
    expect(branches).toEqual(['z9hG4bKtest.0', 'z9hG4bKother.0', 'z9hG4bKtest.1']);
    expect(branch).toThrow();
    core.close();
    other.close();
  });

  it('runs no timer of its own: B, F, H, L and M are taken over when a transaction is made', () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    core.within(sink, () => {
      core.agent.invite(outgoing());
      core.agent.request(outgoing('OPTIONS'));
    });
    core.receiveRequest(
      incoming(requestText('INVITE', { body: SDP, fields: { 'Content-Type': 'application/sdp' } })),
      sink,
    );
    const server = [...core.agent.userAgentServers.keys()].map((key) => core.agent.userAgentServers.get(key))[0];
    core.within(sink, () => server?.reject());
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBe(before);
    expect(core.stats()).toEqual({ dialogs: 0, clientTransactions: 2, serverTransactions: 1, timers: 1 });
    clock.advance(32_000);
    expect(core.stats()).toMatchObject({ serverTransactions: 0, timers: 0 });
    core.close();
    expect(clock.pending).toBe(0);
  });

  it('timeOut ends what the reliability layer gave up, from Calling with 408 and from Proceeding without a word', () => {
    const statuses: (number | undefined)[] = [];
    const observed: string[] = [];
    const invite = () =>
      core.within(sink, () =>
        core.agent.invite(outgoing(), { onReject: ({ message }) => statuses.push(message.statusCode) }),
      );
    core.timeOut(invite().message.branch ?? '', 'INVITE');
    expect(statuses).toEqual([408]);
    const ringing = invite();
    core.observe(ringing, { afterTimeout: () => observed.push('timeout') });
    const branch = ringing.message.branch ?? '';
    core.receiveResponse(
      new IncomingResponse(
        responseOf(
          `SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP h;branch=${branch}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
        ),
        undefined,
      ),
    );
    core.timeOut(branch, 'INVITE');
    expect(observed).toEqual(['timeout']);
    expect(core.stats().clientTransactions).toBe(0);
  });

  it('Transaction.stateTransition leads out of Proceeding', () => {
    const { agent } = core;
    core.within(sink, () => agent.invite(outgoing()));
    const { transaction } = [...agent.userAgentClients.values()][0] ?? {};
    expect(transaction).toBeInstanceOf(InviteClientTransaction);
    if (transaction !== undefined) terminate(transaction);
    expect(agent.userAgentClients.size).toBe(0);
  });

  it('configuration.aor.user lets every Request-URI in, configuration.transportAccessor is the flow in hand', () => {
    core.receiveRequest(incoming(requestText('INVITE', { uri: 'sip:anybody@elsewhere' })), sink);
    core.receiveRequest(incoming(requestText('INVITE', { uri: 'sip:elsewhere', callId: 'c2' }), 'other'), sink);
    expect(invited).toHaveLength(2);
    expect(sink.sent).toEqual([]);
    expect(() => core.agent.transport).toThrow();
  });

  it('userAgentServers.values is empty for the scan of sip.js, and the map is not', () => {
    core.receiveRequest(incoming(requestText('INVITE')), sink);
    expect([...core.agent.userAgentServers.values()]).toEqual([]);
    expect(core.agent.userAgentServers.size).toBe(1);
    const server = core.agent.userAgentServers.get('key');
    expect(server?.transaction).toBeInstanceOf(InviteServerTransaction);
    expect(server && privatesOf(server.transaction).startProgressExtensionTimer()).toBeUndefined();
  });
});

describe('a message in the eyes of sip.js', () => {
  it('prints URIs as they were written, where sip.js would throw or change them (hook: URI.clone, toRaw, toString)', () => {
    const text = 'sip:100%25;npdi;rn=+1@Example.COM;Foo=Bar';
    expect(() => new URI('sip', '100%25', 'h').clone().toString()).not.toThrow();
    expect(() => new URI('sip', '100%', 'h').toString()).toThrow();
    expect(written(text).clone().toRaw()).toBe(text);
    expect(`${written(`${text}?Subject=hi`)}`).toBe(text);
  });

  it('has scheme sip whatever it has, because sip.js refuses all others', () => {
    expect(written('tel:+1555').scheme).toBe('sip');
    expect(written('sips:bob@example.com').toRaw()).toBe('sips:bob@example.com');
  });

  it('has a body only when it is a session description, so that getBody never throws', () => {
    const plain = incoming(requestText('INVITE', { body: 'hello', fields: { 'Content-Type': 'text/plain' } }));
    expect(plain.body).toBe('');
    const untyped = incoming(requestText('INVITE', { body: SDP }));
    expect(untyped.body).toBe('');
    const session = incoming(
      requestText('INVITE', {
        body: SDP,
        fields: { 'Content-Type': 'Application/SDP; charset=utf-8', 'Content-Disposition': 'rubbish' },
      }),
    );
    expect(session.body).not.toBe('');
    expect(session.parseHeader('Content-Type')).toBe('application/sdp');
    expect(session.parseHeader('Content-Disposition')).toEqual({ type: 'session' });
  });
});
