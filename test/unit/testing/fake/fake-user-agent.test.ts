import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { UserAgent } from '../../../../src/channel/user-agent.ts';
import { matchers } from '../../../../src/testing/matchers/matchers.ts';
import { createFakeChannel, createFakeUserAgent } from '../../../../src/testing.ts';
import { errorOf } from '../../channel/scene.ts';

expect.extend(matchers);

/** Answers, calls somebody and connects the two until one of them hangs up. */
async function putThrough(channel: Channel): Promise<void> {
  await channel.answer();
  const [colleague] = channel.extraChannel;
  if (!colleague || (await colleague.call('sip:colleague@192.0.2.9')) !== 'ANSWERED') return;
  await channel.connect(colleague);
  await channel.waitForDisconnect();
}

describe('a fake user agent', () => {
  it('takes calls of several callers, each with an end of its own, in one time', async () => {
    await using fake = createFakeUserAgent({ prompts: { 'menu.wav': 3000 } });
    expect(fake.ua).toBeInstanceOf(UserAgent);
    fake.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('menu.wav', { bargeIn: true });
      return channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
    });
    const anna = fake.incoming({ from: 'sip:anna@192.0.2.7', headers: { 'X-Order': '1' } });
    const bert = fake.incoming({ from: 'sip:bert@192.0.2.8' });
    await Promise.all([anna, bert].map(({ caller }) => caller.waitForPrompt('menu.wav')));
    expect(fake.ua.channels).toEqual([anna.channel, bert.channel]);
    await bert.caller.press('2');
    expect([anna.caller.pressed, bert.caller.pressed]).toEqual(['', '2']);
    await anna.channel.ended;
    expect(anna.caller.heard()).toMatchObject([{ file: 'menu.wav', complete: true }]);
    expect(bert.caller.heard()).toMatchObject([{ file: 'menu.wav', complete: false }]);
    expect(anna.channel.info).toMatchObject({ from: 'sip:anna@192.0.2.7' });
    expect(anna.channel.info.header('x-order')).toEqual(['1']);
    expect(bert.timeline()).toContain('presses');
    expect(fake.clock.now()).toBe(8000);
    expect(bert.caller).toHaveHeard('menu.wav');
    expect(bert).toHavePressed('2');
  });

  it('gives each of its calls out to a party of its own, as planned or by hand', async () => {
    await using fake = createFakeUserAgent({ callee: ['BUSY', 'ANSWERED'] });
    const [one, other] = [fake.ua.channel(), fake.ua.channel()];
    expect(await one.call('sip:one@192.0.2.2')).toBe('IDLE');
    expect(await other.call('sip:other@192.0.2.2')).toBe('ANSWERED');
    expect(await one.call('sip:one@192.0.2.2')).toBe('ANSWERED');
    expect(fake.parties).toHaveLength(3);
    await fake.parties[2]?.press('7');
    expect(await one.dtmfDetector.getDigits()).toBe('7');
    await fake.parties[1]?.hangUp();
    expect([one.state, other.state]).toEqual(['ANSWERED', 'IDLE']);

    await using byHand = createFakeUserAgent();
    const calling = byHand.ua.channel().call('sip:a@192.0.2.2');
    await (await byHand.party()).answer({ after: 3000 });
    expect(await calling).toBe('ANSWERED');
    expect(byHand.clock.now()).toBe(3000);
  });

  it('lets connected parties hear each other and not themselves, and passes keys on', async () => {
    await using fake = createFakeUserAgent({ callee: 'ANSWERED' });
    fake.ua.onCall(putThrough);
    const { channel, caller } = fake.incoming();
    const connected = Promise.withResolvers<void>();
    channel.on('connected', () => connected.resolve());
    await connected.promise;
    const colleague = await fake.party();
    const from = fake.clock.now();
    await caller.speak(400);
    const loud = (samples: Int16Array): number => samples.filter((sample) => Math.abs(sample) > 500).length / 8;
    expect(loud(colleague.heardSamples(from, 400))).toBeGreaterThan(200);
    expect(loud(caller.heardSamples(from, 400))).toBe(0);
    await colleague.press('12');
    await caller.silence(500);
    expect([caller.digits, colleague.digits]).toEqual(['12', '']);
    await colleague.hangUp();
    await channel.ended;
    expect(caller).toHaveEnded({ by: 'local' });
    colleague.assertAllDone();
    caller.assertAllDone();
  });

  it('knows the sounds that are prompts', async () => {
    await using fake = createFakeUserAgent({ prompts: { 'sound:vm-intro': 1000 } });
    expect(fake.ua.sounds.list().map(({ id }) => id)).toEqual(['vm-intro']);
    expect(fake.ua.sounds.has('other')).toBe(false);
  });

  it('refuses calls as a real one', async () => {
    await using fake = createFakeUserAgent({ maxCalls: 1 });
    expect(() => fake.incoming()).toThrow(/480/);
    fake.ua.onCall((channel) => channel.waitForIdle());
    fake.incoming();
    expect(() => fake.incoming()).toThrow(/503/);
    expect(() => fake.incoming({ form: 'sip:a@b' } as object)).toThrow(/did you mean from/);
    expect(() => createFakeUserAgent({ maxCals: 1 } as object)).toThrow(/did you mean maxCalls/);
    for (const maxCalls of [0, 1.5]) expect(() => createFakeUserAgent({ maxCalls })).toThrow(/maxCalls/);
    expect(() => createFakeUserAgent({ extraChannels: -1 })).toThrow(/extraChannels/);
  });

  it('stops with everything that is up', async () => {
    const fake = createFakeUserAgent({ callee: 'ANSWERED' });
    fake.ua.onCall(putThrough);
    const { channel } = fake.incoming();
    await fake.party();
    await fake[Symbol.asyncDispose]();
    expect([channel.state, fake.ua.channels, fake.clock.pending]).toEqual(['IDLE', [], 0]);
    expect(() => fake.ua.channel()).toThrow(/stopped/);
  });

  it('says so when nobody is called', async () => {
    await using fake = createFakeUserAgent();
    expect(await errorOf(fake.party())).toMatchObject({ code: 'TIMEOUT' });
    expect(await errorOf(fake.party(-1))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a fake call with several parties', () => {
  it('has its user agent, and the far ends of the calls of extra channels', async () => {
    const call = createFakeChannel();
    const done = call.run(putThrough);
    const colleague = await call.party();
    await colleague.answer({ after: 1000 });
    expect(call.parties).toEqual([colleague]);
    await call.caller.press('5');
    await call.caller.silence(300);
    expect(colleague.digits).toBe('5');
    expect(call.caller.steps.map(({ step }) => step)).not.toContain('call');
    await call.caller.hangUp();
    await done;
    expect(colleague.ended).toMatchObject({ by: 'local' });
    expect(call.ua.channels).toEqual([]);
    call.caller.assertAllDone();
  });

  it('goes on when the caller has hung up, until the flow is over', async () => {
    const call = createFakeChannel({ callee: 'ANSWERED' });
    const states: unknown[] = [];
    const done = call.run(async (channel) => {
      await channel.answer();
      const [extra] = channel.extraChannel;
      await extra?.call('sip:b@192.0.2.9');
      await channel.waitForIdle();
      await extra?.sleep(1000);
      states.push(extra?.state);
    });
    await (await call.party()).waitFor('call');
    await call.caller.waitFor('answer');
    await call.caller.hangUp();
    await done;
    expect(states).toEqual(['ANSWERED']);
    expect(call.ua.channels).toEqual([]);
  });

  it('keeps its own calls for its own far end when it calls out', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: ['ANSWERED', 'BUSY'], extraChannels: 2 });
    const done = call.run(async (channel) => {
      await channel.call('sip:a@192.0.2.2');
      expect(channel.extraChannel).toHaveLength(2);
      expect(await channel.extraChannel[1]?.call('sip:b@192.0.2.2')).toBe('IDLE');
      await channel.waitForIdle();
    });
    const refused = await call.party();
    await call.caller.press('1');
    expect([call.caller.pressed, refused.pressed]).toEqual(['1', '']);
    await call.caller.hangUp();
    await done;
  });

  it('says that the flow failed to who waits for a party', async () => {
    const call = createFakeChannel();
    const done = errorOf(call.run(() => Promise.reject(new Error('broken'))));
    expect(await errorOf(call.party())).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('broken') });
    expect(await done).toMatchObject({ message: 'broken' });
  });
});
