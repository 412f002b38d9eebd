import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cause, State } from '../../src/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { type Sipp, type SippOptions, type SippResult, startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';

describeWithPeer('sipp', 'calls to SIPp', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offhook-scenarios-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function callee(
    scenario: string | readonly string[],
    options: Partial<SippOptions> = {},
  ): Promise<Sipp & { uri: string }> {
    let name = scenario;
    if (typeof name !== 'string') {
      const text = step.scenario('test', name);
      name = join(folder, `${expect.getState().currentTestName?.replace(/\W+/g, '-').slice(-60)}.xml`);
      await writeFile(name, text);
    }
    const sipp = await startSipp({ scenario: name, ...options });
    return { ...sipp, uri: `sip:callee@${sipp.address}:${sipp.port}` };
  }

  function expectAllGood(result: SippResult, calls = 1): void {
    expect(result.errors).not.toMatch(/Aborting|unexpected/i);
    expect({ successful: result.successful, failed: result.failed, code: result.code }).toEqual({
      successful: calls,
      failed: 0,
      code: 0,
    });
  }

  it("calls SIPp's own scenario uas and hangs up", async () => {
    await using phone = await startPhone();
    const sipp = await callee('uas', { calls: 10 });
    const states = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const channel = phone.ua.channel();
        const state = await channel.call(sipp.uri);
        await channel.hangUp();
        return state;
      }),
    );
    expect(states).toEqual(Array.from({ length: 10 }, () => State.ANSWERED));
    expectAllGood(await sipp.result, 10);
  });

  it('calls over TCP when the URI says so', async () => {
    await using phone = await startPhone();
    const sipp = await callee('uas', { args: ['-t', 't1'] });
    const channel = phone.ua.channel();
    expect(await channel.call(`${sipp.uri};transport=tcp`)).toBe(State.ANSWERED);
    await channel.hangUp();
    expectAllGood(await sipp.result);
  });

  it('loses no call when one packet in ten is lost', async () => {
    let invites = 0;
    await using phone = await startPhone({
      trace: ({ direction, summary }) => {
        if (direction === 'out' && summary.startsWith('INVITE')) invites++;
      },
    });
    const calls = 100;
    // SIPp gives a call up when the INVITE comes again after it has lost all its responses, so the first one always leaves it.
    const lossy = (message: string): string => message.replace(/^<(send|recv)/u, '<$1 lost="10"');
    const sipp = await callee(
      [
        lossy(step.expectRequest('INVITE')),
        step.response(180, 'Ringing'),
        lossy(step.response(200, 'OK', { body: step.sdp() })),
        lossy(step.expectRequest('ACK')),
        lossy(step.expectRequest('BYE')),
        lossy(step.ok()),
        '<timewait milliseconds="8000"/>',
      ],
      { calls, limit: 100 },
    );
    const outcomes = await Promise.all(
      Array.from({ length: calls }, async () => {
        const channel = phone.ua.channel();
        const state = await channel.call(sipp.uri);
        await channel.hangUp();
        return state;
      }),
    );
    expect(outcomes.filter((state) => state !== State.ANSWERED)).toEqual([]);
    expect(invites).toBeGreaterThan(calls);
    sipp.stop();
    await sipp.result;
  });

  for (const [status, reason, cause] of [
    [486, 'Busy Here', Cause.BUSY],
    [404, 'Not Found', Cause.UNOBTAINABLE],
    [480, 'Temporarily Unavailable', Cause.NOANSWER],
    [603, 'Decline', Cause.REJECTED],
    [302, 'Moved Temporarily', Cause.OTHER],
  ] as const) {
    it(`resolves IDLE with cause ${cause} on a ${status}`, async () => {
      await using phone = await startPhone();
      const sipp = await callee([
        step.expectRequest('INVITE'),
        step.response(100, 'Trying'),
        step.response(status, reason, { body: '' }),
        step.expectRequest('ACK'),
      ]);
      const channel = phone.ua.channel();
      expect(await channel.call(sipp.uri)).toBe(State.IDLE);
      expect(channel.info.hangup).toMatchObject({ by: 'remote', status });
      if (status !== 302) expect(channel.cause).toBe(cause);
      expectAllGood(await sipp.result);
    });
  }

  it('answers a challenge, with credentials that SIPp verifies', async () => {
    await using phone = await startPhone({ credentials: { username: 'ada', password: 'engine' } });
    const sipp = await callee([
      step.expectRequest('INVITE'),
      step.response(401, 'Unauthorized', {
        headers:
          'WWW-Authenticate: Digest realm="sipp", nonce="47ebe028cda119c35d4877b383027d28da013815", algorithm=MD5',
      }),
      step.expectRequest('ACK'),
      '<recv request="INVITE"><action><verifyauth assign_to="good" username="ada" password="engine"/></action></recv>',
      '<nop hide="true" test="good" next="1"/>',
      step.response(403, 'Forbidden'),
      step.expectRequest('ACK'),
      '<nop next="2"/>',
      '<label id="1"/>',
      step.response(200, 'OK', { body: step.sdp() }),
      step.expectRequest('ACK'),
      step.expectRequest('BYE'),
      step.ok(),
      '<label id="2"/>',
    ]);
    const channel = phone.ua.channel();
    const state = await channel.call(sipp.uri);
    expect({ state, status: channel.info.hangup?.status }).toEqual({ state: State.ANSWERED, status: undefined });
    await channel.hangUp();
    expectAllGood(await sipp.result);
  });

  it('rings, and cancels when the time is up', async () => {
    await using phone = await startPhone();
    const sipp = await callee([
      step.expectRequest('INVITE'),
      step.response(180, 'Ringing'),
      step.expectRequest('CANCEL'),
      step.ok(),
      `<send retrans="500"><![CDATA[\nSIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]callee[call_number]\n[last_Call-ID:]\nCSeq: 1 INVITE\nContent-Length: 0\n\n]]></send>`,
      step.expectRequest('ACK'),
    ]);
    const channel = phone.ua.channel();
    expect(await channel.call(sipp.uri, { timeout: 400 })).toBe(State.IDLE);
    expect(channel.cause).toBe(Cause.TIMEOUT);
    expectAllGood(await sipp.result);
  });

  it('takes early media, and the call when it is answered', async () => {
    await using phone = await startPhone();
    const sipp = await callee([
      step.expectRequest('INVITE'),
      step.response(183, 'Session Progress', { body: step.sdp() }).replace(' retrans="500"', ''),
      step.pause(300),
      step.response(200, 'OK', { body: step.sdp() }),
      step.expectRequest('ACK'),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    const channel = phone.ua.channel();
    const seen: string[] = [];
    channel.on('state', (state) => void seen.push(state));
    expect(await channel.call(sipp.uri)).toBe(State.ANSWERED);
    await channel.hangUp();
    expect(seen).toEqual([State.CALL_OUTGOING, State.RING_OUTGOING, State.ANSWERED, State.IDLE]);
    expectAllGood(await sipp.result);
  });

  it('answers a re-INVITE of the callee and its BYE', async () => {
    await using phone = await startPhone();
    const inDialog = (method: string, cseq: number, body?: string): string =>
      `<send retrans="500"><![CDATA[\n${method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nFrom: <sip:callee@[local_ip]:[local_port]>;tag=[pid]callee[call_number]\nTo: [$caller]\nCall-ID: [call_id]\nCSeq: ${cseq} ${method}\nContact: <sip:sipp@[local_ip]:[local_port]>\nMax-Forwards: 70\n${body === undefined ? 'Content-Length: 0\n\n' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`}]]></send>`;
    const sipp = await callee([
      '<recv request="INVITE" rrs="true"><action><ereg regexp="[^\r\n]*" search_in="hdr" header="From:" assign_to="caller"/></action></recv>',
      step.response(200, 'OK', { body: step.sdp() }),
      step.expectRequest('ACK'),
      step.pause(100),
      inDialog('INVITE', 11, step.sdp({ direction: 'inactive' })),
      step.expectStatus(100, { optional: true }),
      step.expectMatch('response="200"', 'a=inactive'),
      inDialog('ACK', 11).replace(' retrans="500"', ''),
      inDialog('BYE', 12),
      step.expectStatus(200),
    ]);
    const channel = phone.ua.channel();
    expect(await channel.call(sipp.uri)).toBe(State.ANSWERED);
    await channel.waitForIdle();
    expect(channel.info.hangup?.by).toBe('remote');
    expectAllGood(await sipp.result);
  });
});
