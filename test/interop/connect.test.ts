import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, State } from '../../src/index.ts';
import { startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';

const CALLER_TONE = 600;
const COLLEAGUE_TONE = 900;

/** How much of each tone is in what somebody has heard. */
async function shares(heard: string): Promise<readonly [caller: number, colleague: number]> {
  const { samples, rate } = await readPcm16(heard);
  return [strongestTone(samples, rate, CALLER_TONE), strongestTone(samples, rate, COLLEAGUE_TONE)];
}

describeWithPeer('baresip', 'two baresips that are connected', () => {
  for (const [codec, other] of [
    ['PCMU', 'PCMU'],
    ['PCMA', 'PCMU'],
  ] as const) {
    it(`with ${codec} and ${other}: each hears the other and not itself, and keys are passed on`, async () => {
      await using phone = await startPhone();
      await using caller = await startBaresip({ tone: CALLER_TONE, codecs: codec });
      await using colleague = await startBaresip({ tone: COLLEAGUE_TONE, codecs: other });
      const done = Promise.withResolvers<State>();
      const connected = Promise.withResolvers<Channel>();
      phone.ua.onCall(async (channel) => {
        await channel.answer();
        const [extra] = channel.extraChannel;
        if (!extra || (await extra.call(colleague.uri)) !== State.ANSWERED) throw new Error('nobody there');
        await channel.connect(extra);
        connected.resolve(channel);
        await channel.waitForDisconnect();
        done.resolve(channel.state);
      });
      caller.command('dial', `sip:offhook@${phone.at}`);
      const channel = await connected.promise;
      await until('a second of audio', async () => (await channel.mediaStatistics()).packetsReceived > 75);
      caller.command('sndcode', '4');
      caller.command('sndcode', '2');
      const pressed = (): string =>
        colleague.events
          .filter(({ type }) => type === 'CALL_DTMF_START')
          .map(({ param }) => param)
          .join('');
      await expect.poll(pressed, { timeout: 10_000 }).toBe('42');
      colleague.command('hangup');
      expect(await done.promise).toBe(State.ANSWERED);
      await caller.event('CALL_CLOSED');
      const [own, heard] = await shares(await caller.heard());
      expect(heard).toBeGreaterThan(0.95);
      expect(own).toBeLessThan(0.05);
      const [toColleague, ofItself] = await shares(await colleague.heard());
      expect(toColleague).toBeGreaterThan(0.95);
      expect(ofItself).toBeLessThan(0.05);
    });
  }
});
