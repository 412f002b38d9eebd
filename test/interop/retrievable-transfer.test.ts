import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import type { Channel } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';
import { flow } from '../support/who-was-heard.ts';

const PARTY = 600;
const TARGET = 900;
/** How long the two talk, in packets. */
const TALK = 75;

/** How clearly a tone is in what a baresip has heard in its last call, once that is over. */
async function clarity(baresip: Baresip, ...tones: readonly number[]): Promise<readonly number[]> {
  await baresip.event('CALL_CLOSED');
  const { samples, rate } = await readPcm16(await baresip.heard());
  return tones.map((tone) => strongestTone(samples, rate, tone));
}

describeWithPeer('baresip', 'a retrievable transfer from one baresip to another', () => {
  /** A baresip that has called, been answered and been transferred to another one. */
  async function transferred(party: Baresip, target: Baresip) {
    const phone = await startPhone();
    const { promise: arrived, resolve } = Promise.withResolvers<Channel>();
    phone.ua.onCall(async (incoming) => {
      await incoming.answer();
      resolve(incoming);
      await incoming.waitForIdle();
    });
    party.command('dial', phone.ua.uri);
    const channel = await arrived;
    const [other] = channel.extraChannel;
    if (!other) throw new Error('there is one by default');
    expect(await channel.retrievableTransfer(other, target.uri)).toBe('TRANSFERRED');
    await flow([other], TALK);
    return { phone, channel, other };
  }

  it('lets them hear each other, and has the one back when the other hangs up', async () => {
    await using party = await startBaresip({ tone: PARTY, codecs: 'PCMU' });
    await using target = await startBaresip({ tone: TARGET, codecs: 'PCMA' });
    const { phone, channel, other } = await transferred(party, target);
    await using _ = phone;
    const back = channel.waitForTransferredCallRetrieval();
    target.command('hangup');
    expect(await back).toBe('ANSWERED');
    expect([channel.state, other.state, channel.transferCause]).toEqual(['ANSWERED', 'IDLE', 'NORMAL']);
    const [heard, itself] = await clarity(target, PARTY, TARGET);
    expect(heard).toBeGreaterThan(0.9);
    expect(itself).toBeLessThan(0.1);
    await channel.filePlayer.play({ tone: 'DIAL' }, { timeout: 1500 });
    await channel.hangUp();
    const [talked, played] = await clarity(party, TARGET, 440);
    expect(talked).toBeGreaterThan(0.9);
    expect(played).toBeGreaterThan(0.3);
  });

  it('hangs up on the other when the one is taken back', async () => {
    await using party = await startBaresip({ tone: PARTY });
    await using target = await startBaresip({ tone: TARGET });
    const { phone, channel, other } = await transferred(party, target);
    await using _ = phone;
    expect(await channel.retrieve()).toBe('ANSWERED');
    await target.event('CALL_CLOSED');
    expect(await other.waitForIdle()).toBe('IDLE');
    expect(party.events.some(({ type }) => type === 'CALL_CLOSED')).toBe(false);
    expect(await channel.hangUp()).toBe('IDLE');
  });

  it('hangs up on the other when the one hangs up', async () => {
    await using party = await startBaresip({ tone: PARTY });
    await using target = await startBaresip({ tone: TARGET });
    const { phone, channel, other } = await transferred(party, target);
    await using _ = phone;
    const back = channel.waitForTransferredCallRetrieval();
    party.command('hangup');
    await expect(back).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    await target.event('CALL_CLOSED');
    expect(await other.waitForIdle()).toBe('IDLE');
    expect(phone.ua.channels).toEqual([]);
  });
});
