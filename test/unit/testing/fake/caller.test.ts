import { describe, expect, it } from 'vitest';
import { type Channel, isHangup, SIPInfo, SIPMessage } from '../../../../src/index.ts';
import { createFakeChannel, type FakeChannelOptions } from '../../../../src/testing.ts';

/** A call that has been answered, on a clock that only the test moves. */
async function answered(options: FakeChannelOptions = {}) {
  const call = createFakeChannel({ anyPrompt: 3000, time: 'manual', ...options });
  await call.channel.answer();
  return call;
}

describe('the keys of a fake caller', () => {
  it('go down one after the other, and each is heard as it does', async () => {
    const { channel, caller, clock } = await answered();
    const heard: [string, number][] = [];
    channel.on('digit', (digit) => heard.push([digit, clock.now()]));
    await caller.press('1,2', { on: 80, off: 40 });
    await caller.press('*d');
    expect(heard).toEqual([
      ['1', 0],
      ['2', 620],
      ['*', 700],
      ['D', 900],
    ]);
    expect([clock.now(), caller.pressed, clock.pending]).toEqual([1000, '12*D', 0]);
  });

  it('wait for those that were pressed before', async () => {
    const { channel, caller, clock } = await answered();
    const both = Promise.all([caller.press('12'), caller.press('34')]);
    await both;
    expect([await channel.dtmfDetector.getDigits(), clock.now()]).toEqual(['1234', 600]);
  });

  it('reach the program as event, tone or INFO', async () => {
    const { channel, caller } = await answered({ inbandDtmf: 'always' });
    await caller.press('5', { by: 'RFC4733' });
    await caller.press('6', { by: 'INBAND' });
    await caller.press('7', { by: 'INFO' });
    expect(await channel.dtmfDetector.getDigits()).toBe('567');
    expect(channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.by] : []))).toEqual([
      'RFC4733',
      'INBAND',
      'INFO',
    ]);
    expect(caller.pressed).toBe('567');
  });

  it('are not noticed as tones once they came as events, when they are too short, and where nobody listens to tones', async () => {
    const auto = await answered();
    await auto.caller.press('1', { by: 'INBAND', on: 39 });
    await auto.caller.press('2', { by: 'INBAND' });
    await auto.caller.press('3');
    await auto.caller.press('4', { by: 'INBAND' });
    expect(await auto.channel.dtmfDetector.getDigits()).toBe('23');
    const never = await answered({ inbandDtmf: 'never' });
    await never.caller.press('1', { by: 'INBAND' });
    expect(await never.channel.dtmfDetector.getDigits()).toBe('');
  });

  it('stop with the call', async () => {
    const { channel, caller, clock } = await answered();
    const pressing = caller.press('1234567890');
    await clock.advance(250);
    await channel.hangUp();
    await pressing;
    expect([caller.pressed, clock.now(), clock.pending]).toEqual(['12', 250, 0]);
    expect(String(channel.journal)).toContain('presses 34567890 (nobody hears it)');
  });

  it.each([
    ['x', {}],
    [5, {}],
    ['1', { by: 'SMS' }],
    ['1', { on: -1 }],
    ['1', { length: 5 }],
  ])('are those of a telephone, not %s %o', async (digits, options) => {
    const { caller } = await answered();
    await expect(caller.press(digits as string, options as object)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('what a fake caller hears', () => {
  it('is each prompt in turn, and how much of it', async () => {
    const { channel, caller, clock } = await answered({ prompts: { 'a.wav': 1000, 'b.wav': 2000, 'c.wav': 500 } });
    const flow = (async () => {
      await channel.filePlayer.play('a.wav');
      await channel.filePlayer.play('b.wav', { bargeIn: true });
      await channel.filePlayer.play('c.wav', { loop: true, timeout: 1250 });
      await channel.filePlayer.start('a.wav');
    })();
    await clock.advance(1700);
    await caller.press('1');
    await clock.advance(1250);
    await flow;
    await clock.advance(200);
    await caller.hangUp();
    expect(caller.heard()).toEqual([
      { file: 'a.wav', playedMs: 1000, durationMs: 1000, complete: true, startedAt: 0 },
      { file: 'b.wav', playedMs: 700, durationMs: 2000, complete: false, startedAt: 1000 },
      { file: 'c.wav', playedMs: 1250, durationMs: 500, complete: true, startedAt: 1700 },
      { file: 'a.wav', playedMs: 300, durationMs: 1000, complete: false, startedAt: 2950 },
    ]);
  });

  it('is nothing on hold, while the prompt goes on', async () => {
    const { channel, caller, clock } = await answered();
    const playing = channel.filePlayer.play('x.wav');
    await clock.advance(1000);
    await caller.hold();
    await clock.advance(500);
    await caller.resume();
    await clock.advance(1500);
    expect(await playing).toBe('NORMAL');
    expect([clock.now(), caller.heard()[0]]).toMatchObject([3000, { playedMs: 2500, complete: false }]);
  });

  it('are digits too, unless on hold', async () => {
    const { channel, caller, clock } = await answered();
    void channel.dtmfPlayer.play('123');
    await clock.advance(250);
    await caller.hold('inactive');
    await clock.advance(1000);
    expect(caller.digits).toBe('1');
  });
});

describe('a fake caller', () => {
  it('is heard on hold when it says so', async () => {
    const { channel, caller } = await answered();
    await caller.hold('inactive');
    await caller.press('1');
    await caller.hold('sendonly');
    await caller.press('2');
    await caller.resume();
    expect(await channel.dtmfDetector.getDigits()).toBe('2');
    expect(channel.journal.entries.flatMap((entry) => (entry.kind === 'offer' ? [entry.direction] : []))).toEqual([
      'inactive',
      'recvonly',
      'sendrecv',
    ]);
  });

  it('exchanges INFO and MESSAGE with the program', async () => {
    const { channel, caller } = await answered();
    await caller.sendInfo({ contentType: 'application/x-account', body: '42' });
    await caller.sendMessage('hello');
    expect([channel.sip.getInfos().length, channel.sip.getMessages().length]).toEqual([1, 1]);
    await channel.sip.send(new SIPInfo('status', 'text/plain'));
    await channel.sip.send(new SIPMessage('good morning'));
    await caller.waitFor('info', 'status');
    await caller.waitFor('message');
    expect(caller.infos).toEqual([{ contentType: 'text/plain', body: 'status' }]);
    expect(caller.messages.map(({ body }) => body)).toEqual(['good morning']);
  });

  it('gives up before the answer, and hangs up after it', async () => {
    const early = createFakeChannel();
    await early.caller.cancel();
    expect([early.channel.state, early.channel.cause, early.caller.ended]).toMatchObject([
      'IDLE',
      'NORMAL',
      { by: 'remote' },
    ]);
    const { caller, channel } = await answered();
    expect(caller.ended).toBeUndefined();
    await expect(caller.cancel()).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await caller.hangUp();
    await caller.hangUp();
    expect([channel.state, caller.ended?.by, caller.refusedWith]).toEqual(['IDLE', 'remote', undefined]);
    await expect(caller.hold()).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('waits for each step once, and lets the time pass until then', async () => {
    const { channel, caller, clock } = createFakeChannel({ anyPrompt: 1000 });
    void (async () => {
      await channel.ring();
      await channel.sleep(2000);
      await channel.answer();
      for (;;) await channel.filePlayer.play('again.wav');
    })().catch(isHangup);
    await caller.waitFor('answer');
    expect(clock.now()).toBe(2000);
    await caller.waitForPrompt('again.wav');
    await caller.waitForPrompt('again.wav');
    expect(clock.now()).toBe(3000);
    await caller.hangUp();
  });

  it('knows no step for a prompt that is not there', async () => {
    const { channel, caller } = await answered({ anyPrompt: undefined });
    await expect(channel.filePlayer.play('missing.wav')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(caller.steps.map(({ step }) => step)).toEqual(['answer']);
    expect(caller.heard()).toEqual([]);
  });

  it('says with the timeline what never came', async () => {
    const { caller } = await answered();
    await expect(caller.waitFor('record', 'x.wav')).rejects.toThrow(
      /never came to record "x.wav"[\s\S]*answer\(\) → ANSWERED/,
    );
    await expect(caller.waitFor('dance' as 'play')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('says what is left undone', async () => {
    const { channel, caller, clock } = await answered({ script: [{ on: 'record', do: () => undefined }] });
    const playing = channel.filePlayer.play('x.wav');
    await clock.advance(10);
    expect(() => caller.assertAllDone()).toThrow(
      /filePlayer\.play\('x.wav'\)[\s\S]*prompt is being played[\s\S]*not reached: record[\s\S]*ms {2}application/,
    );
    await channel.fileRecorder.start('y.wav');
    await clock.advance(3000);
    expect(await playing).toBe('NORMAL');
    expect(() => caller.assertAllDone()).toThrow(/a recording runs/);
    await channel.fileRecorder.stop();
    caller.assertAllDone();
  });
});

/** An application for the script. */
async function askName(channel: Channel): Promise<string> {
  await channel.answer();
  await channel.filePlayer.play('name.wav', { bargeIn: true });
  const digits = await channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 5000 });
  await channel.fileRecorder.record('name.wav', { maxSilence: 1000 });
  return digits;
}

describe('the script of a fake caller', () => {
  it('is followed line by line', async () => {
    const call = createFakeChannel({
      anyPrompt: 4000,
      script: [
        { on: 'play', detail: 'name.wav', after: 500, do: (caller) => caller.press('1') },
        { after: 1000, do: (caller) => caller.press('2') },
        { on: 'record', do: (caller) => caller.speak(2000) },
      ],
    });
    expect(await call.run(askName)).toBe('12');
    call.caller.assertAllDone();
    expect(call.clock.now()).toBe(500 + 100 + 1000 + 100 + 2000 + 1000);
  });

  it('fails the run when a line fails', async () => {
    const call = createFakeChannel({
      anyPrompt: 100,
      script: [{ on: 'play', do: () => Promise.reject(new Error('lost the thread')) }],
    });
    await expect(call.run(askName)).rejects.toThrow('lost the thread');
  });

  const nothing = (): void => undefined;
  const wrong: readonly unknown[] = [
    [{ on: 'dance', do: nothing }],
    [{ on: 'play' }],
    'play',
    [{ on: 'play', after: 'x', do: nothing }],
  ];
  it.each(wrong)('is refused when it makes no sense: %o', (script) => {
    const options = { script } as FakeChannelOptions;
    expect(() => createFakeChannel(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
