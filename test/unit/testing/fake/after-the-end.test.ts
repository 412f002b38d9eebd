import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/index.ts';
import { createFakeChannel, everyHangup, type FakeCaller } from '../../../../src/testing.ts';

async function oneKey(channel: Channel): Promise<string> {
  await channel.answer();
  await channel.filePlayer.play('menu.wav');
  return channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
}

describe('after the end of the call', () => {
  const acts: readonly (readonly [string, (caller: FakeCaller) => Promise<void>])[] = [
    ['press()', (caller) => caller.press('1')],
    ['speak()', (caller) => caller.speak(100)],
    ['silence()', (caller) => caller.silence(100)],
    ['sendInfo()', (caller) => caller.sendInfo({ contentType: 'text/plain', body: 'x' })],
    ['sendMessage()', (caller) => caller.sendMessage('x')],
    ['waitFor()', (caller) => caller.waitFor('record')],
    ['waitForPrompt()', (caller) => caller.waitForPrompt('bye.wav')],
  ];
  it.each(acts)('%s says that it is too late, at once', async (_, act) => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    await call.run(oneKey);
    const error: unknown = await act(call.caller).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_STATE' });
    expect(String(error)).toMatch(
      /the call has ended; play the caller before you await run\(\)\n\n *ms {2}application/,
    );
    expect([call.caller.pressed, call.clock.now()]).toEqual(['', 6000]);
  });

  it('what the application has done can still be read', async () => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    await call.run(oneKey);
    await call.caller.waitForPrompt('menu.wav');
    await call.caller.waitFor('release');
    await call.caller.hangUp();
    await expect(call.caller.waitForPrompt('menu.wav')).rejects.toThrow(/play "menu.wav" again; it came at 0 ms/);
  });

  it('a key after it is in the timeline', async () => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    await call.run(oneKey);
    await call.caller.press('7').catch(() => undefined);
    expect(call.timeline()).toMatch(/presses 7 \(nobody hears it\)$/);
  });

  it('who waits is told as soon as it comes', async () => {
    const call = createFakeChannel();
    void call.run((channel) => channel.answer());
    await expect(call.caller.waitFor('record')).rejects.toThrow(
      /^the call ended, and the application never came to record\n/,
    );
    expect(call.clock.now()).toBe(0);
  });

  it('an outbound flow may call again', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: ['BUSY', 'ANSWERED'] });
    const done = call.run(async (channel) => {
      await channel.call('sip:alice@example.com');
      await call.clock.timers.sleep(1000);
      await channel.call('sip:alice@example.com');
      await channel.sleep(500);
    });
    await call.caller.waitFor('call');
    await call.caller.press('1');
    await call.caller.waitFor('call');
    await call.caller.silence(100);
    await call.caller.press('2');
    await done;
    expect(call.caller.pressed).toBe('2');
    await expect(call.caller.press('3')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await expect(call.caller.waitFor('call')).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('a line of a script is not reached, and fails nobody', async () => {
    const call = createFakeChannel({
      anyPrompt: 1000,
      script: [
        { on: 'play', after: 500, do: (caller) => caller.hangUp() },
        { do: (caller) => caller.hold() },
        { do: (caller) => caller.press('1') },
      ],
    });
    expect(await call.run(oneKey)).toBeUndefined();
    expect(() => call.caller.assertAllDone()).toThrow(
      /- line of the script not reached: after the line before\n- line of the script not reached: after the line before\n/,
    );
  });

  it('a line of a script that is half done counts as not reached', async () => {
    const call = createFakeChannel({
      anyPrompt: 1000,
      script: [
        {
          on: 'play',
          do: async (caller) => {
            await caller.silence(2000);
            await caller.hangUp();
            await caller.press('1');
          },
        },
      ],
    });
    await call.run(oneKey);
    expect(() => call.caller.assertAllDone()).toThrow(/not reached: play/);
    const silent = createFakeChannel({
      anyPrompt: 1000,
      script: [{ on: 'play', do: (caller) => caller.waitForPrompt('never.wav') }],
    });
    await silent.run(oneKey);
    expect(() => silent.caller.assertAllDone()).toThrow(/not reached: play/);
  });

  it('everyHangup() takes no script for a failure of the flow', async () => {
    const { runs } = await everyHangup(oneKey, {
      anyPrompt: 1000,
      script: [
        {
          on: 'play',
          do: async (caller) => {
            await caller.silence(200);
            await caller.hold();
            await caller.resume();
            await caller.silence(1000);
            await caller.press('1');
          },
        },
      ],
    });
    expect(runs).toBeGreaterThan(5);
  });
});

describe('a flow that fails', () => {
  const broken = async (channel: Channel): Promise<void> => {
    await channel.answer();
    await channel.sleep(100);
    throw new Error('db down');
  };

  it('is told at once to who waits for its next step', async () => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    const done = call.run(broken);
    const error: unknown = await call.caller.waitForPrompt('menu.wav').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_STATE', cause: expect.objectContaining({ message: 'db down' }) });
    expect(String(error)).toMatch(/the flow failed and never came to play "menu.wav": Error: db down\n\n/);
    expect(String(error)).toMatch(/^100 {2}the flow failed: Error: db down$/m);
    await expect(done).rejects.toThrow('db down');
    await expect(call.caller.press('1')).rejects.toThrow(/the flow failed: Error: db down; the call has ended/);
  });

  it('is told by an outbound call too', async () => {
    const call = createFakeChannel({ direction: 'outbound' });
    const done = call.run(() => Promise.reject(new TypeError('no number')));
    await expect(call.caller.waitFor('call')).rejects.toThrow(/never came to call: TypeError: no number/);
    await expect(done).rejects.toThrow('no number');
  });

  it('is in the journal, and not when a Hangup leaves it', async () => {
    const call = createFakeChannel();
    await call.run(broken).catch(() => undefined);
    expect(call.channel.journal.entries).toContainEqual({
      at: 100,
      kind: 'threw',
      error: { name: 'Error', message: 'db down' },
    });
    const quiet = createFakeChannel({ script: [{ on: 'answer', do: (caller) => caller.hangUp() }] });
    await quiet.run(broken);
    expect(quiet.channel.journal.entries.some(({ kind }) => kind === 'threw')).toBe(false);
    quiet.caller.assertAllDone();
  });

  it('is told by assertAllDone(), also when nobody awaits it', async () => {
    const call = createFakeChannel();
    void call.run(broken);
    await call.clock.advance(50);
    expect(() => call.caller.assertAllDone()).toThrow(/- the flow has not finished\n/);
    await call.clock.advance(100);
    expect(() => call.caller.assertAllDone()).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('- the flow failed: Error: db down\n'),
        cause: expect.objectContaining({ message: 'db down' }),
      }),
    );
  });

  it('comes before what a script makes of it', async () => {
    const call = createFakeChannel({
      script: [{ on: 'answer', do: (caller) => caller.waitForPrompt('menu.wav') }],
    });
    await expect(call.run(broken)).rejects.toThrow('db down');
  });

  it('may have a script that fails instead', async () => {
    const call = createFakeChannel({
      script: [{ on: 'answer', do: () => Promise.reject(new Error('lost the thread')) }],
    });
    await call.run(broken).catch(() => undefined);
    expect(() => call.caller.assertAllDone()).toThrow(/- a line of the script failed: Error: lost the thread/);
  });
});

describe('waitFor()', () => {
  it('says that a step came before one that was waited for', async () => {
    const call = createFakeChannel({ anyPrompt: 1000 });
    void call.run(oneKey);
    await call.caller.waitForPrompt('menu.wav');
    await expect(call.caller.waitFor('answer')).rejects.toThrow(
      /never came to answer; it came earlier \(at 0 ms\); steps are waited for in order\n/,
    );
  });
});

describe('after in a line of a script', () => {
  it('counts from the step, however long the line before took', async () => {
    const at: number[] = [];
    const call = createFakeChannel({
      anyPrompt: 2000,
      script: [
        { on: 'answer', do: (caller) => caller.silence(300) },
        { on: 'play', after: 500, do: () => at.push(call.clock.now()) },
        { after: 100, do: (caller) => caller.silence(1000) },
        { on: 'record', after: 100, do: () => at.push(call.clock.now()) },
      ],
    });
    await call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.start('menu.wav');
      await channel.sleep(700);
      await channel.fileRecorder.record('x.wav', { timeout: 2000 });
    });
    call.caller.assertAllDone();
    expect(at).toEqual([500, 1600]);
  });
});
