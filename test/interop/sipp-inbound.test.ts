import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Channel, isHangup, State } from '../../src/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { portPairs } from '../support/port-pairs.ts';
import { runSipp, type SippOptions, type SippResult } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { until } from '../support/until.ts';

const CAPTURES = '/usr/share/sip-tester';

describeWithPeer('sipp', 'calls from SIPp', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offhook-scenarios-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function run(
    phone: Phone,
    scenario: string | readonly string[],
    options: Partial<SippOptions> = {},
  ): Promise<SippResult> {
    let name = scenario;
    if (typeof name !== 'string') {
      const text = step.scenario('test', name);
      name = join(folder, `${expect.getState().currentTestName?.replace(/\W+/g, '-').slice(-60)}.xml`);
      await writeFile(name, text);
    }
    return runSipp({ scenario: name, to: phone.at, ...options });
  }

  function expectAllGood(result: SippResult, calls = 1): void {
    expect(result.errors).not.toMatch(/Aborting|unexpected/i);
    expect({ successful: result.successful, failed: result.failed, code: result.code }).toEqual({
      successful: calls,
      failed: 0,
      code: 0,
    });
  }

  async function answerAndWait(channel: Channel): Promise<void> {
    await channel.ring();
    await channel.answer();
    await channel.waitForIdle();
  }

  for (const name of ['uac', 'regexp']) {
    it(`takes the calls of SIPp's own scenario ${name}`, async () => {
      await using phone = await startPhone();
      phone.ua.onCall(answerAndWait);
      expectAllGood(await run(phone, name, { calls: 20, rate: 20, args: ['-d', '100'] }), 20);
      expect(phone.ua.channels).toHaveLength(0);
    });
  }

  it("takes the calls of SIPp's own scenario branchc, which registers first", async () => {
    await using phone = await startPhone({ acceptRegistrations: true });
    phone.ua.onCall(answerAndWait);
    expectAllGood(await run(phone, 'branchc', { calls: 10, rate: 10 }), 10);
  });

  it('takes calls over TCP, on one connection and on one a call', async () => {
    await using phone = await startPhone();
    phone.ua.onCall(answerAndWait);
    expectAllGood(await run(phone, 'uac', { calls: 20, rate: 40, args: ['-t', 't1', '-d', '50'] }), 20);
    expectAllGood(
      await run(phone, 'uac', { calls: 20, rate: 40, args: ['-t', 'tn', '-max_socket', '100', '-d', '50'] }),
      20,
    );
  });

  it('loses no call when one packet in ten is lost', async () => {
    await using phone = await startPhone();
    phone.ua.onCall(answerAndWait);
    const result = await run(phone, 'uac', { calls: 200, rate: 50, args: ['-lost', '10', '-d', '50'], limit: 100 });
    expect({ successful: result.successful, failed: result.failed }).toEqual({ successful: 200, failed: 0 });
    expect(result.retransmissions).toBeGreaterThan(10);
  });

  it('answers CANCEL with 200 and the INVITE with 487, and the channel hangs up', async () => {
    await using phone = await startPhone();
    const ended = Promise.withResolvers<unknown>();
    phone.ua.onCall(async (channel) => {
      try {
        await channel.ring();
        await channel.sleep(60_000);
      } catch (error) {
        ended.resolve(error);
      }
    });
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(180),
      step.request('CANCEL', 1, { back: 3 }),
      step.expectStatus(200),
      step.expectStatus(487),
      step.ackRefusal(6),
    ]);
    expectAllGood(result);
    const error = await ended.promise;
    expect(isHangup(error) && error.info.by).toBe('remote');
  });

  it('plays early media in a 183 before the answer', async () => {
    await using phone = await startPhone();
    phone.ua.onCall(async (channel) => {
      await channel.ring({ earlyMedia: true, ringtone: 'beep.wav', duration: 300 });
      await channel.answer();
      await channel.waitForIdle();
    });
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectMatch('response="183"', 'm=audio [1-9][0-9]* RTP/AVP'),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.pause(200),
      step.request('BYE', 2),
      step.expectStatus(200),
    ]);
    expectAllGood(result);
  });

  it('follows a re-INVITE that holds the call and one that resumes it', async () => {
    await using phone = await startPhone();
    phone.ua.onCall(answerAndWait);
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(180, { optional: true }),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.pause(100),
      step.request('INVITE', 2, { body: step.sdp({ direction: 'sendonly' }) }),
      step.expectStatus(100, { optional: true }),
      step.expectMatch('response="200"', 'a=recvonly'),
      step.request('ACK', 2),
      step.request('INVITE', 3, { body: step.sdp({ direction: 'sendrecv' }) }),
      step.expectStatus(100, { optional: true }),
      step.expectMatch('response="200"', 'm=audio [1-9][0-9]* RTP/AVP 0'),
      step.request('ACK', 3),
      step.request('BYE', 4),
      step.expectStatus(200),
    ]);
    expectAllGood(result);
  });

  it('makes the offer itself when the INVITE has none', async () => {
    await using phone = await startPhone();
    const codec = Promise.withResolvers<string | undefined>();
    phone.ua.onCall(async (channel) => {
      await channel.answer();
      codec.resolve((await channel.mediaStatistics()).codec);
      await channel.waitForIdle();
    });
    const result = await run(phone, [
      step.request('INVITE', 1),
      step.expectStatus(100, { optional: true }),
      step.expectMatch('response="200"', 'm=audio [1-9][0-9]* RTP/AVP 0 8 101'),
      step.request('ACK', 1, { body: step.sdp({ payloads: '8 101' }) }),
      step.pause(200),
      step.request('BYE', 2),
      step.expectStatus(200),
    ]);
    expectAllGood(result);
    expect(await codec.promise).toBe('PCMA');
  });

  it('refuses with the status of the cause', async () => {
    await using phone = await startPhone();
    phone.ua.onCall(async (channel) => {
      expect(await channel.reject('BUSY')).toBe(State.IDLE);
    });
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(486),
      step.ackRefusal(3),
    ]);
    expectAllGood(result);
  });

  it('refuses an offer without a codec in common with 488', async () => {
    await using phone = await startPhone();
    const failed = Promise.withResolvers<unknown>();
    phone.ua.onCall((channel) => channel.answer().then(() => undefined, failed.resolve));
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.FOREIGN_SDP }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(488),
      step.ackRefusal(3),
    ]);
    expectAllGood(result);
    expect(await failed.promise).toMatchObject({ code: 'NO_COMMON_CODEC' });
  });

  it('refuses with 503 when no port is left, and takes the next call when one is', async () => {
    await using phone = await startPhone({ rtpPorts: await portPairs(1) });
    phone.ua.onCall(answerAndWait);
    const taken = [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(180, { optional: true }),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.pause(1_500),
      step.request('BYE', 2),
      step.expectStatus(200),
    ];
    const first = run(phone, taken);
    await until('the first call', () => phone.ua.channels.some((channel) => channel.state === State.ANSWERED));
    const second = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(180, { optional: true }),
      step.expectStatus(503),
      step.ackRefusal(4),
    ]);
    expectAllGood(second);
    expectAllGood(await first);
    expectAllGood(await run(phone, 'uac'));
  });

  it('takes digits that SIPp plays from a capture of a real phone', async () => {
    await using phone = await startPhone();
    const digits = Promise.withResolvers<string>();
    phone.ua.onCall(async (channel) => {
      await channel.answer();
      digits.resolve(await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 }));
      await channel.waitForIdle();
    });
    const press = (key: string): string[] => [step.playCapture(`${CAPTURES}/dtmf_2833_${key}.pcap`), step.pause(700)];
    const result = await run(phone, [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.pause(200),
      ...press('1'),
      ...press('9'),
      ...press('0'),
      ...press('pound'),
      step.request('BYE', 2),
      step.expectStatus(200),
    ]);
    expectAllGood(result);
    expect(await digits.promise).toBe('190#');
  });

  it('answers OPTIONS without a call', async () => {
    await using phone = await startPhone();
    const result = await run(phone, [
      step
        .request('OPTIONS', 1)
        .replaceAll('[next_url]', 'sip:[service]@[remote_ip]:[remote_port]')
        .replaceAll('[peer_tag_param]', ''),
      step.expectMatch('response="200"', 'INVITE', 'Allow:'),
    ]);
    expectAllGood(result);
  });
});
