import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Channel, ChannelError } from '../../../../src/index.ts';
import { createFakeChannel } from '../../../../src/testing.ts';

describe('run()', () => {
  it('returns what the application returns, and hangs up', async () => {
    const call = createFakeChannel({ anyPrompt: 60_000 });
    const result = await call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('long.wav');
      return 'told';
    });
    expect([result, call.channel.state, call.caller.ended?.by, call.clock.now()]).toEqual([
      'told',
      'IDLE',
      'local',
      60_000,
    ]);
    call.caller.assertAllDone();
  });

  it('takes a hang-up for a normal end', async () => {
    const call = createFakeChannel({
      anyPrompt: 5000,
      script: [{ on: 'play', after: 100, do: (caller) => caller.hangUp() }],
    });
    const result = await call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('x.wav');
      return 'not so far';
    });
    expect([result, call.clock.now()]).toEqual([undefined, 100]);
  });

  it('rejects with any other error, and the call is released as a user agent does', async () => {
    const before = createFakeChannel();
    await expect(before.run(() => Promise.reject(new Error('out of ideas')))).rejects.toThrow('out of ideas');
    expect([before.caller.refusedWith, before.channel.cause]).toEqual([500, 'ERROR']);
    const after = createFakeChannel();
    await expect(
      after.run(async (channel) => {
        await channel.answer();
        throw new RangeError('too far');
      }),
    ).rejects.toThrow(RangeError);
    expect([after.channel.state, after.caller.steps.at(-1)?.step]).toEqual(['IDLE', 'release']);
  });

  it('says where a call stands still', async () => {
    const call = createFakeChannel();
    const standing = call.run(async (channel) => {
      await channel.answer();
      await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: Number.POSITIVE_INFINITY });
    });
    await expect(standing).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(standing).rejects.toThrow(
      /stands still[\s\S]*- dtmfDetector\.getDigits\([\s\S]*still pending since 0 ms[\s\S]*ms {2}application/,
    );
    expect([call.channel.state, call.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('says when a call goes on and on', async () => {
    const call = createFakeChannel({ anyPrompt: 1000, limit: 100_000 });
    const endless = call.run(async (channel) => {
      await channel.answer();
      for (;;) await channel.filePlayer.play('again.wav');
    });
    await expect(endless).rejects.toThrow(/goes on and on: it is 100000 ms old[\s\S]*… \d+ lines more …/);
    expect([call.channel.state, call.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('says when a call goes on without time', async () => {
    const call = createFakeChannel({ anyPrompt: 0 });
    const endless = call.run(async (channel) => {
      await channel.answer();
      for (;;) await channel.filePlayer.play('nothing.wav');
    });
    await expect(endless).rejects.toThrow(/goes on and on: it is 0 ms old/);
  });

  it('waits for what the application does in real time, when nothing else is due', async () => {
    const call = createFakeChannel();
    const answer = await call.run(async (channel) => {
      await channel.answer();
      return pause(50, 'looked up');
    });
    expect([answer, call.clock.now()]).toEqual(['looked up', 0]);
  });

  it('leaves time to the test in manual mode', async () => {
    const call = createFakeChannel({ anyPrompt: 1000, time: 'manual' });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('x.wav');
    });
    await call.clock.advance(400);
    expect(call.caller.heard()).toMatchObject([{ playedMs: 400 }]);
    await call.clock.advance(600);
    await done;
    expect([call.channel.state, call.clock.now()]).toEqual(['IDLE', 1000]);
  });

  it('says that nobody moves the time in manual mode', async () => {
    const call = createFakeChannel({ anyPrompt: 3000, time: 'manual' });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('x.wav');
    });
    await call.clock.advance(400);
    await expect(done).rejects.toThrow(
      /^time is manual and stands at 400 ms; something is due at 3000 ms: call clock\.advance\(\) or set clock\.time = 'automatic'\n- filePlayer\.play[\s\S]*\n\n *ms {2}application/,
    );
    expect([call.channel.state, call.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('waits in manual mode for real work that was announced, and for who moves the time now and then', async () => {
    const call = createFakeChannel({ anyPrompt: 3000, time: 'manual' });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('x.wav');
      return 'heard';
    });
    await call.clock.during(pause(1100));
    for (let step = 0; step < 3; step++) {
      await pause(400);
      await call.clock.advance(1000);
    }
    expect(await done).toBe('heard');
  });

  it('moves the time in manual mode while the test awaits the caller', async () => {
    const call = createFakeChannel({ anyPrompt: 1000, time: 'manual' });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('a.wav');
      await channel.filePlayer.play('b.wav');
    });
    await call.caller.waitForPrompt('b.wav');
    await call.caller.silence(500);
    expect(call.clock.now()).toBe(1500);
    await call.caller.waitFor('release');
    await done;
  });

  it('is for one application', async () => {
    const call = createFakeChannel();
    await call.run(() => undefined);
    await expect(call.run(() => undefined)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});

/** Flows that end in all kinds of ways, each on a fake call of its own. */
const FLOWS: Readonly<Record<string, (channel: Channel) => unknown>> = {
  'does nothing': () => undefined,
  refuses: (channel) => channel.reject('BUSY'),
  'rings and gives up': async (channel) => {
    await channel.ring({ duration: 3000 });
  },
  'leaves a prompt playing': async (channel) => {
    await channel.answer();
    await channel.filePlayer.start('x.wav', { loop: true });
  },
  'leaves a recording running': async (channel) => {
    await channel.answer();
    await channel.fileRecorder.start('x.wav', { maxSilence: 60_000 });
    await channel.sleep(500);
  },
  'forgets what it has begun': async (channel) => {
    await channel.answer();
    void channel.filePlayer.play('x.wav');
    void channel.dtmfDetector.getDigits({ predigitsTimeout: 60_000 });
    void channel.sleep(3_600_000);
    void channel.waitForIdle({ timeout: 100_000 });
  },
  races: async (channel) => {
    await channel.answer();
    await Promise.race([
      channel.filePlayer.play('x.wav'),
      channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 }),
    ]);
  },
  'sends digits and is cut off': async (channel) => {
    await channel.answer();
    await channel.dtmfPlayer.play('123456789', { timeout: 300 });
  },
  'echoes for a while': async (channel) => {
    await channel.answer();
    await channel.echo({ timeout: 5000 });
  },
  fails: async (channel) => {
    await channel.answer();
    await channel.filePlayer.play('x.wav', { timeout: 10 });
    throw new ChannelError('INTERNAL', 'on purpose');
  },
};

describe('after its end a fake call leaves nothing behind', () => {
  it.each(Object.entries(FLOWS))('when the application %s', async (_, flow) => {
    const call = createFakeChannel({
      anyPrompt: 2000,
      script: [
        { on: 'play', do: (caller) => caller.press('123456', { on: 500 }) },
        { on: 'record', do: (caller) => caller.speak(60_000) },
        { on: 'digits', after: 120_000, do: (caller) => caller.hangUp() },
      ],
    });
    await Promise.resolve(call.run(flow)).catch(() => undefined);
    await call.clock.advance(0);
    expect([call.channel.state, call.clock.pending]).toEqual(['IDLE', 0]);
  });

  it.each([0, 50, 500])('when the test disposes of it after %d ms', async (ms) => {
    const call = createFakeChannel({
      anyPrompt: 2000,
      time: 'manual',
      script: [{ on: 'play', after: 100_000, do: (caller) => caller.press('1') }],
    });
    {
      await using disposed = call;
      void disposed.channel
        .answer()
        .then(() => disposed.channel.filePlayer.play('x.wav'))
        .catch(() => undefined);
      void disposed.caller.speak(50_000);
      await disposed.clock.advance(ms);
    }
    await call.clock.advance(0);
    expect([call.channel.state, call.clock.pending]).toEqual(['IDLE', 0]);
  });

  it('when it was never used', async () => {
    await using inbound = createFakeChannel();
    await using outbound = createFakeChannel({ direction: 'outbound' });
    expect([inbound.clock.pending, outbound.clock.pending]).toEqual([0, 0]);
  });
});

describe('createFakeChannel()', () => {
  it.each([
    [{ prompt: {} }],
    [{ direction: 'sideways' }],
    [{ time: 'fast' }],
    [{ limit: 'long' }],
    [{ anyPrompt: -1 }],
    [{ codecs: [] }],
    [{ headers: { 'X-A': 'a\r\nb' } }],
    [{ mediaTimeout: -5 }],
    [{ mediaTimeout: 999 }],
    [{ inbandDtmf: 'maybe' }],
    [{ prompts: { '../x.wav': 5 } }],
    [null],
  ])('refuses what makes no sense: %o', (options) => {
    expect(() => createFakeChannel(options as object)).toThrow(ChannelError);
  });
});
