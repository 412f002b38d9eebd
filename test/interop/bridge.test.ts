import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Bridge, type Channel, State } from '../../src/index.ts';
import { type Baresip, type BaresipOptions, startBaresip } from '../support/baresip.ts';
import { findPeer } from '../support/peer-programs.ts';
import { describeWithPeer } from '../support/peers.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { RtpParty } from '../support/rtp-party.ts';
import { startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { expectOthersHeard, flow, heardBy } from '../support/who-was-heard.ts';

interface Gathered {
  readonly peers: readonly Baresip[];
  readonly channels: readonly Channel[];
}

/** Calls so many baresips and puts them into a bridge. */
async function gather(
  { ua }: Phone,
  bridge: Bridge,
  stack: AsyncDisposableStack,
  parties: readonly BaresipOptions[],
): Promise<Gathered> {
  const peers: Baresip[] = [];
  const channels: Channel[] = [];
  for (const options of parties) {
    const peer = stack.use(await startBaresip(options));
    const channel = ua.channel();
    expect(await channel.call(peer.uri)).toBe(State.ANSWERED);
    await bridge.add(channel);
    peers.push(peer);
    channels.push(channel);
  }
  return { peers, channels };
}

describeWithPeer('baresip', 'a bridge of baresips, each with a tone of its own', () => {
  const TONES = [500, 900, 1300];
  const THREE: readonly BaresipOptions[] = TONES.map((tone) => ({ tone, codecs: 'PCMU' }));

  it.each([
    ['three of one law', THREE],
    ['a fourth with the other law', [...THREE, { tone: 1900, codecs: 'PCMA' }]],
  ])('lets each hear all others and not itself: %s', async (_, parties) => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    await using bridge = phone.ua.bridge();
    const { peers, channels } = await gather(phone, bridge, stack, parties);
    const codecs = await Promise.all(channels.map(async (channel) => (await channel.mediaStatistics()).codec));
    expect(codecs).toEqual(parties.map((each) => each.codecs));
    await flow(channels, 120);
    await Promise.all(channels.map((channel) => channel.hangUp()));
    const tones = parties.map(({ tone }) => tone);
    expectOthersHeard(await Promise.all(peers.map(heardBy)), tones);
  });

  const withSipp = it.runIf(findPeer('sipp'));
  withSipp(
    'lets one of another kind hear all others and be heard: SIPp with the other law and packets of 30 ms',
    async () => {
      await using phone = await startPhone();
      await using stack = new AsyncDisposableStack();
      await using bridge = phone.ua.bridge();
      const { peers, channels } = await gather(phone, bridge, stack, THREE);
      const { promise: arrived, resolve } = Promise.withResolvers<Channel>();
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        await bridge.add(channel);
        resolve(channel);
        await channel.waitForIdle();
      });
      const party = stack.use(await RtpParty.open(1900, 30));
      const scenario = join(phone.folder, 'talks.xml');
      const steps = [
        step.request('INVITE', 1, { body: step.sdp({ payloads: '8', ptime: 30, port: party.port }) }),
        step.expectStatus(100, { optional: true }),
        // 30 ms is a wish (RFC 3264 §5.1): of our 10, 20, 40 and 60 ms it gets the nearest, the shorter of two.
        step.expectMatch('response="200"', 'a=ptime:20'),
        step.request('ACK', 1),
        step.expectRequest('BYE'),
        step.ok(),
      ];
      await writeFile(scenario, step.scenario('talks', steps));
      const sipp = await startSipp({ scenario, to: phone.at });
      const fourth = await arrived;
      await flow([...channels, fourth], 120);
      const { codec, packetsReceived, packetsSent } = await fourth.mediaStatistics();
      expect(codec).toBe('PCMA');
      // Two of theirs for three of ours.
      expect(packetsReceived / packetsSent).toBeLessThan(0.8);
      await Promise.all([...channels, fourth].map((channel) => channel.hangUp()));
      expect((await sipp.result).successful).toBe(1);
      expect(party.heardPtimes).toEqual([20]);
      expectOthersHeard([...(await Promise.all(peers.map(heardBy))), party.heard], [...TONES, 1900]);
    },
  );
});
