import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Bridge, type Channel, State } from '../../src/index.ts';
import { type Baresip, type BaresipOptions, startBaresip } from '../support/baresip.ts';
import { findPeer } from '../support/peer-programs.ts';
import { describeWithPeer } from '../support/peers.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { rtpCapture } from '../support/rtp-capture.ts';
import { startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { toneShare } from '../support/tone.ts';
import { until } from '../support/until.ts';

/** How much of each tone is in what a baresip heard in the second before the last quarter of one of its call. */
async function heardShares(baresip: Baresip, tones: readonly number[]): Promise<readonly number[]> {
  const { samples, rate } = await readPcm16(await baresip.heard());
  const end = samples.length - rate / 4;
  const second = samples.subarray(end - rate, end);
  return tones.map((tone) => toneShare(second, rate, tone));
}

/** Lets so many packets go to each. */
async function flow(channels: readonly Channel[], packets: number): Promise<void> {
  for (const channel of channels) {
    const { packetsSent } = await channel.mediaStatistics();
    await until('audio', async () => (await channel.mediaStatistics()).packetsSent >= packetsSent + packets);
  }
}

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

/** Each has heard all others and not itself, once their calls are over. */
async function expectOthersHeard(peers: readonly Baresip[], tones: readonly number[]): Promise<void> {
  for (const [index, peer] of peers.entries()) {
    await peer.event('CALL_CLOSED');
    const shares = await heardShares(peer, tones);
    for (const [other, share] of shares.entries()) {
      if (other === index) expect(share, `${tones[index]} Hz of itself`).toBeLessThan(0.001);
      else expect(share, `${tones[other]} Hz at ${tones[index]}`).toBeGreaterThan(0.7 / (tones.length - 1));
    }
  }
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
    await expectOthersHeard(peers, tones);
  });

  const withSipp = it.runIf(findPeer('sipp'));
  withSipp('lets all hear one of another kind: SIPp with the other law and packets of 30 ms', async () => {
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
    const capture = join(phone.folder, 'tone.pcap');
    const scenario = join(phone.folder, 'speaks.xml');
    await writeFile(capture, rtpCapture(1900, 60_000, 30));
    const steps = [
      step.request('INVITE', 1, { body: step.sdp({ payloads: '8' }) }),
      step.expectStatus(100, { optional: true }),
      step.expectStatus(200),
      step.request('ACK', 1),
      step.playCapture(capture),
      step.expectRequest('BYE'),
      step.ok(),
    ];
    await writeFile(scenario, step.scenario('speaks', steps));
    const sipp = await startSipp({ scenario, to: phone.at });
    const fourth = await arrived;
    await flow(channels, 120);
    const { codec, packetsReceived, packetsSent } = await fourth.mediaStatistics();
    expect(codec).toBe('PCMA');
    // Ours hold 20 ms.
    expect(packetsReceived / packetsSent).toBeLessThan(0.8);
    await Promise.all([...channels, fourth].map((channel) => channel.hangUp()));
    expect((await sipp.result).successful).toBe(1);
    await expectOthersHeard(peers, [...TONES, 1900]);
  });
});
