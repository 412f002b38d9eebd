import { describe, expect, it } from 'vitest';
import { createFakeChannel, replay } from '../../../../src/testing.ts';

describe('keys that nobody hears', () => {
  it('are in the timeline and not in pressed: before the answer', async () => {
    const call = createFakeChannel({ time: 'manual' });
    await call.caller.press('1');
    await call.channel.ring();
    await call.caller.press('2', { by: 'INFO' });
    await call.channel.answer();
    await call.caller.press('3');
    expect(call.caller.pressed).toBe('3');
    expect(
      call
        .timeline()
        .split('\n')
        .slice(2)
        .map((line) => line.trim()),
    ).toEqual([
      expect.stringMatching(/^0 +presses 1 \(nobody hears it\)$/),
      expect.stringMatching(/^100 +ring\(\)/),
      expect.stringMatching(/^100 +presses 2 \(nobody hears it\)$/),
      expect.stringMatching(/^200 +answer\(\)/),
      expect.stringMatching(/^200 +presses 3$/),
    ]);
    expect(await call.channel.dtmfDetector.getDigits()).toBe('3');
  });

  it('are heard in early media', async () => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    const ringing = call.channel.ring({ earlyMedia: true, ringtone: 'ring.wav', duration: 1000 });
    await call.caller.waitFor('ring');
    await call.caller.press('1');
    await ringing;
    await call.channel.answer();
    expect([call.caller.pressed, await call.channel.dtmfDetector.getDigits()]).toEqual(['1', '1']);
  });

  it('are those before an outbound call and on hold too', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: 'ANSWERED' });
    await call.caller.press('1');
    await call.channel.call('sip:alice@example.com');
    await call.caller.hold('inactive');
    await call.caller.press('2');
    await call.caller.resume();
    await call.caller.press('3');
    call.caller.dropOff();
    await call.caller.press('4');
    expect(call.caller.pressed).toBe('3');
    expect(call.timeline().match(/presses \d \(nobody hears it\)/g)).toEqual([
      'presses 1 (nobody hears it)',
      'presses 2 (nobody hears it)',
      'presses 4 (nobody hears it)',
    ]);
  });

  it('are pressed again in a replay', async () => {
    const flow = async (channel: Parameters<Parameters<typeof call.run>[0]>[0]): Promise<void> => {
      await channel.sleep(1000);
      await channel.answer();
      await channel.sleep(1000);
    };
    const call = createFakeChannel();
    const done = call.run(flow);
    await call.caller.press('1');
    await call.caller.waitFor('answer');
    await call.caller.press('23456', { on: 500 });
    await done;
    const again = replay(call.channel.journal.entries);
    await again.run(flow);
    expect([call.caller.pressed, again.caller.pressed]).toEqual(['23', '23']);
    expect(again.timeline()).toContain('presses 1 (nobody hears it)');
    again.caller.assertAllDone();
  });
});
