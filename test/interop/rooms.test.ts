import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, type ConferenceTransferOptions, State } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';
import { expectHeard, expectOthersHeard, flow, heardBy } from '../support/who-was-heard.ts';

const TONES = [500, 900, 1300] as const;
/** Tones that are played to those who are alone in the room, and to those who have come back from it. */
const [ALONE, BACK] = [1700, 2100];

interface Visit {
  readonly peer: Baresip;
  readonly channel: Channel;
  /** State of the channel when its far end has come back from the room. */
  readonly back: Promise<State>;
}

/** Hands a caller over to the room. */
async function enter(peer: Baresip, channel: Channel, options: ConferenceTransferOptions): Promise<Visit> {
  await channel.answer();
  const [other] = channel.extraChannel;
  if (!other) throw new Error('there is one by default');
  expect(await channel.transferToConferenceRoom(other, 'sales', options)).toBe(State.TRANSFERRED);
  return { peer, channel, back: channel.waitForTransferredCallRetrieval() };
}

/** A baresip calls in and is handed over to the room. */
async function visit({ ua, at }: Phone, peer: Baresip, options: ConferenceTransferOptions = {}): Promise<Visit> {
  const { promise, resolve } = Promise.withResolvers<Visit>();
  ua.onCall(async (channel) => {
    const entering = enter(peer, channel, options);
    resolve(entering);
    await (await entering).back;
    await channel.filePlayer.play('back.wav', { loop: true });
  });
  peer.command('dial', `sip:offhook@${at}`);
  return promise;
}

async function hangUp(visits: readonly Visit[]): Promise<void> {
  await Promise.all(
    visits.map(async ({ channel, back }) => {
      const over = expect(back).rejects.toMatchObject({ code: 'HANGUP' });
      await channel.hangUp();
      await over;
    }),
  );
}

describeWithPeer('baresip', 'a conference room of baresips, each with a tone of its own', () => {
  /** So many of them, of both laws. */
  async function callers(stack: AsyncDisposableStack, tones: readonly number[]): Promise<readonly Baresip[]> {
    const peers: Baresip[] = [];
    for (const [index, tone] of tones.entries()) {
      peers.push(stack.use(await startBaresip({ tone, codecs: index === 1 ? 'PCMA' : 'PCMU' })));
    }
    return peers;
  }

  it('lets each hear all others and not itself', async () => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    const visits: Visit[] = [];
    for (const peer of await callers(stack, TONES)) visits.push(await visit(phone, peer));
    const [room] = phone.ua.rooms;
    await until('all to be in the room', () => room?.parties.length === 3);
    expect([room?.name, room?.state]).toEqual(['sales', 'STARTED']);
    await flow(
      visits.map(({ channel }) => channel),
      120,
    );
    await hangUp(visits);
    await until('the room to be gone', () => phone.ua.rooms.length === 0);
    expectOthersHeard(await Promise.all(visits.map(({ peer }) => heardBy(peer))), TONES);
  });

  it('lets nobody hear a listener, who hears all others', async () => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    const [one, two, listener] = TONES;
    const visits: Visit[] = [];
    for (const [index, peer] of (await callers(stack, TONES)).entries()) {
      visits.push(await visit(phone, peer, { talkerAndListener: TONES[index] !== listener }));
    }
    await flow(
      visits.map(({ channel }) => channel),
      120,
    );
    await hangUp(visits);
    const [first, second, third] = await Promise.all(visits.map(({ peer }) => heardBy(peer)));
    if (!first || !second || !third) throw new Error('three have called');
    expectHeard(first, [two], [one, listener]);
    expectHeard(second, [one], [two, listener]);
    expectHeard(third, [one, two], [listener]);
  });

  it('lets one go that presses the exit key: it is back on its channel and hears what is played there', async () => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    const [one, two] = TONES;
    await writeFile(join(phone.folder, 'alone.wav'), toneWav(ALONE, 1000));
    await writeFile(join(phone.folder, 'back.wav'), toneWav(BACK, 1000));
    const media = { exitOnDtmfDigit: '*', onConferenceStoppedFile: 'alone.wav' };
    const visits: Visit[] = [];
    for (const peer of await callers(stack, [one, two])) {
      visits.push(await visit(phone, peer, { media }));
    }
    const [leaves, stays] = visits;
    if (!leaves || !stays) throw new Error('two have called');
    const hears = async (peer: Baresip, tone: number): Promise<boolean> => {
      const { samples, rate } = await readPcm16(await peer.heard());
      return strongestTone(samples, rate, tone, 400) > 0.9;
    };
    await until(
      'them to hear each other',
      async () => (await hears(leaves.peer, two)) && (await hears(stays.peer, one)),
    );
    leaves.peer.command('sndcode', '*');
    expect(await leaves.back).toBe(State.ANSWERED);
    expect([leaves.channel.state, stays.channel.state]).toEqual([State.ANSWERED, State.TRANSFERRED]);
    await until('the room to stop', () => phone.ua.rooms[0]?.state === 'STOPPED');
    expect(phone.ua.rooms[0]?.parties.map(({ channel }) => channel)).toEqual([stays.channel]);
    await flow([leaves.channel, stays.channel], 90);
    await Promise.all([leaves.channel.hangUp(), hangUp([stays])]);
    expectHeard(await heardBy(leaves.peer), [BACK], [...TONES, ALONE]);
    expectHeard(await heardBy(stays.peer), [ALONE], [...TONES, BACK]);
  });
});
