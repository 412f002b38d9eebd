import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { ToneManager } from '../../../../src/index.ts';
import { createFakeChannel, replay } from '../../../../src/testing.ts';
import { pcmOf } from '../../../support/sound-length.ts';
import { toneShare } from '../../../support/tone.ts';

async function ringAndBeep(channel: Channel): Promise<void> {
  const tones = channel.createTonePlayer(ToneManager.forCountry('FR'));
  await channel.ring({ earlyMedia: true, tone: 'RINGBACK', duration: 2500 });
  await channel.answer();
  await tones.play('BEEP');
  await tones.start('BUSY', { repeat: 2, bargeIn: true });
  await tones.waitUntilFinished();
}

describe('tones of a fake call', () => {
  it('take their real length, and the caller knows what was heard of each', async () => {
    const call = createFakeChannel();
    await call.run(ringAndBeep);
    expect(call.caller.heard()).toEqual([
      { file: 'RINGBACK', startedAt: 0, playedMs: 2500, durationMs: Number.POSITIVE_INFINITY, complete: false },
      { file: 'BEEP', startedAt: 2500, playedMs: 200, durationMs: 200, complete: true },
      { file: 'BUSY', startedAt: 2700, playedMs: 2000, durationMs: 2000, complete: true },
    ]);
    expect(call.caller.steps.filter(({ step }) => step === 'play').map(({ detail }) => detail)).toEqual([
      'RINGBACK',
      'BEEP',
      'BUSY',
    ]);
  });

  it('are in the journal: what was played, why it ended, and how long it was', async () => {
    const call = createFakeChannel();
    await call.run(ringAndBeep);
    const played = call.channel.journal.entries.filter(({ kind }) => kind === 'played');
    expect(played).toMatchObject([
      { file: 'BEEP', cause: 'NORMAL', ms: 200 },
      { file: 'BUSY', cause: 'NORMAL', ms: 2000 },
    ]);
    expect(call.timeline()).toMatch(/BUSY played: NORMAL after 2000 ms/);
  });

  it('can be waited for and barged in on, and one left running is told', async () => {
    const call = createFakeChannel();
    const done = ringAndBeep(call.channel);
    await call.caller.waitFor('play', 'BUSY');
    await call.clock.advance(300);
    expect(() => call.caller.assertAllDone()).toThrow(/a tone is being played/);
    await call.caller.press('1');
    await done;
    call.caller.assertAllDone();
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'BUSY', playedMs: 300, complete: false });
  });

  it('are replayed', async () => {
    const call = createFakeChannel();
    await call.run(ringAndBeep);
    const again = replay(call.channel.journal.toJSONLines());
    await again.run(ringAndBeep);
    expect(again.timeline()).toBe(call.timeline());
  });

  it('sound in a recording of the whole call as they really do', async () => {
    const { channel, files } = createFakeChannel();
    await channel.answer();
    await channel.wholeCallRecorder.start('call.wav', { format: 'PCM16', channels: 'mixed' });
    await channel.createTonePlayer().play('BEEP');
    await channel.sleep(100);
    await channel.wholeCallRecorder.stop();
    const { samples } = pcmOf(files.read('call.wav'));
    expect(toneShare(samples.subarray(0, 1600), 8000, 1000)).toBeGreaterThan(0.99);
    expect(Math.max(...samples.subarray(1600))).toBeLessThan(10);
  });
});
