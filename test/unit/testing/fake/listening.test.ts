import { describe, expect, it } from 'vitest';
import { createFakeChannel } from '../../../../src/testing.ts';

describe('speech on a fake call', () => {
  it('is noticed, and its end', async () => {
    const call = createFakeChannel();
    const told: (readonly [boolean, number])[] = [];
    const done = call.run(async (channel) => {
      await channel.answer();
      channel.on('speech', (speaking) => told.push([speaking, call.clock.now()]));
      await channel.speechDetector.waitForSpeech();
      expect(channel.speechDetector.isSpeaking).toBe(true);
      await channel.speechDetector.waitForSilence({ duration: 600 });
      expect(channel.speechDetector.isSpeaking).toBe(false);
      await channel.hangUp();
    });
    await call.caller.waitFor('answer');
    await call.caller.silence(3000);
    await call.caller.speak(1000);
    await call.caller.silence(700);
    await done;
    expect(told).toEqual([
      [true, 3060],
      [false, 4200],
    ]);
  });

  it('is no tone and no key', async () => {
    const call = createFakeChannel();
    const told: string[] = [];
    const done = call.run(async (channel) => {
      await channel.answer();
      channel.on('speech', () => told.push('speech'));
      channel.on('tone', ({ name, isOver, duration }) => told.push(`${name} ${isOver ? duration : ''}`));
      await channel.sleep(5000);
    });
    await call.caller.waitFor('answer');
    await call.caller.speak({ tone: 1000, ms: 400 });
    await call.caller.press('5', { by: 'INBAND' });
    await call.caller.silence(5000);
    await done;
    expect(told).toEqual(['BEEP ', 'BEEP 400']);
  });

  it('ends a prompt, 60 ms after it began', async () => {
    const call = createFakeChannel({ prompts: { 'long.wav': 10_000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      return channel.filePlayer.play('long.wav', { bargeInOnSpeech: true });
    });
    await call.caller.waitForPrompt('long.wav');
    await call.caller.silence(1000);
    await call.caller.speak(500);
    await done;
    expect(call.caller.heard()[0]?.playedMs).toBe(1060);
  });

  it('that goes on when a prompt begins does not end it before the next word', async () => {
    const call = createFakeChannel({ prompts: { 'long.wav': 10_000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.sleep(500);
      await channel.filePlayer.play('long.wav', { bargeInOnSpeech: true });
    });
    await call.caller.waitFor('answer');
    await call.caller.speak(2000);
    await call.caller.silence(500);
    await call.caller.speak(500);
    await done;
    expect(call.caller.heard()[0]?.playedMs).toBe(2060);
  });
});

describe('a fake call that somebody answers', () => {
  it.each([
    ['LIVE', { answeredBy: 'person' }],
    ['LIVE', { answeredBy: 'person', greeting: 1500 }],
    ['ANSWER_MACHINE', { answeredBy: 'machine' }],
    ['ANSWER_MACHINE', { answeredBy: 'machine', greeting: 1000 }],
    ['FAX_MACHINE', { answeredBy: 'fax' }],
    ['UNKNOWN', {}],
  ] as const)('is %s with %j', async (type, callee) => {
    const call = createFakeChannel({ direction: 'outbound', callee });
    const state = await call.run(async (channel) => {
      const answered = await channel.call('sip:bob@example.com', { detectMachine: true });
      expect(channel.info.farEndType).toBe(type);
      return answered;
    });
    expect(state).toBe('ANSWERED');
  });

  it.each([
    [true, { answeredBy: 'machine', greeting: 4000, beep: true }, 6400],
    [true, { answeredBy: 'machine', greeting: 4000, beep: false }, 8500],
    [false, { answeredBy: 'machine', greeting: 20_000 }, 12_500],
  ] as const)('records: %j, with %j', async (isReady, callee, at) => {
    const call = createFakeChannel({ direction: 'outbound', callee });
    await call.run(async (channel) => {
      await channel.call('sip:bob@example.com', { detectMachine: true });
      expect(await channel.waitForAnswerMachine()).toBe(isReady);
      expect(call.clock.now()).toBe(at);
    });
  });

  it('can be hung up on while it is found out', async () => {
    const call = createFakeChannel({ direction: 'outbound' });
    const done = call.run((channel) => channel.call('sip:bob@example.com', { detectMachine: true }));
    await call.caller.answer();
    await call.caller.silence(1000);
    await call.caller.hangUp();
    expect(await done).toBe('IDLE');
  });

  it('is known to waitForOutgoingCall()', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: { answeredBy: 'fax', after: 2000 } });
    await call.run(async (channel) => {
      await channel.startCall('sip:bob@example.com', { detectMachine: { timeout: 5000 } });
      expect(await channel.waitForOutgoingCall()).toBe('ANSWERED');
      expect(channel.info.farEndType).toBe('FAX_MACHINE');
    });
  });

  it('is hung up on when its signal is aborted meanwhile', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: 'ANSWERED' });
    const abort = new AbortController();
    const reason = new Error('enough');
    await call.run(async (channel) => {
      const calling = channel.call('sip:bob@example.com', { detectMachine: true, signal: abort.signal });
      call.clock.schedule(call.clock.now() + 1000, () => abort.abort(reason));
      await expect(calling).rejects.toBe(reason);
      expect(channel.state).toBe('IDLE');
    });
  });

  it.each([[{ detectMachine: 'yes' }], [{ detectMachine: { timeOut: 5 } }], [{ detectMachine: { timeout: -1 } }]])(
    'refuses %j',
    async (options) => {
      const call = createFakeChannel({ direction: 'outbound', callee: 'ANSWERED' });
      await call.run(async (channel) => {
        await expect(channel.call('sip:bob@example.com', options as object)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
        expect(channel.state).toBe('IDLE');
      });
    },
  );
});
