import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { echoDigits } from '../../examples/06-dtmf-echo.ts';
import { connectLine } from './line.ts';

describe('examples/06-dtmf-echo.ts', () => {
  it('sends back what it got, until * alone', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts: { 'beep.wav': 400 } });
    const done = echoDigits(channel);
    await caller.waitFor('play');
    await caller.press('12#');
    await caller.waitFor('digits', '12#');
    await caller.press('0A#');
    await caller.waitFor('digits', '0A#');
    await clock.advance(480);
    expect(caller.digits).toBe('12#0A#');
    await caller.press('*#');
    expect(await done).toEqual(['12#', '0A#']);
  });

  it('ends with the call', async () => {
    const { channel, caller } = createFakeChannel({ prompts: { 'beep.wav': 400 } });
    const done = echoDigits(channel);
    await caller.waitFor('play');
    await caller.hangUp();
    await expect(done).rejects.toMatchObject({ code: 'HANGUP' });
  });

  it('lets a caller over the network hear their own digits', async () => {
    await using line = await connectLine(echoDigits);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.dtmfPlayer.play('159D#', { on: 60, off: 60 });
    expect(await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 5_000 })).toBe('159D#');
    // The call may be over before the last of it is sent.
    void channel.dtmfPlayer.play('*#', { on: 60, off: 60 });
    expect(await line.result).toEqual(['159D#']);
  });
});
