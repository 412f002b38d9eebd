import { join } from 'node:path';
import type { Channel } from 'offhook';
import { createFakeUserAgent } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { clickToDial } from '../../examples/31-click-to-dial.ts';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';

/** A phone that answers and waits, with its call once there is one. */
async function phoneThatAnswers(): Promise<Phone & { readonly call: Promise<Channel> }> {
  const phone = await startPhone();
  const { promise, resolve } = Promise.withResolvers<Channel>();
  phone.ua.onCall(async (channel) => {
    await channel.ring();
    await channel.answer();
    resolve(channel);
    await channel.waitForIdle();
  });
  return Object.assign(phone, { call: promise });
}

const ME = 'sip:me@192.0.2.7';
const THEM = 'sip:them@192.0.2.8';

describe('examples/31-click-to-dial.ts', () => {
  it('calls the one, then the other, until one hangs up', async () => {
    await using fake = createFakeUserAgent({ callee: { after: 2_000 } });
    const done = clickToDial(fake.ua.channel(), ME, THEM);
    const [me, them] = [await fake.party(0), await fake.party(1)];
    await them.silence(5_000);
    expect(me.heard().map(({ file }) => file)).toEqual(['RINGBACK']);
    expect(fake.ua.channels.map(({ info }) => info.isMediaReleased)).toEqual([true, true]);
    await me.hangUp();
    expect(await done).toBe('talked');
    await fake.clock.advance(100);
    expect(fake.ua.channels).toEqual([]);
  });

  it('calls nobody when the one does not answer, and gives up when the one hangs up meanwhile', async () => {
    await using refused = createFakeUserAgent({ callee: 'BUSY' });
    expect(await clickToDial(refused.ua.channel(), ME, THEM)).toBe('you: BUSY');
    expect(refused.parties).toHaveLength(1);
    await using fake = createFakeUserAgent({ callee: [{ after: 0 }, { after: 60_000 }] });
    const done = clickToDial(fake.ua.channel(), ME, THEM);
    const me = await fake.party(0);
    await fake.party(1);
    await me.silence(1_000);
    await me.hangUp();
    expect(await done).toBe('you hung up');
  });

  it('calls the one, then the other, who hear each other, over the network', async () => {
    await using server = await startPhone();
    await using me = await phoneThatAnswers();
    await using them = await phoneThatAnswers();
    const done = clickToDial(server.ua.channel(), me.ua.uri, them.ua.uri);
    const [mine, theirs] = await Promise.all([me.call, them.call]);
    const isDirect = () => server.ua.channels.every(({ info }) => info.isMediaReleased);
    await until('the two to be told of each other', async () => isDirect());
    await theirs.fileRecorder.start('heard.wav');
    await mine.filePlayer.play({ tone: 'DIAL' }, { timeout: 600 });
    await theirs.fileRecorder.stop();
    const { samples, rate } = await readPcm16(join(them.folder, 'heard.wav'));
    expect(strongestTone(samples, rate, 440, 40)).toBeGreaterThan(0.3);
    await theirs.hangUp();
    expect(await done).toBe('talked');
    await mine.waitForIdle();
  });

  it('tells the one when the other is busy, over the network', async () => {
    await using server = await startPhone();
    await using me = await phoneThatAnswers();
    await using them = await startPhone();
    them.ua.onCall((channel) => channel.reject('BUSY'));
    const done = clickToDial(server.ua.channel(), me.ua.uri, them.ua.uri);
    expect(await done).toBe('they: BUSY');
  });
});
