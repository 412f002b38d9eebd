import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareAudio, readPcm16 } from '../../examples/demo/compare-audio.ts';
import { State } from '../../src/index.ts';
import { startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';

const TONE = 600;

describeWithPeer('baresip', 'calls with baresip', () => {
  for (const [codecs, transport] of [
    ['PCMU', 'udp'],
    ['PCMA', 'tcp'],
  ] as const) {
    it(`takes its call with ${codecs} over ${transport}: audio both ways and digits`, async () => {
      await using phone = await startPhone();
      await using baresip = await startBaresip({ tone: TONE, codecs, transport });
      const done = Promise.withResolvers<string>();
      phone.ua.onCall(async (channel) => {
        await channel.ring();
        await channel.answer();
        await channel.fileRecorder.start('caller.wav', { format: 'PCM16', timeout: 60_000 });
        await channel.filePlayer.play('enter-pin.wav');
        baresip.command('sndcode', '7');
        baresip.command('sndcode', '#');
        const digits = await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 });
        await channel.fileRecorder.stop();
        await channel.hangUp();
        done.resolve(digits);
      });
      baresip.command('dial', `sip:offhook@${phone.at}${transport === 'tcp' ? ';transport=tcp' : ''}`);
      expect(await done.promise).toBe('7#');
      await baresip.event('CALL_CLOSED');
      const recorded = await readPcm16(join(phone.folder, 'caller.wav'));
      expect(strongestTone(recorded.samples, recorded.rate, TONE)).toBeGreaterThan(0.95);
      const heard = await readPcm16(await baresip.heard());
      const prompt = await readPcm16(join(phone.folder, 'enter-pin.wav'));
      expect(compareAudio(prompt, heard).share).toBeGreaterThan(0.9);
    });
  }

  it('calls it, sends digits, is held and resumed, and is hung up on', async () => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: TONE });
    const channel = phone.ua.channel();
    expect(await channel.call(baresip.uri)).toBe(State.ANSWERED);
    await channel.dtmfPlayer.play('159#');
    const pressed = (): string =>
      baresip.events
        .filter((event) => event.type === 'CALL_DTMF_START')
        .map((event) => event.param)
        .join('');
    await expect.poll(pressed, { timeout: 5_000 }).toBe('159#');
    baresip.command('hold');
    await expect
      .poll(async () => (await channel.mediaStatistics()).direction, { timeout: 5_000 })
      .toMatch(/recvonly|inactive/);
    baresip.command('resume');
    await expect.poll(async () => (await channel.mediaStatistics()).direction, { timeout: 5_000 }).toBe('sendrecv');
    baresip.command('hangup');
    expect(await channel.waitForIdle()).toBe(State.IDLE);
    expect(channel.info.hangup?.by).toBe('remote');
  });
});
