import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, State } from '../../src/index.ts';
import { type Baresip, type BaresipOptions, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
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

describeWithPeer('baresip', 'a bridge of baresips, each with a tone of its own', () => {
  const THREE: readonly BaresipOptions[] = [{ tone: 500 }, { tone: 900 }, { tone: 1300 }].map((each) => ({
    ...each,
    codecs: 'PCMU',
  }));
  const FOURTH: BaresipOptions = { tone: 1900, codecs: 'PCMA' };

  it.each([
    ['three of one law', THREE],
    ['a fourth with the other law', [...THREE, FOURTH]],
  ])('lets each hear all others and not itself: %s', async (_, parties) => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    await using bridge = phone.ua.bridge();
    const peers: Baresip[] = [];
    const channels: Channel[] = [];
    for (const options of parties) {
      const peer = stack.use(await startBaresip(options));
      const channel = phone.ua.channel();
      expect(await channel.call(peer.uri)).toBe(State.ANSWERED);
      await bridge.add(channel);
      peers.push(peer);
      channels.push(channel);
    }
    const codecs = await Promise.all(channels.map(async (channel) => (await channel.mediaStatistics()).codec));
    expect(codecs).toEqual(parties.map((each) => each.codecs));
    await flow(channels, 120);
    await Promise.all(channels.map((channel) => channel.hangUp()));
    for (const peer of peers) await peer.event('CALL_CLOSED');
    const tones = parties.map(({ tone }) => tone);
    const others = parties.length - 1;
    for (const [index, peer] of peers.entries()) {
      const shares = await heardShares(peer, tones);
      for (const [other, share] of shares.entries()) {
        if (other === index) expect(share, `${tones[index]} Hz of itself`).toBeLessThan(0.001);
        else expect(share, `${tones[other]} Hz at ${tones[index]}`).toBeGreaterThan(0.7 / others);
      }
    }
  });
});
