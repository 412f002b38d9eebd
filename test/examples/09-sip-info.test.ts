import { SIPInfo } from 'offhook';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { priceList } from '../../examples/09-sip-info.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

const text = (body: string) => ({ contentType: 'text/plain', body });

describe('examples/09-sip-info.ts', () => {
  it('shows the account and answers each question', async () => {
    const { channel, caller } = createFakeChannel({ headers: { 'X-Account': '42' } });
    const done = priceList(channel);
    await caller.waitFor('message');
    expect(caller.messages.map(({ body }) => body)).toEqual(['Your account: 42']);
    await caller.sendInfo(text('milk'));
    await caller.sendInfo(text('caviar'));
    await caller.sendInfo(text('done'));
    expect(await done).toEqual(['milk', 'caviar']);
    expect(caller.infos).toMatchObject([
      { contentType: 'application/x-price', body: 'milk=1.45' },
      { contentType: 'application/x-price', body: 'caviar=?' },
    ]);
  });

  it('ends with the call', async () => {
    const { channel, caller } = createFakeChannel();
    const done = priceList(channel);
    await caller.waitFor('message');
    expect(caller.messages.map(({ body }) => body)).toEqual(['Your account: none']);
    await caller.hangUp();
    await expect(done).rejects.toMatchObject({ code: 'HANGUP' });
  });

  it('works over the network', async () => {
    await using line = await connectLine(priceList);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri, { headers: { 'X-Account': '7' } });
    const shown: string[] = [];
    channel.on('message', ({ body }) => shown.push(body));
    const answers: string[] = [];
    channel.on('info', ({ body }) => answers.push(body));
    expect(await channel.sip.send(new SIPInfo('bread'))).toBe(200);
    await until('the answer', () => answers.length > 0);
    expect(await channel.sip.send(new SIPInfo('done'))).toBe(200);
    expect(await line.result).toEqual(['bread']);
    expect(answers).toEqual(['bread=3.20']);
    expect([...shown, ...channel.sip.getMessages().map(({ body }) => body)]).toContain('Your account: 7');
  });
});
