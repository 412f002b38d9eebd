import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { soundBusy } from '../../examples/11-tones.ts';
import { connectLine, share } from './line.ts';

describe('examples/11-tones.ts', () => {
  it('rings, sounds and is busy for five seconds', async () => {
    const call = createFakeChannel();
    await call.run((channel) => soundBusy(channel, 'GB'));
    expect(call.caller.heard()).toMatchObject([
      { file: 'RINGBACK', playedMs: 3000, durationMs: 3000, complete: true },
      { file: 'DING_DONG', playedMs: 600, complete: true },
      { file: 'BUSY', playedMs: 5000, durationMs: Number.POSITIVE_INFINITY, complete: false },
    ]);
  });

  it('ends the busy tone with a key', async () => {
    const { channel, caller, clock } = createFakeChannel();
    const done = soundBusy(channel, 'DE');
    await caller.waitFor('play', 'BUSY');
    await clock.advance(1200);
    await caller.press('1');
    await done;
    expect(caller.heard().at(-1)).toMatchObject({ file: 'BUSY', playedMs: 1200 });
  });

  it('is heard over the network', async () => {
    await using line = await connectLine((channel) => soundBusy(channel, 'GB'));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.record('heard.wav', { format: 'PCM16', timeout: 2000 });
    // The call may be over before all of it is sent.
    void channel.dtmfPlayer.play('1');
    await line.result;
    expect(await share(`${line.caller.folder}/heard.wav`, 800)).toBeGreaterThan(0.95);
    expect(await share(`${line.caller.folder}/heard.wav`, 400)).toBeGreaterThan(0.95);
  });
});
