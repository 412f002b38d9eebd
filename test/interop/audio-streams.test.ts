import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import type { AudioRate } from '../../src/index.ts';
import { startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';

const RATES: readonly AudioRate[] = [8000, 16_000, 24_000, 48_000];
const SPOKEN = 600;
const WRITTEN = 1000;

describeWithPeer('baresip', 'the audio of a call with baresip, as streams', () => {
  it.each(RATES)('has its tone at %i Hz, and brings it what is written', async (sampleRate) => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: SPOKEN, codecs: 'PCMU' });
    const channel = phone.ua.channel();
    await channel.call(baresip.uri);
    const pipe = channel.audio.open({ sampleRate });
    const heard: number[] = [];
    const reading = (async () => {
      for await (const samples of pipe.readable) heard.push(...samples);
    })();
    const writer = pipe.writable.getWriter();
    await writer.write(
      Int16Array.from(
        { length: 2 * sampleRate },
        (_, index) => 8000 * Math.sin((2 * Math.PI * WRITTEN * index) / sampleRate),
      ),
    );
    expect(await pipe.mark('all of it')).toBe('played');
    expect(pipe.playedMs).toBe(2000);
    await channel.hangUp();
    await reading;
    // In its own time, as it was said.
    expect(heard.length).toBeGreaterThan(1.8 * sampleRate);
    expect(strongestTone(Int16Array.from(heard), sampleRate, SPOKEN)).toBeGreaterThan(0.95);
    await baresip.event('CALL_CLOSED');
    const other = await readPcm16(await baresip.heard());
    expect(strongestTone(other.samples, other.rate, WRITTEN)).toBeGreaterThan(0.95);
  });
});
