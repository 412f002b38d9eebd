import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type ConnectCalleeResult, isHangup, type UserAgent } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { runSipp, startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { expectAllGood, scenarioFiles } from '../support/sipp-scenarios.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';

/** Connects every caller to this callee; what has come of each is in the list. */
function connectAll(ua: UserAgent, to: string): readonly (ConnectCalleeResult | 'Hangup')[] {
  const results: (ConnectCalleeResult | 'Hangup')[] = [];
  ua.onCall(async (channel) => {
    try {
      results.push(await channel.connectCallee(to));
    } catch (error) {
      if (!isHangup(error)) throw error;
      results.push('Hangup');
    }
    await channel.waitForIdle();
  });
  return results;
}

/** How much of a tone a baresip has heard. */
async function share(baresip: Baresip, hertz: number): Promise<number> {
  const { samples, rate } = await readPcm16(await baresip.heard());
  return strongestTone(samples, rate, hertz, 400);
}

describeWithPeer('baresip', 'a caller and a callee who are baresips', () => {
  for (const codecs of ['PCMU', 'PCMA']) {
    it(`hear each other, the callee by ${codecs}, and the end of one is the end of both`, async () => {
      await using between = await startPhone();
      await using caller = await startBaresip({ tone: 600, codecs: 'PCMU' });
      await using callee = await startBaresip({ tone: 900, codecs });
      const results = connectAll(between.ua, callee.uri);
      caller.command('dial', `sip:someone@${between.at}`);
      await caller.event('CALL_ESTABLISHED');
      await until('them to have talked', async () => (await share(callee, 600)) > 0.9);
      await until('them to have talked', async () => (await share(caller, 900)) > 0.9);
      expect(await share(callee, 900)).toBeLessThan(0.1);
      caller.command('hangup');
      await callee.event('CALL_CLOSED');
      await until('our calls to be over', () => between.ua.channels.length === 0);
      expect(results).toMatchObject([{ state: 'ANSWERED', cause: 'NORMAL' }]);
    });
  }
});

describeWithPeer('sipp', 'a caller and a callee who are SIPps', () => {
  const file = scenarioFiles();
  let scenarios = 0;
  const scenario = (steps: readonly string[]): Promise<string> => file(`scenario-${scenarios++}`, steps);

  it('get to know that the other is busy: status, reason and Q.850 cause', async () => {
    await using between = await startPhone();
    const callee = await startSipp({
      scenario: await scenario([
        step.expectRequest('INVITE', { crlf: true }),
        step.response(180, 'Ringing'),
        step.response(486, 'On another line', { headers: 'Reason: Q.850;cause=17;text="user busy"' }),
        step.expectRequest('ACK'),
      ]),
    });
    const results = connectAll(between.ua, `sip:callee@${callee.address}:${callee.port}`);
    const caller = await runSipp({
      to: between.at,
      scenario: await scenario([
        step.request('INVITE', 1, { body: step.sdp() }),
        step.expectStatus(100, { optional: true }),
        step.expectStatus(180),
        step.expectMatch('response="486"', '486 On another line.*Q.850;cause=17'),
        step.ackRefusal(4),
      ]),
    });
    for (const result of [caller, await callee.result]) expectAllGood(result);
    expect(results).toMatchObject([{ cause: 'BUSY', status: 486 }]);
  });

  it('get to know that the caller has cancelled', async () => {
    await using between = await startPhone();
    const callee = await startSipp({
      scenario: await scenario([
        step.expectRequest('INVITE', { crlf: true }),
        step.response(180, 'Ringing'),
        step.expectRequest('CANCEL'),
        step.ok(),
      ]),
    });
    const results = connectAll(between.ua, `sip:callee@${callee.address}:${callee.port}`);
    const caller = await runSipp({
      to: between.at,
      scenario: await scenario([
        step.request('INVITE', 1, { body: step.sdp() }),
        step.expectStatus(100, { optional: true }),
        step.expectStatus(180),
        step.request('CANCEL', 1, { back: 3 }),
        step.expectStatus(200),
        step.expectStatus(487),
        step.ackRefusal(6),
      ]),
    });
    for (const result of [caller, await callee.result]) expectAllGood(result);
    expect(results).toEqual(['Hangup']);
  });

  it('have their header fields, INFO and hang-up carried over', async () => {
    await using between = await startPhone();
    const callee = await startSipp({
      scenario: await scenario([
        // One less than the caller's 70.
        step.expectMatch('request="INVITE"', 'sipp.*Max-Forwards: 69.*X-Room: 7'),
        step.response(180, 'Ringing'),
        step.response(200, 'OK', { body: step.sdp(), headers: 'X-Seat: 9\nDate: Sat, 21 Nov 2026 00:00:00 GMT' }),
        step.expectRequest('ACK'),
        step.expectMatch('request="INFO"', 'lamp=on'),
        step.ok(),
        step.expectRequest('BYE'),
        step.ok(),
      ]),
    });
    connectAll(between.ua, `sip:callee@${callee.address}:${callee.port}`);
    const caller = await runSipp({
      to: between.at,
      scenario: await scenario([
        step.request('INVITE', 1, { body: step.sdp(), headers: 'X-Room: 7' }),
        step.expectStatus(100, { optional: true }),
        step.expectStatus(180),
        step.expectMatch('response="200"', 'X-Seat: 9'),
        step.request('ACK', 1),
        step.pause(300),
        step.request('INFO', 2, { body: 'lamp=on', type: 'application/lamp' }),
        step.expectStatus(200),
        step.request('BYE', 3),
        step.expectStatus(200),
      ]),
    });
    for (const result of [caller, await callee.result]) expectAllGood(result);
  });
});
