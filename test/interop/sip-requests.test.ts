import { expect, it } from 'vitest';
import { type Channel, SIPInfo, SIPInfoDTMFRelay, SIPMessage, State } from '../../src/index.ts';
import { startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { runSipp, startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { expectAllGood, scenarioFiles } from '../support/sipp-scenarios.ts';

const RELAY = 'application/dtmf-relay';

describeWithPeer('sipp', 'requests within a call with SIPp', () => {
  const file = scenarioFiles();

  it('takes its keys as digits, its INFO and its MESSAGE for the program, and answers each 200', async () => {
    await using phone = await startPhone();
    const heard = Promise.withResolvers<readonly [string, Channel]>();
    phone.ua.onCall(async (channel) => {
      await channel.answer();
      heard.resolve([await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 }), channel]);
      // Not SIPp: its BYE would come before the media thread has said that the last key is a new one.
      await channel.hangUp();
    });
    const key = (cseq: number, signal: string): string[] => [
      step.request('INFO', cseq, { type: RELAY, body: `Signal=${signal}\nDuration=160\n` }),
      step.expectStatus(200),
    ];
    const scenario = await file('asks', [
      step.request('INVITE', 1, { body: step.sdp() }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(200),
      step.request('ACK', 1),
      ...key(2, '5'),
      ...key(3, ' 10'),
      step.request('INFO', 4, { type: 'application/dtmf', body: '7' }),
      step.expectStatus(200),
      step.request('INFO', 5, { type: 'text/plain', body: 'note' }),
      step.expectStatus(200),
      step.request('MESSAGE', 6, { type: 'text/plain;charset=UTF-8', body: 'Gr\u00fc\u00dfe' }),
      step.expectStatus(200),
      ...key(7, '#'),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    expectAllGood(await runSipp({ scenario, to: phone.at }));
    const [digits, channel] = await heard.promise;
    expect(digits).toBe('5*7#');
    expect(channel.sip.getInfos().map(({ body }) => body)).toEqual(['note']);
    expect(channel.sip.getMessages()).toMatchObject([{ body: 'Grüße', contentType: 'text/plain;charset=UTF-8' }]);
  });

  it('sends it a key, an INFO and a MESSAGE, and takes its refusal', async () => {
    await using phone = await startPhone();
    const scenario = await file('is-asked', [
      step.expectRequest('INVITE'),
      step.response(200, 'OK', { body: step.sdp() }),
      step.expectRequest('ACK'),
      step.expectMatch('request="INFO"', 'Signal=5.*Duration=500'),
      step.ok(),
      step.expectMatch('request="INFO"', 'X-Note: one.*application/json.*lamp'),
      step.ok(),
      step.expectMatch('request="MESSAGE"', 'text/plain; charset=UTF-8.*hello'),
      step.ok(),
      step.expectRequest('MESSAGE'),
      step.ok().replace('200 OK', '415 Unsupported Media Type'),
      step.expectRequest('BYE'),
      step.ok(),
    ]);
    const sipp = await startSipp({ scenario });
    const channel = phone.ua.channel();
    expect(await channel.call(`sip:callee@${sipp.address}:${sipp.port}`)).toBe(State.ANSWERED);
    const statuses = [
      await channel.sip.send(new SIPInfoDTMFRelay('5', 500)),
      await channel.sip.send(new SIPInfo('{"lamp":1}', 'application/json', { 'X-Note': 'one' })),
      await channel.sip.send(new SIPMessage('hello, \u4e16\u754c')),
      await channel.sip.send(new SIPMessage('<b>no</b>', 'text/html')),
    ];
    expect(statuses).toEqual([200, 200, 200, 415]);
    await channel.hangUp();
    expectAllGood(await sipp.result);
  });
});

describeWithPeer('baresip', 'requests within a call with baresip', () => {
  it('brings it keys by INFO; baresip 1.0 presses none that way', async () => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: 600 });
    const channel = phone.ua.channel();
    expect(await channel.call(baresip.uri)).toBe(State.ANSWERED);
    const statuses: number[] = [];
    for (const key of '15*#') statuses.push(await channel.sip.send(new SIPInfo(key)));
    expect(statuses).toEqual([200, 200, 200, 200]);
    const pressed = (): string =>
      baresip.events
        .filter(({ type }) => type === 'CALL_DTMF_START')
        .map(({ param }) => param)
        .join('');
    await expect.poll(pressed, { timeout: 5_000 }).toBe('15*#');
    expect(await channel.hangUp()).toBe(State.IDLE);
  });
});
